//! How long and in what steps to train so many rows.

use crate::preset::Preset;

/// The settings of `[training]` that follow from the number of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) epochs: usize,
    pub(super) batch_size: usize,
    pub(super) patience: usize,
}

/// About so many steps in all, within limits on the epochs: few rows are seen often, many rarely.
pub(super) fn settings(preset: Preset, train_rows: usize) -> Settings {
    let (steps, least, most) = match preset {
        Preset::Quick => (1500, 5, 60),
        Preset::Balanced => (6000, 10, 200),
        Preset::Best => (24_000, 20, 400),
    };
    let batch_size = match train_rows {
        0..500 => 16,
        500..2000 => 32,
        2000..10_000 => 64,
        10_000..50_000 => 256,
        50_000..500_000 => 512,
        _ => 1024,
    };
    let epochs = (steps * batch_size / train_rows.max(1)).clamp(least, most);
    Settings {
        epochs,
        batch_size,
        patience: (epochs / 5).max(5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_are_seen_often_and_many_rarely() {
        let small = settings(Preset::Balanced, 100);
        let large = settings(Preset::Balanced, 20_000_000);
        assert_eq!((small.epochs, small.batch_size), (200, 16));
        assert_eq!((large.epochs, large.batch_size), (10, 1024));
        assert!(settings(Preset::Quick, 1000).epochs < settings(Preset::Best, 1000).epochs);
    }
}

//! Milliseconds of a convolution and of a recurrent layer, forward and backward, with and without noise, beside those of Burn.
//!
//! ```sh
//! cargo run --release --package synaptree --example layer_speed
//! ```
//!
//! prints the fastest of twenty rounds of each, in turns.
#![expect(clippy::print_stdout, reason = "an example talks to a terminal")]

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

use burn::nn::conv::Conv2dConfig;
use burn::nn::{LstmConfig as BurnLstm, PaddingConfig2d};
use burn::tensor::{Device, Tensor, TensorData};
use synaptree::{Key, Purpose, fill_normal};
use synaptree_nn::{ConvolutionConfig, Draw, Estimator, LstmConfig, Noise, Pass, SynapseSpec};

const ROUNDS: u32 = 20;
const ROWS: usize = 32;
const CHANNELS: [usize; 2] = [16, 32];
const SIDE: usize = 28;
const TIMES: usize = 50;
const WIDTHS: [usize; 2] = [16, 64];
/// What is timed beside layers without noise.
const KINDS: [(&str, Noise, Estimator); 5] = [
    ("plain", Noise::None, Estimator::Auto),
    ("gaussian weight", Noise::Gaussian, Estimator::Weight),
    ("variational weight", Noise::Variational, Estimator::Weight),
    (
        "variational flipout",
        Noise::Variational,
        Estimator::Flipout,
    ),
    ("rank1", Noise::Rank1, Estimator::Rank1),
];

/// One pass forward and backward with the noise of a step.
type Step = Box<dyn Fn(u32)>;

fn main() -> Result<(), Box<dyn Error>> {
    rayon::ThreadPoolBuilder::new()
        .use_current_thread()
        .build_global()?;
    let device = Device::flex().autodiff();
    let rows: Vec<u64> = (0..ROWS as u64).collect();
    let random = |path: &str, shape: &[usize]| {
        let mut values = vec![0.0; shape.iter().product()];
        fill_normal(Key::new(7, Purpose::Init, path), 0, 0, 0, &mut values);
        TensorData::new(values, shape)
    };
    let images = random("images", &[ROWS, CHANNELS[0], SIDE, SIDE]);
    let images = Tensor::<4>::from_data(images, &device).require_grad();
    let series = random("series", &[ROWS, TIMES, WIDTHS[0]]);
    let series = Tensor::<3>::from_data(series, &device).require_grad();
    let kernel = Conv2dConfig::new(CHANNELS, [3, 3])
        .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
        .init(&device);
    let memory = BurnLstm::new(WIDTHS[0], WIDTHS[1], true).init(&device);
    let mut steps: Vec<(String, Step)> = Vec::new();
    let x = images.clone();
    steps.push((
        "convolution, Burn".to_owned(),
        Box::new(move |_| drop(kernel.forward(x.clone()).square().mean().backward())),
    ));
    let x = series.clone();
    steps.push((
        "lstm, Burn".to_owned(),
        Box::new(move |_| drop(memory.forward(x.clone(), None).0.square().mean().backward())),
    ));
    for (name, noise, estimator) in KINDS {
        let synapses = SynapseSpec {
            noise,
            estimator,
            ..SynapseSpec::default()
        };
        let kernel = ConvolutionConfig::new(CHANNELS, [3, 3])
            .with_padding([1, 1])
            .with_synapses(synapses.clone())
            .init(7, "stem", &device)?;
        let memory = LstmConfig::new(WIDTHS[0], WIDTHS[1])
            .with_synapses(synapses)
            .init(7, "memory", &device)?;
        let (x, ids) = (images.clone(), rows.clone());
        steps.push((
            format!("convolution, {name}"),
            Box::new(move |step| {
                let pass = Pass::training(Draw::training(7, step), &ids);
                drop(kernel.forward(x.clone(), &pass).square().mean().backward());
            }),
        ));
        let (x, ids) = (series.clone(), rows.clone());
        steps.push((
            format!("lstm, {name}"),
            Box::new(move |step| {
                let pass = Pass::training(Draw::training(7, step), &ids);
                drop(memory.forward(x.clone(), &pass).square().mean().backward());
            }),
        ));
    }
    let mut fastest: BTreeMap<&str, f64> = BTreeMap::new();
    for round in 0..ROUNDS {
        for (name, step) in &steps {
            let begun = Instant::now();
            step(round);
            let took = 1e3 * begun.elapsed().as_secs_f64();
            let best = fastest.entry(name).or_insert(f64::INFINITY);
            *best = best.min(took);
        }
    }
    for (name, milliseconds) in fastest {
        println!("{milliseconds:8.2}  {name}");
    }
    Ok(())
}

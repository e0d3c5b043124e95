//! Inputs that fuzzing found, packed into one file a target.
//!
//! A packed corpus is one input after the other: four bytes that say how long it is, the lowest first, then its bytes.

use std::fs;
use std::path::Path;

/// Packs every file of a folder, in the order of their names; how many there are.
pub(super) fn pack(folder: &Path, packed: &Path) -> Result<usize, String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(told)?;
    let mut names: Vec<_> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(told)?;
    names.sort();
    let mut bytes = Vec::new();
    for name in &names {
        let input = fs::read(name).map_err(told)?;
        let length = u32::try_from(input.len()).map_err(|error| error.to_string())?;
        bytes.extend(length.to_le_bytes());
        bytes.extend(input);
    }
    fs::write(packed, bytes).map_err(|error| format!("{}: {error}", packed.display()))?;
    Ok(names.len())
}

/// Writes every packed input as a file of a folder; how many there are.
pub(super) fn unpack(packed: &Path, folder: &Path) -> Result<usize, String> {
    let told = |error: std::io::Error| format!("{}: {error}", packed.display());
    let bytes = fs::read(packed).map_err(told)?;
    let mut rest = bytes.as_slice();
    let mut count = 0;
    while let Some((length, behind)) = rest.split_first_chunk() {
        let length = u32::from_le_bytes(*length) as usize;
        let cut = || format!("{}: input {count} is cut off", packed.display());
        let (input, behind) = behind.split_at_checked(length).ok_or_else(cut)?;
        fs::write(folder.join(format!("packed-{count:05}")), input).map_err(told)?;
        rest = behind;
        count += 1;
    }
    if rest.is_empty() {
        Ok(count)
    } else {
        Err(format!("{}: the end is cut off", packed.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_and_what_is_cut_off_is_refused() {
        let base = std::env::temp_dir().join(format!("synaptree-corpus-{}", std::process::id()));
        let (from, to) = (base.join("from"), base.join("to"));
        fs::create_dir_all(&from).unwrap();
        fs::create_dir_all(&to).unwrap();
        let inputs: [&[u8]; 3] = [b"", b"a,b\n1,2\n", &[255; 300]];
        for (n, input) in inputs.iter().enumerate() {
            fs::write(from.join(n.to_string()), input).unwrap();
        }
        let packed = base.join("packed");
        assert_eq!(pack(&from, &packed), Ok(3));
        assert_eq!(unpack(&packed, &to), Ok(3));
        for (n, input) in inputs.iter().enumerate() {
            assert_eq!(fs::read(to.join(format!("packed-{n:05}"))).unwrap(), *input);
        }
        let whole = fs::read(&packed).unwrap();
        for end in [2, 5, whole.len() - 1] {
            fs::write(&packed, &whole[..end]).unwrap();
            assert!(unpack(&packed, &to).is_err(), "{end} bytes");
        }
        fs::remove_dir_all(base).unwrap();
    }
}

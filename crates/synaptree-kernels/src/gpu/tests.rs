use burn::tensor::{Device, DeviceType, Tensor, TensorData};

use super::kernel::{Numbers, fill_unit};
use super::words::{Words, philox};
use crate::normal::OCTAVES;
use crate::{
    Epilogue, Key, NoiseAddress, NoiseForm, Purpose, Quality, WeightNoise, dense, fill_bits,
    fill_noise, noise_tensor, philox4x32_10, portable_noisy,
};

const SHARED: [(Quality, Numbers); 3] = [
    (Quality::Icdf, Numbers::Icdf),
    (Quality::Binomial, Numbers::Binomial),
    (Quality::Rademacher, Numbers::Rademacher),
];

fn address(quality: Quality) -> NoiseAddress {
    NoiseAddress {
        key: Key::new(7, Purpose::Noise, "trunk.0.dense.weight"),
        step: 3,
        sample: 0xFFFF_FFFE,
        quality,
    }
}

/// The kernel on this processor, unit after unit.
fn emulated(numbers: Numbers, limit: u32, len: usize) -> Vec<f32> {
    let NoiseAddress {
        key, step, sample, ..
    } = address(Quality::Icdf);
    let [key_low, key_high] = key.words();
    let octaves = OCTAVES.concat();
    let mut out = vec![f32::NAN; len];
    for unit in 0..len.div_ceil(4) + 2 {
        fill_unit(
            &octaves, &mut out, unit, key_low, key_high, step, sample, limit, 0, numbers,
        );
    }
    out
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|z| z.to_bits()).collect()
}

fn filled(quality: Quality, len: usize) -> Vec<f32> {
    let NoiseAddress {
        key, step, sample, ..
    } = address(quality);
    let mut out = vec![0.0; len];
    fill_noise(quality, key, step, sample, 0, &mut out);
    out
}

#[test]
fn the_kernels_blocks_are_those_of_philox() {
    for i in 0..2000_u32 {
        let [a, b, c, d] = [1, 2, 3, 4].map(|k| i.wrapping_mul(0x9E37_79B9 ^ (k << 17)) ^ k);
        let key = [!i, i.wrapping_mul(0x0101_0101)];
        let words = philox(Words { a, b, c, d }, key[0], key[1]);
        let expected = philox4x32_10([a, b, c, d], key);
        assert_eq!([words.a, words.b, words.c, words.d], expected);
    }
}

#[test]
fn the_kernels_arithmetic_gives_the_bits_of_the_fills() {
    // Among two million numbers octaves up to 20 occur.
    for len in [1, 2, 3, 130, (1 << 21) + 3] {
        for (quality, numbers) in SHARED {
            let kernel = emulated(numbers, 0, len);
            assert!(bits(&kernel) == bits(&filled(quality, len)), "{quality:?}");
        }
    }
}

#[test]
fn the_kernels_transform_gives_the_same_bits_in_every_octave() {
    let octaves = OCTAVES.concat();
    for shift in 0..32 {
        for i in 0..1000_u32 {
            let word = i.wrapping_mul(0x9E37_79B9) >> shift;
            for word in [word, !word] {
                let kernel = super::numbers::normal(word, &octaves, 0);
                let fill = crate::inverse_normal_cdf(word);
                assert_eq!(kernel.to_bits(), fill.to_bits(), "{word:#x}");
            }
        }
    }
}

#[test]
fn the_kernel_keeps_the_words_below_its_limit() {
    let limit = 0xB333_3333;
    let NoiseAddress {
        key, step, sample, ..
    } = address(Quality::Icdf);
    let mut words = vec![0; 10_001];
    fill_bits(key, step, sample, 0, &mut words);
    let expected: Vec<f32> = words
        .iter()
        .map(|word| f32::from(u8::from(*word < limit)))
        .collect();
    assert_eq!(emulated(Numbers::Kept, limit, 10_001), expected);
}

/// The first device of this machine, software or not.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn gpu() -> Option<Device> {
    let found = Device::enumerate(DeviceType::Wgpu).into_iter().next();
    match &found {
        Some(device) => eprintln!("on {device:?}: {:?}", device.identity()),
        None => eprintln!("no device that wgpu finds: the test is skipped"),
    }
    found
}

fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

#[test]
fn the_device_makes_the_same_bits() {
    let Some(device) = gpu() else { return };
    for shape in [[1, 1], [3, 43], [1031, 1021]] {
        let len = shape[0] * shape[1];
        for quality in [
            Quality::Exact,
            Quality::Icdf,
            Quality::Binomial,
            Quality::Rademacher,
        ] {
            let made_there = super::noise_there(address(quality), shape, &device).is_some();
            assert_eq!(made_there, quality != Quality::Exact);
            let there = read(noise_tensor(address(quality), shape, &device));
            assert!(bits(&there) == bits(&filled(quality, len)), "{quality:?}");
        }
    }
}

#[test]
fn the_device_keeps_the_same_elements() {
    let Some(device) = gpu() else { return };
    for probability in [0.0, 0.7, 1.0] {
        let noise = WeightNoise {
            address: address(Quality::Icdf),
            form: NoiseForm::Kept(probability),
        };
        let kept =
            |device: &Device| read(portable_noisy(Tensor::<2>::ones([97, 31], device), noise));
        assert_eq!(kept(&device), kept(&Device::flex()), "{probability}");
    }
}

#[test]
fn noise_on_a_device_with_gradients_is_the_same_constant() {
    let Some(device) = gpu() else { return };
    let there = noise_tensor(address(Quality::Icdf), [5, 7], &device.clone().autodiff());
    assert!(there.is_autodiff());
    assert!(!there.is_require_grad());
    let plain = noise_tensor(address(Quality::Icdf), [5, 7], &device);
    assert_eq!(bits(&read(there)), bits(&read(plain)));
}

/// Output and the gradients of input, weight and bias.
fn run(noise: WeightNoise, epilogue: Epilogue, device: &Device) -> [Vec<f32>; 4] {
    let device = device.clone().autodiff();
    let values = |stream, shape: [usize; 2]| {
        let key = Key::new(1, Purpose::Init, stream);
        let mut out = vec![0.0; shape[0] * shape[1]];
        fill_noise(Quality::Icdf, key, 0, 0, 0, &mut out);
        Tensor::<2>::from_data(TensorData::new(out, shape), &device)
    };
    let x = values("x", [33, 70]).require_grad();
    let weight = values("w", [70, 45]).require_grad();
    let bias = values("b", [1, 45]).reshape([45]).detach().require_grad();
    let cotangent = values("c", [33, 45]);
    let y = dense(
        x.clone(),
        weight.clone(),
        bias.clone(),
        Some(noise),
        epilogue,
    );
    let gradients = (y.clone() * cotangent).sum().backward();
    [
        read(y),
        read(x.grad(&gradients).unwrap()),
        read(weight.grad(&gradients).unwrap()),
        read(bias.grad(&gradients).unwrap()),
    ]
}

#[test]
fn a_stochastic_layer_on_the_device_computes_what_the_processor_computes() {
    let Some(device) = gpu() else { return };
    for form in [
        NoiseForm::Added(0.3),
        NoiseForm::Multiplied(0.3),
        NoiseForm::Kept(0.7),
    ] {
        for epilogue in [Epilogue::Linear, Epilogue::Relu] {
            let noise = WeightNoise {
                address: address(Quality::Icdf),
                form,
            };
            let there = run(noise, epilogue, &device);
            let here = run(noise, epilogue, &Device::flex());
            for (there, here) in there.iter().zip(&here) {
                assert_eq!(there.len(), here.len());
                for (a, b) in there.iter().zip(here) {
                    // Sums of 70 products of order 1, in another order.
                    assert!((a - b).abs() < 1e-4 * b.abs().max(1.0), "{form:?}: {a} {b}");
                }
            }
        }
    }
}

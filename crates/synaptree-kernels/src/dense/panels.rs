//! The three products of the layer, on slices.
//!
//! Work is split over columns or rows of what is written, never over what is summed, so the number
//! of threads changes no bit. Each job is one single-threaded product on a panel that fits the cache of a core.

use std::cell::Cell;

use gemm::{Parallelism, gemm};
use rayon::prelude::*;

use crate::spare::with_room;

/// Writes the noisy weights of the elements from the first on: `(first, weights, out)`.
pub(super) type Noisy<'a> = Option<&'a (dyn Fn(usize, &[f32], &mut [f32]) + Sync)>;

/// Columns of the weight that a job takes.
const COLUMNS: usize = 64;
/// Rows of the weight that a job takes.
const ROWS: usize = 64;
/// Rows of a batch that a job takes where the layer is one panel of columns.
const TALL: usize = 512;
/// Multiply-adds from which several threads pay.
const PARALLEL_FROM: usize = 1 << 20;

/// The sizes of a layer.
#[derive(Copy, Clone, Debug)]
pub(super) struct Sizes {
    pub(super) rows: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
}

impl Sizes {
    /// Runs `job` for each panel of `size` among `all` columns or rows.
    pub(super) fn for_each_panel(self, all: usize, size: usize, job: impl Fn(usize, usize) + Sync) {
        let panel = |i: usize| job(i * size, size.min(all - i * size));
        let panels = all.div_ceil(size);
        let work = self.rows * self.inputs * self.outputs;
        if panels < 2 || work < PARALLEL_FROM {
            (0..panels).for_each(panel);
        } else {
            (0..panels).into_par_iter().with_max_len(1).for_each(panel);
        }
    }
}

/// A pointer that jobs on disjoint parts of its target share.
#[derive(Copy, Clone)]
pub(super) struct Shared(*mut f32);

// SAFETY: jobs write to disjoint elements.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    pub(super) fn at(self, offset: usize) -> *mut f32 {
        self.0.wrapping_add(offset)
    }
}

/// An array of `len` numbers that `write` fills without reading; no time is spent on zeros.
pub(super) fn filled(len: usize, write: impl FnOnce(Shared)) -> Vec<f32> {
    let mut out = with_room(len);
    write(Shared(out.as_mut_ptr()));
    // SAFETY: every caller writes all `len` elements, which lie within the capacity.
    unsafe { out.set_len(len) };
    out
}

/// `to = [to +] left · right` of row-major matrices, by strides `(row, column)`; one thread.
///
/// # Safety
///
/// The pointers are valid for the sizes and strides, and nobody else uses the elements of `to`.
#[expect(clippy::too_many_arguments, reason = "a product has three matrices")]
unsafe fn product(
    rows: usize,
    columns: usize,
    summed: usize,
    to: *mut f32,
    to_stride: usize,
    left: *const f32,
    left_strides: (usize, usize),
    right: *const f32,
    right_strides: (usize, usize),
) {
    // SAFETY: handed on to the caller.
    unsafe {
        gemm(
            rows,
            columns,
            summed,
            to,
            1,
            to_stride as isize,
            false,
            left,
            left_strides.1 as isize,
            left_strides.0 as isize,
            right,
            right_strides.1 as isize,
            right_strides.0 as isize,
            0.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

thread_local! {
    static PANEL: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
}

/// Gives `work` a panel of this thread; it keeps its memory from job to job.
fn with_panel(len: usize, work: impl FnOnce(&mut [f32])) {
    // Taken out: another job of this thread, stolen while this one waits, makes one of its own.
    let mut panel = PANEL.take();
    if panel.len() < len {
        panel.resize(len, 0.0);
    }
    work(&mut panel[..len]);
    PANEL.set(panel);
}

/// `y = x (W + noise)`, then `finish` on each row of each panel, with the column it starts at.
pub(super) fn forward(
    sizes: Sizes,
    x: &[f32],
    weight: &[f32],
    noisy: Noisy,
    finish: impl Fn(usize, &mut [f32]) + Sync,
) -> Vec<f32> {
    filled(sizes.rows * sizes.outputs, |y| {
        forward_to(y, sizes, x, weight, noisy, &finish);
    })
}

/// The same for several samples of the noise, whose results follow one another; `sizes` are those of one.
///
/// `x` holds rows for each sample, or those that all samples have in common.
pub(super) fn forward_samples(
    samples: usize,
    sizes: Sizes,
    x: &[f32],
    weight: &[f32],
    noisy: impl Fn(usize, usize, &[f32], &mut [f32]) + Sync,
    finish: impl Fn(usize, &mut [f32]) + Sync,
) -> Vec<f32> {
    let Sizes {
        rows,
        inputs,
        outputs,
    } = sizes;
    let one = rows * inputs;
    assert!(x.len() == one || x.len() == samples * one);
    filled(samples * rows * outputs, |y| {
        let job = |sample: usize| {
            let x = if x.len() == one {
                x
            } else {
                &x[sample * one..][..one]
            };
            let noisy =
                |first: usize, base: &[f32], out: &mut [f32]| noisy(sample, first, base, out);
            let y = Shared(y.at(sample * rows * outputs));
            forward_to(y, sizes, x, weight, Some(&noisy), &finish);
        };
        if samples * one * outputs < PARALLEL_FROM {
            (0..samples).for_each(job);
        } else {
            (0..samples).into_par_iter().with_max_len(1).for_each(job);
        }
    })
}

/// Writes all elements of [`forward`].
fn forward_to(
    y: Shared,
    sizes: Sizes,
    x: &[f32],
    weight: &[f32],
    noisy: Noisy,
    finish: &(impl Fn(usize, &mut [f32]) + Sync),
) {
    let Sizes {
        rows,
        inputs,
        outputs,
    } = sizes;
    assert!(x.len() == rows * inputs && weight.len() == inputs * outputs);
    let job = |(top, height): (usize, usize), (start, width): (usize, usize)| {
        let multiply = |right: *const f32, stride: usize| {
            // SAFETY: the lengths were checked; the jobs write different rows or columns.
            unsafe {
                product(
                    height,
                    width,
                    inputs,
                    y.at(top * outputs + start),
                    outputs,
                    x[top * inputs..].as_ptr(),
                    (inputs, 1),
                    right,
                    (stride, 1),
                );
            }
        };
        match noisy {
            None => multiply(weight[start..].as_ptr(), outputs),
            Some(noisy) => with_panel(inputs * width, |panel| {
                if width == outputs {
                    noisy(0, weight, panel);
                } else {
                    for (row, panel) in panel.chunks_exact_mut(width).enumerate() {
                        let first = row * outputs + start;
                        noisy(first, &weight[first..][..width], panel);
                    }
                }
                multiply(panel.as_ptr(), width);
            }),
        }
        for row in top..top + height {
            // SAFETY: these columns of the row were just written by this job alone.
            let part =
                unsafe { std::slice::from_raw_parts_mut(y.at(row * outputs + start), width) };
            finish(start, part);
        }
    };
    if outputs <= COLUMNS && rows >= 2 * TALL {
        // One panel of columns, as of the channels of a convolution: threads share its rows.
        sizes.for_each_panel(rows, TALL, |top, height| job((top, height), (0, outputs)));
    } else {
        sizes.for_each_panel(outputs, COLUMNS, |start, width| {
            job((0, rows), (start, width));
        });
    }
}

/// `dW = xᵀ dz`.
pub(super) fn weight_gradient(sizes: Sizes, x: &[f32], dz: &[f32]) -> Vec<f32> {
    let Sizes {
        rows,
        inputs,
        outputs,
    } = sizes;
    assert!(x.len() == rows * inputs && dz.len() == rows * outputs);
    filled(inputs * outputs, |to| {
        let job = |(top, height): (usize, usize), (start, width): (usize, usize)| {
            // SAFETY: the lengths were checked; the jobs write different rows or columns.
            unsafe {
                product(
                    height,
                    width,
                    rows,
                    to.at(top * outputs + start),
                    outputs,
                    x[top..].as_ptr(),
                    (1, inputs),
                    dz[start..].as_ptr(),
                    (outputs, 1),
                );
            }
        };
        if outputs <= COLUMNS && rows * inputs * outputs >= PARALLEL_FROM {
            sizes.for_each_panel(inputs, ROWS, |top, height| job((top, height), (0, outputs)));
        } else {
            sizes.for_each_panel(outputs, COLUMNS, |start, width| {
                job((0, inputs), (start, width));
            });
        }
    })
}

/// `dx = dz (W + noise)ᵀ`.
pub(super) fn input_gradient(sizes: Sizes, weight: &[f32], noisy: Noisy, dz: &[f32]) -> Vec<f32> {
    let Sizes {
        rows,
        inputs,
        outputs,
    } = sizes;
    assert!(weight.len() == inputs * outputs && dz.len() == rows * outputs);
    filled(rows * inputs, |to| {
        sizes.for_each_panel(inputs, ROWS, |start, width| {
            let first = start * outputs;
            let part = &weight[first..][..width * outputs];
            let multiply = |right: *const f32| {
                // SAFETY: the lengths were checked; the jobs write different columns.
                unsafe {
                    let to = to.at(start);
                    let left = (dz.as_ptr(), (outputs, 1));
                    product(
                        rows,
                        width,
                        outputs,
                        to,
                        inputs,
                        left.0,
                        left.1,
                        right,
                        (1, outputs),
                    );
                }
            };
            match noisy {
                None => multiply(part.as_ptr()),
                Some(noisy) => with_panel(part.len(), |panel| {
                    noisy(first, part, panel);
                    multiply(panel.as_ptr());
                }),
            }
        });
    })
}

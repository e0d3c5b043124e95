//! The training loop: epochs, steps, checkpoints, early stopping.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use burn::tensor::Device;
use indexmap::IndexMap;
use synaptree_data::Split;
use synaptree_model::{Forecast, ForecastOptions, forecast};
use synaptree_nn::{Network, NetworkConfig};
use synaptree_tasks::{Evaluation, Weighting};

use crate::batches::{Batch, Batches};
use crate::checkpoint::{self, Progress};
use crate::data::ExperimentData;
use crate::error::TrainError;
use crate::estimators::EstimatorProbe;
use crate::event::{EpochReport, Event};
use crate::evidence::Evidence;
use crate::experiment::Experiment;
use crate::folder::RunFolder;
use crate::metric::Watched;
use crate::optimizer::Optimizer;
use crate::posterior::{PosteriorSpec, Swag};
use crate::record::Recorder;
use crate::schedule::Schedule;
use crate::spec::TrainingSpec;
use crate::step::{Step, StepResult, plain};

/// How training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All epochs, early stopping, or no time left.
    Complete { stopped_early: bool },
    /// Asked to stop; the state is saved.
    Interrupted,
}

/// One run, from its first step or its last checkpoint to its end.
pub(crate) struct Session<'a> {
    pub(crate) experiment: &'a Experiment,
    pub(crate) data: &'a ExperimentData,
    pub(crate) folder: &'a RunFolder,
    pub(crate) config: &'a NetworkConfig,
    pub(crate) stop: Option<&'a AtomicBool>,
    /// Without gradients.
    pub(crate) device: Device,
    /// Weights of likelihood and divergence, where distributions of weights are learned.
    pub(crate) evidence: Option<Evidence<'a>>,
}

/// What the loop carries from step to step.
struct State {
    network: Network,
    optimizer: Optimizer,
    weighting: Box<dyn Weighting>,
    progress: Progress,
    swag: Swag,
}

impl Session<'_> {
    /// Trains until the end, or until `stop` is set.
    pub(crate) fn run(
        &self,
        callback: &mut dyn FnMut(&Event),
    ) -> Result<(Progress, Ending), TrainError> {
        let spec = &self.experiment.spec().training;
        let mut state = self.state()?;
        callback(&Event::Started {
            folder: self.folder.root().to_owned(),
            seed: self.experiment.spec().seed,
            rows: self.data.rows(),
            parameters: crate::describe::trainable(&state.network),
            // A run that early stopping ended has no more epochs before it.
            epochs: if state.progress.finished {
                state.progress.epoch
            } else {
                spec.epochs
            },
            resumed_epochs: state.progress.epoch,
            warnings: self.data.dataset.warnings.clone(),
        });
        let mut recorder = Recorder::open(&self.folder.metrics(), state.progress.metrics_bytes)?;
        let watched = Watched::parse(&spec.metric);
        let probe = self.probe();
        let began = Instant::now();
        let before = state.progress.seconds;
        let mut saved = Instant::now();
        let used_up = || {
            let used = before + began.elapsed().as_secs_f64();
            spec.time_limit.is_some_and(|limit| used >= limit.seconds())
        };

        let mut ahead = None;
        while state.progress.epoch < spec.epochs && !state.progress.finished {
            let start = state.progress.batch;
            let begin = |epoch, start| Batches::new(self.experiment, self.data, epoch, start);
            let mut batches = match ahead.take() {
                Some(batches) => batches,
                None => begin(state.progress.epoch, start)?,
            };
            let all = batches.all();
            let mut last: Option<(StepResult, f64)> = None;
            let mut waited = 0.0;
            for index in start.. {
                let asked = Instant::now();
                let Some(batch) = batches.next().transpose()? else {
                    break;
                };
                waited += asked.elapsed().as_secs_f64();
                // The next epoch is read while the last rows of this one are trained on and its validation rows are
                // looked at. What keeps it from being read is told when it begins.
                let following = state.progress.epoch + 1;
                if ahead.is_none() && following < spec.epochs && batches.is_read() {
                    ahead = begin(following, 0).ok();
                }
                if self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                    state.progress.seconds = before + began.elapsed().as_secs_f64();
                    self.save(&mut state, &mut recorder)?;
                    return Ok((state.progress, Ending::Interrupted));
                }
                // An epoch that was begun counts, so it has a step at least.
                if state.progress.batch > 0 && used_up() {
                    break;
                }
                let rate = averaging(spec, state.progress.epoch).unwrap_or_else(|| {
                    let schedule = &state.progress.schedule;
                    spec.optimizer.learning_rate()
                        * schedule.factor(state.progress.step, all, spec.epochs)
                });
                let result;
                (state, result) = self.step(state, &batch, rate)?;
                for (sum, loss) in state.progress.running.iter_mut().zip(&result.losses) {
                    if let Some((loss, weight)) = loss {
                        sum.0 += loss;
                        sum.1 += weight;
                    }
                }
                last = Some((result, rate));
                state.progress.step += 1;
                state.progress.batch = index + 1;
                callback(&Event::Step {
                    epoch: state.progress.epoch + 1,
                    batch: index + 1,
                    batches: all,
                });
                if saved.elapsed().as_secs_f64() > spec.checkpoint_every.seconds
                    && state.progress.batch < all
                {
                    state.progress.seconds = before + began.elapsed().as_secs_f64();
                    self.save(&mut state, &mut recorder)?;
                    saved = Instant::now();
                }
            }

            let epoch = state.progress.epoch + 1;
            if let (Some(_), Some(PosteriorSpec::Swag { rank, .. })) =
                (averaging(spec, state.progress.epoch), spec.posterior)
            {
                state.swag.collect(&state.network, rank);
            }
            let coefficients = last.as_ref().map(|(result, _)| result.weights.clone());
            let mut report = self.report(&state, last);
            let means: Vec<Option<f64>> = mean_losses(&state.progress.running);
            state.weighting.after_epoch(&means);
            let last_epoch = epoch == spec.epochs;
            let out_of_time = used_up();
            let looked = epoch.is_multiple_of(spec.evaluate_every) || last_epoch || out_of_time;
            if let Some(validation) = self.data.dataset.validation.as_ref().filter(|_| looked) {
                let (answer, evaluation) = self.look(&state.network, validation);
                report.validation_losses = self.named(&answer.losses);
                let metric = watched.value(&evaluation);
                report.best =
                    state
                        .progress
                        .best
                        .observe(epoch, metric, spec.early_stopping.as_ref());
                state.progress.schedule.observe(epoch, metric);
                report.validation = Some(evaluation);
            }
            let exhausted = spec.early_stopping.is_some_and(|stopping| {
                self.data.dataset.validation.is_some() && state.progress.best.exhausted(&stopping)
            });
            state.progress.finished = last_epoch || exhausted || out_of_time;
            state.progress.out_of_time = out_of_time && !last_epoch && !exhausted;
            if let (Some(probe), Some(coefficients)) = (&probe, coefficients)
                && EstimatorProbe::is_due(epoch, state.progress.finished)
            {
                report.estimators =
                    probe.measure(&state.network, &coefficients, state.progress.step);
            }
            report.waited = waited;
            report.seconds = before + began.elapsed().as_secs_f64();
            recorder.epoch(&report)?;
            state.progress.seconds = report.seconds;
            state.progress.epoch = epoch;
            state.progress.batch = 0;
            state.progress.running.fill((0.0, 0.0));
            if self.data.dataset.validation.is_none() {
                state.progress.best.epoch = epoch;
            }
            // Without validation rows the best epoch is the last one, and without any value of the
            // metric there is no better choice.
            let keep =
                report.best || (state.progress.finished && state.progress.best.value.is_none());
            if keep {
                state.progress.best.epoch = epoch;
                state.progress.metrics_bytes = recorder.bytes();
                state.progress.weighting = state.weighting.state();
                checkpoint::save(
                    &self.folder.best_checkpoint(),
                    &mut state.progress,
                    &state.network,
                    &state.optimizer,
                    &state.swag,
                )?;
            }
            if state.progress.finished
                || epoch.is_multiple_of(spec.checkpoint_every.epochs)
                || saved.elapsed().as_secs_f64() > spec.checkpoint_every.seconds
            {
                self.save(&mut state, &mut recorder)?;
                saved = Instant::now();
            }
            callback(&Event::Epoch(Box::new(report)));
        }
        let stopped_early = state.progress.epoch < spec.epochs && !state.progress.out_of_time;
        Ok((state.progress, Ending::Complete { stopped_early }))
    }

    /// A new state, or the one of the last checkpoint.
    fn state(&self) -> Result<State, TrainError> {
        let spec = self.experiment.spec();
        let network = self
            .config
            .init(spec.seed, &self.device.clone().autodiff())?;
        let mut weighting = spec.weighting.build(&self.data.tree);
        let last = self.folder.last_checkpoint();
        if last.exists() {
            let saved = checkpoint::load(&last, network, &spec.training.optimizer)?;
            weighting.load_state(&saved.progress.weighting)?;
            return Ok(State {
                network: saved.network,
                optimizer: saved.optimizer.for_rows(self.data.rows()[0]),
                weighting,
                progress: saved.progress,
                swag: saved.swag,
            });
        }
        let progress = Progress::start(
            Schedule::new(spec.training.schedule.clone()),
            weighting.state(),
            self.data.tree.tasks().len(),
        );
        Ok(State {
            network,
            optimizer: Optimizer::new(spec.training.optimizer.clone())
                .for_rows(self.data.rows()[0]),
            weighting,
            progress,
            swag: Swag::default(),
        })
    }

    fn save(&self, state: &mut State, recorder: &mut Recorder) -> Result<(), TrainError> {
        recorder.sync()?;
        state.progress.metrics_bytes = recorder.bytes();
        state.progress.weighting = state.weighting.state();
        checkpoint::save(
            &self.folder.last_checkpoint(),
            &mut state.progress,
            &state.network,
            &state.optimizer,
            &state.swag,
        )
    }

    /// The epoch that the model is from: the best one, or the last one where the last ones are averaged.
    pub(crate) fn model_epoch(&self, progress: &Progress) -> usize {
        let posterior = self.experiment.spec().training.posterior;
        if posterior.is_some_and(|posterior| posterior.averages()) {
            progress.epoch
        } else {
            progress.best.epoch
        }
    }

    fn step(
        &self,
        state: State,
        batch: &Batch,
        learning_rate: f64,
    ) -> Result<(State, StepResult), TrainError> {
        let State {
            network,
            mut optimizer,
            mut weighting,
            progress,
            swag,
        } = state;
        let step = Step {
            tree: &self.data.tree,
            spec: &self.experiment.spec().training,
            seed: self.experiment.spec().seed,
            device: &self.device.clone().autodiff(),
            batch: &batch.rows,
            only: batch.task,
            number: progress.step,
            epoch: progress.epoch,
            learning_rate,
            evidence: self.evidence.as_ref(),
        };
        let (network, result) = step.run(network, &mut optimizer, weighting.as_mut())?;
        Ok((
            State {
                network,
                optimizer,
                weighting,
                progress,
                swag,
            },
            result,
        ))
    }

    /// The mean network on the rows of a split.
    fn look(&self, network: &Network, split: &Split) -> (Forecast, Evaluation) {
        let network = plain(network);
        let answer = forecast(
            &network,
            &self.data.tree,
            &split.into(),
            &[],
            ForecastOptions {
                samples: 0,
                seed: 0,
                antithetic: false,
                posterior: None,
                tolerance: None,
            },
            &self.device,
        );
        let evaluation = self
            .data
            .tree
            .evaluate(&answer.distributions(), &split.labels);
        (answer, evaluation)
    }

    fn report(&self, state: &State, last: Option<(StepResult, f64)>) -> EpochReport {
        let (weights, learning_rate) =
            last.map_or((Vec::new(), 0.0), |(r, rate)| (r.weights, rate));
        EpochReport {
            epoch: state.progress.epoch + 1,
            step: state.progress.step,
            losses: self.named(&mean_losses(&state.progress.running)),
            weights: self.named(&weights),
            learning_rate,
            validation_losses: IndexMap::new(),
            divergence: self.divergence(&state.network),
            gradient_variance: state.optimizer.gradient_variance(),
            estimators: None,
            validation: None,
            best: false,
            seconds: 0.0,
            waited: 0.0,
        }
    }

    /// What measures the variance of gradients; `None` without noise in the synapses.
    fn probe(&self) -> Option<EstimatorProbe<'_>> {
        let spec = self.experiment.spec();
        let evidence = self.evidence.as_ref();
        let device = self.device.clone().autodiff();
        EstimatorProbe::new(
            self.config,
            &spec.training,
            self.data,
            evidence,
            spec.seed,
            device,
        )
    }

    /// Nats per training row between the learned distributions of the weights and their prior.
    fn divergence(&self, network: &Network) -> Option<f64> {
        let evidence = self.evidence.as_ref()?;
        let divergence = plain(network).divergence(None)?;
        Some(evidence.per_row(f64::from(divergence.into_scalar::<f32>())))
    }

    fn named(&self, values: &[Option<f64>]) -> IndexMap<String, f64> {
        let tasks = self.data.tree.tasks();
        tasks
            .iter()
            .zip(values)
            .filter_map(|(task, value)| Some((task.name.clone(), (*value)?)))
            .collect()
    }
}

/// The learning rate of an epoch, from 0, whose weights are averaged.
fn averaging(spec: &TrainingSpec, epoch: usize) -> Option<f64> {
    match spec.posterior {
        Some(PosteriorSpec::Swag {
            epochs,
            learning_rate,
            ..
        }) if epoch + epochs >= spec.epochs => {
            Some(learning_rate.unwrap_or_else(|| spec.optimizer.learning_rate()))
        }
        _ => None,
    }
}

fn mean_losses(running: &[(f64, f64)]) -> Vec<Option<f64>> {
    running
        .iter()
        .map(|(sum, weight)| (*weight > 0.0).then(|| sum / weight))
        .collect()
}

//! The weights of the finished model and their distribution.

use synaptree_nn::{Draw, Network, Normalisation, Pass, WeightPosterior};

use super::laplace::Laplace;
use super::{PosteriorSpec, Swag};
use crate::batches::Batches;
use crate::checkpoint;
use crate::error::TrainError;
use crate::session::Session;
use crate::step::plain;

/// What a finished run leaves behind.
pub(crate) struct Fitted {
    /// On a device without gradients.
    pub(crate) network: Network,
    pub(crate) posterior: Option<WeightPosterior>,
}

/// The weights of the best epoch, or the average of the last ones, and their distribution.
///
/// # Errors
///
/// [`TrainError`] for a checkpoint that cannot be read.
pub(crate) fn fit(session: &Session) -> Result<Fitted, TrainError> {
    let spec = session.experiment.spec();
    let posterior = spec.training.posterior;
    let averages = posterior.is_some_and(|posterior| posterior.averages());
    let path = if averages {
        session.folder.last_checkpoint()
    } else {
        session.folder.best_checkpoint()
    };
    let network = session
        .config
        .init(spec.seed, &session.device.clone().autodiff())?;
    let saved = checkpoint::load(&path, network, &spec.training.optimizer)?;
    let network = plain(&saved.network);
    Ok(match posterior {
        Some(PosteriorSpec::Swag { scale, .. }) => averaged(session, &saved.swag, &network, scale)?,
        Some(PosteriorSpec::Laplace {
            layers,
            prior_precision,
            ..
        }) => {
            let laplace = Laplace {
                network: &network,
                tree: &session.data.tree,
                split: &session.data.dataset.train,
                device: &session.device,
            };
            let structure = posterior.and_then(|posterior| posterior.structure());
            let fitted = structure.map(|structure| laplace.fit(layers, structure, prior_precision));
            Fitted {
                posterior: fitted.transpose()?,
                network,
            }
        }
        None => {
            let optimizer = saved.optimizer.for_rows(session.data.rows()[0]);
            Fitted {
                posterior: optimizer.posterior(&network),
                network,
            }
        }
    })
}

/// The mean of the collected weights, with running statistics of its own.
fn averaged(
    session: &Session,
    swag: &Swag,
    network: &Network,
    scale: f64,
) -> Result<Fitted, TrainError> {
    let network = swag.mean_of(network);
    let spec = session.experiment.spec();
    if spec.network.normalisation == Normalisation::Batch {
        // The passes move the running statistics of the mean network.
        for batch in Batches::new(session.experiment, session.data, spec.training.epochs, 0)? {
            let rows = &batch?.rows;
            let count = rows.features.rows;
            let input = synaptree_model::table_input(&rows.features, 0..count, &session.device);
            let pass = Pass {
                draw: None::<Draw>,
                rows: &rows.rows,
                training: true,
                samples: 1,
            };
            drop(network.forward(&input, &pass));
        }
    }
    Ok(Fitted {
        posterior: Some(swag.posterior(scale)),
        network,
    })
}

//! What a run file says about runs on other resolutions.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;

/// The same run on other resolutions, for the order of convergence of its errors.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Convergence {
    /// The plot of the errors, if there is to be one.
    pub file: Option<Spanned<PathBuf>>,
    /// Besides the run of the file itself.
    pub runs: Spanned<Vec<Resolution>>,
}

/// What is different in a run.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    pub domain: Spanned<[u32; 3]>,
    /// Scalar arguments with other values than in the run of the file.
    #[serde(default)]
    pub scalars: BTreeMap<Spanned<String>, Spanned<toml::Value>>,
}

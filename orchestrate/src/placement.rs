//! The place of a call: the domain, and its start in each field.

use crate::call_error::{CallError, wrong_value};
use crate::signature::Signature;
use tradewind_ir::diagnostic::Code;
use tradewind_ir::suggest::nearest;
use tradewind_ir::{Domain, Tile};

/// Where and how a call runs. The default computes on the largest domain that fits, with as many threads as there are.
#[derive(Clone, Default, Debug)]
pub struct CallOptions {
    /// Sizes of the compute domain; default: the largest that fits all fields.
    pub domain: Option<Domain>,
    /// Where the tile lies of which the domain is a part, for regions at its edges; default: the domain is the tile.
    pub tile: Option<Tile>,
    /// Index of the domain's first point in every field that has no entry in `origins`, on the axes that it has.
    pub origin: Option<[i64; 3]>,
    /// Index of the domain's first point in single fields: name and one entry per axis of the field.
    pub origins: Vec<(String, Vec<i64>)>,
    /// Threads to use, at most [`most_threads`](crate::most_threads); default: all, or the caller's alone where the call is too
    /// short for others to help.
    pub threads: Option<usize>,
}

/// [`CallOptions`] with names looked up: for calls that are made again and again.
#[derive(Clone, Default, Debug)]
pub struct Placement {
    /// As in [`CallOptions`].
    pub domain: Option<Domain>,
    /// As in [`CallOptions`].
    pub tile: Option<Tile>,
    /// For each field of the signature, in its order, its origin if it is given one; one entry per axis of the field.
    pub origins: Vec<Option<Vec<i64>>>,
    /// As in [`CallOptions`].
    pub threads: Option<usize>,
}

impl CallOptions {
    /// The options for calls with this signature.
    ///
    /// # Errors
    /// An origin of something that is no field of the signature.
    pub fn place(&self, signature: &Signature) -> Result<Placement, CallError> {
        self.origins.iter().try_for_each(|(name, _)| signature.check_origin(name))?;
        let origin = |field: &crate::FieldInfo| {
            let own = self.origins.iter().find(|(name, _)| *name == field.name).map(|(_, origin)| origin.clone());
            own.or_else(|| self.origin.map(|common| field.axes.iter().map(|axis| common[axis.index()]).collect()))
        };
        let (domain, tile, threads) = (self.domain, self.tile, self.threads);
        Ok(Placement { domain, tile, origins: signature.fields.iter().map(origin).collect(), threads })
    }
}

impl Signature {
    /// Checks that a name that is given an origin is a field's.
    ///
    /// # Errors
    /// When it is not; says which field it may be meant for.
    pub fn check_origin(&self, name: &str) -> Result<(), CallError> {
        let fields = || self.fields.iter().map(|field| field.name.as_str());
        if fields().any(|field| field == name) {
            return Ok(());
        }
        let meant = nearest(name, fields()).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
        let message = format!("has an origin, but is not a field of the call{meant}");
        Err(wrong_value(Code::CALL_ORIGIN, Some(name), message))
    }
}

//! Which file an import names.

use super::load::{FILE_LIMIT, Load, Target, Which};
use crate::function_ref::FileId;
use crate::outline::{SiteId, What};
use crate::stdlib;

impl Load<'_> {
    pub(super) fn find_target(&mut self, file: FileId, id: SiteId, which: Which) {
        let what = self.units[file].outline.as_ref().and_then(|outline| outline.sites.get(id)).map(|site| &site.what);
        let (module, level) = match (what, which) {
            (Some(What::Import { module, .. }), Which::Package) => {
                (module.text.split('.').next().unwrap_or_default().to_string(), 0)
            }
            (Some(What::Import { module, .. }), _) => (module.text.clone(), 0),
            (Some(What::From { module, level, name }), Which::Submodule) if module.text.is_empty() => {
                (name.text.clone(), *level)
            }
            (Some(What::From { module, level, name }), Which::Submodule) => (format!("{}.{}", module.text, name.text), *level),
            (Some(What::From { module, level, .. } | What::Star { module, level }), _) => (module.text.clone(), *level),
            _ => (String::new(), 0),
        };
        let found = self.target(file, id, &module, level);
        self.units[file].targets.insert((id, which), found);
    }

    fn target(&mut self, importer: FileId, id: SiteId, module: &str, level: u32) -> Target {
        if level == 0 && is_language(module) {
            return Target::Language;
        }
        let Some((name, text)) = self.loader.load(&self.units[importer].file.name, module, level) else {
            return if level == 0 && stdlib::has(module) { Target::Standard } else { Target::None };
        };
        if let Some(known) = self.by_name.get(&name) {
            return Target::File(*known);
        }
        if self.units.len() >= FILE_LIMIT {
            return Target::Limit;
        }
        Target::File(self.add(&name, text, Some((importer, id))))
    }
}

/// Modules that need no file: their names are words of the language, or mean nothing to a stencil.
fn is_language(module: &str) -> bool {
    let packages =
        ["gt4py", "tradewind", "numpy", "math", "typing", "functools", "__future__", "__gtscript__", "__externals__"];
    let is_ndsl = ["ndsl", "ndsl.dsl"].contains(&module) || module.starts_with("ndsl.dsl.");
    is_ndsl || module.split('.').next().is_some_and(|first| packages.contains(&first))
}

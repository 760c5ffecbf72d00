//! What the caller decides: externals, precisions, where imported files come from.

use std::path::{Path, PathBuf};
use tradewind_ir::{Axis, Bound, DType};

/// How source is read.
#[derive(Clone, Debug)]
pub struct Options {
    /// Values given from outside (`-D name=value`); they win over tables and decorators in the source. `table.name` is the entry of
    /// a table.
    pub externals: Vec<(String, ExternalValue)>,
    /// What `float` means in annotations and casts: `f32` or `f64`.
    pub float: DType,
    /// What `int` means in annotations and casts: `i32` or `i64`.
    pub int: DType,
    /// The type of literals such as `0.5`.
    pub literal_float: DType,
    /// The type of literals such as `2`.
    pub literal_int: DType,
    /// Whether a level or data index that is computed is checked where it is used, so that a call fails when it does not exist.
    pub check_indexes: bool,
}

impl Default for Options {
    fn default() -> Self {
        let (float, int) = (DType::F64, DType::I64);
        Options { externals: Vec::new(), float, int, literal_float: float, literal_int: int, check_indexes: true }
    }
}

/// A value for an external from outside the source.
#[derive(Clone, PartialEq, Debug)]
pub enum ExternalValue {
    Bool(bool),
    Int(i64),
    Float(f64),
    None,
    /// `I`, `J` or `K`.
    Axis(Axis),
    /// A position on an axis: `I[0]`, `J[-1] + 1`.
    Index(Axis, Bound),
    /// A `@gtscript.function` of the same file, by name.
    Function(String),
}

impl ExternalValue {
    /// Reads a value as the command line has it: `6`, `0.25`, `True`, `false`, `None`, `I`, `I[0]`, `J[-1]+1`, or the name of a
    /// function.
    pub fn parse(text: &str) -> Option<ExternalValue> {
        let text = text.trim();
        let simple = match text {
            "True" | "true" => Some(ExternalValue::Bool(true)),
            "False" | "false" => Some(ExternalValue::Bool(false)),
            "None" | "none" => Some(ExternalValue::None),
            _ => None,
        };
        let number = || text.parse().map(ExternalValue::Int).ok().or_else(|| text.parse().map(ExternalValue::Float).ok());
        let is_name = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
        let name = || is_name.then(|| ExternalValue::Function(text.to_string()));
        simple.or_else(number).or_else(|| axis(text).map(ExternalValue::Axis)).or_else(|| index(text)).or_else(name)
    }
}

/// `I`, `J` or `K`.
fn axis(text: &str) -> Option<Axis> {
    Axis::ALL.into_iter().find(|axis| axis.to_string().to_uppercase() == text)
}

/// `I[0]`, `J[-1]+1`.
fn index(text: &str) -> Option<ExternalValue> {
    let (axis, rest) = text.split_once('[')?;
    let (at, offset) = rest.split_once(']')?;
    let axis = self::axis(axis.trim())?;
    let offset: String = offset.chars().filter(|c| !c.is_whitespace()).collect();
    let offset: i32 = if offset.is_empty() { 0 } else { offset.parse().ok()? };
    let at: i32 = at.trim().parse().ok()?;
    let bound = if at < 0 { Bound::end(at) } else { Bound::start(at) };
    Some(ExternalValue::Index(axis, Bound { offset: bound.offset.checked_add(offset)?, ..bound }))
}

/// Finds the text of imported modules.
pub trait Loader {
    /// The module `module` (dotted) imported by the file named `importer`, `level` leading dots up: its name for messages
    /// and its text; nothing when there is no such file.
    fn load(&self, importer: &str, module: &str, level: u32) -> Option<(String, String)>;
}

/// Looks for `module.py` beside the file that imports it, then in the folders of the packages around it and the one that holds
/// them, then in the working directory.
pub struct FileLoader;

impl Loader for FileLoader {
    fn load(&self, importer: &str, module: &str, level: u32) -> Option<(String, String)> {
        let mut folder = Path::new(importer).parent()?.to_path_buf();
        for _ in 1..level {
            folder = folder.parent()?.to_path_buf();
        }
        if module.is_empty() || module.split('.').any(|part| part.is_empty() || part.contains(['/', '\\'])) {
            return None;
        }
        let mut folders = vec![folder];
        if level == 0 {
            while let Some(package) = folders.last().filter(|f| f.join("__init__.py").is_file()) {
                let Some(above) = package.parent() else { break };
                folders.push(above.to_path_buf());
            }
            folders.push(PathBuf::new());
        }
        let found = folders.into_iter().find_map(|folder| {
            let path = module.split('.').fold(folder, |path, part| path.join(part));
            [path.with_extension("py"), path.join("__init__.py")].into_iter().find(|p| p.is_file())
        })?;
        let text = std::fs::read_to_string(&found).ok()?;
        Some((found.display().to_string(), text))
    }
}

/// Finds nothing: for sources that import no files.
pub struct NoLoader;

impl Loader for NoLoader {
    fn load(&self, _: &str, _: &str, _: u32) -> Option<(String, String)> {
        None
    }
}

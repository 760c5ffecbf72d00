//! The modules of a crate: the file of each, the names in it, and its items.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use syn::visit::{self, Visit};
use syn::{Item, ItemUse, UseTree, Visibility};

/// Gives the text of a file, if there is one at this path (relative to the root, `/`-separated).
pub type Read<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The modules that a root file leads to; code that is compiled for the unit tests of a file is left out.
pub struct Crate {
    /// The root is the first.
    pub modules: Vec<Module>,
}

/// A module: a file, or a block inside one.
pub struct Module {
    pub file: String,
    pub parent: Option<usize>,
    /// What a name means here; a function and a module may share one.
    pub names: HashMap<String, Vec<Name>>,
    /// Modules and enums of which all names are imported.
    pub globs: Vec<Vec<String>>,
    /// Its items but for modules.
    pub items: Vec<Item>,
}

/// A meaning of a name.
#[derive(Clone, Debug)]
pub enum Name {
    /// Defined here.
    Item,
    Module(usize),
    /// The path that a `use` gives it.
    Import(Vec<String>),
}

/// One name of a `use`, or all (`*`).
pub struct Imported {
    pub path: Vec<String>,
    /// The name here; none of a `*`.
    pub name: Option<String>,
}

impl Crate {
    /// Reads the crate with this root file. Files that do not exist or do not parse are left out: the compiler reports them.
    pub fn read(root: &str, read: Read<'_>) -> Crate {
        let mut found = Crate { modules: Vec::new() };
        if let Some(items) = parse(root, read) {
            let folder = Path::new(root).parent().unwrap_or(Path::new("")).to_path_buf();
            found.add(Place { file: root.to_owned(), folder, parent: None }, items, read);
        }
        found
    }

    fn add(&mut self, place: Place, items: Vec<Item>, read: Read<'_>) -> usize {
        let index = self.modules.len();
        let Place { file, folder, parent } = place;
        let (names, globs, kept) = (HashMap::new(), Vec::new(), Vec::new());
        self.modules.push(Module { file: file.clone(), parent, names, globs, items: kept });
        for item in items {
            match item {
                Item::Mod(module) => {
                    let name = module.ident.to_string();
                    let place = |file: String, folder| Place { file, folder, parent: Some(index) };
                    let child = match module.content {
                        Some(_) if is_test(&module.attrs) => None,
                        Some((_, items)) => Some((place(file.clone(), folder.join(&name)), items)),
                        None => candidates(&file, &folder, &name, &module.attrs)
                            .into_iter()
                            .find_map(|(path, folder)| parse(&path, read).map(|items| (place(path, folder), items))),
                    };
                    if let Some((place, items)) = child {
                        let child = self.add(place, items, read);
                        self.modules[index].name(name, Name::Module(child));
                    }
                }
                item => self.modules[index].item(item),
            }
        }
        index
    }
}

/// Where a module stands.
struct Place {
    file: String,
    /// The folder of its children.
    folder: PathBuf,
    parent: Option<usize>,
}

/// The files that `mod name;` may mean, each with the folder of its children.
fn candidates(file: &str, folder: &Path, name: &str, attrs: &[syn::Attribute]) -> Vec<(String, PathBuf)> {
    let inside = folder.join(name);
    match attrs.iter().find_map(path_attribute) {
        Some(path) => {
            let path = normal(&Path::new(file).parent().unwrap_or(Path::new("")).join(path));
            let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
            vec![(text(&path), folder)]
        }
        None => vec![(text(&folder.join(format!("{name}.rs"))), inside.clone()), (text(&inside.join("mod.rs")), inside)],
    }
}

fn path_attribute(attr: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attr.meta else { return None };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) = &pair.value else { return None };
    attr.path().is_ident("path").then(|| path.value())
}

/// The path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn parse(path: &str, read: Read<'_>) -> Option<Vec<Item>> {
    syn::parse_file(&read(path)?).ok().map(|file| file.items)
}

/// Whether an item is compiled for unit tests only.
fn is_test(attrs: &[syn::Attribute]) -> bool {
    let is = |a: &syn::Attribute| a.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test");
    attrs.iter().any(|a| a.path().is_ident("cfg") && is(a))
}

impl Module {
    fn name(&mut self, name: String, meaning: Name) {
        self.names.entry(name).or_default().push(meaning);
    }

    /// Adds an item that is no module, and the names that it brings.
    fn item(&mut self, item: Item) {
        let (name, attrs) = match &item {
            Item::Const(item) => (Some(&item.ident), &item.attrs),
            Item::Enum(item) => (Some(&item.ident), &item.attrs),
            Item::Fn(item) => (Some(&item.sig.ident), &item.attrs),
            Item::Impl(item) => (None, &item.attrs),
            Item::Macro(item) => (item.ident.as_ref(), &item.attrs),
            Item::Static(item) => (Some(&item.ident), &item.attrs),
            Item::Struct(item) => (Some(&item.ident), &item.attrs),
            Item::Trait(item) => (Some(&item.ident), &item.attrs),
            Item::Type(item) => (Some(&item.ident), &item.attrs),
            Item::Union(item) => (Some(&item.ident), &item.attrs),
            Item::Use(item) => (None, &item.attrs),
            _ => return,
        };
        if is_test(attrs) {
            return;
        }
        if let Some(name) = name {
            self.name(name.to_string(), Name::Item);
        }
        Imports { module: self }.visit_item(&item);
        self.items.push(item);
    }
}

/// Adds the names of the `use`s of an item, those inside functions included.
struct Imports<'a> {
    module: &'a mut Module,
}

impl<'ast> Visit<'ast> for Imports<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        for Imported { path, name } in imported(item) {
            match name {
                Some(name) => self.module.name(name, Name::Import(path)),
                None => self.module.globs.push(path),
            }
        }
        visit::visit_item_use(self, item);
    }
}

/// Whether a `use` offers its names to other modules.
pub fn is_reexport(item: &ItemUse) -> bool {
    !matches!(item.vis, Visibility::Inherited)
}

/// The names that a `use` brings.
pub fn imported(item: &ItemUse) -> Vec<Imported> {
    let mut found = Vec::new();
    leaves(&item.tree, &mut Vec::new(), &mut found);
    found
}

fn leaves(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<Imported>) {
    let depth = before.len();
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            leaves(&path.tree, before, found);
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, before, found)),
        UseTree::Glob(_) => found.push(Imported { path: before.clone(), name: None }),
        UseTree::Name(name) => {
            if name.ident != "self" {
                before.push(name.ident.to_string());
            }
            found.push(Imported { path: before.clone(), name: before.last().cloned() });
        }
        UseTree::Rename(rename) => {
            if rename.ident != "self" {
                before.push(rename.ident.to_string());
            }
            found.push(Imported { path: before.clone(), name: Some(rename.rename.to_string()) });
        }
    }
    before.truncate(depth);
}

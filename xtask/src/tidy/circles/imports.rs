//! What each file of a crate takes from its other files.

use super::modules::{Crate, Module, Name, imported, is_reexport};
use petgraph::graphmap::DiGraphMap;
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// Files, and one import for each pair of them.
pub type Imports<'a> = DiGraphMap<&'a str, Import>;

/// A use of another file's item.
#[derive(Clone, Debug)]
pub struct Import {
    /// Counted from 1.
    pub line: usize,
    /// As it is written.
    pub path: String,
}

/// Adds the imports between the files of a crate. An item is imported from the file that defines it, whatever modules offer it
/// again: files that declare and offer the items of others import nothing by that.
pub fn add<'a>(found: &mut Imports<'a>, of: &'a Crate) {
    for (index, module) in of.modules.iter().enumerate() {
        found.add_node(&module.file);
        let mut uses = Uses { of, index, module, found };
        module.items.iter().for_each(|item| uses.visit_item(item));
    }
}

struct Uses<'a, 'b> {
    of: &'a Crate,
    index: usize,
    module: &'a Module,
    found: &'b mut Imports<'a>,
}

impl<'a> Uses<'a, '_> {
    /// Notes the use of a path.
    fn path(&mut self, path: &[String], line: usize) {
        let (of, module): (&'a Crate, &'a Module) = (self.of, self.module);
        let Some(file) = of.definition(self.index, path, DEPTH) else { return };
        if file != module.file && !self.found.contains_edge(&module.file, file) {
            self.found.add_edge(&module.file, file, Import { line, path: path.join("::") });
        }
    }

    /// Notes the paths among the tokens of a macro.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let (mut line, mut colons) = (0, 0);
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Ident(word) => {
                    if colons != 2 {
                        self.path(&std::mem::take(&mut path), line);
                    }
                    (line, colons) = (word.span().start().line, 0);
                    path.push(word.to_string());
                }
                other => {
                    self.path(&std::mem::take(&mut path), line);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.path(&path, line);
    }
}

impl<'ast> Visit<'ast> for Uses<'_, '_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let line = item.use_token.span.start().line;
        if !is_reexport(item) {
            imported(item).iter().for_each(|import| self.path(&import.path, line));
        }
    }
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if let Some(first) = path.segments.first().filter(|_| path.leading_colon.is_none()) {
            self.path(&names, first.ident.span().start().line);
        }
        visit::visit_path(self, path);
    }
    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        self.visit_path(&node.path);
        self.tokens(node.tokens.clone());
    }
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

/// Imports of imports that are followed; paths may lead in a circle.
const DEPTH: usize = 20;

impl Crate {
    /// The file that defines what a path means in a module; nothing for modules, and for what the crate does not define.
    fn definition(&self, module: usize, path: &[String], depth: usize) -> Option<&str> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.inside(0, rest, depth),
            "self" => self.inside(module, rest, depth),
            "super" => self.above(module, rest, depth),
            _ => self.inside(module, path, depth),
        }
    }

    fn above(&self, module: usize, path: &[String], depth: usize) -> Option<&str> {
        let parent = self.modules[module].parent?;
        match path.split_first() {
            Some((first, rest)) if first == "super" => self.above(parent, rest, depth),
            _ => self.inside(parent, path, depth),
        }
    }

    /// The same for a path that starts with a name of the module.
    fn inside(&self, module: usize, path: &[String], depth: usize) -> Option<&str> {
        let (first, rest) = path.split_first()?;
        let depth = depth.checked_sub(1)?;
        let here = &self.modules[module];
        let meanings = here.names.get(first).map(Vec::as_slice).unwrap_or_default();
        let meant = meanings.iter().find_map(|meaning| match meaning {
            Name::Item => Some(here.file.as_str()),
            Name::Module(child) => self.inside(*child, rest, depth),
            Name::Import(path) => self.definition(module, &[path, rest].concat(), depth),
        });
        meant.or_else(|| here.globs.iter().find_map(|glob| self.definition(module, &[glob, path].concat(), depth)))
    }
}

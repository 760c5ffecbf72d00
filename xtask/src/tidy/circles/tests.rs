//! Crates of a few lines, and the circles in them.

use super::modules::Crate;
use super::{Finding, circles, imports};

/// A crate whose root is the first file: `src/lib.rs` in front of `(path, text)`.
fn found(files: &[(&str, &str)], allowed: &[(&str, &str)]) -> Vec<String> {
    let read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
    let of = Crate::read(files[0].0, &read);
    let mut imports = imports::Imports::new();
    imports::add(&mut imports, &of);
    circles(&imports, allowed).iter().map(Finding::to_string).collect()
}

const LIB: (&str, &str) = ("src/lib.rs", "mod a;\nmod b;\nmod c;");

#[test]
fn imports_in_one_direction_are_no_circle() {
    let files = [
        LIB,
        ("src/a.rs", "pub struct A;"),
        ("src/b.rs", "use crate::a::A;"),
        ("src/c.rs", "use super::{a::A, b};\nfn f() { b::g() }"),
    ];
    assert!(found(&files, &[]).is_empty());
}

#[test]
fn a_circle_is_told_file_by_file() {
    let a = ("src/a.rs", "use crate::c::C;\npub struct A;");
    let files =
        [LIB, a, ("src/b.rs", "\npub fn b(_: super::a::A) {}"), ("src/c.rs", "pub struct C;\nfn f() { m!(crate::b::b(1)) }")];
    let expected = "src/a.rs:1: files import each other in a circle
    src/a.rs:1 takes `crate::c::C` from src/c.rs
    src/c.rs:2 takes `crate::b::b` from src/b.rs
    src/b.rs:2 takes `super::a::A` from src/a.rs
    Move an item to the file that needs it first, or to one of its own that both can import.";
    assert_eq!(found(&files, &[]), [expected]);
}

#[test]
fn the_shortest_circle_of_many_files_is_shown() {
    let files = [
        LIB,
        ("src/a.rs", "use crate::{b::B, c::C};\npub struct A;"),
        ("src/b.rs", "use crate::c::C;\npub struct B;"),
        ("src/c.rs", "use crate::a::A;\npub struct C;"),
    ];
    let found = found(&files, &[]);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("src/a.rs:1: files import each other in a circle, the shortest of 3 files that do\n"),
        "{found:?}"
    );
}

#[test]
fn an_item_is_imported_from_the_file_that_defines_it() {
    let parent = ("src/lib.rs", "mod a;\nmod b;\npub use a::A;\npub use b::*;");
    let children = [("src/a.rs", "pub struct A;"), ("src/b.rs", "use crate::A;\npub struct B;")];
    assert!(found(&[parent, children[0], children[1]], &[]).is_empty());
    // The same where the parent uses what it offers again, and a child what the parent defines.
    let parent = ("src/lib.rs", "mod a;\nmod b;\npub use b::*;\npub struct P(B);");
    let child = ("src/b.rs", "use super::P;\npub struct B;");
    assert_eq!(found(&[parent, children[0], child], &[]).len(), 1);
}

#[test]
fn modules_have_files_by_name_by_folder_and_by_path() {
    let files = [
        ("src/main.rs", "mod a;\n#[path = \"../shared/b.rs\"]\nmod b;\nmod inside { pub mod c; }"),
        ("src/a/mod.rs", "pub mod d;"),
        ("src/a/d.rs", "use super::super::b::B;\npub struct D;"),
        ("shared/b.rs", "use crate::inside::c::C;\npub struct B;"),
        ("src/inside/c.rs", "use crate::a::d::{self as other};\npub struct C(other::D);"),
    ];
    let found = found(&files, &[]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].matches(" takes ").count(), 3, "{found:?}");
}

#[test]
fn unit_tests_of_a_file_may_import_anything() {
    let tests = "pub struct A;\n#[cfg(test)]\nmod tests {\n    use crate::b::B;\n}";
    assert!(found(&[LIB, ("src/a.rs", tests), ("src/b.rs", "use crate::a::A;\npub struct B;")], &[]).is_empty());
}

#[test]
fn imports_that_lead_to_themselves_end() {
    assert!(
        found(&[("src/lib.rs", "mod a;\npub use a::X;"), ("src/a.rs", "pub use super::X;\nfn f() { X::new() }")], &[])
            .is_empty()
    );
}

#[test]
fn an_exception_covers_a_folder_as_long_as_it_has_a_circle() {
    let lib = ("src/lib.rs", "mod text;");
    let text = ("src/text/mod.rs", "mod a;\nmod b;");
    let a = ("src/text/a.rs", "use super::b::B;\npub struct A;");
    let allowed = [("src/text/", "one printer")];
    assert!(found(&[lib, text, a, ("src/text/b.rs", "use super::a::A;\npub struct B;")], &allowed).is_empty());
    let found = found(&[lib, text, a, ("src/text/b.rs", "pub struct B;")], &allowed);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("the files of `src/text/` import each other in no circle"), "{found:?}");
}

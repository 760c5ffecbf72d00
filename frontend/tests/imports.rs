//! Imports are followed as far as names in use need them, whatever else a file imports.

use std::cell::RefCell;
use std::collections::HashMap;
use tradewind_frontend::{Loader, Module, Options, parse_module};

/// Files in memory by module, with note of those that were asked for.
#[derive(Default)]
struct Files {
    texts: HashMap<String, String>,
    read: RefCell<Vec<String>>,
}

impl Files {
    fn add(&mut self, module: &str, text: String) {
        self.texts.insert(module.to_string(), text);
    }
    fn check(&self, text: &str) -> (Module, Vec<String>) {
        let module = parse_module("model.py", text, &Options::default(), self);
        let found = module.check().into_iter().map(|d| d.message).collect();
        (module, found)
    }
    fn read(&self) -> Vec<String> {
        self.read.borrow().clone()
    }
}

impl Loader for Files {
    fn load(&self, importer: &str, module: &str, level: u32) -> Option<(String, String)> {
        let package = importer.trim_end_matches(".py").split('/').next().unwrap_or_default();
        let module = if level > 0 { format!("{package}.{module}") } else { module.to_string() };
        let text = self.texts.get(&module)?;
        self.read.borrow_mut().push(module.clone());
        Some((format!("{}.py", module.replace('.', "/")), text.clone()))
    }
}

/// A package of many files: each imports the next ones, some of them are not Python.
fn large() -> Files {
    let mut files = Files::default();
    let all: Vec<String> = (0..400).map(|n| format!("from .part{n} import *\nfrom .part{n} import name{n}\n")).collect();
    files.add("large", format!("{}from .part7 import helper\n__all__ = [\"name3\"]\n", all.concat()));
    for n in 0..400 {
        let broken = if n % 7 == 3 { "print 'an old file'\ndef (:\n" } else { "" };
        let next = format!("from .part{} import *\nimport large.part{}\n", (n + 1) % 400, (n + 5) % 400);
        let helper = "from .part8 import FACTOR\nWEIGHT = 2.0 * FACTOR\ndef helper(q):\n    return WEIGHT * q\n";
        let names = format!("FACTOR = {n}.0\nname{n} = FACTOR\n");
        files.add(&format!("large.part{n}"), format!("{next}{broken}{names}{}", if n == 7 { helper } else { "" }));
    }
    files
}

const STENCIL: &str =
    "def s(a: Field[float], out: Field[float]):\n    with computation(PARALLEL), interval(...):\n        t = a\n";

#[test]
fn unused_imports_are_not_read() {
    for head in
        ["import large", "from large import name1, nothing", "import large.part1 as one, nowhere", "from large import *"]
    {
        let files = large();
        let (module, found) = files.check(&format!("{head}\n{STENCIL}        out = t + sqrt(a)\n"));
        assert_eq!(found, Vec::<String>::new(), "{head}");
        assert_eq!(module.stencil_names(), ["s"]);
        // A star is asked for the words that the stencil uses, and its `__all__` answers.
        assert!(files.read().len() <= usize::from(head.ends_with('*')), "{head}: {:?}", files.read());
    }
}

#[test]
fn only_the_files_of_names_in_use_are_read() {
    let uses = [
        ("from large import helper", "helper(t)"),
        ("import large", "large.helper(t)"),
        ("import large.part7", "large.part7.helper(t)"),
        ("import large.part7 as part, large", "part.helper(t)"),
    ];
    for (head, value) in uses {
        let files = large();
        let (module, found) = files.check(&format!("{head}\n{STENCIL}        out = {value}\n"));
        assert_eq!(found, Vec::<String>::new(), "{head}");
        let text = module.lower_stencil("s", &[]).expect("it is right").0.to_string();
        assert!(text.contains("16.0"), "{text}");
        assert!(files.read().len() <= 4, "{head}: {:?}", files.read());
    }
}

#[test]
fn a_broken_file_is_reported_if_what_is_broken_is_used() {
    let mut files = Files::default();
    files.add("helpers", "def good(q):\n    return q\n\ndef bad(q):\n    return q +\n".to_string());
    let head = "from helpers import bad, good\n";
    assert_eq!(files.check(&format!("{head}{STENCIL}        out = good(t)\n")).1, Vec::<String>::new());
    let (_, found) = files.check(&format!("{head}{STENCIL}        out = bad(t)\n"));
    assert!(found[0].contains("this is not valid Python"), "{found:?}");
}

#[test]
fn the_limit_on_files_is_named() {
    let mut files = Files::default();
    for n in 0..400 {
        files.add(&format!("chain{n}"), format!("from chain{} import last\n", n + 1));
    }
    files.add("chain400", "last = 1.0\n".to_string());
    let (module, _) = files.check(&format!("from chain0 import last\n{STENCIL}        out = last * t\n"));
    let found = module.check();
    assert_eq!(found.len(), 1);
    assert!(found[0].message.contains("more than 200 files are read"), "{}", found[0].message);
    assert!(found[0].notes[0].contains("model.py, chain0.py, chain1.py, …"), "{:?}", found[0].notes);
    let (_, found) = files.check(&format!("from chain300 import last\n{STENCIL}        out = last * t\n"));
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn long_chains_of_names_do_not_nest() {
    let run = || {
        let chain: String = (1..20_000).map(|n| format!("if C{0} > 0:\n    C{n} = C{0} + 1\n", n - 1)).collect();
        let (_, found) = Files::default().check(&format!("C0 = 1\n{chain}{STENCIL}        out = C19999 * t\n"));
        assert_eq!(found, Vec::<String>::new());
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread");
    thread.join().expect("no panic");
}

#[test]
fn names_that_are_set_in_modules_are_made_of_what_was_there() {
    let mut files = Files::default();
    files.add("other", format!("{STENCIL}        out = t\nG = 2.0\n"));
    let set = "import other\nimport tradewind\nother.s = tradewind.stencil(other.s)\nother.G = other.G + 1.0\nother.G = 2.0 * other.G\n";
    let program = "@program\ndef p(q: Field[float], w: Field[float]):\n    other.s(q, w)\n";
    let (module, found) = files.check(&format!("{set}{STENCIL}        out = t * other.G\n{program}"));
    assert_eq!(found, Vec::<String>::new());
    let (stencil, _) = module.lower_stencil("s", &[]).unwrap();
    assert!(stencil.to_string().contains("6.0f64"), "{}", &*stencil);
}

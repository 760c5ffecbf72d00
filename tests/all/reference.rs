//! The examples of `docs/language.md`: each compiles, without warnings that it does not name, and all executors agree on it.

use tradewind::{Compiled, Module, Settings, Toolchain, differential};

const PAGE: &str = include_str!("../../docs/language.md");

/// One below a vector and odd, one with a vector and a remainder.
const DOMAINS: [[i64; 3]; 2] = [[3, 2, 5], [9, 4, 7]];

/// One block of Python in the page.
struct Example {
    /// The last heading above it, and its number under that.
    name: String,
    text: String,
}

impl Example {
    /// The codes of the warnings that its first line names: `# warns TW0503`.
    fn warnings(&self) -> Vec<&str> {
        let first = self.text.lines().next().and_then(|line| line.strip_prefix("# warns "));
        first.map_or(Vec::new(), |codes| codes.split([',', ' ']).filter(|code| !code.is_empty()).collect())
    }

    fn module(&self) -> Module {
        Toolchain::new(Settings::default()).load("example.py", &self.text)
    }
}

fn examples() -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let (mut heading, mut count, mut inside) = ("", 0, false);
    for line in PAGE.lines() {
        if line.starts_with("```") {
            inside = line == "```python";
            if inside {
                count += 1;
                found.push(Example { name: format!("{heading} ({count})"), text: String::new() });
            }
        } else if inside {
            found.last_mut().expect("a block was begun").text += &format!("{line}\n");
        } else if let Some(title) = line.strip_prefix("## ").or_else(|| line.strip_prefix("### ")) {
            (heading, count) = (title, 0);
        }
    }
    found
}

fn compiled(example: &Example) -> Vec<Compiled> {
    let module = example.module();
    let stencils = module.stencils().into_iter().map(|name| module.stencil(&name));
    let programs = module.programs().into_iter().map(|name| module.program(&name));
    stencils.chain(programs).map(|one| one.unwrap_or_else(|e| panic!("{}:\n{e}", example.name))).collect()
}

#[test]
fn every_example_compiles_with_the_warnings_that_it_names() {
    for example in examples() {
        let found = example.module().check();
        let codes: Vec<String> = found.iter().map(|d| d.code.to_string()).collect();
        let messages: Vec<&str> = found.iter().map(|d| d.message.as_str()).collect();
        assert_eq!(codes, example.warnings(), "{}: {messages:?}", example.name);
    }
}

#[test]
fn every_example_gives_the_same_on_every_executor() {
    let mut count = 0;
    // Host functions are registered in the tests of Python, which run that example.
    for example in examples().into_iter().filter(|example| !example.text.contains("callback(")) {
        for compiled in compiled(&example) {
            for mut domain in DOMAINS {
                domain = std::array::from_fn(|n| domain[n].max(compiled.signature().min_size[n]));
                let (arrays, scalars) = differential::random_input(compiled.signature(), domain, 7);
                let found = differential::compare(&compiled, domain, &arrays, &scalars);
                let found = found.unwrap_or_else(|e| panic!("{}: {e}", example.name));
                assert!(found.is_none(), "{} on {domain:?}: {}", example.name, found.expect("just seen"));
            }
            count += 1;
        }
    }
    assert!(count >= 35, "only {count} stencils and programs were found in the page");
}

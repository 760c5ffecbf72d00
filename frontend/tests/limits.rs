//! No text makes the front end panic, overflow its stack or run for ever.

use tradewind_frontend::{NoLoader, Options, parse_module};

const HEAD: &str = "from gt4py.cartesian.gtscript import *\n\n";

/// Checks a text on a small stack, and gives the messages.
fn check(text: String) -> Vec<String> {
    let run = move || {
        let module = parse_module("input.py", &text, &Options::default(), &NoLoader);
        let found = module.check();
        let rendered = tradewind_ir::diagnostic::render(&module.sources, &found, false);
        assert!(rendered.is_empty() == found.is_empty());
        found.into_iter().map(|d| d.message).collect()
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread");
    thread.join().expect("no panic")
}

fn stencil(statement: &str) -> String {
    format!(
        "{HEAD}def s(a: Field[float], out: Field[float]):\n    with computation(PARALLEL), interval(...):\n        {statement}\n"
    )
}

#[test]
fn deep_expressions_are_refused() {
    let deep = 100_000;
    for text in [
        format!("out = {}a{}", "(".repeat(deep), ")".repeat(deep)),
        format!("out = {}a", "-".repeat(deep)),
        format!("out = {}a", "not ".repeat(deep)),
        format!("out = a{}", " + a".repeat(deep)),
        format!("out = a{}", "[0]".repeat(deep)),
        format!("out = {}a", "a if a else ".repeat(deep)),
        format!("out = {}a", "lambda: ".repeat(deep)),
        format!("out = {}1", "a, lambda x, y: ".repeat(deep)),
        format!("out = {}a", "f(".repeat(deep)),
        format!("out = f\"{}\"", "{f'".repeat(deep / 20)),
        format!("out = a{}", ".b".repeat(deep)),
    ] {
        let found = check(stencil(&text));
        assert!(!found.is_empty(), "{}", &text[..20]);
    }
}

#[test]
fn depth_below_the_limit_is_lowered() {
    let deep = 98;
    for text in [
        format!("out = {}a{}", "(a + ".repeat(deep), ")".repeat(deep)),
        format!("out = {}a", "- ".repeat(190)),
        format!("out = a{}", " + a".repeat(1_999)),
        format!("out = a{}", " + 2.0 * a[0, 0, 0] ** 2 * -a".repeat(1_500)),
        format!("out = a * ({}a) - 1.0", "a * a - ".repeat(1_500)),
        format!("out = 1.0 if a > 0.0{} else 0.0", " and a < 9.0".repeat(1_500)),
        format!("out = max(a{})", ", a".repeat(1_500)),
        format!("out = {}a{}", "(".repeat(60), (" + a".repeat(30) + ")").repeat(60)),
        format!("out = {}a{}", "min(a, ".repeat(150), ")".repeat(150)),
        format!("out = {}0.0", "1.0 if a > 0.0 else ".repeat(60)),
    ] {
        assert_eq!(check(stencil(&text)), Vec::<String>::new(), "{}", &text[..20]);
    }
}

#[test]
fn deep_blocks_are_refused() {
    let nested = |depth: usize| -> String {
        let lines = (0..depth).map(|n| format!("{}if a > 0.0:\n", " ".repeat(n + 1)));
        format!("if a > 0.0:\n{}{}out = a", lines.map(|l| format!("        {l}")).collect::<String>(), " ".repeat(depth + 9))
    };
    assert_eq!(check(stencil(&nested(50))), Vec::<String>::new());
    assert!(!check(stencil(&nested(3000))).is_empty());
    let chain = format!("if a > 0.0:\n            out = a\n{}", "        elif a > 0.0:\n            out = a\n".repeat(5000));
    assert!(!check(stencil(&chain)).is_empty());
}

#[test]
fn growth_by_inlining_is_refused() {
    let doubling = |body: &dyn Fn(usize) -> String| -> String {
        let functions: String = (1..40).map(|n| format!("@function\ndef f{n}(q):\n    {}\n\n", body(n - 1))).collect();
        format!("{HEAD}@function\ndef f0(q):\n    return q\n\n{functions}{}", &stencil("out = f39(a)")[HEAD.len()..])
    };
    assert!(!check(doubling(&|n| format!("return f{n}(q) + f{n}(q)"))).is_empty());
    assert!(!check(doubling(&|n| format!("t = f{n}(q)\n    return f{n}(t) + t"))).is_empty());
    // A comparison's middle is used twice, but computed once.
    assert_eq!(check(doubling(&|n| format!("return 0.0 < (0.0 < f{n}(q) < 1.0) < 1.0"))), Vec::<String>::new());
    let programs: String =
        (1..30).map(|n| format!("@program\ndef p{n}(q: Field[float]):\n    p{0}(q)\n    p{0}(q)\n\n", n - 1)).collect();
    assert!(!check(format!("{HEAD}@program\ndef p0(q: Field[float]):\n    halo_update(q)\n\n{programs}")).is_empty());
}

/// Fixtures, cut, joined and scrambled: nothing is checked but that there is an answer.
#[test]
fn scrambled_sources_have_an_answer() {
    let count = std::env::var("TRADEWIND_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    let mut texts = Vec::new();
    for kind in ["errors", "frontend"] {
        let entries = std::fs::read_dir(folder.join(kind)).expect("the fixtures are there").flatten();
        for entry in entries.filter(|e| e.path().is_file()) {
            let text = std::fs::read_to_string(entry.path()).expect("a text");
            texts.push(text.split("#---").next().unwrap_or_default().to_string());
        }
    }
    texts.sort();
    let mut random = Random(20);
    for _ in 0..count {
        let text = scramble(&texts, &mut random);
        check(text);
    }
}

/// A pick of lines and words of several texts.
fn scramble(texts: &[String], random: &mut Random) -> String {
    let mut text: String = texts[random.below(texts.len())].clone();
    for _ in 0..1 + random.below(6) {
        let other = &texts[random.below(texts.len())];
        let words: Vec<&str> = other.split_inclusive([' ', '\n', '(', ')', '[', ']', ',', ':']).collect();
        let cut = |random: &mut Random, text: &str| -> usize {
            let at = random.below(text.len() + 1);
            (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
        };
        let (from, word) = (cut(random, &text), words[random.below(words.len())]);
        let to = (from + random.below(8)).min(text.len());
        let to = (to..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        text.replace_range(from..to, word);
    }
    text
}

/// A small generator of numbers, the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}

//! Texts changed at random: whatever they say, reading, checking and running them ends with a result or an error, and what is
//! read prints back.

use tradewind_ir::interpret::{Options, run_program};
use tradewind_ir::text::{Module, parse};
use tradewind_ir::{Array, SourceId, Value, Verify};

const SEEDS: [&str; 2] = [
    "stencil a(%a: field<f64, IJK>, %p: field<f32, IJ>, %c: field<i32, K>, $w: f64, %out: field<f64, IJK>) {
  temp %t: field<f64, IJK>
  temp %m: field<bool, IJK>
  parallel {
    interval [start, start+1) { execute { %t = (%a[1,0,0] + (%a[-1,0,1] %% $w)) } }
    interval [start+1, end) { execute { %t = min(%t, ((I < 2i32) ? %a : -1.5e3f64)) } }
  }
  forward {
    interval [start+1, end-1) {
      execute { %m = (region[start:start+1, :] || !(%t >= 0.0f64)) }
      execute { mask (%m) { %t = sqrt(abs(%t[0,0,-1])) } }
      execute { while ((%t < 3.0f64) && %m) { %t = (%t + 1.0f64) } }
      execute { %p = (f32(%t) + %p) }
      execute { restrict [start-1:end+1, end-2:] { %out = (%t[0,0,?(%c)] * f64(%p)) } }
    }
  }
}",
    "program p(%q: field<f64, IJK>, $n: i64) {
  stencil s(%a: field<f64, IJK>, %b: field<f64, IJK>) {
    temp %t: field<f64, IJK>
    backward { interval [start, end) {
      execute { %t = %a[0,-1,0] }
      execute { %b[0,0,0] = (%t[1,0,0] - %t[-1,0,0]) }
    } }
  }
  transient %r: field<f64, IJK>
  var $i: i64
  for $i in [0i64, ($n // 2i64)) {
    halo_update %q, %r width 2
    if (($i %% 2i64) == 0i64) { call @s(%q, %r) on [start+1, end-1), [start, end), [start, end) } else { swap %q, %r }
    let $i = ($i + 1i64)
    while ($i > 7i64) { copy %q = %r }
  }
}",
];

/// A small generator of numbers below a bound (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

/// The words of a text with their blanks, so that changes keep most of the grammar.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let joins = |word: &str, c: char| word.ends_with(|d: char| d.is_alphanumeric() || "%$@".contains(d)) && c.is_alphanumeric();
    for c in text.chars() {
        match words.last_mut() {
            Some(word) if word.is_empty() || joins(word, c) => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    words
}

fn mutate(text: &str, random: &mut Random) -> String {
    let mut words = words(text);
    for _ in 0..1 + random.below(2) {
        let (at, from) = (random.below(words.len()), random.below(words.len()));
        let number =
            (0..words.len()).cycle().skip(at).take(words.len()).find(|n| words[*n].starts_with(|c: char| c.is_ascii_digit()));
        match random.below(8) {
            0 => words[at] = words[from].clone(),
            1 => words.insert(at, words[from].clone()),
            2 => words[at].clear(),
            3 => words.swap(at, from),
            _ => {
                let digit = char::from(b'0' + random.below(10) as u8);
                number.iter().for_each(|n| words[*n].replace_range(..1, &digit.to_string()));
            }
        }
    }
    words.concat()
}

/// Reads, checks and runs a text; says how far it came.
fn follow(text: &str) -> usize {
    let Ok(mut module) = parse(text, SourceId(0)) else {
        return 0;
    };
    let printed = module.to_string();
    assert_eq!(parse(&printed, SourceId(0)).map(|m| m.to_string()), Ok(printed));
    match &mut module {
        Module::Stencil(stencil) => drop(tradewind_ir::extent::compute(stencil)),
        Module::Program(p) => p.stencils.iter_mut().for_each(|(_, s)| drop(tradewind_ir::extent::compute(s))),
    }
    let Ok(program) = module.into_program().verify() else {
        return 1;
    };
    program.stencils.values().for_each(|s| drop(tradewind_ir::defined::diagnose(s)));
    let summary = program.summary();
    let large = summary.fields.values().flat_map(|f| f.halo.0).any(|(low, high)| low < -9 || high > 9);
    if large || summary.min_size.iter().any(|n| *n > 9) {
        return 2;
    }
    let domain = [4, 3, 5].map(|n: i64| n.max(*summary.min_size.iter().max().unwrap_or(&1)));
    let arguments = program.params.iter().filter_map(|p| match p {
        tradewind_ir::Param::Field(id) => summary.storage(*id, domain),
        tradewind_ir::Param::Scalar(_) => None,
    });
    let scalars = program.params.iter().filter_map(|p| match p {
        tradewind_ir::Param::Scalar(id) => Some(Value::I64(5).cast(program.scalars[*id].dtype)),
        tradewind_ir::Param::Field(_) => None,
    });
    let (mut arguments, scalars): (Vec<Array>, Vec<Value>) = (arguments.collect(), scalars.collect());
    match run_program(&program, domain, &mut arguments, &scalars, Options { while_limit: 50, ..Options::default() }) {
        Ok(()) => 4,
        Err(_) => 3,
    }
}

#[test]
fn no_text_makes_the_crate_panic() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let cases = std::env::var("TRADEWIND_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(3000);
    let mut reached = [0; 5];
    for seed in SEEDS {
        assert_eq!(follow(seed), 4);
        for _ in 0..cases {
            reached[follow(&mutate(seed, &mut random))] += 1;
        }
    }
    assert!(reached[4] > cases / 5, "too few texts were run: {reached:?}");
}

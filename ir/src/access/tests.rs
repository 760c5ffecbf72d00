//! Access and halos of small stencils and programs.

use super::*;
use crate::source::SourceId;
use crate::text::{Module, parse, parse_stencil};

fn shown(fields: &IdVec<FieldId, FieldAccess>, min_size: [i64; 3]) -> String {
    let field = |f: &FieldAccess| format!("{} {} {:?}", f.name, f.mode, f.halo.0);
    fields.values().map(field).chain([format!("{min_size:?}")]).collect::<Vec<_>>().join("; ")
}

fn stencil(loops: &str) -> String {
    let text = format!("stencil x(%a: field<f64, IJK>, %out: field<f64, IJK>) {{ {loops} }}");
    let mut stencil = parse_stencil(&text, SourceId(0)).expect("parses");
    assert_eq!(crate::extent::compute(&mut stencil), []);
    let summary = Summary::of(&stencil);
    shown(&summary.fields, summary.min_size)
}

#[test]
fn halos_are_exact_along_k() {
    let inner = "forward { interval [start, start+1) { execute { %out = %a } }
                           interval [start+1, end-1) { execute { %out = (%a[0,0,-1] + %a[0,0,1]) } }
                           interval [end-1, end) { execute { %out = %a[0,0,-1] } } }";
    assert_eq!(stencil(inner), "a read [(0, 0), (0, 0), (0, 0)]; out write [(0, 0), (0, 0), (0, 0)]; [1, 1, 2]");
    let beyond = "parallel { interval [start, end) { execute { %out = %a[-2,0,1] } } }";
    assert_eq!(stencil(beyond), "a read [(-2, 0), (0, 0), (0, 1)]; out write [(0, 0), (0, 0), (0, 0)]; [1, 1, 1]");
}

#[test]
fn a_field_that_is_written_in_part_keeps_old_values() {
    let part = "parallel { interval [start+2, end) { execute { %out = %a } } }";
    assert_eq!(stencil(part), "a read [(0, 0), (0, 0), (0, 0)]; out read-write [(0, 0), (0, 0), (0, 0)]; [1, 1, 2]");
    let edge = "parallel { interval [start, end) { execute { restrict [start:start+1, :] { %out = %a[2,0,0] } } } }";
    assert_eq!(stencil(edge), "a read [(0, 0), (0, 0), (0, 0)]; out read-write [(0, 0), (0, 0), (0, 0)]; [3, 1, 1]");
}

#[test]
fn a_program_joins_its_calls() {
    let text = "program p(%q: field<f64, IJK>, %r: field<f64, IJK>, $n: i64) {
        stencil s(%a: field<f64, IJK>, %out: field<f64, IJK>) {
          parallel { interval [start, end) { execute { %out = (%a[-1,0,0] + %a[1,0,0]) } } }
        }
        transient %t: field<f64, IJK>
        var $i: i64
        halo_update %q width 2
        call @s(%q, %t)
        call @s(%t, %r) on [start+1, end-1), [start, end), [start, end)
        for $i in [0i64, $n) { swap %q, %t }
    }";
    let Ok(Module::Program(program)) = parse(text, SourceId(0)) else { panic!("parses") };
    let summary = ProgramSummary::of(&program);
    assert_eq!(
        shown(&summary.fields, summary.min_size),
        "q read-write [(-2, 2), (-2, 2), (0, 0)]; r read-write [(0, 0), (0, 0), (0, 0)]; \
         t read-write [(-2, 2), (-2, 2), (0, 0)]; [3, 1, 1]"
    );
}

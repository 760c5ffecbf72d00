//! Extents of offsets, regions, carried reads; races.

use super::*;
use crate::source::SourceId;
use crate::stencil::HorizontalExecution;
use crate::text::parse_stencil;

/// Extents of the executions, or the messages of the errors.
fn extents(text: &str) -> String {
    let mut stencil = parse_stencil(text, SourceId(0)).expect("parses");
    let found = compute(&mut stencil);
    let shown = |(_, _, e): (&VerticalLoop, _, &HorizontalExecution)| format!("{:?}", &e.extent.0[..2]);
    match found.as_slice() {
        [] => stencil.executions().map(shown).collect::<Vec<_>>().join(" "),
        found => found.iter().map(|d| d.message.as_str()).collect::<Vec<_>>().join("; "),
    }
}

const HEAD: &str = "%a: field<f64, IJK>, %out: field<f64, IJK>) { temp %s: field<f64, IJK> temp %t: field<f64, IJK>";

/// A stencil of one loop on all levels with an execution for each statement.
fn whole(order: &str, statements: &[&str]) -> String {
    let body: Vec<String> = statements.iter().map(|s| format!("execute {{ {s} }}")).collect();
    format!("stencil x({HEAD} {order} {{ interval [start, end) {{ {} }} }} }}", body.join(" "))
}

#[test]
fn grow_against_the_flow() {
    let diffusion = ["%s = (%a[1,0,0] - %a[0,-1,0])", "%t = (%s - %s[-1,0,0])", "%out = (%t[0,1,0] - %t)"];
    assert_eq!(extents(&whole("parallel", &diffusion)), "[(-1, 0), (0, 1)] [(0, 0), (0, 1)] [(0, 0), (0, 0)]");
}

#[test]
fn a_region_reaches_as_far_as_its_box() {
    let edge = ["%s = %a", "restrict [start:start+1, :] { %out = %s[-2,0,0] }", "restrict [end-1:, :] { %out = %s[-2,1,0] }"];
    assert_eq!(extents(&whole("parallel", &edge)), "[(-2, 0), (0, 1)] [(0, 0), (0, 0)] [(0, 0), (0, 0)]");
    let outside = ["restrict [start-2:start-1, :] { %s = %a }", "%out = %s[-1,0,0]"];
    assert_eq!(extents(&whole("parallel", &outside)), "[(0, 0), (0, 0)]");
}

#[test]
fn carried_values_are_needed_where_later_levels_read_them() {
    let carried = ["%t = %s[0,0,-1]", "%out = %t[1,0,0]", "%s = %a"];
    assert_eq!(extents(&whole("forward", &carried)), "[(0, 1), (0, 0)] [(0, 0), (0, 0)] [(0, 1), (0, 0)]");
    assert_eq!(extents(&whole("backward", &carried)), "[(0, 1), (0, 0)] [(0, 0), (0, 0)] [(0, 0), (0, 0)]");
    let old_value = ["%out = %t[1,0,0]", "%t = %a"];
    assert_eq!(extents(&whole("forward", &old_value)), "[(0, 0), (0, 0)] [(0, 0), (0, 0)]");
}

#[test]
fn an_extent_that_grows_with_each_level_is_refused() {
    let grows = ["%t = (%s[0,0,-1] + %a)", "%s = %t[1,0,0]", "%out = %s"];
    assert!(extents(&whole("forward", &grows)).contains("grows with each level"));
    assert_eq!(extents(&whole("backward", &grows)), "[(0, 1), (0, 0)] [(0, 0), (0, 0)] [(0, 0), (0, 0)]");
    let capped = ["restrict [start-2:, :] { %s = (%s[-1,0,-1] + %a) }", "%out = %s[-1,0,0]"];
    assert_eq!(extents(&whole("forward", &capped)), "[(-3, 0), (0, 0)] [(0, 0), (0, 0)]");
}

#[test]
fn a_parameter_is_written_on_the_domain_only() {
    let both = ["while ((%s < %a)) { %s = 1.0f64 %out = %s }", "%a = %s[0,1,0]"];
    assert!(extents(&whole("parallel", &both)).contains("`out` would be written beyond the compute domain"));
    assert_eq!(extents(&whole("parallel", &["%a = %out", "%out = %a[1,0,0]"])), "[(0, 0), (0, 0)] [(0, 0), (0, 0)]");
    let through = ["%out = 1.0f64", "%t = %out", "%a = %t[1,0,0]"];
    assert_eq!(extents(&whole("parallel", &through)), "[(0, 0), (0, 0)] [(0, 1), (0, 0)] [(0, 0), (0, 0)]");
    assert_eq!(extents(&whole("forward", &["%out = %out[1,0,-1]"])), "[(0, 0), (0, 0)]");
}

//! Reads that come before writes, surely or on some path.

use crate::source::SourceId;
use crate::text::parse_stencil;

/// The temporaries that need zeroing, then the messages.
fn found(loops: &str) -> String {
    let text = format!(
        "stencil x(%a: field<f64, IJK>, %p: field<f64, IJ>, %out: field<f64, IJK>) {{
           temp %t: field<f64, IJK> temp %s: field<f64, IJ> temp %m: field<bool, IJK> temp %n: field<bool, IJK> {loops} }}"
    );
    let mut stencil = parse_stencil(&text, SourceId(0)).expect("parses");
    assert_eq!(crate::extent::compute(&mut stencil), []);
    let names = super::needs_zero(&stencil).into_iter().map(|id| stencil.fields[id].name.clone() + " ");
    let messages = super::diagnose(&stencil).into_iter().map(|d| d.message + "; ");
    names.chain(messages).collect::<String>().trim_end().to_string()
}

fn section(interval: &str, statements: &[&str]) -> String {
    let body: Vec<String> = statements.iter().map(|s| format!("execute {{ {s} }}")).collect();
    format!("interval {interval} {{ {} }}", body.join(" "))
}

fn on_all(order: &str, statements: &[&str]) -> String {
    format!("{order} {{ {} }}", section("[start, end)", statements))
}

const MAYBE: &str = "t `t` may be read where it is not written yet;";

#[test]
fn branches_that_complement_each_other_join() {
    let both = ["%m = (%a > 0.0f64)", "mask (%m) { %t = 1.0f64 }", "mask (!%m) { %t = 2.0f64 }", "%out = %t[1,0,0]"];
    assert_eq!(found(&on_all("parallel", &both)), "");
    assert_eq!(found(&on_all("parallel", &[both[0], both[1], "%out = %t"])), MAYBE);
    assert_eq!(found(&on_all("parallel", &[both[0], both[1], "mask (%m) { %out = %t }"])), "");
    assert_eq!(found(&on_all("parallel", &[both[0], both[1], "mask (%m) { %out = %t[1,0,0] }"])), MAYBE);
    assert_eq!(found(&on_all("parallel", &[both[0], both[1], "%m = false", both[2], "%out = %t"])), MAYBE);
    let never = "mask (!%m) { mask (%m) { %t = 1.0f64 } restrict [start:start+1, :] { %t = 2.0f64 } %out = %t }";
    assert_eq!(found(&on_all("parallel", &[both[0], never])), MAYBE);
    let nested = [
        both[0],
        "%n = (%a > 1.0f64)",
        "mask (%m) { mask (%n) { %t = 1.0f64 } }",
        "mask (%m) { mask (!%n) { %t = 2.0f64 } }",
        both[2],
        "%out = %t",
    ];
    assert_eq!(found(&on_all("parallel", &nested)), "");
}

#[test]
fn regions_count_where_they_are_read_or_cover_all() {
    let edge = "restrict [start:start+1, :] { %t = %a }";
    assert_eq!(found(&on_all("parallel", &[edge, "restrict [start:start+1, :] { %out = %t }"])), "");
    assert_eq!(found(&on_all("parallel", &[edge, "%out = %t"])), MAYBE);
    let wide = "restrict [start:start+3, end-1:] { %t = %a }";
    assert_eq!(found(&on_all("parallel", &[wide, "restrict [start+1:start+3, end-1:end] { %out = %t }"])), "");
    assert_eq!(found(&on_all("parallel", &[wide, "restrict [start+1:start+4, end-1:end] { %out = %t }"])), MAYBE);
    assert_eq!(found(&on_all("parallel", &[wide, "restrict [start+1:, end-1:end] { %out = %t }"])), MAYBE);
    assert_eq!(found(&on_all("parallel", &["restrict [start-1:end+1, :] { %t = %a }", "%out = %t"])), "");
}

#[test]
fn regions_side_by_side_count_as_one() {
    let (first, second) = ("restrict [start:start+1, :] { %t = %a }", "restrict [start+1:start+2, :] { %t = 1.0f64 }");
    let read = |from: &str| format!("restrict [{from}, :] {{ %out = %t }}");
    assert_eq!(found(&on_all("parallel", &[first, second, &read("start:start+2")])), "");
    assert_eq!(found(&on_all("parallel", &[second, first, &read("start:start+2")])), "");
    assert_eq!(found(&on_all("parallel", &[first, second, &read("start:start+3")])), MAYBE);
    let apart = "restrict [start+2:start+3, :] { %t = 1.0f64 }";
    assert_eq!(found(&on_all("parallel", &[first, apart, &read("start:start+3")])), MAYBE);
    let ends = ["restrict [:, start+1:end-1] { %t = %a }", "restrict [:, end-1:end] { %t = %a }"];
    assert_eq!(found(&on_all("parallel", &[ends[0], ends[1], "restrict [:, start+1:end] { %out = %t }"])), "");
    assert_eq!(found(&on_all("parallel", &[ends[0], ends[1], "restrict [:, start:end] { %out = %t }"])), MAYBE);
}

#[test]
fn conditions_of_a_column_hold_at_its_other_levels() {
    let plane = |body: &str| format!("mask (%p > 0.0f64) {{ {body} }}");
    let (first, rest) = (section("[start, start+1)", &[&plane("%t = %a")]), plane("%t = (%t[0,0,-1] + %a)"));
    let sweep = |rest: &[&str]| format!("forward {{ {first} {} }}", section("[start+1, end)", rest));
    assert_eq!(found(&sweep(&[&rest])), "");
    assert_eq!(found(&sweep(&["mask (%a > 0.0f64) { %t = (%t[0,0,-1] + %a) }"])), MAYBE);
    assert_eq!(found(&sweep(&[&rest, "%p = %a"])), MAYBE);
    let later = |read: &str| found(&(sweep(&[&rest]) + &on_all("parallel", &[&plane(&format!("%out = {read}"))])));
    assert_eq!(later("%t[0,0,?(1i32)]"), "");
    assert_eq!(later("%t[1,0,0]"), MAYBE);
    let masked = |condition: &str| {
        let one = section("[start, start+1)", &[&format!("mask ({condition}) {{ %s = %a }}")]);
        let other = section("[start+1, end)", &[&format!("mask ({condition}) {{ %out = %s }}")]);
        found(&format!("forward {{ {one} {other} }}"))
    };
    assert_eq!(masked("%p > 0.0f64"), "");
    assert_eq!(masked("%a > 0.0f64"), "s `s` may be read where it is not written yet;");
}

#[test]
fn levels_are_followed() {
    let first = section("[start, start+1)", &["%t = %a", "%out = %t"]);
    let carried = section("[start+1, end)", &["%t = (%t[0,0,-1] + %a)", "%out = %t"]);
    assert_eq!(found(&format!("forward {{ {first} {carried} }}")), "");
    assert_eq!(found(&on_all("forward", &["%t = (%t[0,0,-1] + %a)", "%out = %t"])), MAYBE);
    assert_eq!(found(&format!("backward {{ {carried} {first} }}")), MAYBE);
    let upper =
        on_all("backward", &["%t = %a"]) + &format!("forward {{ {} }}", section("[start, end-1)", &["%out = %t[0,0,1]"]));
    assert_eq!(found(&upper), "");
    assert_eq!(found(&(on_all("backward", &["%t = %a"]) + &on_all("forward", &["%out = %t[0,0,1]"]))), MAYBE);
    let ahead = [section("[start, start+1)", &["%t = %a"]), section("[start, end-1)", &["%t[0,0,1] = %t", "%out = %t"])];
    assert_eq!(found(&format!("forward {{ {} }} forward {{ {} }}", ahead[0], ahead[1])), "");
    let [low, high] = ["[start, start+1)", "[end-1, end)"].map(|i| section(i, &["%t = %a", "%out = %t"]));
    assert_eq!(found(&format!("parallel {{ {low} }} parallel {{ {high} }}")), "");
    let data = ["%out = %t[0,0,?(1i32)]"];
    assert_eq!(found(&(on_all("parallel", &["%t = %a"]) + &on_all("parallel", &data))), "");
}

#[test]
fn a_plane_is_written_by_the_first_level() {
    let sum = section("[start, start+1)", &["%s = %a"]) + &section("[start+1, end)", &["%s = (%s + %a)", "%out = %s"]);
    assert_eq!(found(&format!("forward {{ {sum} }}")), "");
    let sweep = |order: &str| found(&format!("{order} {{ {} }}", section("[start, end-1)", &["%s = %a", "%out = %s"])));
    assert_eq!([sweep("forward"), sweep("backward")], ["", ""]);
    let above = section("[start, end-1)", &["%s = %a"]) + &section("[end-1, end)", &["%out = %s"]);
    assert_eq!(found(&format!("forward {{ {above} }}")), "s `s` may be read where it is not written yet;");
    let early = found(&on_all("forward", &["%s = (%s + %a)", "%out = %s"]));
    assert_eq!(early, "s `s` may be read where it is not written yet;");
}

#[test]
fn levels_that_a_sweep_has_not_reached_are_not_written() {
    let top = format!("forward {{ {} }}", section("[end-1, end)", &["%t = %a"]));
    let sweep = |order: &str, read: &str| {
        let rest = section("[start, end-1)", &["%t = %a", &format!("%out = {read}")]);
        found(&format!("{top} {order} {{ {rest} }}"))
    };
    assert_eq!(sweep("forward", "%t[0,0,1]"), MAYBE);
    assert_eq!(sweep("forward", "%t[0,0,?(0i32)]"), MAYBE);
    assert_eq!(sweep("backward", "%t[0,0,1]"), "");
    assert_eq!(sweep("parallel", "%t"), "");
    let ahead = ["%t[0,0,1] = %a", "%out = %t[0,0,1]"];
    assert_eq!(found(&on_all("forward", &ahead)), "");
    assert_eq!(found(&on_all("forward", &[ahead[0], "%out = %t"])), MAYBE);
    assert_eq!(found(&on_all("forward", &[ahead[0], "%out = %t[0,0,2]"])), MAYBE);
}

#[test]
fn a_read_before_every_write_is_an_error() {
    assert_eq!(found(&on_all("parallel", &["%out = %t", "%t = %a"])), "t `t` is read before it is written;");
    assert_eq!(found(&on_all("parallel", &["while (%a > 0.0f64) { %t = %a %out = %t }"])), "");
    let masked = ["%m = (%out > 0.0f64)", "mask (%m) { %t = 1.0f64 }"];
    let after = ["mask (%m) { while (%a < 1.0f64) { %a = (%a + 1.0f64) } }", "mask (%m) { %out = %t }"];
    assert_eq!(found(&on_all("parallel", &[masked, after].concat())), "");
    let changed = "while (%a < 1.0f64) { %n = (%out > 0.0f64) mask (%n) { %a = %t } %out = (%out + 1.0f64) }";
    assert_eq!(found(&on_all("parallel", &[&masked[..], &[changed]].concat())), MAYBE);
    let kept = "while (%a < 1.0f64) { %n = (%out > 0.0f64) mask (%m) { %a = %t } %out = (%out + 1.0f64) }";
    assert_eq!(found(&on_all("parallel", &[&masked[..], &[kept]].concat())), "");
}

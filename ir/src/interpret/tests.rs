//! The interpreter on small programs with results worked out by hand.

use super::*;
use crate::source::SourceId;
use crate::text::{Module, parse};
use crate::verified::Verify;

/// The program in a text, extents set.
fn program(text: &str) -> Verified<Program> {
    let program = match parse(text, SourceId(0)).unwrap_or_else(|found| panic!("{found:?}")) {
        Module::Program(mut program) => {
            for (_, stencil) in program.stencils.iter_mut() {
                assert_eq!(crate::extent::compute(stencil), []);
            }
            program
        }
        Module::Stencil(mut stencil) => {
            assert_eq!(crate::extent::compute(&mut stencil), []);
            Program::of_stencil(stencil)
        }
    };
    program.verify().unwrap_or_else(|found| panic!("{found:?}"))
}

type Fill = fn(i64, i64, i64) -> f64;

/// Arguments with the halo that the program needs, each filled by its own function of the point.
fn arguments(program: &Verified<Program>, domain: Domain, fill: &[Fill]) -> Vec<Array> {
    let summary = program.summary();
    let array = |(id, fill): (FieldId, &Fill)| {
        let mut array = summary.storage(id, domain)?;
        for [i, j, k] in crate::array::each(array.points()) {
            array.set([i, j, k], 0, Value::F64(fill(i, j, k)));
        }
        Some(array)
    };
    program.fields.ids().zip(fill).filter_map(array).collect()
}

fn column(array: &Array, i: i64) -> Vec<f64> {
    array.read::<f64>([(i, i + 1), (0, 1), array.range(Axis::K)], 0)
}

fn run(program: &Verified<Program>, domain: Domain, fields: &mut [Array], scalars: &[Value]) -> Result<(), String> {
    run_program(program, domain, fields, scalars, Options::default()).map_err(|d| d.message)
}

#[test]
fn executions_of_different_extents_keep_their_order_at_each_level() {
    // The first execution reads the level below before the second one updates this level, on more points than are returned.
    let p = program(
        "stencil x(%a: field<f64, IJK>, %out: field<f64, IJK>) {
           temp %u: field<f64, IJK> temp %t: field<f64, IJK>
           forward {
             interval [start, start+1) { execute { %u = %a } }
             interval [start+1, end) {
               execute { %t = %u[0,0,-1] }
               execute { %u = (%t + %a) }
               execute { %out = %t[1,0,0] }
             }
           }
         }",
    );
    let fills: [Fill; 2] = [|i, _, k| (10 * i + k) as f64, |_, _, _| -1.0];
    let mut fields = arguments(&p, [2, 1, 4], &fills);
    assert_eq!(run(&p, [2, 1, 4], &mut fields, &[]), Ok(()));
    assert_eq!(column(&fields[1], 0), [-1.0, 10.0, 21.0, 33.0]);
    assert_eq!(column(&fields[1], 1), [-1.0, 20.0, 41.0, 63.0]);
}

#[test]
fn the_remainder_has_the_sign_of_the_divisor() {
    let p = program(
        "stencil x(%out: field<f64, IJK>, $n: i64) {
           parallel { interval [start, end) { execute { %out = (f64($n %% 3i64) + (-1.0f64 %% 3.0f64)) } } }
         }",
    );
    let mut fields = arguments(&p, [1, 1, 1], &[|_, _, _| 0.0]);
    assert_eq!(run(&p, [1, 1, 1], &mut fields, &[Value::I64(-1)]), Ok(()));
    assert_eq!(column(&fields[0], 0), [4.0]);
}

#[test]
fn statements_finish_on_the_plane_before_they_store() {
    let p = program(
        "stencil x(%a: field<f64, IJK>, %out: field<f64, IJK>) {
           temp %t: field<f64, IJK>
           parallel { interval [start, end) {
             execute { %t = %a }
             execute { %t = (%t[-1,0,0] + %t[1,0,0]) }
             execute { mask (%a > 1.0f64) { restrict [start+1:, :] { %out = %t } } }
           } }
         }",
    );
    let mut fields = arguments(&p, [4, 1, 1], &[|i, _, _| (i * i) as f64, |_, _, _| -1.0]);
    assert_eq!(run(&p, [4, 1, 1], &mut fields, &[]), Ok(()));
    assert_eq!(fields[1].read::<f64>([(0, 4), (0, 1), (0, 1)], 0), [-1.0, -1.0, 10.0, 20.0]);
}

#[test]
fn data_dependent_levels_are_clamped_and_while_ends_point_by_point() {
    let p = program(
        "stencil x(%a: field<f64, IJK>, %out: field<f64, IJK>) {
           temp %n: field<i32, IJK>
           forward { interval [start, end) {
             execute { while ((%a[0,0,=(%n)] < 5.0f64) && (%n < 9i32)) { %n = (%n + 1i32) } }
             execute { %out = (%a[0,0,?(%n)] + (100.0f64 * f64(%n))) }
           } }
         }",
    );
    let mut fields = arguments(&p, [2, 1, 3], &[|i, _, k| (4 * i + k) as f64, |_, _, _| 0.0]);
    assert_eq!(run(&p, [2, 1, 3], &mut fields, &[]), Ok(()));
    assert_eq!((column(&fields[1], 0), column(&fields[1], 1)), (vec![902.0; 3], vec![105.0, 106.0, 106.0]));
}

#[test]
fn programs_loop_branch_call_back_and_update_halos() {
    let p = program(
        "program march(%q: field<f64, IJK>, $nt: i64) {
           stencil shift(%a: field<f64, IJK>, %b: field<f64, IJK>, $w: f64) {
             parallel { interval [start, end) { execute { %b = (%a[-1,1,0] * $w) } } }
           }
           transient %r: field<f64, IJK>
           var $n: i64
           for $n in [0i64, $nt) {
             halo_update %q
             if ($n == 0i64) { call @shift(%q, %r; 1.0f64) } else { call @shift(%q, %r; 10.0f64) on [start+1, end), [start, end), [start, end) }
             swap %q, %r
           }
           callback \"seen\"(%q; $n)
         }",
    );
    let domain = [3, 2, 1];
    let mut fields = arguments(&p, domain, &[|i, j, _| (i + 3 * j) as f64]);
    let mut seen = Vec::new();
    let mut callback = |name: &str, _: &mut [Array], scalars: &[Value]| {
        seen.push((name.to_string(), scalars.to_vec()));
        Ok(())
    };
    let options = Options { callbacks: Some(&mut callback), ..Options::default() };
    assert_eq!(run_program(&p, domain, &mut fields, &[Value::I64(2)], options), Ok(()));
    assert_eq!(seen, [("seen".to_string(), vec![Value::I64(1)])]);
    // Moved by (1, -1) once, then again (times ten) but for the first column, which was never written in the transient.
    let inner = fields[0].read::<f64>([(0, 3), (0, 2), (0, 1)], 0);
    assert_eq!(inner, [0.0, 20.0, 0.0, 3.0, 50.0, 30.0]);
}

#[test]
fn wrong_arguments_are_errors() {
    let p = program(
        "stencil x(%a: field<f64, IJK>, %out: field<f64, IJK>) {
           parallel { interval [start, start+2) { execute { while (%a < 1.0f64) { %out = %a[-1,0,0] } } } }
         }",
    );
    let zeros = |halo: i32| Array::zeros(DType::F64, Axes::IJK, 1, [4, 4, 4], Extent([(-halo, halo); 3]));
    let run = |domain, fields: &mut [Array]| run(&p, domain, fields, &[]).expect_err("must be refused");
    assert_eq!(run([4, 4, 1], &mut []), "the domain [4, 4, 1] is smaller than 1, 1, 2 points along I, J, K");
    assert_eq!(run([4, 4, 4], &mut [zeros(1)]), "`x` takes 2 fields and 0 scalars, not 1 and 0");
    let message = "the array of `a` lacks 1 points below and 0 above along i";
    assert_eq!(run([4, 4, 4], &mut [zeros(0), zeros(0)]), message);
    assert_eq!(run([4, 4, 4], &mut [zeros(1), zeros(0)]), "a `while` has not ended after 1000000 iterations");
}

#[test]
fn the_last_interface_is_the_first_one_of_the_next_period() {
    let p = |step: &str| {
        program(&format!(
            "program p(%q: field<f64, IJK>, %u: field<f64, IJK, interfaces I>) {{
               stencil read(%a: field<f64, IJK>, %b: field<f64, IJK, interfaces I>) {{
                 parallel {{ interval [start, end) {{ execute {{ %a = %b[2,0,0] }} }} }} }}
               {step} call @read(%q, %u) }}"
        ))
    };
    let row = |array: &Array| array.read::<f64>([array.range(Axis::I), (0, 1), (0, 1)], 0);
    for (step, read, last) in [
        ("", [12.0, 13.0, 14.0], [13.0, 14.0]),
        ("halo_update %u", [12.0, 10.0, 11.0], [10.0, 11.0]),
        ("halo_update %u reach i(0,1) j(0,0)", [12.0, 10.0, 14.0], [10.0, 14.0]),
    ] {
        let p = p(step);
        assert_eq!(p.summary().fields[FieldId(1)].halo.0[0], (0, 2));
        let mut fields = arguments(&p, [3, 1, 1], &[|_, _, _| 0.0, |i, _, _| (10 + i) as f64]);
        assert_eq!(run(&p, [3, 1, 1], &mut fields, &[]), Ok(()));
        assert_eq!(row(&fields[0]), read, "{step}");
        assert_eq!(row(&fields[1])[3..], last, "{step}");
    }
    // Storage has all interfaces, whether or not they are used.
    let p = program("program p(%z: field<f64, K, interfaces K>) { transient %u: field<f64, IJ, interfaces IJ> }");
    let sizes = |id: u32| p.summary().storage(FieldId(id), [3, 4, 5]).map(|array| array.shape());
    assert_eq!((sizes(0), sizes(1)), (Some([1, 1, 6]), Some([4, 5, 1])));
}

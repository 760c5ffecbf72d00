//! `tradewind list`: stencils and programs with their arguments, access and halos.

use crate::cli::{Failure, Outcome, SourceOptions, colour};
use std::path::PathBuf;
use tradewind::ir::{Axes, Axis};
use tradewind::{Error, Exchange, ExchangedField, FieldInfo, Module, Position, Signature, exchanges};

#[derive(clap::Args)]
pub struct Arguments {
    /// A GTScript file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print one JSON array
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: SourceOptions,
}

/// Runs the command.
pub fn main(arguments: &Arguments) -> Outcome {
    let module = arguments.source.toolchain()?.open(&arguments.file)?;
    let (mut listed, mut failed) = (Vec::new(), Vec::new());
    let stencils = module.stencils().into_iter().map(|name| (name, "stencil"));
    for (name, kind) in stencils.chain(module.programs().into_iter().map(|name| (name, "program"))) {
        match described(&module, &name, kind) {
            Ok((signature, exchanges)) => listed.push((kind, signature, exchanges)),
            Err(error) => failed.push(error.render(colour())),
        }
    }
    if listed.is_empty() && failed.is_empty() {
        failed = module
            .check()
            .is_empty()
            .then_some(vec![])
            .unwrap_or_else(|| vec![tradewind::ir::diagnostic::render(module.sources(), &module.check(), colour())]);
    }
    if arguments.json {
        say!("{:#}", listed.iter().map(|(kind, s, exchanges)| json(kind, s, exchanges)).collect::<serde_json::Value>());
    } else {
        listed.iter().for_each(|(kind, s, exchanges)| print(kind, s, exchanges));
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure::Input(failed.join("\n"))) }
}

/// The arguments and the halo updates of a stencil or program.
fn described(module: &Module, name: &str, kind: &str) -> Result<(Signature, Vec<Exchange>), Error> {
    let program = if kind == "stencil" { module.stencil_program(name)? } else { module.program_ir(name)? };
    Ok((Signature::of(&program), exchanges(&program)))
}

fn print(kind: &str, signature: &Signature, exchanges: &[Exchange]) {
    say!("{kind} {}", signature.name);
    for position in &signature.params {
        match *position {
            Position::Field(n) => {
                let f = &signature.fields[n];
                let around = [interfaces(f), halo(f)].join(" ");
                let line =
                    format!("    {:<16} {:<4} {:<4} {:<10} {}", f.name, f.dtype, f.axes, f.access.to_string(), around.trim());
                say!("{}", line.trim_end());
            }
            Position::Scalar(n) => say!("    {:<16} {:<4} scalar", signature.scalars[n].name, signature.scalars[n].dtype),
        }
    }
    if signature.min_size != [1, 1, 1] {
        let [i, j, k] = signature.min_size;
        say!("    needs a domain of at least {i} x {j} x {k} points");
    }
    exchanges.iter().for_each(|exchange| say!("    {exchange}"));
    say!("");
}

/// `interfaces K`, or nothing.
fn interfaces(field: &FieldInfo) -> String {
    if field.interfaces == Axes::NONE { String::new() } else { format!("interfaces {}", letters(field.interfaces)) }
}

/// `IJ`; nothing for none.
fn letters(axes: Axes) -> String {
    if axes == Axes::NONE { String::new() } else { axes.to_string() }
}

fn halo(field: &FieldInfo) -> String {
    let sides = field.axes.iter().filter_map(|axis: Axis| {
        let (low, high) = field.reach(axis);
        (low != 0 || high != 0).then(|| format!("{axis} -{low} +{high}"))
    });
    let sides: Vec<_> = sides.collect();
    if sides.is_empty() { String::new() } else { format!("halo {}", sides.join(", ")) }
}

fn json(kind: &str, signature: &Signature, exchanges: &[Exchange]) -> serde_json::Value {
    let params = signature.params.iter().map(|position| match *position {
        Position::Field(n) => {
            let f = &signature.fields[n];
            let halo: Vec<_> = f.axes.iter().map(|a| f.reach(a)).collect();
            serde_json::json!({
                "name": f.name, "kind": "field", "dtype": f.dtype.name(), "axes": f.axes.to_string(),
                "interfaces": letters(f.interfaces),
                "access": f.access.to_string(), "halo": halo,
            })
        }
        Position::Scalar(n) => {
            let s = &signature.scalars[n];
            serde_json::json!({"name": s.name, "kind": "scalar", "dtype": s.dtype.name()})
        }
    });
    let params: Vec<_> = params.collect();
    let exchanges = exchanges.iter().map(|exchange| {
        let field =
            |f: &ExchangedField| serde_json::json!({"name": f.name, "interfaces": letters(f.ty.interfaces), "reach": f.reach});
        let fields: Vec<_> = exchange.fields.iter().map(field).collect();
        serde_json::json!({
            "id": exchange.id, "in_two_steps": exchange.in_two_steps, "fields": fields, "vectors": exchange.pairs,
        })
    });
    serde_json::json!({
        "kind": kind,
        "name": signature.name,
        "min_size": signature.min_size,
        "parameters": params,
        "halo_updates": exchanges.collect::<Vec<_>>(),
    })
}

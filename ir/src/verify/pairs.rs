//! The checks of pairs of vector components in halo updates.

use crate::diagnostic::{Code, Diagnostic};
use crate::domain::Axes;
use crate::field_type::FieldType;
use crate::host::HostStep;
use crate::ids::FieldId;
use crate::pairs::together;
use crate::program::{Program, ProgramStmt};
use crate::source::Span;

/// Components that are no part of the update, that it has in two pairs, or that differ in more than their position.
pub fn check(program: &Program) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    list(program, &program.body, &mut found);
    found
}

fn list(program: &Program, mut steps: &[ProgramStmt], found: &mut Vec<Diagnostic>) {
    while let Some(first) = steps.first() {
        let (update, rest) = steps.split_at(together(steps));
        if let ProgramStmt::Host(HostStep::Exchange { pairs, .. }, span) = first {
            let fields: Vec<FieldId> = update.iter().flat_map(ProgramStmt::fields).collect();
            found.extend(fault(program, pairs, &fields).map(|message| of_pair(message, *span)));
        }
        first.bodies().for_each(|body| list(program, body, found));
        steps = rest;
    }
}

fn fault(program: &Program, pairs: &[[FieldId; 2]], fields: &[FieldId]) -> Option<String> {
    let name = |field: &FieldId| program.fields.get(*field).map_or("", |f| f.name.as_str());
    let components = pairs.as_flattened();
    if let Some(other) = components.iter().find(|field| !fields.contains(field)) {
        return Some(format!("`{}` is in a pair, and not in the halo update", name(other)));
    }
    if let Some((_, twice)) = components.iter().enumerate().find(|(n, field)| components[..*n].contains(field)) {
        return Some(format!("`{}` is in a pair twice", name(twice)));
    }
    let plain = |field: &FieldId| program.fields.get(*field).map(|f| FieldType { interfaces: Axes::NONE, ..f.field_type() });
    let differ = pairs.iter().find(|[a, b]| plain(a) != plain(b));
    differ.map(|[a, b]| format!("`{}` and `{}` are a pair, and differ in type or axes", name(a), name(b)))
}

fn of_pair(message: String, span: Span) -> Diagnostic {
    Diagnostic::error(Code::INVALID_OIR, message, span, "here")
}

//! What a schedule does and why, for people and as JSON.

use serde_json::{Value, json};
use tradewind::Explained;
use tradewind::ir::{Sources, Span};
use tradewind::program::numerics;
use tradewind::schedule::cost::predict::Estimate;
use tradewind::schedule::explain::{Nest, Pair, Reason, Stored, Total};

/// The explanation as text: totals, nests with their loops, pairs that are not one nest, temporaries.
pub fn text(explained: &Explained) -> String {
    let (report, sources) = (&explained.report, &explained.sources);
    let mut out = format!("Schedule of `{}` for {}\n", explained.tree.name, explained.target);
    out += &format!("Numerics {}\n\n", explained.numerics);
    out += "            nests   predicted      memory          L3          L2\n";
    out += &total("as lifted", &report.before);
    out += &total("scheduled", &report.after);
    out += "\nNests\n";
    report.nests.iter().enumerate().for_each(|(n, nest)| out += &nest_text(n, nest, sources));
    if !report.pairs.is_empty() {
        out += "\nNot fused\n";
        report.pairs.iter().for_each(|pair| out += &pair_text(pair, explained));
    }
    if !report.temporaries.is_empty() {
        out += "\nTemporaries\n";
        report.temporaries.iter().for_each(|stored| out += &stored_text(stored, sources));
    }
    out
}

/// What a numerics mode did, as JSON.
pub fn numerics(report: &numerics::Report) -> Value {
    let (before, after) = report.operations;
    let [complete, rounds, terms] = report.stops;
    json!({
        "mode": report.mode.name(),
        "statements": report.statements,
        "changed": report.changed,
        "operations": {"before": before, "after": after},
        "searches": {"complete": complete, "limit_on_rounds": rounds, "limit_on_terms": terms},
    })
}

fn total(name: &str, total: &Total) -> String {
    let e = &total.estimate;
    let [l2, l3, memory] = e.bytes.map(megabytes);
    format!("{name:<10} {:>6} {:>8} ms {memory:>8} MB {l3:>8} MB {l2:>8} MB\n", total.nests, milliseconds(e.ns()))
}

fn nest_text(n: usize, nest: &Nest, sources: &Sources) -> String {
    let e = &nest.estimate;
    let place = sources.place(nest.span);
    let mut out = format!("  {}. {} ({place}): {} ms, held up by {}\n", n + 1, nest.label, milliseconds(e.ns()), e.bound());
    if !nest.fused.is_empty() {
        out += &format!("     stays inside: {}\n", nest.fused.join(", "));
    }
    for l in &nest.loops {
        out += &format!("     {:width$}{}: {}\n", "", l.head, l.why, width = 2 * l.depth);
    }
    out
}

fn pair_text(pair: &Pair, explained: &Explained) -> String {
    let sources = &explained.sources;
    let ((first, first_span), (second, second_span)) = (&pair.producer, &pair.consumer);
    let mut out = format!("  {first} and {second}, by {}\n", pair.containers.join(", "));
    match &pair.reason {
        Reason::NotWorth { apart, joined } => {
            let (apart, joined) = (milliseconds(*apart), milliseconds(*joined));
            out += &format!("     not worth it: predicted {apart} ms as two nests and {joined} ms as one\n");
            out += &excerpt(*first_span, sources);
            out += &excerpt(*second_span, sources);
        }
        Reason::TooLarge => {
            out += "     too large: a nest of both would have more statements or containers than one nest may\n"
        }
        Reason::HostProgram => out += "     a step of the program stands between them\n",
        Reason::Illegal(refusal) => {
            let shown = tradewind::ir::diagnostic::render(sources, &[refusal.diagnostic(&explained.tree)], false);
            shown.lines().for_each(|line| out += &format!("     {line}\n"));
        }
    }
    out
}

fn stored_text(stored: &Stored, sources: &Sources) -> String {
    let place = sources.place(stored.span);
    let why = stored.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
    format!("  {} ({place}): {}{why}\n", stored.name, stored.place)
}

/// The line of the source where a span begins.
fn excerpt(span: Span, sources: &Sources) -> String {
    let (Some(source), Some((line, _))) = (sources.get(span.source), sources.line_column(span)) else { return String::new() };
    let text = source.text.lines().nth(line - 1).unwrap_or("").trim();
    format!("     {:>12} | {text}\n", sources.place(span).rsplit('/').next().unwrap_or(""))
}

/// The explanation as one JSON object; times in nanoseconds, sizes in bytes.
pub fn json(explained: &Explained) -> Value {
    let (report, sources) = (&explained.report, &explained.sources);
    let nests = report.nests.iter().map(|nest| {
        let loops = nest.loops.iter().map(|l| json!({"depth": l.depth, "loop": l.head, "why": l.why}));
        json!({
            "label": nest.label,
            "place": sources.place(nest.span),
            "predicted": estimate(&nest.estimate),
            "fused": nest.fused,
            "loops": loops.collect::<Vec<_>>(),
        })
    });
    let pairs = report.pairs.iter().map(|pair| {
        let side = |(label, span): &(String, Span)| json!({"label": label, "place": sources.place(*span)});
        let mut entry = json!({
            "containers": pair.containers,
            "producer": side(&pair.producer),
            "consumer": side(&pair.consumer),
        });
        entry["reason"] = reason(&pair.reason, explained);
        entry
    });
    let temporaries = report.temporaries.iter().map(
        |stored| json!({"name": stored.name, "place": sources.place(stored.span), "storage": stored.place, "why": stored.why}),
    );
    json!({
        "name": explained.tree.name,
        "target": explained.target.to_string(),
        "domain": explained.target.domain,
        "threads": explained.target.threads,
        "numerics": numerics(&explained.numerics),
        "before": {"nests": report.before.nests, "predicted": estimate(&report.before.estimate)},
        "after": {"nests": report.after.nests, "predicted": estimate(&report.after.estimate)},
        "nests": nests.collect::<Vec<_>>(),
        "not_fused": pairs.collect::<Vec<_>>(),
        "temporaries": temporaries.collect::<Vec<_>>(),
    })
}

fn reason(reason: &Reason, explained: &Explained) -> Value {
    match reason {
        Reason::NotWorth { apart, joined } => json!({"kind": "not worth it", "apart_ns": apart, "joined_ns": joined}),
        Reason::TooLarge => json!({"kind": "too large"}),
        Reason::HostProgram => json!({"kind": "a step of the program stands between them"}),
        Reason::Illegal(refusal) => {
            let found = refusal.diagnostic(&explained.tree);
            json!({"kind": "illegal", "message": found.message, "help": refusal.help})
        }
    }
}

fn estimate(e: &Estimate) -> Value {
    json!({"ns": e.ns(), "bound": e.bound(), "l2_bytes": e.bytes[0], "l3_bytes": e.bytes[1], "memory_bytes": e.bytes[2]})
}

fn milliseconds(ns: f64) -> String {
    format!("{:.3}", ns / 1e6)
}

fn megabytes(bytes: f64) -> String {
    format!("{:.1}", bytes / 1e6)
}

//! Lines of Python: indented, and broken where they are too long, the way a formatter breaks them.

/// Columns that a line may have.
const WIDTH: usize = 100;

/// Lines of code in the making.
#[derive(Default, Debug)]
pub struct Writer {
    text: String,
    depth: usize,
    /// Whether the block that was opened last has no line yet.
    is_open: bool,
}

impl Writer {
    /// The lines so far.
    pub fn finish(self) -> String {
        self.text
    }
    /// One statement or the head of a block; `comment` stands at the end of its first line.
    pub fn line(&mut self, code: &str, comment: &str) {
        self.is_open = false;
        for (n, line) in broken(code, self.depth * 4).into_iter().enumerate() {
            let note = if n == 0 && !comment.is_empty() { format!("  # {comment}") } else { String::new() };
            self.text.push_str(&format!("{}{}{note}\n", " ".repeat(self.depth * 4), line));
        }
    }
    /// A line as it is, such as one of a docstring.
    pub fn verbatim(&mut self, line: &str) {
        let line = format!("{}{line}", " ".repeat(self.depth * 4));
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
    /// From here on, lines are one level deeper.
    pub fn deeper(&mut self) {
        self.is_open = true;
        self.depth += 1;
    }
    /// From here on, lines are one level less deep. A block without lines gets one that does nothing.
    pub fn back(&mut self) {
        if self.is_open {
            self.line("pass", "");
        }
        self.depth -= 1;
    }
    /// Whether anything has been written.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// The statement in lines of at most [`WIDTH`] columns where that can be done, relative to `indent`.
fn broken(code: &str, indent: usize) -> Vec<String> {
    if code.len() + indent <= WIDTH {
        return vec![code.to_string()];
    }
    for word in ["if ", "while "] {
        if let Some(condition) = code.strip_prefix(word).and_then(|rest| rest.strip_suffix(':')) {
            return enclosed(&format!("{word}("), condition, "):", indent);
        }
    }
    let assigned = [" = ", " += "].iter().filter_map(|sign| Some((code.find(sign)?, *sign))).min();
    let Some((at, sign)) = assigned.filter(|(at, _)| balanced(&code[..*at])) else {
        return expression(code, indent);
    };
    let (target, value) = (&code[..at], &code[at + sign.len()..]);
    let lines = match is_call(value) {
        true => expression(value, indent + target.len() + sign.len()),
        false => enclosed("(", value, ")", indent),
    };
    let mut lines = lines.into_iter();
    let first = lines.next().unwrap_or_default();
    std::iter::once(format!("{target}{sign}{first}")).chain(lines).collect()
}

/// An expression whose first line starts in column `indent`; the following lines are relative to the statement.
fn expression(code: &str, indent: usize) -> Vec<String> {
    if code.len() + indent <= WIDTH {
        return vec![code.to_string()];
    }
    if let Some(parts) = operands(code) {
        return parts.iter().flat_map(|part| expression(part, indent)).collect();
    }
    // The parts of a call, or of something in parentheses, each on lines of its own.
    let operator = code.find(['(', ' ']).filter(|at| code[*at..].starts_with(' ')).map_or(0, |at| at + 1);
    match code[operator..].find('(').map(|at| at + operator) {
        Some(open) if code.ends_with(')') && closes_at_end(code, open) => {
            enclosed(&code[..=open], &code[open + 1..code.len() - 1], ")", indent)
        }
        _ => vec![code.to_string()],
    }
}

fn enclosed(head: &str, inner: &str, tail: &str, indent: usize) -> Vec<String> {
    let mut lines = vec![head.to_string()];
    let arguments = split(inner, &[", "]);
    let is_list = arguments.len() > 1;
    for argument in arguments {
        let argument = argument.strip_prefix(", ").unwrap_or(&argument).to_string();
        let mut piece = expression(&argument, indent.min(WIDTH / 2) + 4);
        if let (true, Some(last)) = (is_list, piece.last_mut()) {
            last.push(',');
        }
        lines.extend(piece.into_iter().map(|line| format!("    {line}")));
    }
    lines.push(tail.to_string());
    lines
}

/// The operands of the loosest operator of an expression, each but the first with its operator in front.
fn operands(code: &str) -> Option<Vec<String>> {
    const LOOSEST_FIRST: [&[&str]; 8] = [
        &[" if ", " else "],
        &[" or "],
        &[" and "],
        &[" < ", " <= ", " > ", " >= ", " == ", " != "],
        &[" | "],
        &[" & "],
        &[" + ", " - "],
        &[" * ", " / ", " // ", " % "],
    ];
    LOOSEST_FIRST.iter().map(|signs| split(code, signs)).find(|parts| parts.len() > 1)
}

/// The pieces between signs that stand in no bracket; each piece but the first starts with its sign, without the space before.
fn split(code: &str, signs: &[&str]) -> Vec<String> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ' ' | ',' if depth == 0 && at > start && signs.iter().any(|sign| code[at..].starts_with(sign)) => {
                parts.push(code[start..at].trim_start().to_string());
                start = at;
            }
            _ => {}
        }
    }
    parts.push(code[start..].trim_start().to_string());
    parts
}

fn balanced(code: &str) -> bool {
    code.matches(['(', '[']).count() == code.matches([')', ']']).count()
}

fn is_call(code: &str) -> bool {
    let head = code.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').unwrap_or(code.len());
    head > 0 && code[head..].starts_with('(') && closes_at_end(code, head)
}

/// Whether the bracket opened at `open` is closed by the last character.
fn closes_at_end(code: &str, open: usize) -> bool {
    let mut depth = 0;
    let closed = code[open..].char_indices().find(|(_, c)| {
        depth += i32::from(matches!(c, '(' | '[' | '{')) - i32::from(matches!(c, ')' | ']' | '}'));
        depth == 0
    });
    closed.is_some_and(|(at, _)| open + at + 1 == code.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_statements_are_broken_at_the_loosest_operator() {
        let term = "some_long_name[1:-1, 1:-1, 1:] * another_long_name[1:-1, 1:-1, :-1]";
        let lines = broken(&format!("x = {term} + ({term} - y)"), 4);
        assert_eq!(lines, ["x = (".to_string(), format!("    {term}"), format!("    + ({term} - y)"), ")".into()]);
        let lines = broken(&format!("x[:] = np.where({term} > y, {term}, 0.0)"), 4);
        assert_eq!(
            lines,
            ["x[:] = np.where(".to_string(), format!("    {term} > y,"), format!("    {term},"), "    0.0,".into(), ")".into()]
        );
    }
}

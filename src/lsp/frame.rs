//! Messages on a stream: a header with the length, an empty line, JSON. A message that cannot be read is reported, and reading
//! continues with the next one.

use serde::Deserialize;
use serde_json::Value;
use std::io::{self, BufRead, Read, Write};

/// The longest message that is read, in bytes.
const LONGEST: u64 = 64 << 20;
/// The longest line of a header.
const LONGEST_LINE: u64 = 4096;

/// What comes from the client.
pub enum Incoming {
    Message {
        id: Option<Value>,
        method: Option<String>,
        params: Value,
    },
    /// Not a message; why not.
    Malformed(String),
    /// The stream is closed.
    End,
}

#[derive(Deserialize)]
struct Body {
    id: Option<Value>,
    method: Option<String>,
    #[serde(default)]
    params: Value,
}

/// Reads the next message.
///
/// # Errors
/// If the stream fails.
pub fn read(input: &mut impl BufRead) -> io::Result<Incoming> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(Incoming::End);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<u64>().ok();
        }
    }
    let Some(length) = length else {
        return Ok(Incoming::Malformed("a message without a valid Content-Length".to_string()));
    };
    if length > LONGEST {
        io::copy(&mut input.take(length), &mut io::sink())?;
        return Ok(Incoming::Malformed(format!("a message of {length} bytes, more than {LONGEST}")));
    }
    let mut body = Vec::new();
    if (input.take(length).read_to_end(&mut body)? as u64) < length {
        return Ok(Incoming::End);
    }
    Ok(match serde_json::from_slice(&body) {
        Ok(Body { id, method, params }) => Incoming::Message { id, method, params },
        Err(error) => Incoming::Malformed(error.to_string()),
    })
}

/// Writes a message.
///
/// # Errors
/// If the stream fails.
pub fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let body = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

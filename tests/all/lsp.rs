//! The language server, spoken to by a scripted client through the real command.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const URI: &str = "file:///nowhere/model.py";

const GOOD: &str = "\
def smooth(a: Field[float], out: Field[float32], weight: float):
    with computation(PARALLEL), interval(...):
        lap = a[1, 0, 0] - 2.0 * a + a[-1, 0, 0]
        out = float32(a + weight * (lap[0, 1, 0] - lap))
";

struct Client {
    server: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    asked: i32,
}

impl Client {
    /// Starts the command; nothing is said yet.
    fn start(arguments: &[&str]) -> Client {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tradewind"));
        let mut server = command
            .arg("lsp")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts");
        let (input, output) = (server.stdin.take(), server.stdout.take().expect("a pipe"));
        Client { server, input, output: BufReader::new(output), asked: 0 }
    }

    fn initialized(arguments: &[&str]) -> Client {
        let mut client = Client::start(arguments);
        let answer = client.ask("initialize", json!({"capabilities": {}}));
        assert_eq!(answer["result"]["capabilities"]["hoverProvider"], true, "{answer}");
        client.tell("initialized", json!({}));
        client
    }

    fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the stream is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server listens");
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and gives the next message, which must be its answer.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params}));
        let answer = self.receive();
        assert_eq!(answer["id"], self.asked, "{answer}");
        answer
    }

    fn receive(&mut self) -> Value {
        let (mut length, mut line) = (0, String::new());
        while self.output.read_line(&mut line).expect("the server speaks") > 2 {
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.trim().parse().expect("a length");
            }
            line.clear();
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("a whole message");
        serde_json::from_slice(&body).expect("JSON")
    }

    fn open(&mut self, text: &str) -> Vec<Value> {
        let document = json!({"uri": URI, "languageId": "python", "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": document}));
        self.published()
    }

    fn change(&mut self, text: &str) -> Vec<Value> {
        let document = json!({"uri": URI, "version": 2});
        self.tell("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": text}]}));
        self.published()
    }

    /// The diagnostics that come next.
    fn published(&mut self) -> Vec<Value> {
        let message = self.receive();
        assert_eq!(message["method"], "textDocument/publishDiagnostics", "{message}");
        assert_eq!(message["params"]["uri"], URI);
        message["params"]["diagnostics"].as_array().cloned().expect("a list")
    }

    fn hover(&mut self, line: u32, character: u32) -> Value {
        let at = json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": character}});
        self.ask("textDocument/hover", at)["result"].clone()
    }

    /// Closes the stream; the exit code.
    fn code(mut self) -> Option<i32> {
        drop(self.input.take());
        self.server.wait().expect("the server ends").code()
    }

    fn leave(mut self) {
        assert_eq!(self.ask("shutdown", Value::Null)["result"], Value::Null);
        let late = self.ask("textDocument/hover", json!({}));
        assert_eq!(late["error"]["code"], -32600, "{late}");
        self.tell("exit", Value::Null);
        assert_eq!(self.code(), Some(0));
    }
}

#[test]
fn errors_come_with_code_and_range_and_go_when_mended() {
    let mut client = Client::initialized(&[]);
    let found = client.open(&GOOD.replace("weight * (lap", "weihgt * (lap"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["code"], "TW0101");
    assert_eq!(found[0]["severity"], 1);
    assert_eq!(found[0]["source"], "tradewind");
    assert_eq!(found[0]["range"], json!({"start": {"line": 3, "character": 26}, "end": {"line": 3, "character": 32}}));
    assert_eq!(found[0]["message"], "unknown name `weihgt`\nno definition has this name\nhelp: did you mean `weight`?");

    assert_eq!(client.change(GOOD), Vec::<Value>::new());

    let found = client.change(&GOOD.replace("float32(a +", "(a +"));
    assert_eq!((&found[0]["code"], &found[0]["severity"]), (&json!("TW0205"), &json!(2)), "{found:?}");
    let related = &found[0]["relatedInformation"][0];
    assert_eq!(related["message"], "declared as f32");
    assert_eq!(related["location"]["range"]["start"], json!({"line": 0, "character": 28}));

    client.tell("textDocument/didSave", json!({"textDocument": {"uri": URI}}));
    assert_eq!(client.published(), found, "the same again");
    client.tell("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    assert_eq!(client.published(), Vec::<Value>::new());
    client.leave();
}

#[test]
fn columns_count_utf16_units() {
    let mut client = Client::initialized(&[]);
    let found = client.open("\"\"\"𝄞\"\"\"; x = 𝄞\n");
    let start = &found[0]["range"]["start"];
    assert_eq!(start, &json!({"line": 0, "character": 14}), "{found:?}");
    client.leave();
}

#[test]
fn warnings_are_denied_and_allowed_as_asked() {
    let text = GOOD.replace("float32(a +", "(a +");
    let mut client = Client::initialized(&["--deny", "TW0205"]);
    assert_eq!(client.open(&text)[0]["severity"], 1);
    client.leave();
    let mut client = Client::initialized(&["--allow", "TW0205"]);
    assert_eq!(client.open(&text), Vec::<Value>::new());
    client.leave();
}

#[test]
fn hover_says_type_access_and_extent() {
    let mut client = Client::initialized(&[]);
    client.open(GOOD);
    let text = |hover: Value| hover["contents"]["value"].as_str().unwrap_or("nothing").to_string();
    let a = client.hover(2, 14);
    assert_eq!(a["range"], json!({"start": {"line": 2, "character": 14}, "end": {"line": 2, "character": 15}}));
    let wanted = "```python\na: Field[IJK, float64]\n```\nparameter of `smooth`  \naccess: read  \n\
                  accessed with extent i -1 to +1, j 0 to +1";
    assert_eq!(text(a), wanted);
    let wanted = "```python\nlap: Field[IJK, float64]\n```\ntemporary of `smooth`  \naccess: write  \n\
                  computed with extent j 0 to +1";
    assert_eq!(text(client.hover(2, 8)), wanted);
    assert_eq!(text(client.hover(3, 11)), text(client.hover(0, 30)), "behind the name, and at its definition");
    assert!(text(client.hover(3, 9)).contains("out: Field[IJK, float32]"));
    assert_eq!(text(client.hover(0, 52)), "```python\nweight: float64\n```\nscalar parameter of `smooth`");
    for (line, character) in [(1, 10), (2, 20), (90, 0), (3, 4000)] {
        assert_eq!(text(client.hover(line, character)), "nothing", "{line}:{character}");
    }

    // While a line is being typed, names mean what they meant before.
    client.change(&format!("{GOOD}        out = out +\n"));
    assert_eq!(text(client.hover(2, 8)), wanted);
    client.leave();
}

#[test]
fn malformed_input_is_answered_and_passed_over() {
    let mut client = Client::start(&[]);
    let early = client.ask("textDocument/hover", json!({}));
    assert_eq!(early["error"]["code"], -32002, "{early}");
    client.ask("initialize", json!({}));
    for bytes in [
        "Content-Length: 7\r\n\r\nnot JSO",
        "Content-Length: nonsense\r\n\r\n",
        "Content-Type: x\r\n\r\n",
        "Content-Length: 2\r\n\r\n[]",
    ] {
        client.raw(bytes.as_bytes());
        let answer = client.receive();
        assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(-32700), &Value::Null), "{bytes:?}: {answer}");
    }
    client.send(&json!({"jsonrpc": "2.0", "id": 77, "result": null}));
    client.tell("textDocument/didOpen", json!({"textDocument": 5}));
    client.tell("textDocument/didChange", json!({"textDocument": {"uri": "no address", "version": 1}}));
    client.tell("$/made-up", json!([1, 2, 3]));
    assert_eq!(client.ask("textDocument/hover", json!([]))["error"]["code"], -32602);
    assert_eq!(client.ask("textDocument/rename", json!({}))["error"]["code"], -32601);
    assert_eq!(client.hover(0, 0), Value::Null, "nothing is open");
    client.open("(".repeat(100_000).as_str());
    client.change("def \u{0}\u{feff}(:\r\n\tx");
    assert_eq!(client.change(GOOD), Vec::<Value>::new(), "still there");
    client.leave();
}

#[test]
fn a_client_that_breaks_off_is_no_crash() {
    let mut client = Client::initialized(&[]);
    client.raw(b"Content-Length: 100\r\n\r\n{\"jsonrpc\"");
    assert_eq!(client.code(), Some(1));
}

//! A language server on the standard streams: diagnostics of open files, and information about the name under the cursor. It
//! reads a message, answers it, and reads the next one. Nothing here takes long enough to need threads.

mod document;
mod frame;
mod position;
mod publish;

use document::Document;
use frame::Incoming;
use lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, HoverParams,
    HoverProviderCapability, InitializeResult, PublishDiagnosticsParams, SaveOptions, ServerCapabilities, ServerInfo,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use tradewind::Toolchain;

/// Error codes of JSON-RPC and of the protocol.
const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const METHOD_NOT_FOUND: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;
const NOT_INITIALIZED: i32 = -32002;

/// Serves one client until it says `exit` or closes the stream; whether it shut the server down before.
///
/// # Errors
/// If a stream fails.
pub fn serve(toolchain: Toolchain, input: &mut impl BufRead, output: &mut impl Write) -> io::Result<bool> {
    let mut server = Server { toolchain, documents: BTreeMap::new(), state: State::Started, output };
    loop {
        match frame::read(input)? {
            Incoming::End => return Ok(server.state == State::ShutDown),
            Incoming::Malformed(why) => server.refuse(Value::Null, PARSE_ERROR, &why)?,
            Incoming::Message { id: None, method: Some(method), .. } if method == "exit" => {
                return Ok(server.state == State::ShutDown);
            }
            Incoming::Message { id: Some(id), method: Some(method), params } => server.request(id, &method, params)?,
            Incoming::Message { id: None, method: Some(method), params } => server.notification(&method, params)?,
            // A response: the server asks for nothing, so it answers nothing.
            Incoming::Message { method: None, .. } => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Started,
    Initialized,
    ShutDown,
}

struct Server<'o, O> {
    toolchain: Toolchain,
    /// The open files by their address.
    documents: BTreeMap<String, Document>,
    state: State,
    output: &'o mut O,
}

impl<O: Write> Server<'_, O> {
    fn request(&mut self, id: Value, method: &str, params: Value) -> io::Result<()> {
        match (method, self.state) {
            ("initialize", State::Started) => {
                self.state = State::Initialized;
                self.answer(id, &initialized())
            }
            (_, State::Started) => self.refuse(id, NOT_INITIALIZED, "the first request is `initialize`"),
            (_, State::ShutDown) => self.refuse(id, INVALID_REQUEST, "the server was shut down"),
            ("initialize", State::Initialized) => self.refuse(id, INVALID_REQUEST, "`initialize` may come only once"),
            ("shutdown", State::Initialized) => {
                self.state = State::ShutDown;
                self.answer(id, &Value::Null)
            }
            ("textDocument/hover", State::Initialized) => match parse::<HoverParams>(params) {
                Ok(asked) => {
                    let place = asked.text_document_position_params;
                    let document = self.documents.get(place.text_document.uri.as_str());
                    let hover = document.and_then(|document| document.hover(place.position));
                    self.answer(id, &hover)
                }
                Err(why) => self.refuse(id, INVALID_PARAMS, &why),
            },
            _ => self.refuse(id, METHOD_NOT_FOUND, &format!("`{method}` is not supported")),
        }
    }

    /// Notifications have no answer: what cannot be read is passed over.
    fn notification(&mut self, method: &str, params: Value) -> io::Result<()> {
        if self.state != State::Initialized {
            return Ok(());
        }
        match method {
            "textDocument/didOpen" => match parse::<DidOpenTextDocumentParams>(params) {
                Ok(opened) => self.update(opened.text_document.uri, opened.text_document.text),
                Err(_) => Ok(()),
            },
            "textDocument/didChange" => match parse::<DidChangeTextDocumentParams>(params) {
                // The whole text comes with each change; the last one counts.
                Ok(changed) => match changed.content_changes.into_iter().last() {
                    Some(last) => self.update(changed.text_document.uri, last.text),
                    None => Ok(()),
                },
                Err(_) => Ok(()),
            },
            "textDocument/didSave" => match parse::<DidSaveTextDocumentParams>(params) {
                Ok(_) => self.update_all(),
                Err(_) => Ok(()),
            },
            "textDocument/didClose" => match parse::<DidCloseTextDocumentParams>(params) {
                Ok(closed) => {
                    self.documents.remove(closed.text_document.uri.as_str());
                    self.publish(closed.text_document.uri, Vec::new())
                }
                Err(_) => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn update(&mut self, uri: Uri, text: String) -> io::Result<()> {
        let before = self.documents.remove(uri.as_str());
        let document = Document::new(&self.toolchain, &uri, text, before);
        let found = document.diagnostics(&uri);
        self.documents.insert(uri.as_str().to_string(), document);
        self.publish(uri, found)
    }

    /// A saved file may be imported by others: all open ones are looked at again.
    fn update_all(&mut self) -> io::Result<()> {
        let open: Vec<(String, String)> = self.documents.iter().map(|(uri, d)| (uri.clone(), d.text().to_string())).collect();
        for (uri, text) in open {
            if let Ok(uri) = uri.parse() {
                self.update(uri, text)?;
            }
        }
        Ok(())
    }

    fn publish(&mut self, uri: Uri, diagnostics: Vec<lsp_types::Diagnostic>) -> io::Result<()> {
        let params = PublishDiagnosticsParams { uri, diagnostics, version: None };
        self.send(&json!({"jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": params}))
    }

    fn answer(&mut self, id: Value, result: &impl serde::Serialize) -> io::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result}))
    }

    fn refuse(&mut self, id: Value, code: i32, why: &str) -> io::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": why}}))
    }

    fn send(&mut self, message: &Value) -> io::Result<()> {
        frame::write(self.output, message)
    }
}

fn parse<P: DeserializeOwned>(params: Value) -> Result<P, String> {
    serde_json::from_value(params).map_err(|e| e.to_string())
}

fn initialized() -> InitializeResult {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::FULL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    };
    InitializeResult {
        capabilities: ServerCapabilities {
            text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo { name: "tradewind".to_string(), version: Some(env!("CARGO_PKG_VERSION").to_string()) }),
    }
}

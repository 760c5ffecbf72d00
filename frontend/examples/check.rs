fn main() {
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).expect("file");
        let options = tradewind_frontend::Options::default();
        let module = tradewind_frontend::parse_module(&path, &text, &options, &tradewind_frontend::FileLoader);
        println!("== {path}: {:?} {:?}", module.stencil_names(), module.program_names());
        println!("{}", tradewind_ir::diagnostic::render(&module.sources, &module.check(), false));
    }
}

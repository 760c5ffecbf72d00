//! The words that follow a bench's name on the command line.

use tradewind::ir::suggest::nearest;

/// What a bench is asked for: options, and names of what to measure (none: everything).
pub struct Words {
    options: Vec<String>,
    names: Vec<String>,
}

/// Reads the words, and the numbers among them. `--help` prints the page of the bench, which is the head of its `source`. A word that is neither one of `options` (those that
/// end in `=` take a value) nor one of `names` nor, where `numbers` are taken, a number ends the bench with exit code 2.
pub fn read(source: &str, options: &[&str], names: &[&str], numbers: bool) -> (Words, Vec<usize>) {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if words.iter().any(|word| word == "--help" || word == "-h") {
        let page = source.lines().map_while(|line| line.strip_prefix("//!"));
        page.for_each(|line| println!("{}", line.strip_prefix(' ').unwrap_or(line)));
        println!("\nOptions: {}\nNames: {}", options.join(", "), names.join(", "));
        std::process::exit(0);
    }
    let (options_given, given): (Vec<String>, Vec<String>) = words.into_iter().partition(|word| word.starts_with('-'));
    let takes = |word: &str, option: &str| if option.ends_with('=') { word.starts_with(option) } else { word == option };
    for word in &options_given {
        if !options.iter().any(|option| takes(word, option)) {
            refuse("option", word, options);
        }
    }
    let (mut found, mut sizes) = (Words { options: options_given, names: Vec::new() }, Vec::new());
    for word in given {
        match word.parse() {
            Ok(number) if numbers => sizes.push(number),
            _ if names.contains(&word.as_str()) => found.names.push(word),
            _ => refuse("name", &word, names),
        }
    }
    (found, sizes)
}

fn refuse(what: &str, word: &str, known: &[&str]) -> ! {
    let meant = nearest(word, known.iter().copied()).map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
    eprintln!("error: this bench has no {what} `{word}`: {meant}it has {} (--help says more)", known.join(", "));
    std::process::exit(2)
}

impl Words {
    /// The value of an option, if it is among them; nothing behind one that takes none.
    pub fn option(&self, option: &str) -> Option<&str> {
        self.options.iter().find_map(|word| word.strip_prefix(option))
    }
    /// Whether something is to be measured.
    pub fn wants(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|word| word == name)
    }
}

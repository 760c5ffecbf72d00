//! Pixels of the command's drawings.

use crate::command::folder;
use crate::draw::axis::{Axis, number, with_unit};
use crate::draw::colours::{Colours, MISSING, Scale};
use crate::draw::curves::{Curve, Plot};
use crate::draw::save;
use crate::draw::sections::{Panel, Row, Rows};
use std::io::Cursor;

/// The colours of all pixels.
fn pixels(file: &str, draw: impl FnOnce(&std::path::Path)) -> Vec<[u8; 3]> {
    let path = folder(file).join("picture.png");
    draw(&path);
    let bytes = std::fs::read(&path).expect("the picture is there");
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().expect("a PNG file");
    let mut pixels = vec![0; reader.output_buffer_size().expect("it has a size")];
    reader.next_frame(&mut pixels).expect("a whole one");
    pixels.chunks(3).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
}

/// The pixels of a colour in a picture of two cells.
fn of_colour(file: &str, values: [f64; 2], colour: [u8; 3]) -> usize {
    let panel = Panel { caption: number(1.0), values: values.to_vec(), size: (2, 1) };
    let axis = |name: &str| Axis::linear(with_unit(name, "km"), 0.0, 2.0);
    let scale = Scale { low: -1.0, high: 1.0, colours: Colours::of(-1.0, 1.0) };
    let (name, lengths) = ("w".to_string(), (2.0, 1.0));
    let rows = [Row { panels: vec![panel], across: axis("x"), up: axis("z"), lengths, name, scale }];
    let rows = Rows(&rows);
    let found = pixels(file, |path| save(path, rows.size(), "w", |area| rows.draw(area)).expect("drawn"));
    found.iter().filter(|pixel| **pixel == colour).count()
}

#[test]
fn cells_have_the_colours_of_their_values() {
    let cell = 90_000..100_000;
    let [grey, white] = [[MISSING.0, MISSING.1, MISSING.2], [247, 247, 247]];
    assert!(cell.contains(&of_colour("drawn_missing", [f64::NAN, 0.5], grey)));
    assert!(of_colour("drawn_present", [0.0, 0.5], grey) < 1000, "but for the edges of letters");
    assert!(cell.contains(&of_colour("drawn_zero", [0.0, 0.5], white)));
    // Values beyond the range, with a tip at the colour bar.
    assert!(cell.contains(&of_colour("drawn_beyond", [9.0, 0.5], [103, 0, 31])));
}

#[test]
fn curves_break_where_there_is_no_number() {
    let drawn = |file: &str, middle: f64| {
        let curve = |name: &str, height: f64, guide| {
            let points = (0..60).map(|n| (f64::from(n), if (20..40).contains(&n) { middle } else { height })).collect();
            Curve { name: name.to_string(), points, guide }
        };
        let up = Axis { log: true, ..Axis::linear("error".to_string(), 1e-3, 1.0) };
        let across = Axis { ticks: Some(vec![0.0, 30.0, 59.0]), ..Axis::linear("steps".to_string(), 0.0, 59.0) };
        let plot = Plot { across, up, curves: vec![curve("l1", 0.1, false), curve("order 1", 0.5, true)] };
        let blue = pixels(file, |path| save(path, plot.size(), "", |area| plot.draw(area)).expect("drawn"));
        blue.iter().filter(|pixel| **pixel == [0, 114, 178]).count()
    };
    let (broken, whole) = (drawn("drawn_broken", f64::NAN), drawn("drawn_whole", 0.1));
    assert!(broken > 100 && whole > broken + 100, "{broken} {whole}");
}

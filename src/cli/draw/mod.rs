//! Picture files: what is drawn on, the font, and how it becomes a PNG.

pub mod axis;
pub mod colours;
pub mod curves;
pub mod sections;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, register_font};
use std::io;
use std::path::Path;
use std::sync::Once;

/// What is drawn on, or a part of it.
pub type Area<'a> = DrawingArea<BitMapBackend<'a>, Shift>;
/// The outcome of drawing.
pub type Drawn = Result<(), DrawingAreaErrorKind<<BitMapBackend<'static> as DrawingBackend>::ErrorType>>;

/// Dots along a side of each pixel of the file: a pixel has their mean colour, so that no edge is jagged. All sizes are in dots.
const DOTS: u32 = 2;

pub const INK: RGBColor = RGBColor(38, 38, 46);
pub const PALE: RGBColor = RGBColor(225, 225, 230);
/// Sizes of letters: of titles, of names and captions, and of numbers.
pub const TITLE: u32 = 50;
pub const TEXT: u32 = 42;
pub const NUMBER: u32 = 38;
/// The smallest letters that one can read.
const SMALL: u32 = 24;
/// Around everything.
pub const MARGIN: i32 = 28;

/// Draws a picture of a size with a title above, and writes it as a PNG file, replacing one that is there only once it is complete.
///
/// # Errors
/// When the file cannot be written.
pub fn save(path: &Path, (width, height): (i32, i32), title: &str, draw: impl FnOnce(&Area) -> Drawn) -> io::Result<()> {
    let top = if title.is_empty() { 0 } else { TITLE as i32 * 3 / 2 };
    let size = ((width + 2 * MARGIN).max(1) as u32 / DOTS, (height + top + 2 * MARGIN).max(1) as u32 / DOTS);
    let dots = (size.0 * DOTS, size.1 * DOTS);
    let mut canvas = vec![255; dots.0 as usize * dots.1 as usize * 3];
    let drawn = (|| {
        let whole = BitMapBackend::with_buffer(&mut canvas, dots).into_drawing_area();
        text(&whole, title, (dots.0 as i32 / 2, MARGIN), TITLE, HPos::Center, VPos::Top, width)?;
        draw(&part(&whole, (MARGIN, MARGIN + top), (width, height)))?;
        whole.present()
    })();
    drawn.map_err(|e| io::Error::other(e.to_string()))?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size.0, size.1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().and_then(|mut w| w.write_image_data(&pixels(&canvas, size))).map_err(io::Error::other)?;
    let partial = path.with_extension("png.partial");
    std::fs::write(&partial, bytes)?;
    std::fs::rename(partial, path)
}

/// The part of an area at an offset.
pub fn part<'a>(area: &Area<'a>, offset: (i32, i32), size: (i32, i32)) -> Area<'a> {
    area.clone().shrink(offset, size)
}

/// Writes a line of text at a place, with smaller letters or its end left out if it is wider than `most`.
pub fn text(area: &Area, line: &str, at: (i32, i32), size: u32, h: HPos, v: VPos, most: i32) -> Drawn {
    let (line, size) = fitted(line, size, most);
    // The library takes letters for lower than they are.
    let at = (at.0, at.1 + lowered(size));
    area.draw(&Text::new(line, at, style(size).pos(Pos::new(h, v))))
}

/// Writes a line of text upwards, in the middle of a place, in the same way.
pub fn text_upwards(area: &Area, line: &str, middle: (i32, i32), size: u32, most: i32) -> Drawn {
    let (line, size) = fitted(line, size, most);
    let style = style(size).transform(FontTransform::Rotate270).pos(Pos::new(HPos::Center, VPos::Center));
    area.draw(&Text::new(line, (middle.0 + lowered(size), middle.1), style))
}

/// How much lower than the library does it a line of text is drawn, so that letters are where they should be.
pub fn lowered(size: u32) -> i32 {
    size as i32 / 5
}

/// The style of letters of a size.
pub fn style(size: u32) -> TextStyle<'static> {
    with_font();
    TextStyle::from(("sans-serif", size).into_font()).color(&INK)
}

/// What is written of a line and in which size of letters, at most `size`, so that it fits into a width.
fn fitted(line: &str, size: u32, most: i32) -> (String, u32) {
    if let Some(size) = (SMALL..=size).rev().find(|size| width(line, *size) <= most) {
        return (line.to_string(), size);
    }
    let letters: Vec<char> = line.chars().collect();
    let first = |n: usize| letters[..n].iter().chain(&['…']).collect::<String>();
    let cut = (0..letters.len()).rev().map(first).find(|cut| width(cut, SMALL) <= most);
    (cut.unwrap_or_default(), SMALL)
}

/// The width of a line of text.
pub fn width(line: &str, size: u32) -> i32 {
    with_font();
    ("sans-serif", size).into_font().box_size(line).map_or(0, |(w, _)| w as i32)
}

/// Makes the font known to the plotting library.
fn with_font() {
    static ONCE: Once = Once::new();
    // The font is part of the program: it is one.
    ONCE.call_once(|| drop(register_font("sans-serif", FontStyle::Normal, dejavu::sans::regular())));
}

/// The mean colour of the dots of each pixel.
fn pixels(dots: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
    let (width, n) = (width as usize, DOTS as usize);
    let row = |y: usize| &dots[y * width * n * 3..(y + 1) * width * n * 3];
    let mean = |y: usize, at: usize| {
        let (x, c) = (at / 3, at % 3);
        let sum: u32 = (0..n)
            .flat_map(|dy| (0..n).map(move |dx| (dx, dy)))
            .map(|(dx, dy)| u32::from(row(y * n + dy)[(x * n + dx) * 3 + c]))
            .sum();
        (sum / (DOTS * DOTS)) as u8
    };
    (0..height as usize).flat_map(|y| (0..width * 3).map(move |at| (y, at))).map(|(y, at)| mean(y, at)).collect()
}

//! Pictures of one section of a field: colours, a colour bar with its range, a title.

use crate::cli::font;
use std::io;
use std::path::Path;

/// One section to draw.
pub struct Picture<'a> {
    /// Shown above the slice.
    pub title: &'a str,
    /// Values, I fastest; row 0 is the southern or the lower edge and comes out at the bottom.
    pub values: &'a [f64],
    pub width: usize,
    pub height: usize,
    /// The values of the first and the last colour.
    pub range: (f64, f64),
}

/// Pixels of the shorter side of a slice are at least this many.
const LEAST_SIDE: usize = 420;
const MARGIN: usize = 16;
const TITLE: usize = 28;
const BAR: usize = 18;
const LABELS: usize = 84;
const INK: [u8; 3] = [40, 40, 48];
const PAPER: [u8; 3] = [255, 255, 255];

/// Anchors of the colour scale, dark blue to yellow through green: even steps of lightness, readable without colour vision.
const SCALE: [[f64; 3]; 9] = [
    [68.0, 1.0, 84.0],
    [71.0, 44.0, 122.0],
    [59.0, 81.0, 139.0],
    [44.0, 113.0, 142.0],
    [33.0, 144.0, 141.0],
    [39.0, 173.0, 129.0],
    [92.0, 200.0, 99.0],
    [170.0, 220.0, 50.0],
    [253.0, 231.0, 37.0],
];

impl Picture<'_> {
    /// Writes the picture as a PNG file, replacing one that is there only once it is complete.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let canvas = self.draw();
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, canvas.width as u32, canvas.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header().and_then(|mut w| w.write_image_data(&canvas.pixels)).map_err(io::Error::other)?;
        let partial = path.with_extension("png.partial");
        std::fs::write(&partial, bytes)?;
        std::fs::rename(partial, path)
    }

    fn draw(&self) -> Canvas {
        let scale = LEAST_SIDE.div_ceil(self.width.min(self.height).max(1)).max(1);
        let (w, h) = (self.width * scale, self.height * scale);
        let mut canvas = Canvas::new(w + 3 * MARGIN + BAR + LABELS, h + 2 * MARGIN + TITLE);
        canvas.text(MARGIN, MARGIN, self.title);
        let top = MARGIN + TITLE;
        for y in 0..h {
            let row = self.height - 1 - y / scale;
            for x in 0..w {
                canvas.set(MARGIN + x, top + y, self.colour(self.values[row * self.width + x / scale]));
            }
        }
        let left = w + 2 * MARGIN;
        for y in 0..h {
            let part = 1.0 - y as f64 / (h - 1).max(1) as f64;
            (0..BAR).for_each(|x| canvas.set(left + x, top + y, blend(part)));
        }
        for tick in 0..=4 {
            let part = tick as f64 / 4.0;
            let value = self.range.0 + part * (self.range.1 - self.range.0);
            let y = top + ((1.0 - part) * (h - 1) as f64) as usize;
            (0..5).for_each(|x| canvas.set(left + BAR + x, y, INK));
            canvas.text(left + BAR + 9, (y + 1).saturating_sub(font::HEIGHT), &label(value));
        }
        canvas
    }

    fn colour(&self, value: f64) -> [u8; 3] {
        if value.is_nan() {
            return [255, 0, 200];
        }
        let (low, high) = self.range;
        blend(if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 })
    }
}

fn blend(part: f64) -> [u8; 3] {
    let at = part * (SCALE.len() - 1) as f64;
    let below = (at as usize).min(SCALE.len() - 2);
    let weight = at - below as f64;
    std::array::from_fn(|c| (SCALE[below][c] * (1.0 - weight) + SCALE[below + 1][c] * weight).round() as u8)
}

/// Four significant digits, with an exponent where that is shorter.
fn label(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-3..1e5).contains(&size) {
        let digits = 3 - size.max(1e-3).log10().floor() as i32;
        let text = format!("{value:.*}", digits.clamp(0, 6) as usize);
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
    } else {
        format!("{value:.2e}")
    }
}

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Canvas {
        Canvas { width, height, pixels: PAPER.iter().copied().cycle().take(width * height * 3).collect() }
    }
    fn set(&mut self, x: usize, y: usize, colour: [u8; 3]) {
        if x < self.width && y < self.height {
            let at = (y * self.width + x) * 3;
            self.pixels[at..at + 3].copy_from_slice(&colour);
        }
    }
    fn text(&mut self, left: usize, top: usize, text: &str) {
        for (n, letter) in text.chars().enumerate() {
            for (x, y) in font::dots(letter) {
                self.set(left + n * font::WIDTH + x, top + y, INK);
            }
        }
    }
}

//! Rows of panels: sections of one field at several times, with axes and one colour bar.

use super::axis::Axis;
use super::colours::{MISSING, Scale};
use super::{Area, Drawn, INK, NUMBER, TEXT, lowered, part, style, text, text_upwards};
use plotters::element::BitMapElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// Panels side by side.
pub struct Row {
    pub panels: Vec<Panel>,
    pub across: Axis,
    pub up: Axis,
    /// The lengths of the two axes on the paper, if equal coordinates or points are equally long.
    pub lengths: (f64, f64),
    /// The name of the field, with its unit.
    pub name: String,
    pub scale: Scale,
}

/// One section.
pub struct Panel {
    pub caption: String,
    /// The first index goes across, the second up.
    pub values: Vec<f64>,
    pub size: (usize, usize),
}

/// Lengths of the longer side of panels, by how many stand side by side at most.
const SIDES: [i32; 3] = [1240, 900, 680];
/// How much longer a side is than the other one, at most.
const STRETCH: f64 = 3.0;
/// Between a panel and the colour bar.
const GAP: i32 = 56;
const BAR: i32 = 36;
const TICK: i32 = 10;
/// What stands above and below a panel: caption; numbers and name.
const ABOVE: i32 = TEXT as i32 * 3 / 2;
const BELOW: i32 = TICK + NUMBER as i32 * 5 / 4 + TEXT as i32 * 5 / 4;

/// Rows below each other.
pub struct Rows<'a>(pub &'a [Row]);

impl Rows<'_> {
    pub fn size(&self) -> (i32, i32) {
        let sizes = || self.0.iter().map(|row| row.extent(self.side()));
        (sizes().map(|size| size.0).max().unwrap_or(0), sizes().map(|size| size.1 + GAP / 2).sum())
    }
    pub fn draw(&self, area: &Area) -> Drawn {
        let mut top = 0;
        for row in self.0 {
            let size = row.extent(self.side());
            row.draw(&part(area, (0, top), size), self.side())?;
            top += size.1 + GAP / 2;
        }
        Ok(())
    }
    fn side(&self) -> i32 {
        let most = self.0.iter().map(|row| row.panels.len()).max().unwrap_or(1);
        SIDES[most.clamp(1, SIDES.len()) - 1]
    }
}

impl Row {
    /// The size of a panel's inside.
    fn inside(&self, side: i32) -> (i32, i32) {
        let ratio = (self.lengths.1 / self.lengths.0).clamp(1.0 / STRETCH, STRETCH);
        let scaled = |part: f64| (side as f64 * part.min(1.0)).round() as i32;
        (scaled(1.0 / ratio), scaled(ratio))
    }
    fn left(&self, height: i32) -> i32 {
        self.up.scaled(rows(height)).width(NUMBER) + 4 * TICK + TEXT as i32
    }
    /// The space between two panels, so that the numbers at their ends are apart.
    fn gap(&self, width: i32) -> i32 {
        GAP.max(self.across.scaled(columns(width)).width(NUMBER) + 2 * TICK)
    }
    /// The axis of the colour bar.
    fn bar(&self) -> Axis {
        Axis::linear(self.name.clone(), self.scale.low, self.scale.high)
    }
    fn lacks_values(&self) -> bool {
        self.panels.iter().any(|panel| panel.missing() > 0)
    }
    fn extent(&self, side: i32) -> (i32, i32) {
        let (w, h) = self.inside(side);
        let n = self.panels.len() as i32;
        let bar = BAR + 4 * TICK + self.bar().scaled(rows(h)).width(NUMBER) + TEXT as i32;
        let note = if self.lacks_values() { BAR + TICK + super::width("missing", NUMBER) } else { 0 };
        (self.left(h) + n * w + (n - 1) * self.gap(w) + GAP + bar.max(note), ABOVE + h + BELOW)
    }

    fn draw(&self, area: &Area, side: i32) -> Drawn {
        let (w, h) = self.inside(side);
        let mut left = self.left(h);
        text_upwards(area, &self.up.name, (TEXT as i32 / 2, ABOVE + h / 2), TEXT, h + 2 * ABOVE)?;
        for (n, panel) in self.panels.iter().enumerate() {
            text(area, &panel.caption, (left + w / 2, ABOVE / 2), TEXT, HPos::Center, VPos::Center, w + GAP / 2)?;
            let before = if n == 0 { left } else { 0 };
            let whole = part(area, (left - before, ABOVE), (before + w, h + BELOW));
            let colour = |x: f64, y: f64| self.scale.colour(panel.at(x, y));
            chart(&whole, (before, BELOW, 0), (&self.across, &self.up), colour)?;
            let name = (left + w / 2, ABOVE + h + BELOW - TEXT as i32 * 2 / 3);
            text(area, &self.across.name, name, TEXT, HPos::Center, VPos::Center, w)?;
            left += w + if n + 1 < self.panels.len() { self.gap(w) } else { GAP };
        }
        self.draw_bar(&part(area, (left, 0), (area.dim_in_pixel().0 as i32 - left, ABOVE + h + BELOW)), h)
    }

    /// The colour bar, with the colours of what is beyond its ends and of what is missing, where there is such.
    fn draw_bar(&self, area: &Area, h: i32) -> Drawn {
        let none = Axis { ticks: Some(Vec::new()), ..Axis::linear(String::new(), 0.0, 1.0) };
        let bar = self.bar();
        let width = area.dim_in_pixel().0 as i32;
        let at = |y: f64| bar.from * (1.0 - y) + bar.to * y;
        chart(&part(area, (0, ABOVE), (width, h)), (0, 0, width - BAR), (&none, &bar), |_, y| self.scale.colour(at(y)))?;
        let numbers = BAR + 3 * TICK + bar.scaled(rows(h)).width(NUMBER);
        let most = if self.lacks_values() { h } else { h + 2 * ABOVE };
        text_upwards(area, &bar.name, (numbers + TEXT as i32 / 2, ABOVE + h / 2), TEXT, most)?;
        let values = || self.panels.iter().flat_map(|panel| panel.values.iter());
        let tip = |y: i32, end: i32, value: f64| {
            let points = [(0, y), (BAR - 1, y), (BAR / 2, end)];
            area.draw(&Polygon::new(points.to_vec(), self.scale.colour(value).filled()))?;
            area.draw(&PathElement::new([points[1], points[2], points[0]].to_vec(), INK.stroke_width(2)))
        };
        if values().any(|v| *v > self.scale.high) {
            tip(ABOVE - 1, ABOVE - BAR, self.scale.high)?;
        }
        if values().any(|v| *v < self.scale.low) {
            tip(ABOVE + h, ABOVE + h + BAR, self.scale.low)?;
        }
        if self.lacks_values() {
            let top = ABOVE + h + BELOW - TEXT as i32 - BAR;
            area.draw(&Rectangle::new([(0, top), (BAR, top + BAR)], MISSING.filled()))?;
            text(area, "missing", (BAR + TICK, top + BAR / 2), NUMBER, HPos::Left, VPos::Center, width)?;
        }
        Ok(())
    }
}

impl Panel {
    /// How many values are missing.
    pub fn missing(&self) -> usize {
        self.values.iter().filter(|v| v.is_nan()).count()
    }
    /// The value at a part of the way across and up.
    fn at(&self, x: f64, y: f64) -> f64 {
        let index = |part: f64, n: usize| ((part * n as f64) as usize).min(n.saturating_sub(1));
        let (i, j) = (index(x, self.size.0), index(y, self.size.1));
        self.values.get(j * self.size.0 + i).copied().unwrap_or(f64::NAN)
    }
}

/// About how many ticks a width has room for.
fn columns(width: i32) -> usize {
    (width / (4 * NUMBER as i32)).max(1) as usize
}

/// About how many ticks a height has room for.
fn rows(height: i32) -> usize {
    (height * 2 / (5 * NUMBER as i32)).max(1) as usize
}

/// Axes around colours: `colour` gives that at a part of the way across and up. Room is left for numbers on the left, below
/// and on the right; the axis upwards has them on the left, or else on the right.
fn chart(
    area: &Area,
    (left, below, right): (i32, i32, i32),
    (across, up): (&Axis, &Axis),
    colour: impl Fn(f64, f64) -> RGBColor,
) -> Drawn {
    let (w, h) = area.dim_in_pixel();
    let (w, h) = (w as i32 - left - right, h as i32 - below);
    let (x, y) = (across.scaled(columns(w)), up.scaled(rows(h)));
    let mut builder = ChartBuilder::on(area);
    builder.set_label_area_size(LabelAreaPosition::Left, left);
    builder.set_label_area_size(LabelAreaPosition::Right, right);
    builder.set_label_area_size(LabelAreaPosition::Bottom, below);
    let mut chart = builder.build_cartesian_2d(x, y)?;
    let part = |n: i32, of: i32| (n as f64 + 0.5) / of as f64;
    let dots: Vec<u8> = (0..h)
        .flat_map(|row| (0..w).map(move |column| (column, row)))
        .map(|(column, row)| colour(part(column, w), part(h - 1 - row, h)))
        .flat_map(|RGBColor(r, g, b)| [r, g, b])
        .collect();
    if let Some(image) =
        BitMapElement::<_, plotters::backend::RGBPixel>::with_owned_buffer((left, 0), (w as u32, h as u32), dots)
    {
        area.draw(&image)?;
    }
    let mut mesh = chart.configure_mesh();
    mesh.disable_mesh()
        .axis_style(INK.stroke_width(2))
        .label_style(style(NUMBER))
        .set_all_tick_mark_size(TICK)
        .y_label_offset(lowered(NUMBER));
    mesh.draw()?;
    area.draw(&Rectangle::new([(left, 0), (left + w - 1, h - 1)], INK.stroke_width(2)))
}

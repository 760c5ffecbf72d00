//! Plots of curves.

use super::axis::Axis;
use super::{Area, Drawn, INK, NUMBER, PALE, TEXT, lowered, part, style, text, text_upwards, width};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// Curves over the same axis.
pub struct Plot {
    pub across: Axis,
    pub up: Axis,
    pub curves: Vec<Curve>,
}

/// One curve.
pub struct Curve {
    /// What the legend says.
    pub name: String,
    /// Values that are not numbers break the curve.
    pub points: Vec<(f64, f64)>,
    /// Drawn pale and dashed, for comparison.
    pub guide: bool,
}

/// Colours that people with and without colour vision can tell apart (Okabe and Ito 2008), without the yellow.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
];
/// As many curves as there are colours.
pub const MOST: usize = COLOURS.len();
const SIZE: (i32, i32) = (1240, 760);
const GAP: i32 = 36;
const SWATCH: i32 = 60;
const TICK: i32 = 10;
const LINE: i32 = TEXT as i32 * 3 / 2;
const BELOW: i32 = TICK + NUMBER as i32 * 5 / 4 + TEXT as i32 * 5 / 4;
/// With at most this many points a curve shows each.
const FEW: usize = 12;

impl Plot {
    pub fn size(&self) -> (i32, i32) {
        (self.left() + SIZE.0 + self.right(), NUMBER as i32 + SIZE.1 + BELOW)
    }
    fn left(&self) -> i32 {
        self.up.scaled(6).width(NUMBER) + 4 * TICK + TEXT as i32
    }
    /// The width of the legend. A single curve has none: the axis says what it is.
    fn right(&self) -> i32 {
        let names = self.curves.iter().map(|curve| width(&curve.name, NUMBER)).max().unwrap_or(0);
        if self.curves.len() > 1 { GAP + SWATCH + GAP / 2 + names } else { GAP }
    }

    pub fn draw(&self, area: &Area) -> Drawn {
        let frame = part(area, (0, NUMBER as i32), (self.left() + SIZE.0, SIZE.1 + BELOW));
        let mut builder = ChartBuilder::on(&frame);
        builder.set_label_area_size(LabelAreaPosition::Left, self.left());
        builder.set_label_area_size(LabelAreaPosition::Bottom, BELOW);
        let mut chart = builder.build_cartesian_2d(self.across.scaled(6), self.up.scaled(6))?;
        let mut mesh = chart.configure_mesh();
        mesh.bold_line_style(PALE.stroke_width(2)).light_line_style(TRANSPARENT).axis_style(INK.stroke_width(2));
        mesh.label_style(style(NUMBER)).set_all_tick_mark_size(TICK).y_label_offset(lowered(NUMBER));
        mesh.draw()?;
        let (top, bottom) = (NUMBER as i32, NUMBER as i32 + SIZE.1 + BELOW);
        text_upwards(area, &self.up.name, (TEXT as i32 / 2, top + SIZE.1 / 2), TEXT, SIZE.1 + 2 * top)?;
        let name = (self.left() + SIZE.0 / 2, bottom - TEXT as i32 * 2 / 3);
        text(area, &self.across.name, name, TEXT, HPos::Center, VPos::Center, SIZE.0)?;
        for (curve, colour) in self.coloured() {
            for points in curve.pieces() {
                if curve.guide {
                    chart.draw_series(DashedLineSeries::new(points, 16, 12, colour.stroke_width(3)))?;
                    continue;
                }
                let few = if points.len() <= FEW { points.clone() } else { Vec::new() };
                chart.draw_series(LineSeries::new(points, colour.stroke_width(5)))?;
                chart.draw_series(few.into_iter().map(|at| Circle::new(at, 9, colour.filled())))?;
            }
        }
        if self.curves.len() > 1 { self.draw_legend(area) } else { Ok(()) }
    }

    fn draw_legend(&self, area: &Area) -> Drawn {
        let left = self.left() + SIZE.0 + GAP;
        for (n, (curve, colour)) in self.coloured().enumerate() {
            let middle = NUMBER as i32 + LINE / 2 + n as i32 * LINE;
            let lines = if curve.guide { vec![(0, SWATCH / 3), (SWATCH * 2 / 3, SWATCH)] } else { vec![(0, SWATCH)] };
            for (from, to) in lines {
                let width = if curve.guide { 3 } else { 5 };
                area.draw(&PathElement::new(vec![(left + from, middle), (left + to, middle)], colour.stroke_width(width)))?;
            }
            text(area, &curve.name, (left + SWATCH + GAP / 2, middle), NUMBER, HPos::Left, VPos::Center, i32::MAX)?;
        }
        Ok(())
    }

    fn coloured(&self) -> impl Iterator<Item = (&Curve, RGBColor)> {
        let colour = |n: usize, curve: &Curve| if curve.guide { RGBColor(150, 150, 155) } else { COLOURS[n % MOST] };
        self.curves.iter().enumerate().map(move |(n, curve)| (curve, colour(n, curve)))
    }
}

impl Curve {
    /// Its points, apart where there is no number.
    fn pieces(&self) -> impl Iterator<Item = Vec<(f64, f64)>> {
        self.points.split(|(_, y)| !y.is_finite()).filter(|piece| !piece.is_empty()).map(<[_]>::to_vec)
    }
}

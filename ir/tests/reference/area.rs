//! Inverse hyperbolic functions by logarithms in fixed point; the series where an argument is tiny.

use super::elementary::{Exact, LN2, log, log_fixed, reciprocal, tiny};
use crate::reference::fixed::Fixed;
use tradewind_ir::Native;

pub fn area(native: Native, x: f64) -> Exact {
    let plain = |value| Exact { value, exponent: 0 };
    let size = Fixed::from(x.abs().min(1e9));
    match native {
        Native::Asinh if x.abs() < 1e-6 => tiny(x, [1.0, -1.0, 3.0, -15.0], [1.0, 6.0, 40.0, 336.0]),
        Native::Atanh if x.abs() < 1e-6 => tiny(x, [1.0; 4], [1.0, 3.0, 5.0, 7.0]),
        Native::Atanh => {
            let ratio = (Fixed::ONE + size) * (Fixed::ONE - size).reciprocal();
            signed(x, log_fixed(ratio).shr(1))
        }
        Native::Asinh if x.abs() > 1e9 => signed(x, large(x.abs(), Fixed::ONE)),
        Native::Asinh => signed(x, log_fixed(size + (size * size + Fixed::ONE).sqrt())),
        _ if x > 1e9 => plain(large(x, -Fixed::ONE)),
        _ => plain(log_fixed(size + (size * size - Fixed::ONE).sqrt())),
    }
}

fn signed(x: f64, size: Fixed) -> Exact {
    Exact { value: if x < 0.0 { -size } else { size }, exponent: 0 }
}

/// `ln 2x + sign / (4 x^2) - 3 / (32 x^4)`; what follows is below `x^-6`.
fn large(x: f64, sign: Fixed) -> Fixed {
    let inverse = reciprocal(x);
    let square = inverse * inverse;
    let three = Fixed::from(3.0);
    LN2 + log(x) + sign * square.shr(2) - (three * square * square).shr(5)
}

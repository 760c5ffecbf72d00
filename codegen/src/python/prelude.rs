//! The helpers that emitted code may call. A module holds those that it uses.

/// A function or class of a few lines.
#[derive(Clone, Copy, Debug)]
pub struct Helper {
    pub name: &'static str,
    /// Names of the helpers that it calls.
    pub uses: &'static [&'static str],
    pub code: &'static str,
}

/// All helpers, those used by others first.
pub const HELPERS: &[Helper] = &[
    Helper {
        name: "smaller",
        uses: &[],
        code: r#"
def smaller(a, b):
    """`b` where it is less than `a`, else `a`; so a NaN in `a` stays, one in `b` does not."""
    return np.where(b < a, b, a)
"#,
    },
    Helper {
        name: "larger",
        uses: &[],
        code: r#"
def larger(a, b):
    """`b` where it is greater than `a`, else `a`; so a NaN in `a` stays, one in `b` does not."""
    return np.where(b > a, b, a)
"#,
    },
    Helper {
        name: "power",
        uses: &[],
        code: r#"
def power(a, b):
    """`a` to the power of `b` as in C; NumPy takes a square root for 0.5, which differs for -0.0 and minus infinity."""
    edge = (b == 0.5) & ((a == 0.0) | (a == -np.inf))
    return np.where(edge, np.abs(a), np.power(a, b))[()]
"#,
    },
    Helper {
        name: "round_away",
        uses: &[],
        code: r#"
def round_away(x):
    """The nearest whole number, halves away from zero."""
    size = np.abs(x)
    return np.copysign(np.floor(size) + (size - np.floor(size) >= 0.5), x)
"#,
    },
    Helper {
        name: "to_integer",
        uses: &[],
        code: r#"
def to_integer(x, dtype):
    """`x` cut toward zero; NaN gives 0, and what is too large the largest number that there is."""
    least, most = np.iinfo(dtype).min, np.iinfo(dtype).max
    fits = (x >= float(least)) & (x < float(most) + 1.0)
    cut = np.where(fits, x, x.dtype.type(0)).astype(dtype)
    return np.where(fits | np.isnan(x), cut, np.where(x > 0, dtype(most), dtype(least)))[()]
"#,
    },
    Helper {
        name: "cut_quotient",
        uses: &[],
        code: r#"
def cut_quotient(a, b):
    """The quotient of integers cut toward zero; 0 where `b` is 0."""
    return a // b + ((a % b != 0) & ((a < 0) != (b < 0)))
"#,
    },
    Helper {
        name: "gather",
        uses: &[],
        code: r#"
def gather(field, base, index):
    """The elements field[i, j, base + index]; levels that the field does not have are replaced by its nearest."""
    levels = np.clip(base + np.clip(np.int64(index), -(2**31), 2**31), 0, field.shape[2] - 1)
    return np.take_along_axis(field, levels[(None,) * (3 - levels.ndim)], axis=2)
"#,
    },
    Helper {
        name: "gather_plane",
        uses: &["gather"],
        code: r#"
def gather_plane(field, base, index):
    """The same for one level: the elements field[i, j, base + index[i, j]]."""
    return gather(field, base, np.asarray(index)[..., None])[..., 0]
"#,
    },
    Helper {
        name: "gather_pick",
        uses: &[],
        code: r#"
def gather_pick(field, base, index, component):
    """The same for one component: those of number component[i, j, k], with data indexes in row-major order."""
    flat = field.reshape(field.shape[:3] + (-1,))
    levels = np.clip(base + np.clip(np.int64(index), -(2**31), 2**31), 0, flat.shape[2] - 1)
    component = np.clip(np.int64(component), 0, flat.shape[3] - 1)
    i, j = np.ogrid[: flat.shape[0], : flat.shape[1]]
    return flat[i[..., None], j[..., None], levels, component]
"#,
    },
    Helper {
        name: "pick",
        uses: &[],
        code: r#"
def pick(field, dimensions, component):
    """At each point the component of a number; numbers that do not exist are replaced by the nearest."""
    flat = field.reshape(field.shape[: field.ndim - dimensions] + (-1,))
    component = np.clip(np.int64(component), 0, flat.shape[-1] - 1)
    shape = np.broadcast_shapes(flat.shape[:-1], np.shape(component))
    flat, component = np.broadcast_to(flat, shape + flat.shape[-1:]), np.broadcast_to(component, shape)
    return np.take_along_axis(flat, component[..., None], axis=-1)[..., 0]
"#,
    },
    Helper {
        name: "put",
        uses: &[],
        code: r#"
def put(field, dimensions, component, value, where=True):
    """Sets at each point the component of a number; numbers that do not exist are replaced by the nearest."""
    shape = field.shape[field.ndim - dimensions :]
    component, value = np.clip(np.int64(component), 0, np.prod(shape) - 1), np.array(value)
    for n, indexes in enumerate(np.ndindex(shape)):
        part = field[(..., *indexes)]
        part[...] = np.where(where & (component == n), value, part)
"#,
    },
    Helper {
        name: "note",
        uses: &[],
        code: r#"
def note(found, check, point, index, first, last):
    """Keeps an index that does not exist. `check` is the number of the check, and what is checked where."""
    if not first <= index <= last:
        number, what, field, place = check
        text = f"{what} {index} of `{field}` does not exist: it has the {what}s {first} to {last}; at the point {point}, {place}"
        found.append((number, point[::-1], what == "component", text))
"#,
    },
    Helper {
        name: "note_all",
        uses: &["note"],
        code: r#"
def note_all(found, check, points, index, first, last, held):
    """The same for all points of a block, or of the plane of a level, where `held` is true."""
    i, j, k = points
    if not isinstance(k, range):
        k, index, held = range(k, k + 1), np.asarray(index)[..., None], np.asarray(held)[..., None]
    shape = len(i), len(j), len(k)
    index, held = np.broadcast_to(np.int64(index), shape), np.broadcast_to(held, shape)
    wrong = np.argwhere((held & ((index < first) | (index > last))).T)
    if len(wrong):
        z, y, x = (int(n) for n in wrong[0])
        note(found, check, (i[x], j[y], k[z]), int(index[x, y, z]), first, last)
"#,
    },
    Helper {
        name: "refuse",
        uses: &[],
        code: r#"
def refuse(found):
    """Fails with the first index that does not exist: of the first check, then of the first point."""
    if found:
        raise IndexError(min(found)[-1])
"#,
    },
    Helper {
        name: "Points",
        uses: &[],
        code: r#"
class Points:
    """An array whose elements are named by points: (0, 0, 0) is the domain's first, the halo before it is negative."""

    def __init__(self, array, *first):
        self.array, self.first = array, first

    def __getitem__(self, point):
        return self.array[self.index(point)]

    def __setitem__(self, point, value):
        self.array[self.index(point)] = value

    def index(self, point):
        point = point if isinstance(point, tuple) else (point,)
        index = tuple(p - first for p, first in zip(point, self.first)) + point[len(self.first) :]
        if any(n < 0 for n in index):
            raise IndexError(f"the array has no point {point}")
        return index

    def level(self, k):
        """The level nearest to `k` that the array has."""
        first = self.first[-1]
        return max(first, min(int(k), first + self.array.shape[len(self.first) - 1] - 1))

    def component(self, n):
        """The indexes into the data dimensions of the component nearest to number `n`."""
        shape = self.array.shape[len(self.first) :]
        return tuple(np.unravel_index(max(0, min(int(n), int(np.prod(shape)) - 1)), shape))

    def copy(self):
        return Points(self.array.copy(), *self.first)
"#,
    },
    Helper {
        name: "Field",
        uses: &[],
        code: r#"
class Field:
    """An array, the axes of its dimensions, and the index of the domain's first point in it."""

    def __init__(self, array, axes, origin):
        self.array, self.axes, self.origin = array, axes, origin

    def part(self, *ranges):
        """The points between positions that count from the start of the domain; all there are for None."""
        index = [slice(o + r[0], o + r[1]) if r else slice(None) for o, r in zip(self.origin, ranges)]
        return None if self.array is None else self.array[tuple(index)]
"#,
    },
    Helper {
        name: "halo_update",
        uses: &[],
        code: r#"
def halo_update(field, domain, width=None):
    """Fills the halo from the opposite edge of the domain: along I beside it, then along J with the corners."""
    reach = []
    for axis, size, origin in zip(field.axes, field.array.shape, field.origin):
        n = domain["IJK".index(axis)]
        lo, hi = -origin, size - origin
        reach.append((lo, hi) if width is None or axis == "K" else (max(lo, -width), min(hi, n + width)))
    for d, axis in enumerate(field.axes):
        if axis == "K":
            continue
        n = domain["IJK".index(axis)]
        lo, hi = reach[d]
        part = [slice(lo + o, hi + o) for (lo, hi), o in zip(reach, field.origin)]
        if axis == "I" and "J" in field.axes:
            part[d + 1] = slice(field.origin[d + 1], field.origin[d + 1] + domain[1])
        source = list(part)
        halo = np.array([*range(lo, 0), *range(n, hi)], dtype=int)
        part[d], source[d] = halo + field.origin[d], halo % n + field.origin[d]
        field.array[tuple(part)] = field.array[tuple(source)]
"#,
    },
    Helper {
        name: "common",
        uses: &[],
        code: r#"
def common(a, b):
    """The points that both fields have, as the parts of their arrays."""
    lo = [min(o, p) for o, p in zip(a.origin, b.origin)]
    hi = [min(m - o, n - p) for m, o, n, p in zip(a.array.shape, a.origin, b.array.shape, b.origin)]
    return [f.array[tuple(slice(o - x, o + y) for o, x, y in zip(f.origin, lo, hi))] for f in (a, b)]
"#,
    },
    Helper {
        name: "copy",
        uses: &["common"],
        code: r#"
def copy(to, source):
    """Copies all points that both fields have."""
    to, source = common(to, source)
    to[...] = source
"#,
    },
    Helper {
        name: "swap",
        uses: &["common"],
        code: r#"
def swap(a, b):
    """Exchanges all points that both fields have."""
    a, b = common(a, b)
    a[...], b[...] = b.copy(), a.copy()
"#,
    },
];

/// The code of the helpers whose names occur in `body`, in order.
pub fn used_by(body: &str) -> String {
    let mut wanted: Vec<&str> = HELPERS.iter().filter(|h| calls(body, h.name)).map(|h| h.name).collect();
    for helper in HELPERS.iter().rev() {
        if wanted.contains(&helper.name) {
            wanted.extend(helper.uses);
        }
    }
    HELPERS.iter().filter(|h| wanted.contains(&h.name)).map(|h| format!("\n{}\n", h.code.trim_end())).collect()
}

fn calls(body: &str, name: &str) -> bool {
    let starts = |at: usize| !body[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    body.match_indices(&format!("{name}(")).any(|(at, _)| starts(at))
}

// The program `step` in two nests: planes of K for what reads neighbours in I and J, then columns for the recurrence along K and
// what follows it point by point. Rows of temporaries stay in the first-level cache.
#include "field.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace {

enum { Q, COURANT, FLUX, COEFFICIENT, W, ADVECTED, DIFFUSED };  // as in the program; `lifted` needs no array

constexpr double IMPLICIT = 0.6, EXPLICIT = 0.4;
constexpr long BLOCK = 64;  // columns that a sweep along K takes together

// Rows of doubles with room for three points on either side. They are kept from one call to the next.
struct Rows {
  std::vector<double> memory;
  long stride = 0;

  void fit(long count, long n) {
    stride = (n + 2 * 8 + 7) / 8 * 8;
    if (memory.size() < static_cast<std::size_t>(count * stride + 8)) memory.resize(count * stride + 8);
  }
  double *at(long row) { return memory.data() + row * stride + 8; }
};

void advect_x(const double *__restrict__ q, const double *__restrict__ courant, const double *__restrict__ flux,
              double *__restrict__ edge, double *__restrict__ left, double *__restrict__ right, double *__restrict__ face,
              double *__restrict__ out, long n) {
  EACH_LANE
  for (long i = -1; i < n + 2; ++i) edge[i] = 7.0 / 12.0 * (q[i - 1] + q[i]) - 1.0 / 12.0 * (q[i - 2] + q[i + 1]);
  EACH_LANE
  for (long i = -1; i < n + 1; ++i) {
    const double l = edge[i] - q[i], r = edge[i + 1] - q[i];
    const double slope = r - l, size = slope * slope, curvature = -3.0 * (l + r) * slope;
    const bool extremum = l * r > 0.0, steep_right = curvature < -size, steep_left = curvature > size;
    left[i] = extremum ? 0.0 : steep_left ? -2.0 * r : l;
    right[i] = extremum ? 0.0 : steep_right ? -2.0 * l : r;
  }
  EACH_LANE
  for (long i = 0; i < n + 1; ++i) {
    const double c = courant[i];
    const double from_left = q[i - 1] + (1.0 - c) * (right[i - 1] - c * (left[i - 1] + right[i - 1]));
    const double from_right = q[i] + (1.0 + c) * (left[i] + c * (left[i] + right[i]));
    face[i] = c > 0.0 ? from_left : from_right;
  }
  EACH_LANE
  for (long i = 0; i < n; ++i) out[i] = q[i] + (flux[i] * face[i] - flux[i + 1] * face[i + 1]);
}

void laplacian(const double *__restrict__ q, long row, double *__restrict__ lap, long n) {
  EACH_LANE
  for (long i = -1; i < n + 1; ++i) lap[i] = 4.0 * q[i] - (q[i + 1] + q[i - 1] + q[i + row] + q[i - row]);
}

void flux_y(const double *__restrict__ q, long row, const double *__restrict__ lap, const double *__restrict__ lap_next,
            double *__restrict__ fy, long n) {
  EACH_LANE
  for (long i = 0; i < n; ++i) {
    const double flux = lap_next[i] - lap[i];
    fy[i] = flux * (q[i + row] - q[i]) > 0.0 ? 0.0 : flux;
  }
}

void diffuse(const double *__restrict__ q, const double *__restrict__ coefficient, const double *__restrict__ lap,
             const double *__restrict__ fy_before, const double *__restrict__ fy, double *__restrict__ fx,
             double *__restrict__ out, long n) {
  EACH_LANE
  for (long i = -1; i < n; ++i) {
    const double flux = lap[i + 1] - lap[i];
    fx[i] = flux * (q[i + 1] - q[i]) > 0.0 ? 0.0 : flux;
  }
  EACH_LANE
  for (long i = 0; i < n; ++i) out[i] = q[i] - coefficient[i] * (fx[i] - fx[i - 1] + fy[i] - fy_before[i]);
}

void plane(const Field *f, Rows &rows, long n, long rows_of_plane, long k) {
  const long row = f[Q].row;
  double *lap = rows.at(0), *lap_next = rows.at(1), *fy_before = rows.at(2), *fy = rows.at(3);
  laplacian(f[Q].at(-1, k), row, lap, n);
  laplacian(f[Q].at(0, k), row, lap_next, n);
  flux_y(f[Q].at(-1, k), row, lap, lap_next, fy_before, n);
  for (long j = 0; j < rows_of_plane; ++j) {
    const double *q = f[Q].at(j, k);
    std::swap(lap, lap_next);
    laplacian(f[Q].at(j + 1, k), row, lap_next, n);
    flux_y(q, row, lap, lap_next, fy, n);
    diffuse(q, f[COEFFICIENT].at(j, k), lap, fy_before, fy, rows.at(4), f[DIFFUSED].at(j, k), n);
    std::swap(fy_before, fy);
    advect_x(q, f[COURANT].at(j, k), f[FLUX].at(j, k), rows.at(5), rows.at(6), rows.at(7), rows.at(8),
             f[ADVECTED].at(j, k), n);
  }
}

// Eliminates one level of n columns. At the first level nothing is above, at the last one nothing below.
template <bool IsFirst, bool IsLast>
void eliminate(const Field *f, double per_step, double *__restrict__ ratio, double *__restrict__ rest,
               const double *__restrict__ ratio_above, const double *__restrict__ rest_above, long i0, long n, long j, long k) {
  const double *__restrict__ q = f[ADVECTED].at(j, k) + i0;
  const double *__restrict__ q_above = IsFirst ? q : f[ADVECTED].at(j, k - 1) + i0;
  const double *__restrict__ q_below = IsLast ? q : f[ADVECTED].at(j, k + 1) + i0;
  const double *__restrict__ w = f[W].at(j, k) + i0;
  const double *__restrict__ w_below = f[W].at(j, k + 1) + i0;
  EACH_LANE
  for (long i = 0; i < n; ++i) {
    const double above = IsFirst ? 0.0 : -0.25 * (w[i + 1] + w[i]);
    const double below = IsLast ? 0.0 : 0.25 * (w_below[i + 1] + w_below[i]);
    const double known = IsFirst ? 0.0 : above * IMPLICIT;
    const double coupled = IsFirst ? 0.0 : ratio_above[i] * known;
    const double carried = IsFirst ? 0.0 : rest_above[i] * known;
    const double scale = 1.0 / (per_step - known - below * IMPLICIT - coupled);
    const double explicit_part = above * EXPLICIT * (q_above[i] - q[i]) + below * EXPLICIT * (q_below[i] - q[i]);
    ratio[i] = below * IMPLICIT * scale;
    rest[i] = (per_step * q[i] - explicit_part - carried) * scale;
  }
}

// Solves one level from below, and takes both half steps.
void substitute(const Field *f, const double *__restrict__ ratio, const double *__restrict__ rest, double *__restrict__ lifted,
                bool is_last, long i0, long n, long j, long k) {
  double *__restrict__ q = f[Q].at(j, k) + i0;
  const double *__restrict__ diffused = f[DIFFUSED].at(j, k) + i0;
  const double share = is_last ? 0.0 : 1.0;
  EACH_LANE
  for (long i = 0; i < n; ++i) {
    lifted[i] = rest[i] - share * ratio[i] * lifted[i];
    q[i] = 0.5 * (0.5 * (q[i] + diffused[i]) + lifted[i]);
  }
}

void columns(const Field *f, Rows &rows, double per_step, long levels, long i0, long n, long j) {
  const auto ratio = [&](long k) { return rows.at(2 * k); };
  const auto rest = [&](long k) { return rows.at(2 * k + 1); };
  double *lifted = rows.at(2 * levels);
  const long last = levels - 1;
  eliminate<true, false>(f, per_step, ratio(0), rest(0), nullptr, nullptr, i0, n, j, 0);
  for (long k = 1; k < last; ++k)
    eliminate<false, false>(f, per_step, ratio(k), rest(k), ratio(k - 1), rest(k - 1), i0, n, j, k);
  eliminate<false, true>(f, per_step, ratio(last), rest(last), ratio(last - 1), rest(last - 1), i0, n, j, last);
  for (long i = 0; i < n; ++i) lifted[i] = 0.0;
  for (long k = last; k >= 0; --k) substitute(f, ratio(k), rest(k), lifted, k == last, i0, n, j, k);
}

}  // namespace

extern "C" void step_planes(const Field *fields, const double *, const long *domain, long first, long end) {
  thread_local Rows rows;
  rows.fit(9, domain[0]);
  for (long k = first; k < end; ++k) plane(fields, rows, domain[0], domain[1], k);
}

extern "C" void step_columns(const Field *fields, const double *scalars, const long *domain, long first, long end) {
  thread_local Rows rows;
  rows.fit(2 * domain[2] + 1, BLOCK);
  for (long j = first; j < end; ++j)
    for (long i = 0; i < domain[0]; i += BLOCK) {
      const long n = domain[0] - i < BLOCK ? domain[0] - i : BLOCK;
      columns(fields, rows, scalars[0], domain[2], i, n, j);
    }
}

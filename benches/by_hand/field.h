// What the bench passes to a loop nest that is written by hand. Points count from the first one of the compute domain.
#pragma once

#define EACH_LANE _Pragma("omp simd")

// An array of doubles, I contiguous.
struct Field {
  double *origin;
  long row, plane;  // doubles from one point to the next along J and along K

  double *at(long j, long k) const { return origin + j * row + k * plane; }
};

// The signature of every nest. `fields` and `scalars` are those of the program, in order, the program's own fields after its
// arguments; `domain` holds the points along I, J, K. The nest runs the part [first, end) of its outermost axis.
using Nest = void(const Field *fields, const double *scalars, const long *domain, long first, long end);

// The program `chain` in one pass: three arrays in, two out. Nothing but the results is stored.
#include "field.h"

static void row(const Field *fields, double dt, double rate, long n, long j, long k) {
  const double *__restrict__ u = fields[0].at(j, k);
  const double *__restrict__ v = fields[1].at(j, k);
  const double *__restrict__ v_next = fields[1].at(j + 1, k);
  const double *__restrict__ phi = fields[2].at(j, k);
  const double *__restrict__ phi_before = fields[2].at(j - 1, k);
  double *__restrict__ u_out = fields[3].at(j, k);
  double *__restrict__ v_out = fields[4].at(j, k);
  const double kept = 1.0 - rate;
  EACH_LANE
  for (long i = 0; i < n; ++i) {
    const double u_center = 0.5 * (u[i] + u[i + 1]);
    const double v_center = 0.5 * (v[i] + v_next[i]);
    const double lost = rate * (0.5 * (u_center * u_center + v_center * v_center) + phi[i]);
    u_out[i] = (u[i] - dt * (phi[i] - phi[i - 1])) * kept - lost;
    v_out[i] = (v[i] - dt * (phi[i] - phi_before[i])) * kept - lost;
  }
}

extern "C" void chain_planes(const Field *fields, const double *scalars, const long *domain, long first, long end) {
  for (long k = first; k < end; ++k)
    for (long j = 0; j < domain[1]; ++j) row(fields, scalars[0], scalars[1], domain[0], j, k);
}

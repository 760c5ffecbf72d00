"""The stencils of the table, by the part of the language that they are about."""

from . import basics, branches, columns, elements, fields, functions, levels, natives, offsets, one_array, regions  # noqa: F401

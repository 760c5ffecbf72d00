"""The Python module that GT4Py keeps in its cache for a stencil."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2
from gt4py.cartesian.backend.module_generator import BaseModuleGenerator

if TYPE_CHECKING:
    from gt4py.cartesian.stencil_builder import StencilBuilder

_TEMPLATE = '''\
from numpy import dtype

from gt4py.cartesian.definitions import AccessKind, Boundary, CartesianSpace
from gt4py.cartesian.stencil_object import DomainInfo, FieldInfo, ParameterInfo
{{ imports }}


class {{ class_name }}({{ base_class }}):
    """{{ docstring }}"""

    _gt_backend_ = {{ gt_backend.__repr__() }}
    _gt_source_ = {{ gt_source }}
    _gt_domain_info_ = {{ gt_domain_info }}
    _gt_field_info_ = {{ gt_field_info }}
    _gt_parameter_info_ = {{ gt_parameter_info }}
    _gt_constants_ = {{ gt_constants }}
    _gt_options_ = {{ gt_options }}
    {{ class_members }}

{{ implementation }}
'''


class StencilModule(BaseModuleGenerator):
    """Writes the module: what GT4Py's users can ask of a stencil, its call, and its OIR."""

    def __init__(self, builder: StencilBuilder) -> None:
        super().__init__(builder)
        self.template = jinja2.Template(_TEMPLATE)

    def generate_imports(self) -> str:
        return "from tradewind.gt4py.stencil import TradewindStencil"

    def generate_base_class_name(self) -> str:
        return "TradewindStencil"

    def generate_docstring(self) -> str:
        return super().generate_docstring().replace("\\", "\\\\").replace('"""', '\\"\\"\\"')

    def generate_class_members(self) -> str:
        lines = ["", *self.builder.backend.oir.splitlines()]
        return '_tradewind_oir_ = """' + "\n".join(lines) + '\n"""'

    def generate_implementation(self) -> str:
        """The two ways to call it; values go on in the order of ``field_info``, then ``parameter_info``."""
        names = [*self.args_data.field_info, *self.args_data.parameter_info]
        values = f"({', '.join(names)}{',' if len(names) == 1 else ''})"
        return f"""\
    def __call__(self, {self.generate_signature()}, domain=None, origin=None, validate_args=True, exec_info=None):
        self._call({values}, domain, origin, validate_args, exec_info)

    def run(self, _domain_, _origin_, exec_info, *, {", ".join(names)}):
        self._run({values}, _domain_, _origin_, exec_info)
"""

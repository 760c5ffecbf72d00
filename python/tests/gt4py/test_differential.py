"""Every stencil of the table through both front ends and on all executors, against GT4Py's own back end."""

import numpy as np
import pytest

pytest.importorskip("gt4py")

import cases  # noqa: F401  (fills the table)
import compare
from table import CASES, Case

import tradewind.gt4py  # noqa: F401  (registers the back ends)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.filterwarnings("ignore")
def test_same_results(case: Case):
    reference = compare.through_gt4py(case, case.reference)
    backends = ["tradewind:cpu", "tradewind:numpy", "tradewind:debug"]
    executors = {name: compare.through_gt4py(case, name) for name in backends}
    executors["tradewind.stencil"] = compare.through_tradewind(case)
    rng = np.random.default_rng(len(case.name))
    wrong = []
    for domain, margin in compare.places(case):
        values, origins = compare.arguments(case, reference, domain, margin, rng)
        theirs = compare.run(reference, case, values, domain, origins)
        right = compare.corrected(case.truth, theirs, values, domain, origins) if case.truth else theirs
        own = compare.corrected(case.own, right, values, domain, origins) if case.own else right
        wrong.append(compare.differ(case, theirs, own))
        for name, executor in executors.items():
            expected = own if name == "tradewind.stencil" else right
            compare.equal(case, expected, compare.run(executor, case, values, domain, origins), f"{name} on {domain}")
    assert any(wrong) == bool(case.truth or case.own), "GT4Py is said to be wrong where it is not"

"""Access to doctors: 2SFCA and E2SFCA against `access`, and the vector that was checked by hand."""

import numpy as np
import pandas as pd
import pytest
from access import Access
from access.weights import step_fn

from simulation.kernels.access import floating_catchment
from tests.referees.finding import Finding, package
from tests.twins.test_access import compressed

# Its way of setting an index, which pandas 4 will refuse.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")

UNTIL = np.array([10.0, 20.0, 30.0])
PLAIN, SLOW = np.ones(3), np.array([1.0, 0.68, 0.22])


def ours(people, doctors, minutes, weight):
    demand, access = np.empty(len(doctors)), np.empty(len(people))
    floating_catchment(people, doctors, *compressed(minutes.tolist()), UNTIL, weight, demand, access)
    return access


def theirs(people, doctors, minutes, weight):
    """One row per place and clinic; a place that nobody's doctors reach is absent from the answer."""
    place, clinic = (one.ravel() for one in np.indices(minutes.shape))
    ways = {"cost_origin": "o", "cost_dest": "d", "cost_name": "t"}
    costs = pd.DataFrame({"o": place, "d": clinic, "t": minutes.ravel()})
    it = Access(
        demand_df=pd.DataFrame({"id": np.arange(len(people)), "pop": people}), demand_index="id", demand_value="pop",
        supply_df=pd.DataFrame({"id": np.arange(len(doctors)), "doc": doctors}), supply_index="id", supply_value=["doc"],
        cost_df=costs, **ways, neighbor_cost_df=costs, **{f"neighbor_{name}": value for name, value in ways.items()},
    )  # fmt: skip
    steps = step_fn(dict(zip(UNTIL.tolist(), weight.tolist(), strict=True)))
    found = it.enhanced_two_stage_fca(name="e", cost="t", weight_fn=steps, max_cost=30, normalize=False)
    return found["e_doc"].reindex(range(len(people))).fillna(0.0).to_numpy()


def compare(name, weight, seed):
    rng = np.random.default_rng(seed)
    worst = 0.0
    for _ in range(40):
        places, clinics = rng.integers(2, 30), rng.integers(1, 20)
        people, doctors = rng.integers(1, 4000, places).astype(float), rng.integers(1, 80, clinics) / 4
        county = people, doctors, rng.integers(0, 45, (places, clinics))
        worst = max(worst, float(np.abs(ours(*county, weight) - theirs(*county, weight)).max()))
    return Finding(name, package("access"), 40, worst, "doctors a head", 1e-9)


def compare_plain_catchment():
    return compare("2SFCA", PLAIN, 2003)


def compare_weighted_catchment():
    return compare("E2SFCA", SLOW, 2009)


@pytest.mark.parametrize("one", [compare_plain_catchment, compare_weighted_catchment])
def test_access(one):
    found = one()
    print(found)
    assert found.holds


def test_the_vector_checked_by_hand():
    county = np.array([100.0, 300.0]), np.array([2.0, 3.0]), np.array([[5, 25], [20, 5]])
    np.testing.assert_allclose(ours(*county, SLOW), [0.00862864, 0.01379045], atol=5e-9)

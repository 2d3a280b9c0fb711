"""Laws of every outcome: it counts what it declares, changes nothing, and gives the same twice."""

import numpy as np
import pytest

from simulation.catalogue import discover
from simulation.recorder import Tally, month_cells, record_names
from simulation.world import View
from tests.region import differing, engine, state

OUTCOMES = discover().outcomes


@pytest.fixture(scope="module")
def run():
    one = engine(months=10)
    one.run()
    return one


def measured(run, name):
    view = run._record_view
    view.refresh(run._levers)
    tally = Tally(view, run.keys, OUTCOMES[name], month_cells(view))
    OUTCOMES[name].measure(view, tally, run.month - 1, run.scenario.parameters[name])
    return tally.found


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_every_declared_indicator_is_measured_and_no_other(run, name):
    assert sorted(measured(run, name)) == sorted(record_names([OUTCOMES[name]]))


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_measuring_twice_gives_the_same_and_changes_nothing(run, name):
    before = state(run)
    once, twice = measured(run, name), measured(run, name)
    assert all(np.array_equal(once[one], twice[one], equal_nan=True) for one in once)
    assert differing(before, state(run)) == []


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_it_reads_no_more_than_it_declares(run, name):
    one = OUTCOMES[name]
    from simulation.recorder import RECORDER_READS

    view = View(run.world, name, {*one.reads, *RECORDER_READS}, (), levers=one.levers)
    view.refresh(run._levers)
    one.measure(view, Tally(view, run.keys, one, month_cells(view)), run.month - 1, run.scenario.parameters[name])


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_a_sum_over_populations_is_the_total(run, name):
    found, keys = measured(run, name), run.keys
    for column, values in found.items():
        indicator = OUTCOMES[name].indicators.get(column.removesuffix("__num").removesuffix("__den"))
        if not indicator.poolable or indicator.of == "place":
            continue
        overall = values[(keys.place == -1) & (keys.group == 0)]
        np.testing.assert_allclose(overall[:3].sum(), overall[3], rtol=1e-9, err_msg=column)

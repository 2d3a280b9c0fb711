"""A record of the overall rows alone holds what these rows of a full record hold, bit by bit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from simulation.engine import Engine
from simulation.recorder import Tally, keys_of, month_cells
from simulation.scenario import load
from simulation.world import View
from tests import region
from tests.core.test_recorder import OUTCOME, RECORDER_READS, worlds

MONTHS = 14


def rows(keys):
    return list(zip(keys.place.tolist(), keys.population.tolist(), keys.group.tolist(), strict=True))


@pytest.fixture(scope="module")
def records():
    """The record of one run of all outcomes, in full and overall."""
    full = region.region(MONTHS)
    overall = replace(full, record={**full.record, "outcomes": "overall"})
    return [Engine(one, "baseline", 0, region.people()).run() for one in (full, overall)]


def test_the_overall_rows_are_those_of_all_places_and_of_everybody(records):
    assert rows(records[1].keys) == [(-1, 0, 0), (-1, 1, 0), (-1, 2, 0), (-1, 3, 0)]
    assert len(rows(records[0].keys)) > 100


def test_every_figure_is_bit_for_bit_that_of_the_full_record(records):
    full, overall = records
    at = [rows(full.keys).index(key) for key in rows(overall.keys)]
    assert list(overall.outcomes) == list(full.outcomes)
    assert len(full.outcomes) > 100
    for name, values in overall.outcomes.items():
        assert values.shape == (MONTHS, 4)
        assert values.tobytes() == full.outcomes[name][:, at].tobytes(), name


def test_nothing_but_the_outcomes_hangs_on_it(records):
    full, overall = records
    assert [(one.month, one.column) for one in overall.changes] == [(one.month, one.column) for one in full.changes]
    assert overall.person_months == full.person_months


@given(worlds())
def test_sums_ratios_and_figures_of_any_world(world):
    view = View(world, "record", RECORDER_READS, ())
    view.refresh({})
    found = []
    for overall in (False, True):
        keys = keys_of(world, overall)
        tally = Tally(view, keys, OUTCOME, month_cells(view))
        persons = world.tables["persons"].rows
        uneven = np.sin(np.arange(persons) * 12.9898) * 10.0 ** (np.arange(persons) % 9)
        tally.ratio("share", "persons", uneven, np.ones(persons, bool))
        tally.count("homes", "households", np.ones(world.tables["households"].rows, np.int8))
        tally.count("seats", "schools", np.array([0.1, 0.2]))
        tally.plain("oldest", "persons", lambda some: float(len(some)))
        found.append((rows(keys), tally.found))
    (keys, full), (few, overall) = found
    at = [keys.index(key) for key in few]
    for name, values in overall.items():
        assert values.tobytes() == full[name][at].tobytes(), name


def test_it_is_in_the_fingerprint_only_if_it_is_not_all():
    plain, whole = load(region.FILE), load(region.FILE, {"record": "{outcomes: all, units: keep}"})
    assert whole.arm_fingerprint("baseline") == plain.arm_fingerprint("baseline")
    overall = load(region.FILE, {"record.outcomes": "overall"})
    assert overall.arm_fingerprint("baseline") != plain.arm_fingerprint("baseline")

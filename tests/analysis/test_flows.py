"""Who is where, counted by hand; ribbons and arrows as wide as the persons that they stand for."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib.patches import FancyArrowPatch, PathPatch

from analysis.flows import ABSENT, ACTIVITY, NO_EMPLOYER, PLACE, RESIDENCE, between_arms, between_months, over_periods
from analysis.months import ResultsError
from analysis.movement_map import movement_map, moves, years_of
from analysis.places import made_up, places_of
from analysis.sankey import GATHERED, gathered, ribbons, sankey, without_stillness
from analysis.words import people
from tests.analysis.small_study import RUNS, START, small_study

KM_PER_DEGREE = 6371.0 * np.pi / 180


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return small_study(tmp_path_factory.mktemp("study"))


def counted(flows):
    return {(one.before, one.after): one.flow.mean for one in ribbons(flows)}


def test_where_people_live_at_the_start_and_at_the_end(study):
    found = between_months(study, RESIDENCE, "baseline")
    assert found.counts.shape[0] == RUNS
    assert counted(found) == {
        ("village", "site"): 2, ("village", "coast"): 1, ("village", "village"): 1, ("village", ABSENT): 1,
        (ABSENT, "village"): 1,
    }  # fmt: skip


def test_months_between_are_told_one_after_another(study):
    first, second = over_periods(study, PLACE, "baseline", (START - 1, START + 1, START + 5))
    assert counted(first) == {("v1", "s1"): 2, ("v1", "v1"): 3}
    assert counted(second) == {
        ("v1", "v1"): 1, ("v1", "c1"): 1, ("s1", "s1"): 2, ("v1", ABSENT): 1, (ABSENT, "v1"): 1,
    }  # fmt: skip


def test_the_same_people_in_two_arms(study):
    lived = counted(between_arms(study, RESIDENCE, "jobs"))
    assert lived[("village", "site")] == 1
    assert sum(lived.values()) == 5
    # Of those of 15 and more, 0 and 1 work at the new employer, 2 lost his work, and 4 is dead.
    assert counted(between_arms(study, ACTIVITY, "jobs")) == {
        ("services", "micro factory"): 1, (NO_EMPLOYER, "micro factory"): 1, ("services", NO_EMPLOYER): 1,
        (NO_EMPLOYER, NO_EMPLOYER): 1,
    }  # fmt: skip


def test_the_populations_add_up_to_everybody(study):
    parts = [between_months(study, RESIDENCE, "jobs", population=one) for one in ("relocated", "hosts")]
    assert sum(one.mean.sum() for one in parts) == between_months(study, RESIDENCE, "jobs").mean.sum()


@pytest.mark.parametrize(
    ("what", "months", "said"),
    [
        ("weather", (START, START + 1), "should be residence"),
        (PLACE, (START - 2, START), "lies outside 2019-12..2020-06"),
        (PLACE, (START + 3, START), "should rise"),
    ],
)
def test_what_cannot_be_told_is_refused(study, what, months, said):
    with pytest.raises(ResultsError, match=said):
        over_periods(study, what, "jobs", months)


COUNTS = hnp.arrays(np.int64, (3, 9, 9), elements=st.integers(0, 400)).filter(lambda one: one.sum() > 0)
STATES = (NO_EMPLOYER, *"abcdefg", ABSENT)


@given(COUNTS)
@settings(max_examples=25, deadline=None)
def test_ribbons_are_as_wide_as_the_persons_at_both_ends(study, counts):
    known = between_months(study, ACTIVITY, "baseline")
    flows = replace(known, states=STATES, counts=counts.astype(float), draws=np.zeros(3, np.int64))
    picture = sankey(study, flows)
    drawn = [one.get_path().vertices for one in picture.axes[0].patches if isinstance(one, PathPatch)]
    left, right = (sum(one[a, 1] - one[b, 1] for one in drawn) for a, b in ((0, 7), (3, 4)))
    assert left == pytest.approx(1) == right
    bars = [one for one in picture.axes[0].patches if not isinstance(one, PathPatch)]
    assert sum(one.get_height() for one in bars) == pytest.approx(2)
    assert sum(one.share for one in ribbons(flows)) == pytest.approx(1)
    assert people(flows.mean.sum()) in picture.alt


@given(COUNTS, st.floats(0, 0.5))
def test_gathering_loses_nobody(study, counts, smallest):
    known = between_months(study, ACTIVITY, "baseline")
    flows = replace(known, states=STATES, counts=counts.astype(float), draws=np.zeros(3, np.int64))
    found, small = gathered(flows, smallest)
    assert found.counts.sum(axis=(1, 2)) == pytest.approx(flows.counts.sum(axis=(1, 2)))
    assert not set(small) & set(found.states)
    assert set(found.states) <= {*STATES, GATHERED}
    assert np.trace(without_stillness(flows).mean) == 0


def test_nobody_to_draw_is_refused(study):
    same = between_arms(study, RESIDENCE, "jobs", START)
    with pytest.raises(ResultsError, match="nobody's residence differs between baseline and jobs"):
        sankey(study, same, only_changes=True)


def test_arrows_are_as_wide_as_the_persons_who_moved(study):
    picture = movement_map(study, "jobs", (START - 1, START + 2, START + 5))
    widths = [
        [one.get_arrowstyle().tail_width for one in axes.patches if isinstance(one, FancyArrowPatch)]
        for axes in picture.axes
    ]
    assert widths == [[pytest.approx(9.0)], [pytest.approx(4.5)]]
    assert "2020-01..2020-03 2.0 persons moved, most from Upper Village to New Site, 2.0" in picture.alt
    assert "coordinates of 2 of 3 places are made up" in picture.get_supxlabel()
    assert "live at sites at the end: 3.0; in the baseline 2.0" in picture.get_supxlabel()


def test_who_leaves_the_map_draws_no_arrow(study):
    flows = over_periods(study, PLACE, "baseline", (START - 1, START + 5))[0]
    assert [(one.id, other.id, n) for one, other, n in moves(flows, places_of(study))] == [("v1", "s1", 2)]
    heading = movement_map(study, "baseline").axes[0].get_title(loc="left")
    assert heading == "2020-01..2020-06: 2.0 moved here,\n1.0 left the region, 0 came into it"


def test_distances_on_the_map_are_those_on_the_globe(study):
    village, site = (places_of(study)[one] for one in ("v1", "s1"))
    middle = np.radians(26.95)
    north, east = 0.1 * KM_PER_DEGREE, 0.2 * KM_PER_DEGREE * np.cos(middle)
    assert np.hypot(village.east - site.east, village.north - site.north) == pytest.approx(np.hypot(north, east), 1e-3)
    assert village.north > site.north


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[article]; lon and lat [syn: near the town]", True),
        ("[syn]; lon and lat [map: OpenStreetMap]", False),
        ("[prior]", True),
        ("[S62]", False),
        ("", None),
    ],
)
def test_a_mark_tells_whether_coordinates_are_made_up(source, expected):
    assert made_up(source) is expected


def test_a_study_without_coordinates_says_what_to_do(study, monkeypatch):
    told = {"s1": {"name": "Site", "kind": "site"}}
    monkeypatch.setattr(study, "manifest", {**study.manifest, "places": told})
    with pytest.raises(ResultsError, match="give each a lon and a lat"):
        movement_map(study)


@pytest.mark.parametrize(("months", "spans"), [(6, 1), (12, 1), (13, 2), (60, 5), (72, 6), (120, 5), (240, 5)])
def test_years_are_at_most_six_spans(months, spans):
    class Long:
        start = START

    Long.months = months
    ends = years_of(Long)
    assert (ends[0], ends[-1]) == (START - 1, START + months - 1)
    assert ends == sorted(set(ends))
    assert len(ends) - 1 == spans

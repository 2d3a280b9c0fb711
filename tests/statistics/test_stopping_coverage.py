"""The intervals of a sequential study cover the truth as often as they say, and don't cost twice the ideal for long."""

import numpy as np
import pytest

from analysis.paired import of_differences
from analysis.stopping import Rule, next_size
from tests.statistics.coverage import (
    BROKEN,
    CEILING,
    FLOOR,
    KEPT,
    LONGEST,
    RATIOS,
    Studies,
    chosen,
    every_replicate,
    ideal_size,
    measure,
    normal,
)

STUDIES = 10_000
"""The standard error of a share of 0.95 is then 0.0022."""


@pytest.fixture(scope="module")
def kept():
    return list(measure(KEPT, {"chosen": chosen}, STUDIES))


def test_coverage_is_93_to_97_percent_for_every_kind_ratio_and_least_number(kept):
    assert len(kept) == len(KEPT) * len(RATIOS) * 2
    outside = [one for one in kept if not FLOOR <= one.coverage <= CEILING]
    assert not outside


def test_it_ends_narrow_and_costs_a_tenth_more_or_ten_replicates(kept):
    assert all(one.narrow == 1 for one in kept)
    dear = [one for one in kept if one.mean_size > 1.15 * one.ideal + 12]
    assert not dear


def test_a_look_after_each_replicate_covers_less_often_so_the_confirmation_earns_its_cost():
    case = {"gamma, skewness 1": KEPT["gamma, skewness 1"]}
    rules = {"chosen": chosen, "each": every_replicate}
    found = {(one.rule, one.ratio): one for one in measure(case, rules, STUDIES, (2.0, 3.0)) if one.at_least == 10}
    for ratio in (2.0, 3.0):
        assert found["each", ratio].coverage + 0.005 < found["chosen", ratio].coverage


def test_heavy_skewness_breaks_it_as_its_description_says():
    found = {
        name: [one.coverage for one in measure({name: draw}, {"chosen": chosen}, 4_000, (1.0, 3.0, 8.0))]
        for name, draw in BROKEN.items()
    }
    assert min(found["exponential, skewness 2"]) < 0.92
    assert max(found["lognormal, skewness 6"]) < 0.90
    assert min(found["lognormal, skewness 6"]) > 0.80


def followed(values, rule):
    """Run one study by the function that experiments call; return its decision."""
    decision = next_size({("x", "a"): values[:0]}, 0, rule)
    while not decision.done:
        assert decision.replicates > 0
        decision = next_size({("x", "a"): values[: decision.replicates]}, decision.replicates, rule)
    return decision


@pytest.mark.parametrize("at_least", [10, 20])
@pytest.mark.parametrize("ratio", [1.0, 2.0, 4.0])
def test_the_synthetic_studies_take_the_path_that_next_size_takes(at_least, ratio):
    values = normal(np.random.default_rng(3), (60, LONGEST))
    studies = Studies(values)
    sizes = chosen(studies, at_least, 1 / ratio)
    rule = Rule({"x": 1 / ratio}, at_least, LONGEST)
    for row, size, half in zip(values, sizes, studies.at(studies.half_widths, sizes), strict=True):
        decision = followed(row, rule)
        assert decision.replicates == size
        shown = decision.intervals["x", "a"]
        assert shown == of_differences(row[:size])
        assert (shown.high - shown.low) / 2 == pytest.approx(half)


def test_exponential_differences_are_named_lopsided_and_normal_ones_seldom():
    rule, rng = Rule({"x": 0.5}, 10, LONGEST), np.random.default_rng(4)
    skewed = [bool(followed(row, rule).lopsided) for row in BROKEN["exponential, skewness 2"](rng, (200, LONGEST))]
    even = [bool(followed(row, rule).lopsided) for row in normal(rng, (200, LONGEST))]
    assert np.mean(skewed) > 0.65
    assert np.mean(even) < 0.1


def test_ideal_sizes_by_hand():
    # t(0.975, 17) = 2.1098 and 2.1098 / sqrt(18) = 0.4973 <= 1/2, while t(0.975, 16) / sqrt(17) = 0.5142.
    assert ideal_size(2.0, 10) == 18
    assert ideal_size(1.0, 20) == 20

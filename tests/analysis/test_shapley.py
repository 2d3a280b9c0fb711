"""Shapley values by their axioms, which no other split meets together, and by hand."""

import re
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.shapley import coalitions, shapley

NAMES = ("a", "b", "c", "d")
FIGURES = st.integers(-1000, 1000).map(float)


@st.composite
def games(draw, least=1, most=4):
    """{set of factors: two figures}: any change that up to four factors make together."""
    names = NAMES[: draw(st.integers(least, most))]
    return {one: np.array([draw(FIGURES), draw(FIGURES)]) for one in coalitions(names)}


def names_of(game):
    return sorted(frozenset().union(*game))


def change(game):
    return game[frozenset(names_of(game))] - game[frozenset()]


@given(games())
def test_parts_add_up_to_the_change_figure_by_figure(game):
    assert sum(shapley(game).values()) == pytest.approx(change(game), abs=1e-9)


@given(games())
def test_a_part_is_the_mean_step_over_all_orders(game):
    names = names_of(game)
    steps = {name: [] for name in names}
    for order in permutations(names):
        for place, name in enumerate(order):
            before = frozenset(order[:place])
            steps[name].append(game[before | {name}] - game[before])
    for name, part in shapley(game).items():
        assert part == pytest.approx(np.mean(steps[name], axis=0), abs=1e-9)


@given(games(most=3))
def test_a_factor_that_does_nothing_gets_exactly_nothing(game):
    more = game | {one | {"idle"}: worth for one, worth in game.items()}
    parts = shapley(more)
    assert parts.pop("idle").tolist() == [0, 0]
    for name, part in shapley(game).items():
        assert parts[name] == pytest.approx(part, abs=1e-9)


@given(games(least=2))
def test_factors_that_do_the_same_get_equal_parts(game):
    exchange = {"a": "b", "b": "a"}
    mirrored = {one: game[frozenset(exchange.get(name, name) for name in one)] for one in game}
    both = {one: game[one] + mirrored[one] for one in game}
    parts = shapley(both)
    assert parts["a"] == pytest.approx(parts["b"], abs=1e-9)


@given(st.dictionaries(st.sampled_from(NAMES), FIGURES, min_size=1), FIGURES)
def test_factors_that_add_up_get_each_its_own(own, start):
    game = {one: np.array([start + sum(own[name] for name in one)]) for one in coalitions(sorted(own))}
    for name, part in shapley(game).items():
        assert part == pytest.approx([own[name]], abs=1e-9)


@given(games(least=3, most=3), games(least=3, most=3))
def test_parts_of_a_sum_are_the_sums_of_parts(one, other):
    together = shapley({switched: one[switched] + other[switched] for switched in one})
    apart = shapley(one), shapley(other)
    for name, part in together.items():
        assert part == pytest.approx(apart[0][name] + apart[1][name], abs=1e-9)


def test_what_two_do_only_together_is_halved():
    worth = {(): 10, ("a",): 10, ("b",): 13, ("a", "b"): 21}
    parts = shapley({frozenset(one): np.array([float(value)]) for one, value in worth.items()})
    assert {name: part.tolist() for name, part in parts.items()} == {"a": [4.0], "b": [7.0]}


def test_a_case_that_is_missing_is_named():
    with pytest.raises(ValueError, match=re.escape("every set of a, b; ['b'] is missing")):
        shapley({frozenset(one): np.zeros(1) for one in ((), ("a",), ("a", "b"))})

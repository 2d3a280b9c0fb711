"""Choices: the coefficients that went into our kernels, found again from their choices by estimators of others.

What a kernel says it does (a logit with such and such weights) is what an econometrician would find from its choices.
The seeds are fixed: with fresh ones a bound of 3 standard errors would now and then be crossed without any fault.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest
from statsmodels.discrete.conditional_models import ConditionalLogit
from xlogit import MultinomialLogit

from simulation.kernels import clinic_choice, school_market
from simulation.kernels.draws import fill_folds
from simulation.kernels.job_matching import match_posts
from simulation.kernels.job_search import PLACE, values_of_posts
from simulation.kernels.schooling import GRADES
from tests.referees.finding import Finding, package

PLACES, PER_PLACE, PEOPLE = 60, 5, 4_000
FEW = 400
"""Choices that the slower referee gets."""


@dataclass(frozen=True, eq=False)
class Choices:
    """Who chose which of `PER_PLACE` alternatives, what these were like, and the weights that went in."""

    chosen: np.ndarray
    """int[n]"""
    like: np.ndarray
    """float[n, PER_PLACE, variables]"""
    weights: dict[str, float]


def keys(count, stream):
    out = np.empty(count, np.uint64)
    fill_folds(np.full(count, stream, np.uint64), np.arange(count, dtype=np.uint64), out)
    return out


def near_sets(rng, facilities):
    """Give each place its own few facilities and the minutes to them: rows and minutes [PLACES, PER_PLACE]."""
    rows = np.stack([rng.choice(facilities, PER_PLACE, replace=False) for _ in range(PLACES)]).astype(np.int32)
    return rows, np.sort(rng.integers(1, 90, (PLACES, PER_PLACE)), axis=1).astype(np.int16)


def position(rows, facility):
    """Say which of a row's alternatives was chosen; each facility stands in a row once."""
    found = rows == facility[:, None]
    assert (found.sum(1) == 1).all()
    return found.argmax(1)


@cache
def clinics():
    """Visits to the primary care and hospitals of one's own place, all of different size."""
    rng = np.random.default_rng(25)
    count = PLACES * PER_PLACE
    rows = np.arange(count, dtype=np.int32).reshape(PLACES, PER_PLACE)
    _, minutes = near_sets(rng, count)
    level = (np.arange(count) % 3 == 2).astype(np.int8)
    doctors, wait = rng.uniform(1.0, 30.0, count), rng.integers(0, 90, count).astype(np.float32)
    taste = np.array([0.5, 0.9, 1.2, 20.0, 0.02, 300.0, 1e9, 0.0])
    bonus, slope = np.array([0.0, -1.2, 0.0]), 3.0
    offsets = np.arange(PLACES + 1, dtype=np.int32) * PER_PLACE
    edges = rows.size
    out_offsets, out_rows, out_level = np.empty_like(offsets), np.empty(edges, np.int32), np.empty(edges, np.int8)
    taste_key, delay = np.empty(edges, np.uint64), np.empty(edges)
    clinic_choice.weigh_clinics(
        offsets, rows.ravel(), minutes.ravel(), (np.arange(count, dtype=np.int32) // PER_PLACE).astype(np.int32), level, doctors,
        doctors, wait,
        keys(count, 3), taste, bonus, out_offsets, out_rows, out_level, taste_key, delay,
    )  # fmt: skip
    by_severity, by_share = np.empty(clinic_choice.GRAVENESS), np.empty((clinic_choice.OWN_STEPS + 1, 3))
    clinic_choice.set_delays(slope, np.zeros(3), by_severity, by_share)
    place, one, none = (
        rng.integers(0, PLACES, PEOPLE).astype(np.int32),
        np.ones(PEOPLE, np.int8),
        np.zeros(PEOPLE, np.int8),
    )
    clinic, visit, severity = np.empty(PEOPLE, np.int32), np.empty(PEOPLE, np.uint64), np.empty(PEOPLE, np.int16)
    everybody = np.arange(PEOPLE, dtype=np.int32)
    clinic_choice.choose_clinics(
        everybody, np.uint64(77), keys(PEOPLE, 5), everybody, place, one, none, one, none, none,
        none.astype(np.float32), out_offsets, out_rows, out_level, taste_key, delay, by_severity, by_share,
        np.zeros(clinic_choice.GRAVENESS, np.int8), np.array([[0, 1024]] * 5), clinic, visit, severity, np.zeros((count, 3), np.int32),
    )  # fmt: skip
    at, way = rows[place], minutes[place]
    hospital, size = level[at].astype(float), np.log(doctors[at])
    grave = (severity + 0.5) / clinic_choice.GRAVENESS - 0.5
    like = [
        size * (1 - hospital),
        size * hospital,
        np.log(way + taste[3]),
        wait[at],
        hospital,
        hospital * grave[:, None],
    ]
    names = ("doctors of primary care", "doctors of a hospital", "minutes", "wait", "hospital", "hospital if grave")
    values = (taste[0], taste[1], -taste[2], -taste[4], bonus[1], slope)
    return Choices(position(at, clinic), np.stack(like, 2), dict(zip(names, values, strict=True)))


@cache
def schools():
    """First schools of families' lists: the way, what everybody thinks of a school, the catchment, a taste."""
    rng = np.random.default_rng(23)
    count = 30
    rows, minutes = near_sets(rng, count)
    worth, taste = rng.normal(size=count), np.array([0.06, 1.1, 0.0, 1.0])
    grade, cells = 3, PLACES * GRADES
    here = np.arange(cells) // GRADES
    used = np.arange(cells) % GRADES == grade + 2
    start = np.concatenate([[0], np.cumsum(used * PER_PLACE)]).astype(np.int32)
    place = rng.integers(0, PLACES, PEOPLE)
    mine = rows[place, rng.integers(0, PER_PLACE, PEOPLE)]
    who = np.column_stack(
        [place, np.full(PEOPLE, -1), np.full(PEOPLE, grade), np.full(PEOPLE, -1), mine, np.full(PEOPLE, -1)]
    )
    offset, choice = np.empty(PEOPLE + 1, np.int32), np.empty(PEOPLE * PER_PLACE, np.int32)
    listed, door, cost = rows[here[used]].ravel(), minutes[here[used]].ravel(), np.empty(rows.size)
    school_market.weigh_cells(start, start[1:].copy(), listed, door, worth, taste, cost)
    nobody = np.zeros(0, np.int64)
    school_market.propose(
        who.astype(np.int32), keys(PEOPLE, 1), keys(PEOPLE, 2), np.zeros((PLACES, PLACES), np.int16),
        np.zeros((count, 8), np.int32), np.ones(count, np.bool_), np.repeat(np.arange(count, dtype=np.int32)[:, None], GRADES, 1),
        taste, keys(count, 3), keys(count, 4), np.zeros(PLACES + 1, np.int32), np.zeros(0, np.int32), start,
        start[1:].copy(), listed, door, cost, nobody, nobody.astype(np.int32), np.full(PEOPLE, -1, np.int32), offset, choice,
        np.empty(PEOPLE * PER_PLACE, np.uint64),
    )  # fmt: skip
    at = rows[place]
    like = [minutes[place].astype(float), worth[at], (at == mine[:, None]).astype(float)]
    values = (-taste[0], 1.0, taste[1])
    weights = dict(zip(("minutes", "worth", "catchment"), values, strict=True))
    return Choices(position(at, choice[offset[:-1]]), np.stack(like, 2), weights)


@cache
def jobs():
    """Posts without limit, so that everybody gets what he likes best: pay, the way and a taste."""
    rng = np.random.default_rng(22)
    count, scale, minute_cost = 20, 0.4, 0.006
    rows, near = near_sets(rng, count)
    minutes = np.full((PLACES, count), -1, np.int16)
    np.put_along_axis(minutes, rows.astype(np.int64), near, 1)
    pay, months, remitted = rng.uniform(1e5, 5e5, count), np.full(count, 11.5), np.ones(count)
    value, dislike = np.empty((PLACES, count)), np.empty((PLACES, count))
    values_of_posts(pay, months, remitted, minutes, minute_cost, scale, 2000.0, value, dislike)
    traits = np.zeros((PEOPLE, 8), np.int64)
    traits[:, PLACE] = rng.integers(0, PLACES, PEOPLE)
    at, match = rows[traits[:, PLACE]], np.empty(PEOPLE, np.int32)
    match_posts(
        traits, keys(PEOPLE, 1), np.zeros(PEOPLE, np.int16), np.zeros(PEOPLE),
        np.arange(PEOPLE + 1, dtype=np.int32) * PER_PLACE, at.ravel().copy(), np.full(count, -1, np.int32),
        np.zeros(count, np.int8), dislike, np.zeros(count), scale, keys(count, 2), keys(count, 3), keys(count, 4), match,
    )  # fmt: skip
    like = [np.log(pay[at]), near[traits[:, PLACE]].astype(float)]
    weights = {"log of pay": 1 / scale, "minutes": -minute_cost / scale}
    return Choices(position(at, match), np.stack(like, 2), weights)


@cache
def by_statsmodels(choices):
    """Estimate from a few choices by a conditional logit; return coefficients and standard errors."""
    choices = replace(choices, chosen=choices.chosen[:FEW], like=choices.like[:FEW])
    n, alternatives, variables = choices.like.shape
    taken = np.arange(alternatives) == choices.chosen[:, None]
    found = ConditionalLogit(
        taken.ravel().astype(float), choices.like.reshape(-1, variables), groups=np.repeat(np.arange(n), alternatives)
    ).fit(disp=False)
    return found.params, found.bse


def by_xlogit(choices):
    """Estimate by a multinomial logit of alternatives' attributes; return coefficients and standard errors."""
    n, alternatives, variables = choices.like.shape
    taken = np.arange(alternatives) == choices.chosen[:, None]
    model = MultinomialLogit()
    model.fit(
        choices.like.reshape(-1, variables), taken.ravel().astype(float), varnames=list(choices.weights),
        ids=np.repeat(np.arange(n), alternatives), alts=np.tile(np.arange(alternatives), n), verbose=0,
    )  # fmt: skip
    return model.coeff_, model.stderr


def apart(estimate, choices):
    """Return how far each coefficient lies from the weight that went in, in standard errors."""
    found, error = estimate(choices)
    return np.abs(found - np.array(list(choices.weights.values()))) / error


def compare(name, referee, estimate, choices):
    worst = float(apart(estimate, choices).max())
    people = FEW if estimate is by_statsmodels else PEOPLE
    return Finding(f"{name} ({len(choices.weights)} weights)", package(referee), people, worst, "standard errors", 3.0)


def compare_clinic_choice_1():
    return compare("choice of a clinic", "statsmodels", by_statsmodels, clinics())


def compare_clinic_choice_2():
    return compare("choice of a clinic", "xlogit", by_xlogit, clinics())


def compare_job_taste_1():
    return compare("taste of jobs", "statsmodels", by_statsmodels, jobs())


def compare_job_taste_2():
    return compare("taste of jobs", "xlogit", by_xlogit, jobs())


def compare_school_choice_1():
    return compare("choice of a school", "statsmodels", by_statsmodels, schools())


def compare_school_choice_2():
    return compare("choice of a school", "xlogit", by_xlogit, schools())


@pytest.mark.parametrize(
    "one",
    [
        compare_clinic_choice_1,
        compare_clinic_choice_2,
        compare_job_taste_1,
        compare_job_taste_2,
        compare_school_choice_1,
        compare_school_choice_2,
    ],
)
def test_the_weights_are_found_again(one):
    found = one()
    print(found)
    assert found.holds


@pytest.mark.parametrize("choices", [clinics, jobs, schools])
def test_both_referees_agree(choices):
    some = replace(choices(), chosen=choices().chosen[:FEW], like=choices().like[:FEW])
    np.testing.assert_allclose(by_statsmodels(choices())[0], by_xlogit(some)[0], rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("choices", [clinics, jobs, schools])
def test_the_estimate_is_sharp_enough_to_tell(choices):
    found, error = by_xlogit(choices())
    assert (np.abs(found) / error).min() > 5.0  # each weight differs from none

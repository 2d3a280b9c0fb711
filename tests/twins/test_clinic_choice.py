"""The kernels of the choice of a clinic against plain Python written from their descriptions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import clinic_choice as choice
from simulation.kernels.draws import fold, mix, unit

KEY = np.uint64(4711)


@pytest.fixture(autouse=True)
def wrapping():
    """Let 64-bit hashes wrap round quietly where nothing is compiled."""
    with np.errstate(over="ignore"):
        yield


def uids(n):
    return np.array([mix(np.uint64(at)) for at in range(n)], np.uint64)


clinics = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 2),
        st.sampled_from([0.0, 0.25, 1.0, 8.0]),
        st.integers(0, 40),
        st.floats(0.0, 60.0),
    ),
    min_size=1,
    max_size=8,
)
TASTE, BONUS = np.array([0.4, 0.8, 0.7, 30.0, 0.01, 60.0, 4.0, 1.5]), np.array([0.0, -1.0, -2.0])
BY_BILL, SLOPE = np.array([0.1, 0.5, 0.9]), 6.0


def weighed(rows):
    """Three places 25 minutes apart; every clinic is within reach of each."""
    n = len(rows)
    order = [sorted(range(n), key=lambda c: (25 * (rows[c][0] != here) + rows[c][3], c)) for here in range(3)]
    near = np.array([c for one in order for c in one], np.int32)
    minutes = np.array([25 * (rows[c][0] != here) + rows[c][3] for here in range(3) for c in order[here]], np.int16)
    place, level = np.array([row[0] for row in rows], np.int32), np.array([row[1] for row in rows], np.int8)
    fte, wait = np.array([row[2] for row in rows]), np.array([row[4] for row in rows], np.float32)
    out = (
        np.empty(4, np.int32), np.empty(3 * n, np.int32), np.empty(3 * n, np.int8), np.empty(3 * n, np.uint64),
        np.empty(3 * n),
    )  # fmt: skip
    choice.weigh_clinics(
        np.arange(4, dtype=np.int32) * np.int32(n),
        near,
        minutes,
        place,
        level,
        fte,
        fte,
        wait,
        uids(n),
        TASTE,
        BONUS,
        *out,
    )
    return out


def nearest_elsewhere(here, rows):
    """The primary clinic at work outside a place that is nearest to it, of equally near ones that of the least key."""
    away = [
        (25 + row[3], uids(len(rows))[at], at)
        for at, row in enumerate(rows)
        if row[0] != here and row[1] == 0 and row[2] > 0
    ]
    return min(away)[2] if away else None


def utility(at, row, here, rows):
    """Log weight of a clinic for a place, or None if it isn't considered there."""
    place, level, fte, extra, wait = row
    minutes = extra + 25 * (place != here)
    if fte <= 0 or minutes > TASTE[5] or (level == 0 and place != here and at != nearest_elsewhere(here, rows)):
        return None
    alike, away = 1, level == 0 and place != here
    if level == 0 and not away:
        alike = sum(one[:2] == (here, 0) and one[2] == fte for one in rows)
    doctors = max(fte, 1.0)
    pull = TASTE[1] * math.log(doctors) if level else TASTE[0] * math.log(min(doctors, TASTE[6]))
    at_home = min(sum(one[2] for one in rows if one[:2] == (here, 0)), 1.0)
    pull += math.log(min(fte, 1.0)) - TASTE[7] * at_home * away
    loss = TASTE[2] * math.log(minutes + TASTE[3]) + TASTE[4] * float(np.float32(wait))
    return pull - loss + BONUS[level] - math.log(alike)


@given(clinics)
def test_delays_are_one_over_the_weights(rows):
    offsets, near, level, key, delay = weighed(rows)
    for here in range(3):
        expected = {c: utility(c, row, here, rows) for c, row in enumerate(rows)}
        expected = {c: v for c, v in expected.items() if v is not None}
        edges = range(offsets[here], offsets[here + 1])
        assert {int(near[edge]) for edge in edges} == set(expected)
        for edge in edges:
            assert -math.log(delay[edge]) == pytest.approx(expected[int(near[edge])], abs=1e-9)
            assert (level[edge], key[edge]) == (rows[near[edge]][1], uids(len(rows))[near[edge]])


def delays():
    by_severity, by_share = np.empty(choice.GRAVENESS), np.empty((choice.OWN_STEPS + 1, 3))
    choice.set_delays(SLOPE, BY_BILL, by_severity, by_share)
    return by_severity, by_share


def test_severity_draws_to_hospitals_and_bills_away_from_them():
    by_severity, by_share = delays()
    assert (np.diff(by_severity) < 0).all()
    assert by_severity[0] == pytest.approx(math.exp(SLOPE * (0.5 - 0.5 / 1024)))
    assert by_share[:, 0].tolist() == [1.0] * 65
    assert by_share[64, 2] == pytest.approx(math.exp(0.8))
    assert (np.diff(by_share[:, 1]) > 0).all()


asking = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 3), st.integers(0, 2), st.integers(0, 2), st.integers(0, 1), st.integers(0, 1)
    ),
    min_size=1,
    max_size=30,
)
CLASS_OF = (2 - np.arange(1024) // 400).astype(np.int8)
RANGES = np.array([[800, 224], [400, 400], [0, 400], [512, 512], [0, 1024]])


def chosen(rows, people, own):
    reach, n = weighed(rows), len(people)
    serious, moderate = (np.array([min(one[at], one[2]) for one in people], np.int8) for at in (4, 5))
    moderate = np.minimum(moderate, np.array([one[2] for one in people], np.int8) - serious)
    place, (new, back, sent) = (
        np.array([one[0] for one in people], np.int32),
        (np.array([one[at] for one in people], np.int8) for at in (1, 2, 3)),
    )
    asked = new + back + sent
    m = int(asked.sum())
    found = np.empty(m, np.int32), np.empty(m, np.uint64), np.empty(m, np.int16), np.zeros((len(rows), 3), np.int32)
    choice.choose_clinics(
        np.flatnonzero(asked).astype(np.int32), KEY, uids(n), np.zeros(n, np.int32), place, new, back, asked,
        serious, moderate, np.array([own], np.float32), *reach, *delays(), CLASS_OF, RANGES, *found,
    )  # fmt: skip
    return found


def listed(people):
    """Every visit as (person, ordinal, row of RANGES, only hospitals)."""
    for who, (_, new, back, sent, *graver) in enumerate(people):
        serious = min(graver[0], back)
        moderate = min(graver[1], back - serious)
        kinds = [choice.SERIOUS_BACK] * serious + [choice.MODERATE_BACK] * moderate
        kinds += [choice.MINOR_BACK] * (back - len(kinds))
        yield from ((who, one, choice.NEW, False) for one in range(new))
        yield from ((who, choice.BACK + one, kind, False) for one, kind in enumerate(kinds))
        yield from ((who, choice.REFERRED + one, choice.REFERRAL, True) for one in range(sent))


@given(clinics, asking, st.floats(0.0, 1.0))
def test_the_highest_utility_with_its_gumbel_taste_wins(rows, people, own):
    clinic, visit, severity, demand = chosen(rows, people, own)
    counted = np.zeros((len(rows), 3), int)
    share = math.floor(float(np.float32(own)) * 64 + 0.5) / 64
    for at, (who, ordinal, kind, only) in enumerate(listed(people)):
        name = np.uint64(fold(np.uint64(mix(KEY ^ uids(len(people))[who])), np.uint64(ordinal)))
        assert visit[at] == name
        least, many = RANGES[kind]
        assert severity[at] == least + int(name >> np.uint64(54)) * many // 1024
        scores = {}
        for c, row in enumerate(rows):
            base = utility(c, row, people[who][0], rows)
            if base is None or (only and row[1] == 0):
                continue
            lift = SLOPE * ((severity[at] + 0.5) / 1024 - 0.5) if row[1] else 0.0
            paid = share * (BY_BILL[row[1]] - BY_BILL[0])
            scores[c] = base + lift - paid - math.log(-math.log(unit(uids(len(rows))[c], name)))
        assert clinic[at] == (max(scores, key=scores.get) if scores else -1)
        if clinic[at] >= 0:
            counted[clinic[at], CLASS_OF[severity[at]]] += 1
    assert np.array_equal(demand, counted)


def test_blocks_leave_no_trace():
    rows = [(0, 0, 8.0, 2, 0.0), (0, 1, 1.0, 5, 3.0), (1, 2, 8.0, 9, 0.0)]
    people = [(at % 3, at % 4, 0, 0, 0, 0) for at in range(2000)]
    whole = chosen(rows, people, 0.5)
    assert np.array_equal(whole[0][:30], chosen(rows, people[:20], 0.5)[0])
    assert whole[3].sum() == (whole[0] >= 0).sum() == len(whole[0])


def raced(clinics, visits, level=None):
    """Let visits of one place choose among so many clinics; return the choices, and those of logarithms alone."""
    rng = np.random.default_rng(clinics)
    level = np.zeros(clinics, np.int8) if level is None else level
    key, delay = uids(clinics), 1.0 / rng.uniform(0.01, 1.0, clinics)
    found = np.empty(visits, np.int32), np.empty(visits, np.uint64), np.empty(visits, np.int16)
    choice.choose_clinics(
        np.arange(visits, dtype=np.int32), KEY, uids(visits), np.zeros(visits, np.int32), np.zeros(visits, np.int32),
        np.ones(visits, np.int8), np.zeros(visits, np.int8), np.ones(visits, np.int8), *np.zeros((2, visits), np.int8),
        np.zeros(1, np.float32), np.array([0, clinics], np.int32), np.arange(clinics, dtype=np.int32), level, key, delay,
        *delays(), CLASS_OF, RANGES, *found, np.zeros((clinics, 3), np.int32),
    )  # fmt: skip
    named = found[1]
    u = np.array([[float(unit(one, name)) for one in key] for name in named])
    factor = np.where(level == 0, 1.0, delays()[0][found[2]][:, None])
    return found[0], np.argmin(-np.log(u) * delay * factor, axis=1)


def test_early_bells_choose_as_logarithms_do():
    level = np.array([0, 0, 0, 0, 1, 1], np.int8)
    for clinics, visits in ((1, 50), (2, 1500), (6, 3000), (40, 300)):
        by_bells, by_logarithms = raced(clinics, visits, level[:clinics] if clinics <= 6 else None)
        assert np.array_equal(by_bells, by_logarithms)


def test_more_clinics_than_bells_have_numbers():
    by_bells, by_logarithms = raced(4200, 3)
    assert np.array_equal(by_bells, by_logarithms)

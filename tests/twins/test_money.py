"""The money kernels, the indices and the signs of settlement against plain Python with fractions."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import indices, money, settling

amount = st.integers(0, 2_000_000)
homes = st.integers(1, 6)


def nearest(value):
    return math.floor(value + Fraction(1, 2))


def columns(data, n, *ranges, dtype=np.int32):
    return [np.array(data.draw(st.lists(st.integers(*one), min_size=n, max_size=n)), dtype) for one in ranges]


@given(st.data(), homes)
def test_pensions_and_allowances(data, n):
    household, alive, age, programme = columns(data, 12, (0, n - 1), (0, 1), (0, 99), (-1, 1))
    allowance = np.array([4000, 16000, 0])
    out = np.zeros(n, np.int32)
    money.pay_persons(household, alive.astype(np.int8), age.astype(np.int16), programme, 60, 11_500, allowance, out)
    expected = [0] * n
    for h, a, years, p in zip(household, alive, age, programme, strict=True):
        if a:
            expected[h] += (11_500 if years >= 60 else 0) + (0 if p < 0 else int(allowance[p]))
    assert out.tolist() == expected


@given(st.data(), homes)
def test_support_and_the_top_up(data, n):
    (members, population, group), (earned,), (paid,) = (
        columns(data, n, (0, 9), (0, 2), (0, 4)),
        columns(data, n, (0, 9_000_000), dtype=np.int64),
        columns(data, n, (0, 90_000)),
    )
    support = np.arange(15, dtype=np.int64).reshape(3, 5) * 1000
    topped = np.array([False, False, False, True, True])
    out = paid.copy()
    money.pay_households(
        members.astype(np.int16),
        population.astype(np.int8),
        group.astype(np.int8),
        earned,
        support,
        450_000,
        topped,
        out,
    )
    for h in range(n):
        own = int(paid[h]) + int(members[h]) * int(support[population[h], group[h]])
        gap = int(members[h]) * 450_000 - int(earned[h]) - 12 * own
        assert out[h] == own + (nearest(Fraction(gap, 12)) if topped[group[h]] and gap > 0 else 0)


@given(st.lists(st.tuples(amount, amount, amount, amount), min_size=2, max_size=20))
def test_earnings_are_smoothed(months):
    known = Fraction(0)
    earned = np.zeros(1, np.int64)
    for at, month in enumerate(months):
        money.smooth_earnings(*(np.array([one], np.int32) for one in month), at > 0, earned)
        year = 12 * sum(month)
        known = Fraction(year) if at == 0 else known + nearest(Fraction(year - known, 12))
        assert earned[0] == known


@given(st.data(), homes)
def test_consumption(data, n):
    (members,), (income,) = (
        columns(data, n, (0, 10), dtype=np.int16),
        columns(data, n, (-100_000, 20_000_000), dtype=np.int64),
    )
    moved = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    out = np.empty(n, np.int32)
    money.consume(members, income, moved, 12_000, np.array([360_000, 4_500, 150_000, 6_500]), out)
    for h in range(n):
        size, price = int(members[h]), Fraction(12, 10) if moved[h] else Fraction(1)
        least = 360_000 * (1 + Fraction(45, 100) * (size - 1)) * price
        usual = 150_000 * size * price + Fraction(65, 100) * max(0, int(income[h]))
        expected = max(least, usual) / 12 if size else 0
        # Four times a part of a fen is dropped on the way.
        assert 0 <= expected - int(out[h]) < 2


@given(st.lists(amount, min_size=1, max_size=30), st.integers(0, 11))
def test_twelve_months_of_income(monthly, first):
    ring, kept, year = np.zeros((12, 1), np.int32), np.zeros(1, np.int64), np.zeros(1, np.int64)
    zero, income = np.zeros(1, np.int32), np.zeros(1, np.int32)
    for at, one in enumerate(monthly):
        known = min(at + 1, 12)
        money.add_income(
            np.array([one], np.int32), zero, zero, zero, zero, known, ring[(first + at) % 12], income, kept, year
        )
        last = monthly[max(0, at - 11) : at + 1]
        assert (income[0], kept[0], year[0]) == (one, sum(last), sum(last) * 12 // known)


@given(st.integers(-(10**9), 10**9), st.lists(st.tuples(amount, amount, amount), max_size=12))
def test_books_close_to_the_fen(start, months):
    savings, debt, opening = np.array([max(start, 0)]), np.array([max(-start, 0)]), np.zeros(1, np.int64)
    net = start
    for month in months:
        money.close_books(*(np.array([one], np.int32) for one in month), opening, savings, debt)
        assert opening[0] == net
        net += month[0] - month[1] - month[2]
        assert savings[0] - debt[0] == net
        assert min(savings[0], debt[0]) == 0


incomes = st.lists(st.tuples(st.integers(-50_000, 3_000_000), st.integers(0, 9)), min_size=1, max_size=20)


@given(incomes, st.sampled_from([400_000, 600_000]))
def test_poverty_gaps(rows, line):
    income, members = np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.int16)
    poor, gap, severity = np.empty(len(rows), np.int32), np.empty(len(rows)), np.empty(len(rows))
    indices.poverty_gaps(income, members, line, poor, gap, severity)
    for at, (y, n) in enumerate(rows):
        short = min(Fraction(n * line - y, n * line), Fraction(1)) if n and y < n * line else 0
        assert poor[at] == (n if short > 0 else 0)
        assert gap[at] == pytest.approx(float(n * short))
        assert severity[at] == pytest.approx(float(n * short * short))


@given(incomes)
def test_inequality_counts_each_person(rows):
    income, members = np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.int16)
    packed = np.empty(len(rows), np.int64)
    indices.pack_incomes(income, members, packed)
    packed.sort()
    persons = sorted(float(max(0, y) // n) for y, n in rows if n for _ in range(n))
    if sum(persons) <= 0:
        assert math.isnan(indices.gini_of(packed))
        assert math.isnan(indices.theil_of(packed))
        return
    n, mean = len(persons), sum(persons) / len(persons)
    pairs = sum(abs(a - b) for a in persons for b in persons) / (2 * n * n * mean)
    assert indices.gini_of(packed) == pytest.approx(pairs, abs=1e-9)
    assert indices.theil_of(packed) == pytest.approx(
        sum(y / mean * math.log(y / mean) for y in persons if y > 0) / n, abs=1e-9
    )


@given(st.lists(st.lists(st.integers(0, 5_000_000), min_size=1, max_size=12), min_size=1, max_size=4))
def test_inequality_is_what_lies_between_groups_and_within_them(groups):
    def theil(values):
        return float(indices.theil_of(np.array(sorted(value * 256 + 1 for value in values), np.int64)))

    everybody = [value for group in groups for value in group]
    totals = np.array([float(sum(group)) for group in groups])
    between = indices.theil_between_of(np.array([float(len(group)) for group in groups]), totals)
    if totals.sum() == 0:
        assert math.isnan(between)
        return
    within = sum(t / totals.sum() * theil(group) for t, group in zip(totals, groups, strict=True) if t > 0)
    assert between + within == pytest.approx(theil(everybody), abs=1e-9)
    assert between >= -1e-12


@given(st.data(), homes)
def test_signs_of_settlement(data, n):
    household, alive, paid, farm, grade, minutes, unmet = columns(
        data, 15, (0, n - 1), (0, 1), (0, 9), (0, 9), (-9, 9), (-1, 60), (0, 9)
    )
    works, schooled, cared = np.zeros(n, np.bool_), np.ones(n, np.bool_), np.ones(n, np.bool_)
    alive = alive.astype(np.int8)
    settling.work_signs(household, alive, paid, farm, 7, works)
    settling.need_signs(
        household, alive, grade.astype(np.int8), minutes.astype(np.int16), unmet, 30, 9, schooled, cared
    )
    for h in range(n):
        own = [at for at in range(15) if household[at] == h and alive[at]]
        assert works[h] == any(max(paid[at], farm[at]) >= 7 for at in own)
        assert schooled[h] == all(0 <= minutes[at] <= 30 for at in own if grade[at] >= 1)
        assert cared[h] == all(unmet[at] < 9 for at in own)


@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=12), st.integers(1, 5))
def test_deprivation(rows, cutoff):
    n = len(rows)
    lacks, poor, censored = np.empty(n, np.int8), np.empty(n, np.bool_), np.empty(n, np.int8)
    settling.count_deprivations(*np.array(rows).T.copy(), cutoff, lacks, poor, censored)
    expected = [5 - sum(row) for row in rows]
    assert lacks.tolist() == expected
    assert poor.tolist() == [one >= cutoff for one in expected]
    assert censored.tolist() == [one if one >= cutoff else 0 for one in expected]


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 1)), max_size=20))
def test_counting_by_index(rows):
    out = np.zeros(4, np.int64)
    settling.count_at(np.array([row[0] for row in rows], np.int32), np.array([row[1] for row in rows], np.int8), out)
    assert out.tolist() == [sum(c for at, c in rows if at == one) for one in range(4)]

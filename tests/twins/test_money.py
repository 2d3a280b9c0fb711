"""The money kernels, the indices and the signs of settlement against plain Python with fractions."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels import indices, money, settling
from simulation.kernels.draws import unit

amount = st.integers(0, 2_000_000)
homes = st.integers(1, 6)


def nearest(value):
    return math.floor(value + Fraction(1, 2))


def columns(data, n, *ranges, dtype=np.int32):
    return [np.array(data.draw(st.lists(st.integers(*one), min_size=n, max_size=n)), dtype) for one in ranges]


@given(st.data(), homes)
def test_pensions_and_allowances(data, n):
    household, alive, age, programme = columns(data, 12, (0, n - 1), (0, 1), (0, 99), (-1, 1))
    (population,) = columns(data, n, (0, 2), dtype=np.int8)
    uid, key = np.arange(100, 112, dtype=np.uint64), np.uint64(5)
    allowance, share = np.array([4000, 16000, 0]), np.array([0.0, 0.0, 0.4])
    out, elders, adults = np.zeros(n, np.int32), np.zeros(n, np.int16), np.zeros(n, np.int16)
    money.pay_persons(
        uid, household, population, alive.astype(np.int8), age.astype(np.int16), programme, key, 60,
        np.array([11_500, 240_000]), share, allowance, elders, adults, out,
    )  # fmt: skip
    expected, old, grown = [0] * n, [0] * n, [0] * n
    for one, h, a, years, p in zip(uid, household, alive, age, programme, strict=True):
        if a:
            employee = population[h] == 2 and unit(key, one) < 0.4
            expected[h] += (240_000 if employee else 11_500) if years >= 60 else 0
            expected[h] += 0 if p < 0 else int(allowance[p])
            old[h] += years >= 60
            grown[h] += 16 <= years < 60
    assert (out.tolist(), elders.tolist(), adults.tolist()) == (expected, old, grown)


@given(st.data(), homes)
def test_support_and_the_top_up(data, n):
    (members, elders, adults), (population, group), (earned,), (paid,) = (
        columns(data, n, (0, 9), (0, 3), (0, 2), dtype=np.int16),
        columns(data, n, (0, 2), (0, 4), dtype=np.int8),
        columns(data, n, (0, 9_000_000), dtype=np.int64),
        columns(data, n, (0, 90_000)),
    )
    support = np.arange(15, dtype=np.int64).reshape(3, 5) * 1000
    topped = np.array([False, False, False, True, True])
    out = paid.copy()
    money.pay_households(members, elders, adults, population, group, earned, support, 17_000, 450_000, topped, out)
    for h in range(n):
        own = int(paid[h]) + int(members[h]) * int(support[population[h], group[h]])
        own += 0 if adults[h] else int(elders[h]) * 17_000
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


TERMS = np.array([360_000, 4_500, 150_000, 6_500, 12_000, 9_000, 1_667])


def consumed(members, in_town, income, care, produce, savings, debt, credit, bills):
    """One household's consumption and whether it fell short, by the kernel."""
    many = (np.array([one], np.int64) for one in (savings, debt, credit, bills))
    out, short = np.empty(1, np.int32), np.empty(1, np.int8)
    money.consume(
        np.array([members], np.int16), np.array([in_town]), np.array([income]), np.array([care]),
        np.array([produce], np.int32), *many, TERMS, out, short,
    )  # fmt: skip
    return int(out[0]), bool(short[0])


wealth = st.integers(-8_000_000, 8_000_000)


@given(
    st.integers(0, 10), st.booleans(), st.integers(-100_000, 20_000_000), st.integers(0, 4_000_000), amount, wealth,
    st.integers(0, 5_000_000), st.integers(-500_000, 2_000_000),
)  # fmt: skip
def test_consumption(size, in_town, income, care, produce, net, credit, bills):
    out, short = consumed(size, in_town, income, care, produce, max(net, 0), max(-net, 0), credit, bills)
    if size == 0:
        assert (out, short) == (produce, False)
        return
    price, year = Fraction(12, 10) if in_town else Fraction(1), max(0, income)
    least = 360_000 * (1 + Fraction(45, 100) * (size - 1)) * price / 12
    usual = (150_000 * size * price + Fraction(65, 100) * year) / 12
    within = max(Fraction(0), year * Fraction(9, 10) - care) / 12
    thrifty = net <= year * 1667 // 10_000
    wanted = max(least, min(usual, within) if thrifty else usual)
    bought = min(max(wanted - produce, 0), max(0, net + credit - bills) + max(within - produce, 0))
    # Parts of a fen are dropped on the way.
    assert abs(produce + bought - out) < 5
    assert short == (out < least) or abs(out - least) < 5


@given(st.integers(1, 9), st.integers(0, 9_000_000), st.integers(0, 2_000_000), st.integers(0, 300_000))
def test_who_has_used_up_the_credit_sinks_no_deeper(size, income, care, produce):
    """With nothing to borrow, a twelfth of the year's income covers what is consumed beside own produce."""
    out, _ = consumed(size, True, income, care, produce, 0, 4_000_000, 1_000_000, 0)
    assert out <= max(produce, income * 9 // 10 // 12)


@given(amount, amount)
def test_more_savings_never_mean_less_consumption(one, more):
    poor, rich = (consumed(3, True, 2_000_000, 100_000, 0, sum_, 0, 300_000, 50_000)[0] for sum_ in (one, one + more))
    assert poor <= rich


@given(st.lists(amount, min_size=1, max_size=30), st.integers(0, 11))
def test_twelve_months_of_an_amount(monthly, first):
    ring, kept, year = np.zeros((12, 1), np.int32), np.zeros(1, np.int64), np.zeros(1, np.int64)
    for at, one in enumerate(monthly):
        known = min(at + 1, 12)
        money.keep_year(np.array([one], np.int32), known, ring[(first + at) % 12], kept, year)
        last = monthly[max(0, at - 11) : at + 1]
        assert (kept[0], year[0]) == (sum(last), sum(last) * 12 // known)


@given(st.tuples(*[amount] * 7))
def test_income_is_the_sum_of_its_sources_less_premiums(sources):
    income = np.zeros(1, np.int32)
    money.add_income(*(np.array([one], np.int32) for one in sources), income)
    assert income[0] == sum(sources[:6]) - sources[6]


@given(st.integers(-(10**9), 10**9), st.lists(st.tuples(amount, amount, st.integers(-(10**6), 10**6)), max_size=12))
def test_books_close_to_the_fen(start, months):
    savings, debt, opening = np.array([max(start, 0)]), np.array([max(-start, 0)]), np.zeros(1, np.int64)
    net = start
    for income, consumption, bills in months:
        flows = (np.array([one], np.int32) for one in (income, consumption, bills))
        money.close_books(*flows, opening, savings, debt)
        assert opening[0] == net
        net += income - consumption - bills
        assert savings[0] - debt[0] == net
        assert min(savings[0], debt[0]) == 0


@given(st.integers(-(10**6), 10**8))
def test_credit(income):
    credit = np.zeros(1, np.int64)
    money.lend(np.array([income]), 5000, 300_000, 5_000_000, credit)
    assert credit[0] == min(max(math.floor(Fraction(income, 2)), 300_000), 5_000_000)


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


@given(incomes, st.data())
def test_add_up_incomes(rows, data):
    packed = np.array([max(0, income) // max(n, 1) * 256 + n for income, n in rows], np.int64)
    population = np.array([data.draw(st.integers(0, 2)) for _ in rows], np.int8)
    some = np.arange(0, len(rows), 2)
    people, total = np.zeros((2, 3), np.int64)
    indices.add_up_incomes(packed, some, population, people, total)
    for group in range(3):
        theirs = [divmod(int(packed[row]), 256) for row in some.tolist() if population[row] == group]
        assert people[group] == sum(n for _, n in theirs)
        assert total[group] == sum(head * n for head, n in theirs)


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

"""The settlement kernels against a second implementation in decimals, bill by bill, as on paper."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.kernels.draws import unit
from simulation.kernels.insurance import (
    charge,
    choose_cover,
    enrol,
    list_bills,
    pay_bills,
    settle_outpatient,
    settle_stays,
)
from simulation.processes.insurance import Settings, schedule
from simulation.world import INSURANCE_GROUPS


@dataclass(frozen=True)
class Settled:
    """What the layers paid, fen."""

    basic: int
    critical: int
    assistance: int

    @property
    def paid(self):
        return self.basic + self.critical + self.assistance


def settle(stays, group, settings=None):
    """Settle the stays of one person in one year with the kernel; stays are (cost in fen, level)."""
    tables = schedule(settings or Settings())
    rest, year = np.zeros(1, np.int16), [np.zeros(1, np.int32) for _ in range(4)]
    row, groups = np.zeros(1, np.int32), np.array([group], np.int8)
    for cost, level in stays:
        bill, at = np.array([cost], np.int32), np.array([level], np.int8)
        settle_stays(row, bill, at, groups, np.ones(1, np.int8), *tables, rest, *year, np.zeros((1, 4), np.int64))
    return Settled(int(year[0][0]), int(year[2][0]), int(year[3][0]))


def whole(amount):
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def on_paper(stays, group):
    """Domain 2.6 in yuan, written from its table and not from the code."""
    favoured = group in ("monitored", "dibao", "tekun")
    deductible = {0: Decimal(100), 1: Decimal(400), 2: Decimal(1000)}
    share = {0: Decimal("0.85"), 1: Decimal("0.75"), 2: Decimal("0.60")}
    bands = [
        (Decimal(0), Decimal(60_000), Decimal("0.60")),
        (Decimal(60_000), Decimal(120_000), Decimal("0.65")),
        (Decimal(120_000), Decimal(10**9), Decimal("0.70")),
    ]
    above = Decimal(3500) if favoured else Decimal(7000)
    plus = Decimal("0.05") if favoured else Decimal(0)
    help_share = {
        "ordinary": 0,
        "poverty_exited": 0,
        "monitored": Decimal("0.60"),
        "dibao": Decimal("0.70"),
        "tekun": 1,
    }[group]
    help_from = {"ordinary": 2910, "poverty_exited": 2910, "monitored": 1164, "dibao": 0, "tekun": 0}[group]
    basic = owed = burden = critical = assistance = Decimal(0)
    for cost, level in stays:
        due = share[level] * max(Decimal(0), cost - deductible[level])
        paid = min(whole(owed + due) - whole(owed), Decimal(250_000) - basic)
        owed += due
        basic += paid
        burden += cost - paid
        total = sum((q + plus) * max(Decimal(0), min(burden, above + high) - (above + low)) for low, high, q in bands)
        total = whole(total) if favoured else min(whole(total), Decimal(300_000))
        critical += max(Decimal(0), total - critical)
        helped = min(whole(help_share * max(Decimal(0), burden - critical - help_from)), Decimal(30_000))
        assistance += max(Decimal(0), helped - assistance)
    return basic, critical, assistance


@given(
    st.lists(st.tuples(st.integers(0, 60_000_000), st.integers(0, 2)), max_size=5),
    st.sampled_from(INSURANCE_GROUPS),
)
def test_the_kernel_settles_as_on_paper(stays, group):
    found = settle(stays, INSURANCE_GROUPS.index(group))
    paper = on_paper([(Decimal(cost) / 100, level) for cost, level in stays], group)
    assert [found.basic, found.critical, found.assistance] == [int(one * 100) for one in paper]


bill = st.integers(0, 1_000_000)
person = st.tuples(bill, bill, bill, st.integers(0, 3), st.integers(-1, 2), st.booleans(), st.booleans())
LAYERS = ("pooled", "basic", "critical", "assistance")


@given(st.lists(person, max_size=8), st.integers(0, 30_000))
def test_a_month_of_bills_is_listed_settled_and_charged(rows, most):
    n = len(rows)
    inpatient, outside, outpatient = (np.array([row[at] for row in rows], np.int32) for at in range(3))
    household, level = (np.array([row[at] for row in rows], kind) for at, kind in ((3, np.int32), (4, np.int8)))
    insured, alive = (np.array([row[at] for row in rows], np.int8) for at in (5, 6))
    group = np.zeros(n, np.int8)
    before = np.arange(n, dtype=np.int32) * 7000
    billed, back, own, patients = (np.full(n, 7, np.int32) for _ in range(4))
    without = np.zeros(4, np.int16)
    count = list_bills(
        inpatient, outside, outpatient, household, alive, insured, before, most, billed, back, own, without, patients
    )
    some, pooled, layers = patients[:count], before.copy(), np.zeros((count, 4), np.int64)
    year = [np.zeros(n, np.int32) for _ in range(4)]
    settle_outpatient(some, outpatient, household, insured, 6000, most, pooled, layers, without)
    settle_stays(
        some, inpatient, level, group[some], insured, *schedule(Settings()), np.zeros(n, np.int16), *year, layers
    )
    homes = [np.zeros(4, np.int32) for _ in range(6)]
    charge(some, household, billed, layers, back, own, *homes)
    expected = {name: [0] * 4 for name in ("bill", "own", *LAYERS)}
    beyond = [0] * 4
    for at, (one, two, three, home, hospital, covered, lives) in enumerate(rows):
        paid = dict.fromkeys(LAYERS, 0)
        if covered:
            share = (Decimal(three) * Decimal("0.6")).quantize(Decimal(1), ROUND_HALF_UP)
            paid["pooled"] = max(0, min(int(share), most - int(before[at])))
        if covered and hospital >= 0:
            layered = on_paper([(Decimal(one) / 100, hospital)], "ordinary")
            paid |= dict(zip(LAYERS[1:], (int(part * 100) for part in layered), strict=True))
        total = one + two + three
        assert (billed[at], back[at], own[at]) == (total, sum(paid.values()), total - sum(paid.values()))
        assert pooled[at] == before[at] + paid["pooled"]
        for name, amount in {"bill": total, "own": total - sum(paid.values()), **paid}.items():
            expected[name][home] += amount
        now_beyond = not covered or pooled[at] >= most
        was_beyond = not covered or before[at] >= most
        beyond[home] += now_beyond if lives else (now_beyond and not was_beyond)
    assert [one.tolist() for one in homes] == list(expected.values())
    assert without.tolist() == beyond


money = st.integers(0, 1_000_000)


@given(st.lists(st.tuples(st.booleans(), money, money, money), max_size=12), st.integers(0, 5))
def test_what_is_laid_out_comes_back_to_the_fen(months, members):
    """Every refund waits as long as its month says; nothing is lost and nothing is paid twice."""
    due = dict.fromkeys(range(len(months) + 7), 0)
    owed, laid_out, received = np.zeros(1, np.int64), 0, 0
    for month, (at_once, part, rest, luck) in enumerate(months):
        own, billed, slot = part, part + rest, np.array([due[month]], np.int64)
        paid, refund, share = np.zeros(1, np.int32), np.zeros(1, np.int32), np.zeros(1, np.float32)
        pay_bills(
            at_once, np.array([members], np.int16), np.array([min(1, members)], np.int16), 6000,
            np.array([billed], np.int32), np.array([own], np.int32), slot, owed, paid, refund, share,
        )  # fmt: skip
        assert paid[0] == (own if at_once else billed)
        assert refund[0] == due[month] and slot[0] == 0
        due[month + 3 + luck % 4] += int(paid[0]) - own
        laid_out += int(paid[0]) - own
        received += int(refund[0])
        assert owed[0] == laid_out - received
        capped = min(1, members)
        assert share[0] == np.float32(1 - 0.6 * (members - capped) / members if members else 0.4)
    assert owed[0] == sum(amount for month, amount in due.items() if month >= len(months))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), min_size=1, max_size=8), st.data())
def test_cover_and_enrolment(homes, data):
    h = len(homes)
    uid = np.array([1000 + 17 * at for at in range(h)], np.uint64)
    population, group = (np.array([one[at] for one in homes], np.int8) for at in range(2))
    chance = np.arange(15, dtype=np.float64).reshape(3, 5) / 15
    covered = np.empty(h, np.int8)
    key = np.uint64(99)
    choose_cover(uid, key, population, group, chance, covered)
    assert covered.tolist() == [
        int(unit(key, uid[at]) >= chance[p, g] or p + g == 0) for at, (p, g) in enumerate(homes)
    ]
    people = data.draw(st.lists(st.tuples(st.integers(0, h - 1), st.integers(0, 1)), max_size=12))
    household, alive = np.array([one[0] for one in people], np.int32), np.array([one[1] for one in people], np.int8)
    insured, heads = np.full(len(people), 7, np.int8), np.zeros(h, np.int16)
    enrol(household, alive, covered, insured, heads)
    assert insured.tolist() == [covered[home] for home, _ in people]
    assert heads.tolist() == [sum(a for home, a in people if home == at) * int(covered[at]) for at in range(h)]

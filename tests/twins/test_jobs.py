"""Kernels of links between people and employers against plain Python, written again from their descriptions."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.draws import Luck
from simulation.kernels import jobs, labour
from simulation.kernels.draws import fill_normals, fill_units, fold, mix

LUCK = Luck(3, 0)
KEYS = np.array([LUCK.key(f"twin.jobs.{name}", 5) for name in ("leave", "renewal", "term", "phase")], np.uint64)
COAST, MONTH, START = 2, 200, 100


def unit(key, uid):
    """Draw as the door to luck does, one by one."""
    out = np.empty(1)
    fill_units(np.uint64(key), np.array([uid], np.uint64), out)
    return float(out[0])


def links(n, seed):
    """Draw links with four employers: 0 not for carers, 1 near places 0 and 1, 2 on the coast (place 2), 3 by contract."""
    rng = np.random.default_rng(seed)
    employer = rng.integers(-1, 4, n).astype(np.int32)
    return {
        "n": n, "rng": rng, "uid": rng.integers(1, 2**63, n).astype(np.uint64), "household": rng.integers(0, 5, n).astype(np.int32),
        "status": (rng.integers(0, 2, n) * rng.integers(0, 6, n)).astype(np.int8), "carer": (rng.random(n) < 0.3).astype(np.int8),
        "place": rng.integers(-1, 3, n).astype(np.int32), "employer": employer,
        "since": np.where(employer < 0, -1, rng.integers(-1, MONTH, n)).astype(np.int32),
        "reach": np.array([[1, 2, -1, 2], [0, 2, -1, 2], [0, 0, -1, 0]], np.int8), "coast_of": np.array([-1, -1, 2], np.int32),
    }  # fmt: skip


worlds = st.builds(links, st.integers(1, 60), st.integers(0, 10_000))


def left(w, share, renewed=0.5, terms=(12, 36)):
    """Run the kernel; return the reasons and who stays."""
    leaves, staying = np.full(w["n"], 99, np.int8), np.full(4, 99, np.int32)
    jobs.leave(
        w["status"], w["carer"], w["place"], w["uid"], w["employer"], w["since"], w["reach"], w["coast_of"],
        np.array([share, share, 0.0, share]), np.array([0, 0, 0, 1], np.int8), KEYS, np.array([*terms, renewed], np.float64),
        MONTH, START, leaves, staying,
    )  # fmt: skip
    return leaves, staying


def contract_over(w, i, renewed, terms):
    """Say whether a contract of whole years ends in this month and isn't renewed."""
    since = int(w["since"][i])
    lengths = list(range(terms[0], terms[1] + 1, 12))
    term = np.uint64(fold(KEYS[2], np.uint64(since + 1)))
    length = lengths[int(unit(term, w["uid"][i]) * len(lengths))]
    began = since if since >= 0 else START - 1 - int(unit(KEYS[3], w["uid"][i]) * length)
    return began < MONTH and (MONTH - began) % length == 0 and unit(KEYS[1], w["uid"][i]) >= renewed


def reason(w, i, share, renewed=0.5, terms=(12, 36)):
    """Why a link ends, in the order in which reasons count."""
    link, here, status = w["employer"][i], w["place"][i], w["status"][i]
    if link < 0:
        return 0
    if status == 0 and here == COAST:
        return 0 if link == 2 else jobs.WENT_OUT
    if status:
        return {1: jobs.DIED, 2: jobs.RETIRED, 3: jobs.UNFIT, 4: jobs.STUDIES, 5: jobs.UNFIT}[int(status)]
    code = w["reach"][here, link] if here >= 0 else 0
    if code <= 0:
        return jobs.CAME_HOME if code < 0 else jobs.AWAY
    if w["carer"][i] and code == 1:
        return jobs.HAS_TO_CARE
    if unit(KEYS[0], w["uid"][i]) < share:
        return jobs.ENDED
    return jobs.CONTRACT_OVER if link == 3 and contract_over(w, i, renewed, terms) else 0


@given(worlds, st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0]))
def test_leave(w, share, renewed):
    leaves, staying = left(w, share, renewed)
    assert leaves.tolist() == [reason(w, i, share, renewed) for i in range(w["n"])]
    assert staying.tolist() == [int(((w["employer"] == e) & (leaves == 0)).sum()) for e in range(4)]


@given(worlds, st.floats(0, 1), st.floats(0, 1))
def test_raising_a_separation_share_only_adds_endings(w, one, other):
    few, many = (left(w, p)[0] == jobs.ENDED for p in sorted((one, other)))
    assert not (few & ~many).any()


@given(worlds, st.floats(0, 1), st.floats(0, 1))
def test_raising_the_share_of_renewals_only_takes_endings_of_contracts_away(w, one, other):
    many, few = (left(w, 0.0, p)[0] == jobs.CONTRACT_OVER for p in sorted((one, other)))
    assert not (few & ~many).any()


@given(
    st.integers(-1, 150), st.floats(0.0, 0.999), st.floats(0.0, 0.999), st.sampled_from([(12, 12), (12, 36), (24, 36)])
)
def test_a_contract_ends_once_in_each_of_its_terms(since, length_draw, phase_draw, terms):
    ends = [
        month for month in range(max(since, START), START + 200)
        if jobs.contract_ends(since, month, START, length_draw, phase_draw, np.array([*terms, 0.0], np.float64))
    ]  # fmt: skip
    lengths = range(terms[0], terms[1] + 1, 12)
    assert set(np.diff(ends)) <= set(lengths) and len(set(np.diff(ends))) == 1
    assert min(ends) - max(since, START - 1) <= max(lengths)
    if since >= 0:
        assert (min(ends) - since) % min(np.diff(ends)) == 0


@given(worlds, st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_the_last_to_come_are_dismissed_then_by_lot_then_by_uid(w, posts):
    leaves, staying = left(w, 0.3)
    before, keys = leaves.copy(), w["rng"].integers(1, 2**63, 4).astype(np.uint64)
    excess = np.maximum(staying - posts, 0).astype(np.int32)
    jobs.dismiss(w["employer"], w["since"], w["uid"], keys, excess, leaves, staying)
    for one in range(4):
        held = [i for i in range(w["n"]) if w["employer"][i] == one and before[i] == 0]
        held.sort(key=lambda i: (w["since"][i], int(mix(keys[one] ^ w["uid"][i])) >> 16, w["uid"][i]))
        stay = held[: len(held) - excess[one]]
        assert {i for i in held if leaves[i] == 0} == set(stay)
        assert all(leaves[i] == jobs.POST_LOST for i in set(held) - set(stay))
        assert staying[one] == len(stay)
    assert (leaves[before != 0] == before[before != 0]).all()


@given(worlds)
def test_carry_out(w):
    n, rng = w["n"], w["rng"]
    leaves, _ = left(w, 0.4)
    offer = np.where(rng.random(n) < 0.5, rng.integers(0, 2, n), -1).astype(np.int32)
    offer[w["status"] != 0] = -1
    employer, since, reasons = w["employer"].copy(), w["since"].copy(), np.full(n, 77, np.int8)
    jobless = rng.integers(-1, 3, n).astype(np.int32)
    was_jobless, (contract, over) = jobless.copy(), rng.integers(-1, 4, (2, n)).astype(np.int32)
    had = contract.copy(), over.copy()
    filled, hires, employed = np.zeros(5, np.int32), np.zeros(5, np.int32), np.zeros(5, np.int16)
    jobs.carry_out(
        w["status"], w["place"], w["household"], leaves, offer, w["coast_of"], MONTH, employer, reasons, since, jobless,
        contract, over, filled, hires, employed,
    )  # fmt: skip
    hired = [0] * 4
    for i in range(n):
        there = w["status"][i] == 0 and w["place"][i] == COAST
        kept = w["employer"][i] if leaves[i] == 0 else -1
        target = 2 if there else offer[i] if offer[i] >= 0 else kept
        assert employer[i] == target
        hired[target] += bool(not there and offer[i] >= 0)
        new = target >= 0 and target != kept
        gone = leaves[i] != 0
        assert since[i] == (MONTH if new else -1 if gone else w["since"][i])
        assert reasons[i] == ((jobs.WENT_OUT if there else jobs.HIRED) if new else leaves[i] if gone else 77)
        ended = leaves[i] == jobs.CONTRACT_OVER
        assert contract[i] == (w["employer"][i] if ended else had[0][i])
        assert over[i] == (MONTH if ended else had[1][i])
        idle = target < 0 and w["status"][i] == 0
        assert jobless[i] == ((was_jobless[i] if was_jobless[i] >= 0 else MONTH) if idle else -1)
    assert filled.tolist() == [*(int((employer == e).sum()) for e in range(4)), 0]
    assert hires.tolist() == [*hired, 0]
    assert employed.tolist() == [int(((w["household"] == h) & (employer >= 0)).sum()) for h in range(5)]


@given(worlds)
def test_own_earnings_are_set_for_new_links_alone(w):
    n = w["n"]
    before = np.where(w["rng"].random(n) < 0.5, w["employer"], -1).astype(np.int32)
    flair = w["rng"].normal(size=n).astype(np.float32)
    sigma, factor = np.array([0.0, 0.6, 0.0, 0.0]), np.full(n, 9, np.float32)
    jobs.own_earnings(before, w["employer"], flair, sigma, factor)
    for i in range(n):
        if w["employer"][i] == before[i]:
            assert factor[i] == 9
        elif w["employer"][i] == 1:
            assert math.isclose(factor[i], math.exp(0.6 * float(flair[i]) - 0.18), rel_tol=1e-6)
        else:
            assert factor[i] == 1


@given(worlds)
def test_flair_is_drawn_once_and_then_kept(w):
    expected, flair = np.empty(w["n"]), np.full(w["n"], np.nan, np.float32)
    fill_normals(KEYS[0], w["uid"], expected)
    labour.draw_once(w["uid"], KEYS[0], flair)
    assert flair.tolist() == expected.astype(np.float32).tolist()
    labour.draw_once(w["uid"], KEYS[1], flair)
    assert flair.tolist() == expected.astype(np.float32).tolist()

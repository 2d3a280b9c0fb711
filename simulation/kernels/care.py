"""Who needs a doctor, and what a stay in hospital costs.

One hash is a person's luck of the month: its upper 40 bits say how many visits there are, its lower 24 whether there is
a stay. A visit is named by folding its ordinal into it (`kernels.clinic_choice`).
"""

import numpy as np

from simulation.kernels.draws import exponential, mix, normal, unit
from simulation.kernels.jit import kernel, small

STATES = 3
"""States of `persons.chronic`."""
MOST_NEW, MOST_BACK = 15, 31
"""Most visits of a person in a month: new ones, those that come back, those referred (as many)."""
_TOP_FEN = 2.0e9  # what an int32 of fen can hold, with room for the rest of the bill
_VISIT_BITS, _STAY_MASK = np.uint64(24), np.uint64(0xFFFFFF)
_NEVER = np.uint64(1) << np.uint64(40)
_BLOCK = 1024
_VISIT_ONE, _STAY_ONE = 1099511627776.0, 16777216.0


@kernel
def set_thresholds(rates, visit_steps, stay_step):
    """Turn means into what a draw is compared with.

    rates        float64[2, classes]     mean visits of the month, chance of a stay
    visit_steps  uint64[classes, 15]     40-bit draws from which there are 1, 2, ... visits; written here
    stay_step    uint64[classes]         24-bit draws below which there is a stay; written here
    """
    for one in range(rates.shape[1]):
        term = exponential(-rates[0, one])
        total = term
        for count in range(MOST_NEW):
            visit_steps[one, count] = np.uint64(min(total, 1.0) * _VISIT_ONE)
            term = term * rates[0, one] / (count + 1)
            total += term
        stay_step[one] = np.uint64(min(max(rates[1, one], 0.0), 1.0) * _STAY_ONE)


@small
def _beyond(draw, steps):
    """Visits that a draw brings beyond the second."""
    more = 0
    while more + 2 < MOST_NEW and draw >= steps[more + 2]:
        more += 1
    return more


@small
def _spread(class_of_age, visit_steps, stay_step, once, twice, stayers):
    """Spread thresholds over ages and states; the last entry, which nobody reaches, is for those who aren't here."""
    nowhere = once.size - 1
    once[nowhere], twice[nowhere], stayers[nowhere] = _NEVER, _NEVER, np.uint64(0)
    for entry in range(nowhere):
        one = class_of_age[entry // STATES] + entry % STATES
        once[entry], twice[entry], stayers[entry] = visit_steps[one, 0], visit_steps[one, 1], stay_step[one]


@small
def _find_entries(alive, place, age, chronic, treats, nowhere, entry):
    """Find where a block's persons stand in the tables of `_spread`."""
    oldest = np.int32(nowhere // STATES - 1)
    for one in range(alive.size):
        here = (alive[one] != 0) & (place[one] >= 0) & (treats[max(place[one], 0)] != 0)
        mine = min(max(np.int32(age[one]), np.int32(0)), oldest) * np.int32(STATES) + chronic[one]
        entry[one] = mine if here else nowhere


@small
def _draw_block(key, uid, entry, once, twice, stayers, new, stay):
    """Draw visits of a block's persons, as far as the second, and their stays."""
    for one in range(uid.size):
        h, mine = mix(key ^ uid[one]), entry[one]
        draw = h >> _VISIT_BITS
        new[one] = np.int8(draw >= once[mine]) + np.int8(draw >= twice[mine])
        stay[one] = np.int8((h & _STAY_MASK) < stayers[mine])


@small
def _ask_block(
    nowhere, entry, new, serious, moderate, minor, referrals, not_seen, wanted, returning, referred, asked
):  # fmt: skip
    """Write down what a block's persons ask for; return the number of visits."""
    visits = 0
    for one in range(asked.size):
        here = np.int8(entry[one] != nowhere)
        back = np.int8((serious[one] + moderate[one] + minor[one]) * here)
        sent = np.int8((referrals[one] + not_seen[one]) * here)
        every = np.int8(new[one] + back + sent)
        wanted[one], returning[one], referred[one], asked[one] = new[one], back, sent, every
        visits += every
    return visits


@small
def _list_above(begin, values, bound, rows, at):
    """Add the rows of the values above a bound to a list; return its length."""
    for one in range(values.size):
        # Rows are written down first and kept if they count: a branch that can't be foreseen costs more.
        rows[np.uint64(at)] = begin + one
        at += values[one] > bound
    return at


@kernel
def draw_needs(
    key, uid, alive, place, age, chronic, serious, moderate, minor, referrals, not_seen, treats, class_of_age,
    visit_steps, stay_step, wanted, returning, referred, asked, askers, many, stays, counts,
):  # fmt: skip
    """Draw this month's wished visits and hospital stays, and call back the visits that wait.

    key           uint64            of the month
    uid           uint64[n]
    alive         int8[n]
    place         int32[n]          row of places, negative for nowhere
    age           int16[n]          years
    chronic       int8[n]           0, 1 or 2
    serious, moderate, minor  int8[n]   visits of last month that come back, by class
    referrals     int8[n]           visits of last month that were referred to a hospital
    not_seen      int8[n]           referred visits that no hospital served last month and that come back
    treats        bool[places]      False where people are out of the region's reach (the coast)
    class_of_age  int8[ages]        first class of need at an age, to which `chronic` is added; older as the last
    visit_steps, stay_step          as `set_thresholds` wrote them
    wanted, returning, referred, asked  int8[n]  new visits, those that come back, those referred, all; written here
    askers        int32[n]          rows of persons with any visit; the first counts[0] written here
    many          int32[n]          scratch
    stays         int32[n]          rows of persons who go to hospital; the first counts[2] written here
    counts        int64[3]          askers, visits, stays; written here
    """
    oldest = class_of_age.size - 1
    asking, visits, staying, often = 0, 0, 0, 0
    nowhere = np.int32(class_of_age.size * STATES)
    steps = np.empty((3, nowhere + 1), np.uint64)
    once, twice, stayers = steps[0], steps[1], steps[2]
    _spread(class_of_age, visit_steps, stay_step, once, twice, stayers)
    treated = treats.astype(np.int32)
    entry, new, stay = np.empty(_BLOCK, np.int32), np.empty(_BLOCK, np.int8), np.zeros(_BLOCK, np.int8)
    words = stay.view(np.uint64)
    for begin in range(0, uid.size, _BLOCK):
        these = slice(begin, min(begin + _BLOCK, uid.size))
        size = these.stop - begin
        _find_entries(alive[these], place[these], age[these], chronic[these], treated, nowhere, entry)
        _draw_block(key, uid[these], entry, once, twice, stayers, new, stay)
        visits += _ask_block(
            nowhere, entry, new, serious[these], moderate[these], minor[these], referrals[these], not_seen[these],
            wanted[these], returning[these], referred[these], asked[these],
        )  # fmt: skip
        asking = _list_above(begin, asked[these], 0, askers, asking)
        often = _list_above(begin, new[:size], 1, many, often)
        for word in range(words.size):  # a stay is rare
            if words[word] != 0:
                few = slice(8 * word, min(8 * word + 8, size))
                staying = _list_above(begin + 8 * word, stay[few], 0, stays, staying)
    for at in range(often):
        row = many[at]
        one = class_of_age[min(max(age[row], 0), oldest)] + chronic[row]
        more = _beyond(mix(key ^ uid[row]) >> _VISIT_BITS, visit_steps[one])
        wanted[row] += more
        asked[row] += more
        visits += more
    counts[0], counts[1], counts[2] = asking, visits, staying


@kernel
def bill_stays(
    stays, uid, household, left, level_key, size_key, share_key, until, mu, sigma, shares, level, in_policy,
    out_of_policy, forgone,
):  # fmt: skip
    """Draw level and bill of each hospital stay, lognormal by level; a stay that can't be prepaid is forgone.

    stays      int32[k]       rows of persons, in the order in which a household pays for them
    uid uint64[n], household int32[n]
    left       int64[h]       fen that a household can still lay out this month, counted down here; empty for no limit
    level_key, size_key, share_key  uint64
    until      float64[2]     cumulative share of stays at level 0, at levels 0 and 1
    mu         float64[3]     mean of the logarithm of the bill in fen, by level
    sigma      float64        its SD
    shares     float64[2]     lowest and highest share of a bill outside the insurance's list
    level      int8[n], in_policy int32[n] fen, out_of_policy int32[n] fen; written here
    forgone    int8[n]        1 for a stay that can't be prepaid; written here
    """
    for at in range(stays.size):
        row = stays[at]
        u = unit(level_key, uid[row])
        found = 0 if u < until[0] else (1 if u < until[1] else 2)
        bill = np.int64(min(exponential(mu[found] + sigma * normal(size_key, uid[row])), _TOP_FEN))
        if left.size > 0:
            if bill > left[household[row]]:
                forgone[row] = 1
                continue
            left[household[row]] -= bill
        share = shares[0] + (shares[1] - shares[0]) * unit(share_key, uid[row])
        level[row] = found
        out_of_policy[row] = np.int64(bill * share)
        in_policy[row] = bill - out_of_policy[row]

"""Who needs a doctor, and what a stay in hospital costs.

One hash is a person's luck of the month: its upper 40 bits say how many visits there are, its lower 24 whether there is
a stay. A visit is named by folding its ordinal into it (`kernels.clinic_choice`).
"""

import numpy as np

from simulation.kernels.draws import exponential, mix, normal, unit
from simulation.kernels.jit import kernel, small

MOST_NEW, MOST_BACK = 15, 31
"""Most visits of a person in a month: new ones, and of each kind that come back."""
_TOP_FEN = 2.0e9  # what an int32 of fen can hold, with room for the rest of the bill
_VISIT_BITS, _STAY_MASK = np.uint64(24), np.uint64(0xFFFFFF)
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


@kernel
def draw_needs(
    key, uid, alive, place, age, chronic, waiting, referrals, treats, class_of_age, visit_steps, stay_step,
    wanted, returning, referred, asked, askers, many, stays, counts,
):  # fmt: skip
    """Draw this month's wished visits and hospital stays, and call back the visits that wait.

    key           uint64            of the month
    uid           uint64[n]
    alive         int8[n]
    place         int32[n]          row of places, negative for nowhere
    age           int16[n]          years
    chronic       int8[n]           0, 1 or 2
    waiting       int8[n]           visits of last month that come back
    referrals     int8[n]           visits of last month that were referred to a hospital
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
    for row in range(uid.size):
        here = (alive[row] != 0) & (place[row] >= 0) & treats[max(place[row], 0)]
        h = mix(key ^ uid[row])
        one = class_of_age[min(max(age[row], 0), oldest)] + chronic[row]
        draw = h >> _VISIT_BITS
        new = np.int64(here & (draw >= visit_steps[one, 0])) + np.int64(here & (draw >= visit_steps[one, 1]))
        back, sent = np.int64(waiting[row]) * here, np.int64(referrals[row]) * here
        every = new + back + sent
        wanted[row], returning[row], referred[row], asked[row] = new, back, sent, every
        visits += every
        # Rows are written down first and kept if they count: a branch that can't be foreseen costs more.
        askers[asking] = row
        asking += every > 0
        many[often] = row
        often += new > 1
        stays[staying] = row
        staying += here & ((h & _STAY_MASK) < stay_step[one])
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
    stays, uid, household, limit, level_key, size_key, share_key, until, mu, sigma, shares, level, in_policy,
    out_of_policy, forgone,
):  # fmt: skip
    """Draw level and bill of each hospital stay, lognormal by level; a stay that can't be prepaid is forgone.

    stays      int32[k]       rows of persons
    uid uint64[n], household int32[n]
    limit      int64[h]       most fen that a household can lay out for a bill
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
        if bill > limit[household[row]]:
            forgone[row] = 1
            continue
        share = shares[0] + (shares[1] - shares[0]) * unit(share_key, uid[row])
        level[row] = found
        out_of_policy[row] = np.int64(bill * share)
        in_policy[row] = bill - out_of_policy[row]

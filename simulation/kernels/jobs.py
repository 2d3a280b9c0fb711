"""Links between people and employers: which end this month, and how a month's changes are carried out."""

import numpy as np

from simulation.kernels.draws import exponential, fold, logarithm, mix, unit
from simulation.kernels.heaps import keep, replace_worst
from simulation.kernels.jit import kernel, small

(
    HIRED, DIED, RETIRED, STUDIES, UNFIT, AWAY, HAS_TO_CARE, ENDED, POST_LOST, WENT_OUT, CAME_HOME, CONTRACT_OVER,
) = range(12)  # fmt: skip
OUTSIDE, CLOSED_TO_CARERS, OPEN_TO_CARERS, ON_THE_COAST = 0, 1, 2, -1
_WHY = (HIRED, DIED, RETIRED, UNFIT, STUDIES, UNFIT)
"""Reason by `labour_status`."""
_SINCE_BIT, _LOT_BITS = np.uint64(48), np.uint64(16)


@small
def _no_longer_holds(status, carer, reach):
    if status != 0:
        return _WHY[status]
    if reach == ON_THE_COAST:
        return CAME_HOME
    if reach == OUTSIDE:
        return AWAY
    if carer != 0 and reach == CLOSED_TO_CARERS:
        return HAS_TO_CARE
    return HIRED


@small
def contract_ends(since, month, start, length_draw, phase_draw, terms):
    """Say whether a term of a contract ends this month; terms are whole years long.

    since       month in which the link began, -1 before the start: its phase is drawn
    start       first month of the run
    length_draw, phase_draw   in (0, 1)
    terms       float64[2...]  shortest and longest term, months
    """
    lengths = np.floor((terms[1] - terms[0]) / 12.0) + 1.0
    length = np.int64(terms[0] + 12.0 * np.floor(length_draw * lengths))
    began = np.int64(since) if since >= 0 else start - 1 - np.int64(phase_draw * length)
    return month > began and (month - began) % length == 0


@kernel
def leave(
    status, carer, place, uid, employer, since, reach, coast_of, share, contract, keys, terms, month, start,
    leaves, staying,
):  # fmt: skip
    """Say whose link ends this month and why, and count who stays.

    status    int8[n]            `labour_status`
    carer     int8[n]
    place     int32[n]           row of places, negative for nowhere
    uid       uint64[n]
    employer  int32[n]           last month's link, -1 none
    since     int32[n]           month in which it began, -1 before the start
    reach     int8[places, e]    OUTSIDE, CLOSED_TO_CARERS, OPEN_TO_CARERS, ON_THE_COAST
    coast_of  int32[places]      the employer of those who stay at a coast place; -1 elsewhere
    share     float64[e]         share of the links that end this month
    contract  int8[e]            1 where work is by contract for a term
    keys      uint64[4]          of endings, of renewals this month; of a term's length and phase, for life
    terms     float64[3]         shortest and longest term in months, share of contracts renewed
    month, start  int
    leaves    int8[n]            reason, 0 stays; written here
    staying   int32[e]           written here
    """
    staying[:] = 0
    for row in range(status.size):
        link, here = employer[row], place[row]
        leaves[row] = HIRED
        if link < 0:
            continue
        coast = coast_of[here] if here >= 0 else -1
        if coast >= 0 and status[row] == 0:
            leaves[row] = HIRED if link == coast else WENT_OUT
        else:
            why = _no_longer_holds(status[row], carer[row], reach[here, link] if here >= 0 else OUTSIDE)
            if why == HIRED and unit(keys[0], uid[row]) < share[link]:
                why = ENDED
            if why == HIRED and contract[link] != 0 and unit(keys[1], uid[row]) >= terms[2]:
                length = unit(fold(keys[2], np.uint64(since[row] + 1)), uid[row])
                if contract_ends(since[row], month, start, length, unit(keys[3], uid[row]), terms):
                    why = CONTRACT_OVER
            leaves[row] = why
        staying[link] += leaves[row] == HIRED


@kernel
def dismiss(employer, since, uid, lot_key, excess, leaves, staying):
    """Dismiss from each employer those who came last; who came in one month goes by lot, then by uid.

    employer, since   int32[n]    as in `leave`
    uid               uint64[n]
    lot_key           uint64[e]   key of this month, folded with the employer's uid
    excess            int32[e]    how many have to go
    leaves            int8[n]     written here
    staying           int32[e]    written here
    """
    base = np.zeros(excess.size + 1, np.int64)
    for one in range(excess.size):
        base[one + 1] = base[one] + excess[one]
    held = np.zeros(excess.size, np.int64)
    priority, who = np.empty(base[-1], np.uint64), np.empty(base[-1], np.int64)
    for row in range(employer.size):
        link = employer[row]
        if link < 0 or leaves[row] != HIRED or excess[link] == 0:
            continue
        seniority = (np.uint64(since[row] + 1) << _SINCE_BIT) | (mix(lot_key[link] ^ uid[row]) >> _LOT_BITS)
        if held[link] < excess[link]:
            keep(priority, who, uid, base[link], held[link], ~seniority, np.int64(row))
            held[link] += 1
        else:
            replace_worst(priority, who, uid, base[link], held[link], ~seniority, np.int64(row))
    for one in range(excess.size):
        staying[one] -= held[one]
        for at in range(base[one], base[one] + held[one]):
            leaves[who[at]] = POST_LOST


@kernel
def carry_out(
    status, place, household, leaves, offer, coast_of, month, employer, reason, since, jobless_since,
    last_contract, contract_ended, filled, hires, employed,
):  # fmt: skip
    """Carry out who leaves, who is hired and who stands on the coast; count links.

    status, place, household  [n]   as in `leave`
    leaves         int8[n]      reason, 0 stays
    offer          int32[n]     employer that hires the person, -1 none
    coast_of       int32[places]
    month          int
    employer       int32[n]     written here
    reason         int8[n]      why the link last changed; written here
    since          int32[n]     month in which the link began, -1 none; written here
    jobless_since  int32[n]     first month of a labourer without a link, -1 otherwise; written here
    last_contract  int32[n]     employer whose contract was last not renewed, -1 none; written here
    contract_ended int32[n]     month in which that was; written here
    filled         int32[e + 1] starts clean; the last stays so
    hires          int32[e + 1] hired by an offer; starts clean; the last stays so
    employed       int16[h]     starts clean
    """
    for row in range(status.size):
        link, here = employer[row], place[row]
        if leaves[row] == CONTRACT_OVER:
            last_contract[row], contract_ended[row] = link, month
        if leaves[row] != HIRED:
            link, reason[row], since[row] = -1, leaves[row], -1
        coast = coast_of[here] if (here >= 0) & (status[row] == 0) else -1
        hired = offer[row] if coast < 0 else -1
        target = max(coast, hired)
        if target >= 0 and target != link:
            link, reason[row], since[row] = target, HIRED if coast < 0 else WENT_OUT, month
        hires[hired] += hired >= 0
        employer[row] = link
        linked = link >= 0
        filled[link] += linked
        employed[household[row]] += linked
        first = month if jobless_since[row] < 0 else jobless_since[row]
        jobless_since[row] = -1 if linked | (status[row] != 0) else first


@kernel
def own_earnings(before, employer, flair, sigma, factor):
    """Set what each new link pays against the employer's pay: lognormal by flair where earnings are one's own.

    before    int32[n]     last month's link
    employer  int32[n]
    flair     float32[n]   standard normal, for life
    sigma     float64[e]   log SD between persons; 0 where everybody is paid alike
    factor    float32[n]   mean 1; written here
    """
    for row in range(employer.size):
        link = employer[row]
        if link == before[row]:
            continue
        factor[row] = 1.0
        if link >= 0 and sigma[link] > 0.0:
            factor[row] = own_factor(sigma[link], np.float64(flair[row]))


@small
def own_factor(sigma, flair):
    """Own earnings against the employer's pay: exp(sigma z - sigma^2 / 2), mean 1."""
    return exponential(sigma * flair - 0.5 * sigma * sigma)


@kernel
def log_worth(pay_fen, months, remitted, out):
    """Log of the yuan a month of the year that reach the household; [e] each, out float64[e] written here."""
    for one in range(out.size):
        out[one] = logarithm(max(pay_fen[one] * months[one] * remitted[one] / 1200.0, 0.01))

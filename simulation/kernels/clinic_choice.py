"""Which clinic each visit chooses, of those within reach.

A choice is a race: alternative j rings after -log(u) times its delay, 1 / weight, and the first bell wins. That is the
logit with one Gumbel taste per (visit, clinic), since -log(-log(u)) is the taste. Visits that follow each other from
one place race together, clinic after clinic, in loops without branches; logarithms settle what bounds leave in doubt.
"""

import numpy as np

from simulation.kernels.draws import exponential, logarithm, mix, rest_of_unit, unit
from simulation.kernels.jit import kernel, small

GRAVENESS = 1024
"""Steps of severity, from 0 light to 1,023 grave; a new visit's is the upper 10 bits of its name."""
OWN_STEPS = 64
"""Steps in which the choice knows the share of a bill that people pay themselves."""
SERIOUS_BACK, MODERATE_BACK, MINOR_BACK, REFERRAL, NEW = range(5)
"""Rows of the table of severities that a visit may have."""
BACK, REFERRED, ORDINALS = 32, 64, 96
"""First ordinals of visits that come back and of those that were referred, and their number in all."""
_SEVERITY_BITS, _SEVERITY_STEPS = np.uint64(54), np.int64(10)
_BLOCK = 1024
_NUMBERS, _NUMBER_BITS = 4096, np.uint64(4095)
_TIME_BITS = np.uint64(0xFFFFFFFFFFFFF000)
_ROUNDED = 1.0 + 1e-11  # a bell's number and rounding move it by a part in 10 ** 12


@small
def _count_alike(here, doctors, first, last, rows, place, level, size, fte):
    """Count the primary clinics at work in a place that are of one size."""
    count = 0
    for edge in range(first, last):
        row = rows[edge]
        count += (place[row] == here) & (level[row] == 0) & (fte[row] > 0.0) & (size[row] == doctors)
    return count


@small
def _at_home(here, first, last, rows, place, level, fte):
    """Add up a place's own doctors of primary care, one at most."""
    doctors = 0.0
    for edge in range(first, last):
        row = rows[edge]
        if place[row] == here and level[row] == 0:
            doctors += fte[row]
    return min(doctors, 1.0)


@small
def _next_elsewhere(here, first, last, rows, minutes, place, level, fte, key):
    """Find the nearest primary clinic at work outside a place (of equally near ones that of the least key), or -1."""
    found = -1
    for edge in range(first, last):
        row = rows[edge]
        if place[row] == here or level[row] != 0 or fte[row] <= 0.0:
            continue
        if found >= 0 and minutes[edge] > minutes[found]:
            break
        if found < 0 or key[row] < key[rows[found]]:
            found = edge
    return found


@kernel
def weigh_clinics(
    offsets, rows, minutes, place, level, size, fte, wait, key, taste, bonus,
    out_offsets, out_rows, out_level, taste_key, delay,
):  # fmt: skip
    """Weigh the clinics that each place's people choose among, but for what severity and co-payment add.

    log weight = a log(doctors) - b log(minutes + t0) - w wait + bonus of the level; the delay is 1 / weight.

    Primary care is sought in one's own place and at the nearest clinic elsewhere, which is liked less where one has a
    doctor at home. Clinics of a place that are of one size (village clinics) each serve their part of it: they share
    one weight. A clinic with less than one doctor is there for that part of the month, and weighs as much less: its
    first hours draw few visits.

    offsets int32[places + 1], rows int32[e], minutes int16[e]   what is within reach, nearest first
    place        int32[c]       where a clinic stands
    level        int8[c]        0 primary, above it hospitals
    size         float64[c]     doctors before any policy
    fte          float64[c]     doctors now; a clinic without any isn't there
    wait         float32[c]     last month's mean wait, minutes
    key          uint64[c]      key of the tastes for each clinic
    taste        float64[8]     a of primary care, a of hospitals, b, t0 (minutes), w (per minute of waiting),
                                farthest (minutes), doctors beyond which primary care's number adds nothing,
                                loss by primary care elsewhere where a doctor is at home
    bonus        float64[3]     by level, at middling severity
    out_offsets int32[places + 1], out_rows int32[e], out_level int8[e], taste_key uint64[e], delay float64[e]
                                the clinics that count; written here
    """
    at = 0
    out_offsets[0] = 0
    for here in range(offsets.size - 1):
        first, last = offsets[here], offsets[here + 1]
        loss = taste[7] * _at_home(here, first, last, rows, place, level, fte)
        elsewhere = _next_elsewhere(here, first, last, rows, minutes, place, level, fte, key)
        for edge in range(first, last):
            row = rows[edge]
            primary, away = level[row] == 0, place[row] != here
            if fte[row] <= 0.0 or minutes[edge] > taste[5] or (primary and away and edge != elsewhere):
                continue
            part = min(fte[row], 1.0)
            if primary and not away:
                part /= _count_alike(here, size[row], first, last, rows, place, level, size, fte)
            doctors = max(size[row], 1.0)
            pull = taste[0] * logarithm(min(doctors, taste[6])) if primary else taste[1] * logarithm(doctors)
            pull -= taste[2] * logarithm(minutes[edge] + taste[3]) + (loss if primary and away else 0.0)
            out_rows[at], out_level[at], taste_key[at] = row, level[row], key[row]
            delay[at] = exponential(taste[4] * wait[row] - pull - bonus[level[row]]) / part
            at += 1
        out_offsets[here + 1] = at


@kernel
def set_delays(slope, by_bill, by_severity, by_share):
    """Tabulate what severity and co-payment make of a hospital's delay against primary care's.

    slope        float64            rise of a hospital's utility from severity 0 to 1
    by_bill      float64[3]         utility lost by paying a level's whole bill oneself
    by_severity  float64[1024]      factor by severity; written here
    by_share     float64[65, 3]     factor by the share that people pay themselves and level; written here
    """
    for step in range(GRAVENESS):
        by_severity[step] = exponential(slope * (0.5 - (step + 0.5) / GRAVENESS))
    for own in range(OWN_STEPS + 1):
        for level in range(3):
            by_share[own, level] = exponential((by_bill[level] - by_bill[0]) * own / OWN_STEPS)


@small
def _ring(edge, name, factor, taste_key, delay, bell, next_bell):
    """Ring one clinic's bell for each visit of a run; keep the first bell and the one after it.

    A bell is rung a little early, at a lower bound of its time without a logarithm, and bears its clinic's number in
    its last bits. A bell that never rings becomes no number, and no number is less than any.
    """
    for one in range(name.size):
        x = rest_of_unit(taste_key, name[one])
        time = _early(x) * (delay * factor[one])
        rings = np.uint64((np.float64(time).view(np.uint64) & _TIME_BITS) | edge).view(np.float64)
        before = bell[one]
        sooner = rings < before
        later = before if sooner else rings
        # Adding 0 changes nothing, but lets the compiler store each value instead of asking which to store.
        bell[one] = (rings if sooner else before) + 0.0
        next_bell[one] = (later if later < next_bell[one] else next_bell[one]) + 0.0


@small
def _early(x):
    """First five terms of -log(1 - x): a little less than the whole, x in (0, 1)."""
    square = x * x
    return x + square * ((0.5 + x * (1.0 / 3.0)) + square * (0.25 + x * 0.2))


@small
def _surely_by(x):
    """Return how much -log(1 - x) may exceed `_early`(x): the other terms, each as if it were the largest."""
    cube = x * x * x
    return cube * cube / (6.0 * (1.0 - x))


@small
def _first_bell(begin, end, level, taste_key, delay, name, factor, one):
    """Return the clinic whose bell rings first for one visit, exactly; -1 if none does."""
    winner, least = -1, np.inf
    for edge in range(begin, end):
        rings = -logarithm(unit(taste_key[edge], name)) * (delay[edge] * factor[level[edge], one])
        if rings < least:
            winner, least = edge, rings
    return winner


@small
def _leading(begin, level, taste_key, delay, name, factor, bell, next_bell, winner):
    """Find the clinic whose bell rings first for each visit of a run; -1 for none, and for those left in doubt.

    Return how many are in doubt; their `next_bell` is set to 0.
    """
    doubts = 0
    for one in range(name.size):
        edge = np.uint64(begin) + (np.float64(bell[one]).view(np.uint64) & _NUMBER_BITS)
        x = rest_of_unit(taste_key[edge], name[one])
        late = _surely_by(x) * (delay[edge] * factor[level[edge], one])
        clear = bell[one] * _ROUNDED + late < next_bell[one]
        winner[one] = np.int32(edge) if clear else -1
        doubt = (not clear) & (bell[one] < np.inf)
        next_bell[one] = 0.0 if doubt else 1.0
        doubts += doubt
    return doubts


@small
def _race(begin, end, rows, level, taste_key, delay, name, factor, bell, severity, class_of, winner, clinic, demand):
    """Give each visit of a run the clinic whose bell rings first, of those from `begin` on, and count it there."""
    count = name.size
    if begin == end:
        clinic[:] = -1
        return
    first, second = bell[0, :count], bell[1, :count]
    first[:], second[:] = np.inf, np.inf
    for edge in range(begin, min(end, begin + _NUMBERS)):
        _ring(np.uint64(edge - begin), name, factor[level[edge], :count], taste_key[edge], delay[edge], first, second)
    doubts = _leading(begin, level, taste_key, delay, name, factor, first, second, winner)
    if end - begin > _NUMBERS:
        doubts, second[:] = count, 0.0
    for one in range(count):
        if doubts > 0 and second[one] == 0.0:
            winner[one] = _first_bell(begin, end, level, taste_key, delay, name[one], factor, one)
    for one in range(count):
        clinic[one] = -1
        if winner[one] >= 0:
            clinic[one] = rows[winner[one]]
            demand[clinic[one], class_of[severity[one]]] += 1


@kernel
def choose_clinics(
    askers, key, uid, household, place, wanted, returning, asked, serious, moderate, own_share, offsets, rows, level,
    taste_key, delay, by_severity, by_share, class_of, ranges, clinic, visit, severity, demand,
):  # fmt: skip
    """Name each visit, draw how grave it is, let it choose a clinic and count it there.

    Visits lie in the order of `askers`, a person's new ones first, then those that come back, then those referred,
    which go to a hospital. A visit that comes back keeps its class, the serious ones first, and is drawn within it.

    askers            int32[a]      rows of persons with visits, as `draw_needs` wrote them; key as there
    uid uint64[n], household int32[n], place int32[n], wanted, returning, asked int8[n]
    serious, moderate int8[n]       visits among `returning` of these classes; the others are minor
    own_share         float32[h]    share of an outpatient bill that a household's members pay themselves
    offsets, rows, level, taste_key, delay    as `weigh_clinics` wrote them
    by_severity, by_share           as `set_delays` wrote them
    class_of          int8[1024]    class of a severity in rationing
    ranges            int64[5, 2]   first severity and number of severities: of a visit that comes back by class, of one
                                    that was referred, of a new one
    clinic            int32[m]      row of clinics, -1 where none is within reach; written here
    visit             uint64[m]     identity of the visit in this month; written here
    severity          int16[m]      written here
    demand            int32[c, 3]   visits by clinic and class; starts clean; written here
    """
    ordinal = np.empty(ORDINALS, np.uint64)
    for one in range(ORDINALS):
        ordinal[one] = mix(np.uint64(one))
    bell, winner, factor = np.empty((2, _BLOCK)), np.empty(_BLOCK, np.int32), np.empty((3, _BLOCK))
    at, first, there = 0, 0, np.int32(0)
    for asker in range(askers.size):
        row = np.uint64(askers[asker])  # an unsigned row saves asking whether it counts from the end
        h, here = mix(key ^ uid[row]), place[row]
        own = np.int64(min(max(own_share[household[row]], 0.0), 1.0) * OWN_STEPS + 0.5)
        new, every = np.int64(wanted[row]), np.int64(asked[row])
        back = new + returning[row]
        until_serious = new + serious[row]
        until_moderate = until_serious + moderate[row]
        if here != there or at - first + every > _BLOCK:
            run = slice(first, at)
            _race(
                offsets[there], offsets[there + 1], rows, level, taste_key, delay, visit[run], factor, bell,
                severity[run], class_of, winner, clinic[run], demand,
            )  # fmt: skip
            first, there = at, here
        for one in range(every):
            number = one if one < new else (BACK + one - new if one < back else REFERRED + one - back)
            name = mix(h ^ ordinal[number])
            kind = MINOR_BACK if one < back else REFERRAL
            kind = MODERATE_BACK if one < until_moderate else kind
            kind = SERIOUS_BACK if one < until_serious else kind
            kind = NEW if one < new else kind
            grave = ranges[kind, 0] + ((np.int64(name >> _SEVERITY_BITS) * ranges[kind, 1]) >> _SEVERITY_STEPS)
            visit[at], severity[at] = name, grave
            factor[0, at - first] = 1.0 if one < back else np.inf
            factor[1, at - first] = by_severity[grave] * by_share[own, 1]
            factor[2, at - first] = by_severity[grave] * by_share[own, 2]
            at += 1
    run = slice(first, at)
    _race(
        offsets[there], offsets[there + 1], rows, level, taste_key, delay, visit[run], factor, bell,
        severity[run], class_of, winner, clinic[run], demand,
    )  # fmt: skip

"""Who needs a doctor, which clinic they choose, and who is turned away when it is full.

A choice is a race: alternative j rings after -log(u) / weight_j and the first bell wins. That is the
logit with one Gumbel taste per (visit, clinic), since -log(-log(u)) is the taste, at half its cost;
2 (1 - u) / (1 + u) < -log(u) lets most of the bells go unheard.
"""

import numpy as np

from simulation.kernels.draws import exponential, fold, logarithm, mix, normal, poisson, unit
from simulation.kernels.jit import kernel, small

MEAN, NONE, STAY = 0, 1, 2
"""Rows of `rates`: mean visits of the month, chance of no visit, chance of a hospital stay."""
CLASSES = 3
"""Severity classes in rationing: 0 serious, 1 moderate, 2 minor."""
_TOP_FEN = 2.0e9  # what an int32 of fen can hold, with room for the rest of the bill


@kernel
def draw_needs(visit_key, stay_key, uid, alive, place, age, treats, band_of_age, rates, wanted, stays):
    """Draw this month's wished visits and hospital stays; return how many of both.

    visit_key, stay_key  uint64
    uid          uint64[n]
    alive        int8[n]
    place        int32[n]            row of places, negative for nowhere
    age          int16[n]            years
    treats       bool[places]        False where people are out of the region's reach (the coast)
    band_of_age  int8[ages]          older ages fall into the last entry
    rates        float64[3, bands]   rows MEAN, NONE, STAY
    wanted       int16[n]            visits wished for; written here
    stays        int32[n]            rows of persons who go to hospital; the first `count` written here
    """
    total = 0
    count = 0
    oldest = band_of_age.size - 1
    two = np.empty(rates.shape[1])  # chance of one visit at most
    for band in range(two.size):
        two[band] = rates[NONE, band] + rates[NONE, band] * rates[MEAN, band] / 1
    for row in range(uid.size):
        band = band_of_age[min(max(age[row], 0), oldest)]
        here = (alive[row] != 0) & (place[row] >= 0) & treats[place[row]]
        u = unit(visit_key, uid[row])
        visits = here & (u > rates[NONE, band])
        if here & (u > two[band]):
            wanted[row] = poisson(rates[MEAN, band], u)
        else:
            wanted[row] = visits
        total += wanted[row]
        stays[count] = row
        count += here & (unit(stay_key, uid[row]) < rates[STAY, band])
    return total, count


@kernel
def list_visits(key, uid, wanted, person, visit, severity):
    """List the visits one by one, in the order of persons.

    key       uint64        of severity
    uid       uint64[n]
    wanted    int16[n]
    person    int32[m]      row of the person; written here
    visit     uint64[m]     identity of the visit, (person, ordinal in the month); written here
    severity  float64[m]    0 light to 1 grave; written here
    """
    at = 0
    for row in range(uid.size):
        for ordinal in range(wanted[row]):
            person[at] = row
            visit[at] = fold(uid[row], np.uint64(ordinal))
            severity[at] = unit(key, visit[at])
            at += 1


@small
def _count_local(here, at_minutes, first, last, rows, minutes, place, level, fte):
    """Count the primary clinics at work in a place, at some minutes from its centre (-1: at any)."""
    count = 0
    for edge in range(first, last):
        row = rows[edge]
        if (
            place[row] == here
            and level[row] == 0
            and fte[row] > 0.0
            and (at_minutes < 0 or minutes[edge] == at_minutes)
        ):
            count += 1
    return count


@small
def _sort_clinics(first, last, level, rows, weight):
    """Sort a place's clinics: primary care by falling weight, then hospitals by rising weight."""
    for at in range(first + 1, last):
        row, w = rows[at], weight[at]
        score = w if level[row] > 0 else -w
        to = at
        while to > first and (weight[to - 1] if level[rows[to - 1]] > 0 else -weight[to - 1]) > score:
            rows[to] = rows[to - 1]
            weight[to] = weight[to - 1]
            to -= 1
        rows[to] = row
        weight[to] = w


@kernel
def weigh_clinics(offsets, rows, minutes, place, level, size, fte, load, taste, bonus, out_offsets, out_rows, weight):
    """Weigh the clinics that each place's people choose among: size**a * (minutes + t0)**-b * ...

    Primary care is sought in one's own place and, where there is none at work, wherever there is. Clinics
    of a place that are equally far (village clinics) each serve their part of it: they share one weight.

    offsets int32[places + 1], rows int32[e], minutes int16[e]   what is within reach, nearest first
    place        int32[c]       where a clinic stands
    level        int8[c]        0 primary, above it hospitals
    size         float64[c]     doctors before any policy
    fte          float64[c]     doctors now; a clinic without any isn't there
    load         float32[c]     last month's demand / capacity
    taste        float64[6]     a of primary care, a of hospitals, b, t0 (minutes), c (per unit of load above 1),
                                farthest (minutes)
    bonus        float64[3]     by level, at middling severity
    out_offsets  int32[places + 1], out_rows int32[e], weight float64[e]   written here
    """
    at = 0
    out_offsets[0] = 0
    for here in range(offsets.size - 1):
        first, last = offsets[here], offsets[here + 1]
        local = _count_local(here, -1, first, last, rows, minutes, place, level, fte)
        for edge in range(first, last):
            row = rows[edge]
            elsewhere = local > 0 and level[row] == 0 and place[row] != here
            if fte[row] <= 0.0 or elsewhere or minutes[edge] > taste[5]:
                continue
            alike = 1
            if level[row] == 0 and place[row] == here:
                alike = _count_local(here, minutes[edge], first, last, rows, minutes, place, level, fte)
            a = taste[1] if level[row] > 0 else taste[0]
            pull = a * logarithm(max(size[row], 1.0)) - taste[2] * logarithm(minutes[edge] + taste[3])
            crowd = taste[4] * max(load[row] - 1.0, 0.0)
            out_rows[at] = row
            weight[at] = exponential(pull - crowd + bonus[level[row]]) / alike
            at += 1
        out_offsets[here + 1] = at
        _sort_clinics(out_offsets[here], at, level, out_rows, weight)


@kernel
def choose_clinics(person, visit, severity, place, offsets, rows, weight, level, taste_key, slope, clinic):
    """Choose a clinic for each visit; the graver the illness, the more a hospital weighs.

    person int32[m], visit uint64[m], severity float64[m]    as `list_visits` wrote them
    place     int32[n]      row of places of each person
    offsets, rows, weight   as `weigh_clinics` wrote them
    level     int8[c]
    taste_key uint64[c]     key of the tastes for each clinic
    slope     float64       rise of a hospital's utility from severity 0 to 1
    clinic    int32[m]      row of clinics, -1 where none is within reach; written here
    """
    for at in range(person.size):
        here = place[person[at]]
        rise = slope * (severity[at] - 0.5)
        # exp(x) >= 1 + x + x^2/2 + x^3/6 + x^4/24 tells mostly that a hospital is out of question, without exp.
        fall = 1.0 - rise * (1.0 - rise * (0.5 - rise * (1.0 / 6.0 - rise * (1.0 / 24.0))))
        known = rise >= 0.0
        lift = exponential(rise) if known else 0.0
        best = np.inf
        clinic[at] = -1
        first, last = offsets[here], offsets[here + 1]
        for step in range(last - first):
            # Likely winners first, so that most bells can stay unheard; the order decides nothing else.
            edge = first + step if rise < 0.0 else last - 1 - step
            row = rows[edge]
            w = weight[edge]
            u = unit(taste_key[row], visit[at])
            if level[row] > 0:
                if not known:
                    if (1.0 - u) * fall >= best * w * 1.000001:
                        continue
                    lift = exponential(rise)
                    known = True
                w = w * lift
            if 2.0 * (1.0 - u) >= best * w * (1.0 + u):
                continue
            bell = -logarithm(u) / w
            if bell < best:
                best = bell
                clinic[at] = row


@small
def _class_of(severity, serious, moderate):
    if severity >= serious:
        return 0
    if severity >= moderate:
        return 1
    return 2


@kernel
def count_demand(clinic, severity, cuts, demand):
    """Count wished visits by clinic and class.

    clinic int32[m], severity float64[m]
    cuts    float64[2]       severity from which a visit is serious, and moderate
    demand  int32[c, 3]      starts clean; written here
    """
    for at in range(clinic.size):
        if clinic[at] >= 0:
            demand[clinic[at], _class_of(severity[at], cuts[0], cuts[1])] += 1


@kernel
def find_boundaries(demand, room, boundary, quota, start):
    """Find the class at which each clinic's room ends, and how many of that class still fit.

    demand    int32[c, 3]
    room      int32[c]       visits it can serve
    boundary  int8[c]        3 where all fit; written here
    quota     int32[c]       visits of the boundary class that fit; written here
    start     int32[c + 1]   where its boundary class lies in a list of all such visits; written here
    """
    start[0] = 0
    for row in range(room.size):
        left = room[row]
        found = 0
        while found < CLASSES and demand[row, found] <= left:
            left -= demand[row, found]
            found += 1
        boundary[row] = found
        quota[row] = left
        start[row + 1] = start[row] + (demand[row, found] if found < CLASSES else 0)


@small
def _select(values, low, high, rank):
    """Put the value of a rank (from 0, within [low, high]) at low + rank, and return it (quickselect)."""
    want = low + rank
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if want <= j:
            high = j
        elif want >= i:
            low = i
        else:
            break
    return values[want]


@kernel
def draw_limits(clinic, visit, severity, cuts, lot_key, boundary, quota, start, lots, limit):
    """Draw lots among each full clinic's boundary class and find the first one that isn't served.

    The lot is a one-to-one scramble of the visit's identity, so no two lots tie.

    clinic int32[m], visit uint64[m], severity float64[m], cuts float64[2]
    lot_key uint64[c], boundary int8[c], quota int32[c], start int32[c + 1]
    lots    uint64[start[c]]   scratch
    limit   uint64[c]          written here; 0 where the whole class is turned away
    """
    fill = start.copy()
    for at in range(clinic.size):
        row = clinic[at]
        if row >= 0 and boundary[row] < CLASSES and _class_of(severity[at], cuts[0], cuts[1]) == boundary[row]:
            lots[fill[row]] = mix(lot_key[row] ^ visit[at])
            fill[row] += 1
    for row in range(boundary.size):
        limit[row] = np.uint64(0)
        if boundary[row] < CLASSES and quota[row] > 0:
            limit[row] = _select(lots, start[row], start[row + 1] - 1, quota[row])


@kernel
def serve_visits(clinic, visit, severity, cuts, lot_key, boundary, limit, served):
    """Say which visits are served: classes before the boundary, and within it the low lots.

    Arguments as in `draw_limits`; served int8[m] written here.
    """
    for at in range(clinic.size):
        row = clinic[at]
        served[at] = 0
        if row < 0:
            continue
        rank = _class_of(severity[at], cuts[0], cuts[1])
        if rank < boundary[row]:
            served[at] = 1
        elif rank == boundary[row] and mix(lot_key[row] ^ visit[at]) < limit[row]:
            served[at] = 1


@kernel
def record_visits(
    person, clinic, served, level, bill, month, visits, unmet, primary, outpatient, last_unmet, served_now
):
    """Write what became of the visits; every output but `last_unmet` starts clean.

    person int32[m], clinic int32[m], served int8[m]
    level       int8[c]
    bill        int64[3]     fen of a visit by level
    month       int
    visits, unmet, primary   int16[n]   served, turned away, served by primary care
    outpatient  int32[n]     fen
    last_unmet  int32[n]     month of the last visit that wasn't served
    served_now  int32[c]
    """
    for at in range(person.size):
        who = person[at]
        if served[at] == 0:
            unmet[who] += 1
            last_unmet[who] = month
            continue
        row = clinic[at]
        visits[who] += 1
        served_now[row] += 1
        outpatient[who] += bill[level[row]]
        if level[row] == 0:
            primary[who] += 1


@kernel
def bill_stays(stays, uid, level_key, size_key, share_key, until, mu, sigma, shares, level, in_policy, out_of_policy):
    """Draw level and bill of each hospital stay, lognormal by level.

    stays      int32[k]       rows of persons
    uid        uint64[n]
    level_key, size_key, share_key  uint64
    until      float64[2]     cumulative share of stays at level 0, at levels 0 and 1
    mu         float64[3]     mean of the logarithm of the bill in fen, by level
    sigma      float64        its SD
    shares     float64[2]     lowest and highest share of a bill outside the insurance's list
    level      int8[n], in_policy int32[n] fen, out_of_policy int32[n] fen; written here
    """
    for at in range(stays.size):
        row = stays[at]
        u = unit(level_key, uid[row])
        level[row] = 0 if u < until[0] else (1 if u < until[1] else 2)
        bill = min(exponential(mu[level[row]] + sigma * normal(size_key, uid[row])), _TOP_FEN)
        share = shares[0] + (shares[1] - shares[0]) * unit(share_key, uid[row])
        out_of_policy[row] = np.int64(bill * share)
        in_policy[row] = np.int64(bill) - out_of_policy[row]

"""What a month does to each clinic: queues, room in staff minutes, and whom it turns away."""

import numpy as np

from simulation.kernels.care import MOST_BACK
from simulation.kernels.draws import mix, unit
from simulation.kernels.jit import kernel, small
from simulation.kernels.queues import erlang_a

CLASSES = 3
"""Severity classes in rationing: 0 serious, 1 moderate, 2 minor."""
_WHOLE, _NEARLY, _TOP = 18446744073709551616.0, 0.999, np.uint64(0xFFFFFFFFFFFFFFFF)  # 2 ** 64
_HAIR = 1e-6  # so that 8 doctors x 348 visits in float32 aren't 2,783


@small
def _share_served(arrived, needed, able, leave, again):
    """Share of all who come that the month serves: who leaves may come again, but minutes are what they are."""
    if arrived <= 0.0:
        return 1.0
    return min(1.0 - leave * (1.0 - again), able / needed)


@small
def _fill(demand, minutes, most, able, quota):
    """Serve class after class until visits or minutes run out; return the class at which they do, and minutes used."""
    used = 0.0
    for one in range(CLASSES):
        fit = min(most, np.int64((able - used + _HAIR) / minutes[one]))
        quota[one] = min(demand[one], fit)
        used += quota[one] * minutes[one]
        most -= quota[one]
        if quota[one] < demand[one]:
            return one, used
    return CLASSES, used


@kernel
def queue_clinics(
    demand, outside, fte, scale, month_minutes, month_hours, visit_minutes, ratio, patience, limit, again, luck,
    boundary, quota, start, wait, over, load, used,
):  # fmt: skip
    """Let a month pass at each clinic: an Erlang A queue, and room for the gravest first.

    Of all who come, from outside too, the same share is served; the fraction of a visit that is left is one by lot.
    Waits are those of the first time that people come: who leaves and comes again finds a quieter hour. A class is
    served before the next; nobody of a lower class is served once somebody of a higher one is turned away.

    demand         int32[c, 3]     visits of the three populations by class
    outside        int32[c]        visits by people from elsewhere
    fte            float64[c]      doctors at work
    scale          float64[c]      simulated part of the clinic's people and doctors; the queue is that of the whole
    month_minutes  float64         minutes that a doctor works in a month
    month_hours    float64         hours in a month in which people come
    visit_minutes  float64[c]      minutes of a doctor that a mean visit takes
    ratio          float64[c, 3]   minutes of a class against the mean
    patience, limit float64        minutes: mean patience; wait that counts as long
    again          float64         share of those who leave who come again in the month
    luck           float64[c]      uniform in (0, 1)
    boundary       int8[c]         first class of which somebody is turned away, 3 for none; written here
    quota          int32[c]        how many of it are served; written here
    start          int32[c + 1]    where its boundary class lies in a list of all such visits; written here
    wait, over     float32[c]      mean wait in minutes, share who wait longer than the limit; written here
    load           float32[c]      minutes asked for against minutes of the doctors; written here
    used           float32[c]      share of the doctors' minutes that visits take; written here
    """
    out = np.empty(3)
    minutes = np.empty(CLASSES)
    by_class = np.empty(CLASSES, np.int64)
    start[0] = 0
    for row in range(fte.size):
        own, needed = 0, outside[row] * visit_minutes[row]
        for one in range(CLASSES):
            minutes[one] = visit_minutes[row] * ratio[row, one]
            own += demand[row, one]
            needed += demand[row, one] * minutes[one]
        able = fte[row] * month_minutes
        arrived = own + outside[row]
        out[:] = 0.0
        if arrived > 0 and able > 0.0:
            erlang_a(
                fte[row] / scale[row], arrived / (month_hours * scale[row]), needed / arrived, patience, limit, out
            )
        share = _share_served(arrived, needed, able, out[1], again)
        elsewhere = outside[row] * share * visit_minutes[row]
        found, spent = _fill(
            demand[row], minutes, np.int64(own * share + luck[row]), max(able - elsewhere, 0.0), by_class
        )
        boundary[row] = found
        left = demand[row, found] if found < CLASSES else 0
        quota[row] = by_class[found] if found < CLASSES else 0
        start[row + 1] = start[row] + left
        wait[row], over[row] = out[0], out[2]
        load[row] = needed / able if able > 0.0 else 0.0
        used[row] = min((spent + elsewhere) / able, 1.0) if able > 0.0 else 0.0


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


@small
def _select_near(values, low, high, rank, window):
    """Return the value of a rank as `_select` does, of lots that are spread evenly over 64 bits.

    What lies within two deviations of where it must be is gathered without branches; only that is searched.
    """
    count = high - low + 1
    share = (rank + 0.5) / count
    half = 2.0 * np.sqrt(share * (1.0 - share) / count) + 1.0 / count
    least = np.uint64(max(share - half, 0.0) * _WHOLE)
    most = np.uint64((share + half) * _WHOLE) if share + half < _NEARLY else _TOP
    below, kept = 0, 0
    for at in range(low, high + 1):
        window[kept] = values[at]
        below += values[at] < least
        kept += (values[at] >= least) & (values[at] <= most)
    if below <= rank < below + kept:
        return _select(window, 0, kept - 1, rank - below)
    return _select(values, low, high, rank)


@kernel
def draw_limits(clinic, visit, severity, class_of, lot_key, boundary, quota, start, lots, limit):
    """Draw lots among each full clinic's boundary class and find the first one that isn't served.

    The lot is a one-to-one scramble of the visit's identity, so no two lots tie.

    clinic int32[m], visit uint64[m], severity int16[m], class_of int8[1024]
    lot_key uint64[c], boundary int8[c], quota int32[c], start int32[c + 1]
    lots    uint64[start[c] + 1]   scratch
    limit   uint64[c]          written here; 0 where the whole class is turned away
    """
    fill, window, spare = start.copy(), np.empty(lots.size, np.uint64), np.int64(lots.size - 1)
    if start[start.size - 1] > 0:
        for at in range(clinic.size):
            row = max(clinic[at], 0)
            drawn = (clinic[at] >= 0) & (boundary[row] == class_of[severity[at]])
            where = np.int64(fill[row]) if drawn else spare  # who draws can't be foreseen: no branch
            lots[where] = mix(lot_key[row] ^ visit[at])
            fill[row] += drawn
    for row in range(boundary.size):
        limit[row] = np.uint64(0)
        if boundary[row] < CLASSES and quota[row] > 0:
            limit[row] = _select_near(lots, start[row], start[row + 1] - 1, quota[row], window)


@small
def _is_served(row, grade, visit, boundary, lot_key, limit):
    at = max(row, 0)
    lucky = mix(lot_key[at] ^ visit) < limit[at]
    return (row >= 0) & ((grade < boundary[at]) | ((grade == boundary[at]) & lucky))


@kernel
def serve_visits(
    askers, asked, clinic, visit, severity, class_of, boundary, lot_key, limit, primary_care, told, again_key, again,
    refer_key, refer_from, refer, month, wanted, returning, visits, unmet, forgone, serious, moderate, minor, referrals,
    not_seen, primary, outpatient, last_unmet, wait_seconds, long_waits, served_now, unmet_now,
):  # fmt: skip
    """Serve classes before the boundary and, within it, the low lots; say what becomes of every visit.

    Whoever isn't served comes back next month, more likely the graver it is, or goes without. A grave visit to primary
    care may be referred: next month it goes to a hospital, and stays a referral until it is served or given up.

    askers         int32[a]        rows of persons with visits; asked int8[n] how many
    clinic int32[m], visit uint64[m], severity int16[m], class_of int8[1024], boundary int8[c], lot_key uint64[c],
    limit uint64[c]   as before
    primary_care   int8[c]         1 for primary care
    told           int32[c, 3]     bill of a visit in fen, mean wait in seconds, long waits per 1,000 visits
    again_key      uint64
    again          float64[3]      chance that a visit that isn't served comes back, by class
    refer_key      uint64
    refer_from     int             severity from which a visit to primary care may be referred
    refer          float64         chance that it is
    month          int
    wanted, returning  int8[n]     how many of a person's visits are new, and how many come back; the rest was referred
    visits, unmet, forgone, referrals, not_seen, primary  int8[n]   start clean; written here for askers
    serious, moderate, minor  int8[n]   those that come back, by class, as `visits`
    outpatient     int32[n]        fen; starts clean
    last_unmet     int32[n]        month of the last visit that wasn't served
    wait_seconds, long_waits  int32[n] (seconds; per 1,000 visits)  over the visits served; start clean
    served_now, unmet_now  int32[c]  start clean
    """
    at = 0
    for asker in range(askers.size):
        who = np.uint64(askers[asker])  # an unsigned row saves asking whether it counts from the end
        served, sent, again_sent, of_primary = 0, 0, 0, 0
        grave_back, back = 0, 0
        ours = np.int64(wanted[who]) + returning[who]
        fen, seconds, long = 0, 0, 0
        for nth in range(asked[who]):
            row, grave = clinic[at], np.int64(severity[at])
            grade = class_of[grave]
            if _is_served(row, grade, visit[at], boundary, lot_key, limit):
                served += 1
                served_now[row] += 1
                fen += told[row, 0]
                seconds += told[row, 1]
                long += told[row, 2]
                of_primary += primary_care[row]
                may = (primary_care[row] != 0) & (grave >= refer_from) & (sent + again_sent < MOST_BACK)
                sent += may & (unit(refer_key, visit[at]) < refer)
            else:
                if row >= 0:
                    unmet_now[row] += 1
                comes_back = unit(again_key, visit[at]) < again[grade]
                if nth >= ours:
                    again_sent += comes_back & (sent + again_sent < MOST_BACK)
                elif comes_back & (back < MOST_BACK):
                    back += 1
                    grave_back += grade == 0
                    minor[who] += grade == 2
            at += 1
        visits[who], primary[who], referrals[who], not_seen[who] = served, of_primary, sent, again_sent
        serious[who], moderate[who] = grave_back, back - grave_back - minor[who]
        outpatient[who], wait_seconds[who], long_waits[who] = fen, seconds, long
        if served < asked[who]:
            unmet[who] = asked[who] - served
            forgone[who] = unmet[who] - back - again_sent
            last_unmet[who] = month

"""Which clinic each visit chooses, of those within reach.

A choice is a race: alternative j rings after -log(u) times its delay, 1 / weight, and the first bell wins. That is the
logit with one Gumbel taste per (visit, clinic), since -log(-log(u)) is the taste, at half its cost. Bells are rung by
the block, in a loop without branches.
"""

import numpy as np

from simulation.kernels.draws import exponential, logarithm, mix
from simulation.kernels.jit import kernel, small

GRAVENESS = 1024
"""Steps of severity, from 0 light to 1,023 grave; a new visit's is the upper 10 bits of its name."""
OWN_STEPS = 64
"""Steps in which the choice knows the share of a bill that people pay themselves."""
BACK, REFERRED, ORDINALS = 32, 64, 96
"""First ordinals of visits that come back and of those that were referred, and their number in all."""
_SEVERITY_BITS = np.uint64(54)
_BLOCK = 1024
_S12, _UNIT = np.uint64(12), 1.0 / 4503599627370496.0


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


@kernel
def weigh_clinics(
    offsets, rows, minutes, place, level, size, fte, wait, key, taste, bonus,
    out_offsets, out_rows, out_level, taste_key, delay,
):  # fmt: skip
    """Weigh the clinics that each place's people choose among, but for what severity and co-payment add.

    log weight = a log(doctors) - b log(minutes + t0) - w wait + bonus of the level; the delay is 1 / weight.

    Primary care is sought in one's own place and, where there is none at work, wherever there is. Clinics
    of a place that are equally far (village clinics) each serve their part of it: they share one weight.

    offsets int32[places + 1], rows int32[e], minutes int16[e]   what is within reach, nearest first
    place        int32[c]       where a clinic stands
    level        int8[c]        0 primary, above it hospitals
    size         float64[c]     doctors before any policy
    fte          float64[c]     doctors now; a clinic without any isn't there
    wait         float32[c]     last month's mean wait, minutes
    key          uint64[c]      key of the tastes for each clinic
    taste        float64[7]     a of primary care, a of hospitals, b, t0 (minutes), w (per minute of waiting),
                                farthest (minutes), doctors beyond which primary care's number adds nothing
    bonus        float64[3]     by level, at middling severity
    out_offsets int32[places + 1], out_rows int32[e], out_level int8[e], taste_key uint64[e], delay float64[e]
                                the clinics that count; written here
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
            doctors = max(size[row], 1.0)
            pull = taste[1] * logarithm(doctors) if level[row] > 0 else taste[0] * logarithm(min(doctors, taste[6]))
            pull -= taste[2] * logarithm(minutes[edge] + taste[3])
            out_rows[at], out_level[at], taste_key[at] = row, level[row], key[row]
            delay[at] = alike * exponential(taste[4] * wait[row] - pull - bonus[level[row]])
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
def _enter(name, taste_key, delay, level, rows, factor, luck, slow, candidate):
    """Write down the clinics that one visit chooses among: address of the taste, delay, row."""
    for one in range(rows.size):
        luck[one] = taste_key[one] ^ name
        slow[one] = delay[one] * factor[level[one]]
        candidate[one] = rows[one]


@small
def _ring(pairs, luck, delay, bell):
    """Turn each pair's address into the time at which its bell rings."""
    for pair in range(pairs):
        u = (np.float64(mix(luck[pair]) >> _S12) + 0.5) * _UNIT
        bell[pair] = -logarithm(u) * delay[pair]


@small
def _hear(first, last, ends, bell, candidate, severity, class_of, clinic, demand):
    """Give each visit of a block the clinic whose bell rang first, and count it there."""
    begin = 0
    for at in range(first, last):
        best, winner = np.inf, -1
        for pair in range(begin, ends[at - first]):
            if bell[pair] < best:
                best, winner = bell[pair], pair
        begin = ends[at - first]
        clinic[at] = -1
        if winner >= 0:
            clinic[at] = candidate[winner]
            demand[candidate[winner], class_of[severity[at]]] += 1


@kernel
def choose_clinics(
    askers, key, uid, household, place, wanted, returning, asked, waiting_severity, own_share, offsets, rows, level,
    taste_key, delay, by_severity, by_share, class_of, most, clinic, visit, severity, demand,
):  # fmt: skip
    """Name each visit, draw how grave it is, let it choose a clinic and count it there.

    Visits lie in the order of `askers`, a person's new ones first, then those that come back, then those referred,
    which go to a hospital. What comes back is as grave as the gravest of the person's visits that waited.

    askers            int32[a]      rows of persons with visits, as `draw_needs` wrote them; key as there
    uid uint64[n], household int32[n], place int32[n], wanted, returning, asked int8[n]
    waiting_severity  int16[n]      0 to 1,023
    own_share         float32[h]    share of an outpatient bill that a household's members pay themselves
    offsets, rows, level, taste_key, delay    as `weigh_clinics` wrote them
    by_severity, by_share           as `set_delays` wrote them
    class_of          int8[1024]    class of a severity in rationing
    most              int           most clinics that any place's people choose among
    clinic            int32[m]      row of clinics, -1 where none is within reach; written here
    visit             uint64[m]     identity of the visit in this month; written here
    severity          int16[m]      written here
    demand            int32[c, 3]   visits by clinic and class; starts clean; written here
    """
    ordinal = np.empty(ORDINALS, np.uint64)
    for one in range(ORDINALS):
        ordinal[one] = mix(np.uint64(one))
    size = _BLOCK + most
    luck, slow, bell, candidate = np.empty(size, np.uint64), np.empty(size), np.empty(size), np.empty(size, np.int32)
    ends = np.empty(_BLOCK + 1, np.int64)
    factor = np.empty(3)
    at, first, pair = 0, 0, 0
    for asker in range(askers.size):
        row = askers[asker]
        h, here, grave_before = mix(key ^ uid[row]), place[row], np.int64(waiting_severity[row])
        shares = by_share[np.int64(min(max(own_share[household[row]], 0.0), 1.0) * OWN_STEPS + 0.5)]
        new, every = np.int64(wanted[row]), np.int64(asked[row])
        back = new + returning[row]
        for one in range(every):
            if pair >= _BLOCK or at - first >= _BLOCK:
                _ring(pair, luck, slow, bell)
                _hear(first, at, ends, bell, candidate, severity, class_of, clinic, demand)
                first, pair = at, 0
            number = one if one < new else (BACK + one - new if one < back else REFERRED + one - back)
            name = mix(h ^ ordinal[number])
            grave = np.int64(name >> _SEVERITY_BITS) if one < new else grave_before
            visit[at], severity[at] = name, grave
            factor[0] = 1.0 if one < back else np.inf
            factor[1], factor[2] = by_severity[grave] * shares[1], by_severity[grave] * shares[2]
            # Slices are taken for each visit: taken once a person, they keep the loop of `_ring` from being vectorised.
            begin, end = offsets[here], offsets[here + 1]
            room = slice(pair, pair + end - begin)
            _enter(
                name, taste_key[begin:end], delay[begin:end], level[begin:end], rows[begin:end], factor, luck[room],
                slow[room], candidate[room],
            )  # fmt: skip
            pair += end - begin
            ends[at - first] = pair
            at += 1
    _ring(pair, luck, slow, bell)
    _hear(first, at, ends, bell, candidate, severity, class_of, clinic, demand)

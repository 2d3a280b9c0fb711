"""Settlement of bills in whole fen: basic insurance, then critical illness insurance, then assistance.

Rounding rule: what a layer pays in a year is rounded half up to a whole fen, so what it pays on a bill is
the rise of a rounded total; two halves of a bill get what the whole would. Rates are parts per 10,000.
"""

import numpy as np

from simulation.kernels.draws import unit
from simulation.kernels.jit import kernel, small

POOLED, BASIC, CRITICAL, ASSISTANCE = range(4)
"""Columns of `layers`: who pays a part of a bill."""


@small
def part_of(amount, rate):
    """Return amount * rate / 10,000 in whole fen, half up; both int64 and not negative."""
    return (np.int64(amount) * rate + 5000) // 10000


@small
def basic_share(cost, level, rest, basic):
    """What the basic insurance owes on one stay before its yearly limit, in 1/10,000 fen.

    cost   int64 fen: in-policy cost
    rest   int64: what rounding has held back on earlier stays of the year, in 1/10,000 fen
    basic  int64[levels, 3]: deductible of a stay, rate, most it pays a year
    """
    return max(0, cost - basic[level, 0]) * basic[level, 1] + rest


@small
def critical_total(burden, group, critical):
    """What critical illness insurance pays for a year in all.

    burden    int64 fen: in-policy cost of the year that the basic insurance left
    critical  int64[groups, 7]: deductible, widths above it at which bands 1 and 2 end, three rates, most a year or -1
    """
    above = max(0, burden - critical[group, 0])
    first = min(above, critical[group, 1])
    second = min(above, critical[group, 2]) - first
    third = above - first - second
    total = part_of(first * critical[group, 3] + second * critical[group, 4] + third * critical[group, 5], 1)
    if critical[group, 6] >= 0:
        total = min(total, critical[group, 6])
    return total


@small
def assistance_total(rest, group, assistance):
    """What medical assistance pays for a year in all.

    rest        int64 fen: what both insurances left
    assistance  int64[groups, 3]: deductible, rate, most a year
    """
    return min(part_of(max(0, rest - assistance[group, 0]), assistance[group, 1]), assistance[group, 2])


@kernel
def list_bills(
    inpatient, out_of_policy, outpatient, household, alive, insured, pooled, most, bill, reimbursed, out_of_pocket,
    without, patients,
):  # fmt: skip
    """Add up each person's bills of the month and list who has any; return how many.

    inpatient, out_of_policy, outpatient  int32[n] fen
    household  int32[n]; alive, insured  int8[n]
    pooled     int32[n] fen       pooled on outpatient bills this year, before this month
    most       int fen            most that is pooled a year
    bill, reimbursed, out_of_pocket       int32[n] fen; the last two are cleared; written here
    without    int16[households]  living members for whom nothing is pooled any more (starts clean); written here
    patients   int32[n] rows; the first `count` written here
    """
    count = 0
    for row in range(bill.size):
        total = inpatient[row] + out_of_policy[row] + outpatient[row]
        bill[row] = total
        reimbursed[row] = 0
        out_of_pocket[row] = 0
        patients[count] = row
        count += total > 0
        if (insured[row] == 0) | (pooled[row] >= most):
            without[household[row]] += alive[row] != 0
    return count


@kernel
def settle_outpatient(patients, outpatient, household, insured, rate, most, paid, layers, without):
    """Pay the pooled share of outpatient bills, up to a yearly limit.

    patients int32[k], outpatient int32[n] fen, household int32[n], insured int8[n]
    rate int (parts per 10,000), most int fen a year
    paid     int32[n] fen this year; added to here
    layers   int64[k, 4] fen: POOLED written here
    without  int16[households]; added to here where a member's limit is reached
    """
    for at in range(patients.size):
        row = patients[at]
        if insured[row] == 0:
            continue
        payment = max(0, min(part_of(outpatient[row], rate), most - paid[row]))
        layers[at, POOLED] = payment
        paid[row] += payment
        without[household[row]] += (payment > 0) & (paid[row] >= most)


@kernel
def settle_stays(
    patients, cost, level, group, insured, basic, critical, assistance, rest_b, paid_b, burden, paid_k, paid_m, layers
):  # fmt: skip
    """Settle hospital stays in strict order: basic, critical illness, assistance.

    patients int32[k] rows; cost int32[n] fen in policy; level int8[n], -1 without a stay
    group    int8[k]       insurance group of each patient
    insured  int8[n]       no layer pays for those who aren't
    basic, critical, assistance   as above
    rest_b   int16[n]      1/10,000 fen that rounding held back this year, at most half a fen; carried on here
    paid_b, burden, paid_k, paid_m  int32[n] fen this year; added to here
    layers   int64[k, 4] fen: BASIC, CRITICAL and ASSISTANCE written here
    """
    for at in range(patients.size):
        row = patients[at]
        if (level[row] < 0) | (insured[row] == 0):
            continue
        who = group[at]
        share = basic_share(cost[row], level[row], np.int64(rest_b[row]), basic)
        whole = (share + 5000) // 10000
        rest_b[row] = share - 10000 * whole
        b = max(0, min(whole, basic[level[row], 2] - paid_b[row]))
        paid_b[row] += b
        burden[row] += cost[row] - b
        k = max(0, critical_total(burden[row], who, critical) - paid_k[row])
        paid_k[row] += k
        m = max(0, assistance_total(burden[row] - paid_k[row], who, assistance) - paid_m[row])
        paid_m[row] += m
        layers[at, BASIC] = b
        layers[at, CRITICAL] = k
        layers[at, ASSISTANCE] = m


@kernel
def charge(
    patients,
    household,
    bill,
    layers,
    reimbursed,
    own,
    home_bill,
    home_own,
    home_pooled,
    home_b,
    home_k,
    home_m,
):
    """Leave the rest of each bill to the person and add everything up by household.

    patients int32[k], household int32[n], bill int32[n] fen, layers int64[k, 4] fen
    reimbursed, own  int32[n] fen; written here
    home_bill, home_own, home_pooled, home_b, home_k, home_m  int32[households] fen (start clean); written here
    """
    for at in range(patients.size):
        row = patients[at]
        home = household[row]
        paid = layers[at, POOLED] + layers[at, BASIC] + layers[at, CRITICAL] + layers[at, ASSISTANCE]
        reimbursed[row] = paid
        own[row] = bill[row] - paid
        home_bill[home] += bill[row]
        home_own[home] += bill[row] - paid
        home_pooled[home] += layers[at, POOLED]
        home_b[home] += layers[at, BASIC]
        home_k[home] += layers[at, CRITICAL]
        home_m[home] += layers[at, ASSISTANCE]


@kernel
def pay_bills(at_once, members, without, rate, bill, own, due, owed, paid, refund, own_share):
    """Let households pay the month's bills and get what falls due of earlier ones.

    at_once    bool            True: only their own part; False: the whole bill, the rest is refunded later
    members    int16[h]; without int16[h] members for whom nothing is pooled any more
    rate       int             pooled part of an outpatient bill, parts per 10,000
    bill, own  int32[h] fen
    due        int64[h] fen    refunds of this month; emptied here
    owed       int64[h] fen    all refunds to come; carried on here
    paid       int32[h] fen    laid out this month; written here
    refund     int32[h] fen    received this month; written here
    own_share  float32[h]      part of an outpatient bill that a member pays, on average; written here
    """
    pooled = rate / 10000.0
    for row in range(bill.size):
        paid[row] = own[row] if at_once else bill[row]
        refund[row] = due[row]
        due[row] = 0
        owed[row] += np.int64(paid[row]) - own[row] - refund[row]
        own_share[row] = 1.0 - pooled
        if without[row] > 0 and members[row] > 0:
            own_share[row] = 1.0 - pooled * (members[row] - without[row]) / members[row]


@kernel
def choose_cover(uid, key, population, group, chance, covered):
    """Say which households pay this year's premium: those whose draw lies above the chance to let it lapse.

    uid         uint64[h], key uint64
    population  int8[h], group int8[h]
    chance      float64[populations, groups]
    covered     int8[h]; written here
    """
    for row in range(uid.size):
        limit = chance[population[row], group[row]]
        covered[row] = (limit <= 0.0) or (unit(key, uid[row]) >= limit)


@kernel
def enrol(household, alive, covered, insured, heads):
    """Insure the living of the households that pay, and count them.

    household int32[n], alive int8[n], covered int8[h]
    insured int8[n]; written here
    heads   int16[h] (starts clean); written here
    """
    for row in range(alive.size):
        home = household[row]
        insured[row] = covered[home]
        heads[home] += (alive[row] != 0) & (covered[home] != 0)

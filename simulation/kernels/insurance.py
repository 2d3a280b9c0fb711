"""Settlement of bills in whole fen: basic insurance, then critical illness insurance, then assistance.

Rounding rule: a payment of a layer is rounded half up to a whole fen, once per layer; the two upper
layers work on the year's totals, so what they pay on a bill is the rise of a rounded total.
Rates are parts per 10,000.
"""

import numpy as np

from simulation.kernels.jit import kernel, small


@small
def part_of(amount, rate):
    """Return amount * rate / 10,000 in whole fen, half up; both int64 and not negative."""
    return (np.int64(amount) * rate + 5000) // 10000


@small
def basic_payment(cost, level, paid, basic):
    """Payment of the basic insurance on one stay.

    cost, paid  int64 fen: in-policy cost; what it paid earlier this year
    basic       int64[levels, 3]: deductible of a stay, rate, most it pays a year
    """
    above = max(0, cost - basic[level, 0])
    return max(0, min(part_of(above, basic[level, 1]), basic[level, 2] - paid))


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
def list_bills(inpatient, out_of_policy, outpatient, bill, reimbursed, out_of_pocket, patients):
    """Add up each person's bills of the month and list who has any; return how many.

    inpatient, out_of_policy, outpatient  int32[n] fen
    bill, reimbursed, out_of_pocket       int32[n] fen; the last two are cleared; written here
    patients                              int32[n] rows; the first `count` written here
    """
    count = 0
    for row in range(bill.size):
        total = inpatient[row] + out_of_policy[row] + outpatient[row]
        bill[row] = total
        reimbursed[row] = 0
        out_of_pocket[row] = 0
        patients[count] = row
        count += total > 0
    return count


@kernel
def settle_outpatient(patients, outpatient, rate, most, paid, reimbursed):
    """Pay the pooled share of outpatient bills, up to a yearly limit.

    patients int32[k], outpatient int32[n] fen, rate int (parts per 10,000), most int fen a year
    paid int32[n] fen this year, reimbursed int32[n] fen this month; both added to here
    """
    for row in patients:
        payment = max(0, min(part_of(outpatient[row], rate), most - paid[row]))
        paid[row] += payment
        reimbursed[row] += payment


@kernel
def settle_stays(patients, cost, level, group, basic, critical, assistance, paid_b, burden, paid_k, paid_m, reimbursed):
    """Settle hospital stays in strict order: basic, critical illness, assistance.

    patients int32[k] rows; cost int32[n] fen in policy; level int8[n], -1 without a stay
    group    int8[k]       insurance group of each patient
    basic, critical, assistance   as above
    paid_b, burden, paid_k, paid_m  int32[n] fen this year; reimbursed int32[n] fen this month; added to here
    """
    for at in range(patients.size):
        row = patients[at]
        if level[row] < 0:
            continue
        who = group[at]
        b = basic_payment(cost[row], level[row], paid_b[row], basic)
        paid_b[row] += b
        burden[row] += cost[row] - b
        k = max(0, critical_total(burden[row], who, critical) - paid_k[row])
        paid_k[row] += k
        m = max(0, assistance_total(burden[row] - paid_k[row], who, assistance) - paid_m[row])
        paid_m[row] += m
        reimbursed[row] += b + k + m


@kernel
def charge(patients, household, bill, reimbursed, out_of_pocket, household_out_of_pocket):
    """Leave the rest of each bill to the person and the household.

    patients int32[k], household int32[n], bill and reimbursed int32[n] fen
    out_of_pocket int32[n] fen, household_out_of_pocket int32[households] fen (starts clean); written here
    """
    for row in patients:
        rest = bill[row] - reimbursed[row]
        out_of_pocket[row] = rest
        household_out_of_pocket[household[row]] += rest

"""Pay: in which months of the year an employer has paid work, and what reaches the household."""

import numpy as np

from simulation.kernels.draws import unit
from simulation.kernels.jit import kernel


@kernel
def work_a_month(employer, uid, paid_share, hours_week, key, month, backdate, paid, last_paid, hours_now):
    """Say who is paid this month.

    employer    int32[n]    row of employers, -1 none
    uid         uint64[n]
    paid_share  float64[e + 1]  chance of paid work this month; the last is 0, for none
    hours_week  float32[e + 1]  the last is for none
    key         uint64      of this month
    month       int
    backdate    int         what `last_paid` becomes for holders of a link who aren't paid and never were; -1 leaves it
    paid        int8[n]     written here
    last_paid   int32[n]    month of the last pay; written here
    hours_now   float32[n]  hours a week; written here
    """
    for row in range(employer.size):
        link = employer[row]
        works = unit(key, uid[row]) < paid_share[link]
        before = backdate if (link >= 0) & (last_paid[row] < backdate) else last_paid[row]
        paid[row] = works
        last_paid[row] = before + works * (month - before)
        hours_now[row] = hours_week[link] * np.float32(works)


@kernel
def pay_out(employer, paid, household, pay_now, factor, remitted, own, wage, household_wage, household_own):
    """Pay those who worked: wages to persons and households, own earnings to the household's operating income.

    employer, household   int32[n]
    paid            int8[n]
    pay_now         int32[e + 1]    fen a month; the last of all three is for none
    factor          float32[n]      own earnings against the employer's pay
    remitted        float32[e + 1]  share that reaches the household
    own             int8[e + 1]     1 where people work for themselves
    wage            int32[n]    fen; written here
    household_wage, household_own   int32[h]   fen; start clean
    """
    for row in range(employer.size):
        link = employer[row]
        amount = np.int64(pay_now[link] * np.float64(factor[row]) * np.float64(remitted[link]) + 0.5)
        amount = amount if paid[row] != 0 else np.int64(0)
        earned = amount if own[link] == 0 else np.int64(0)
        wage[row] = earned
        household_wage[household[row]] += earned
        household_own[household[row]] += amount - earned

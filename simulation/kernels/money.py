"""Household money in whole fen: transfers, consumption, income and balances."""

import numpy as np

from simulation.kernels.draws import unit
from simulation.kernels.jit import kernel, small


@small
def _nearest(top, low):
    """Return top / low to the nearest whole number, half up; low is positive."""
    return (2 * np.int64(top) + low) // (2 * low)


@kernel
def pay_persons(
    uid,
    household,
    population,
    alive,
    age,
    programme,
    key,
    pension_age,
    pensions,
    share,
    allowance,
    elders,
    adults,
    transfer,
):  # fmt: skip
    """Add pensions and training allowances to what the household gets, and count who is old and of working age.

    uid          uint64[n]
    household    int32[n]
    population   int8[households]
    alive        int8[n]
    age          int16[n]        years
    programme    int32[n]        row of programmes, -1 none
    key          uint64          of the draw who has earned a former employee's pension, kept for life
    pension_age  int
    pensions     int64[2]        fen a month: of everybody, of a former employee
    share        float64[populations]   who has earned the latter
    allowance    int64[programmes + 1]  fen a participant this month; the last entry (for -1) is 0
    elders, adults  int16[households]   members of pension age, members from 16 to it (start clean); written here
    transfer     int32[households] fen; added to here
    """
    for row in range(household.size):
        if alive[row] == 0:
            continue
        home = household[row]
        amount = allowance[programme[row]]
        adults[home] += (age[row] >= 16) & (age[row] < pension_age)
        if age[row] >= pension_age:
            elders[home] += 1
            earned = share[population[home]]
            amount += pensions[1] if (earned > 0.0) and (unit(key, uid[row]) < earned) else pensions[0]
        if amount > 0:
            transfer[home] += amount


@kernel
def smooth_earnings(wage, self_employed, farm, rent, known, earned):
    """Carry on each household's earned income of a year, smoothed over 12 months.

    wage, self_employed, farm, rent  int32[h] fen this month
    known   bool        False in the first month, which is taken times 12
    earned  int64[h]    fen a year; written here
    """
    for row in range(earned.size):
        year = 12 * (np.int64(wage[row]) + self_employed[row] + farm[row] + rent[row])
        if known:
            earned[row] += _nearest(year - earned[row], 12)
        else:
            earned[row] = year


@kernel
def pay_households(
    members, elders, adults, population, group, earned, support, kin_support, line, is_topped_up, transfer
):
    """Add support by population and group and by kin, and top households on minimum income up to the line.

    members, elders, adults   int16[h]
    population  int8[h], group int8[h] insurance group
    earned      int64[h]            fen a year
    support     int64[3, groups]    fen a head and month
    kin_support  int                fen an elder and month from children elsewhere, where no adult lives
    line        int                 fen a head and year
    is_topped_up  bool[groups]      groups on minimum income
    transfer    int32[h] fen; holds pensions and allowances; added to here
    """
    for row in range(members.size):
        n = np.int64(members[row])
        transfer[row] += n * support[population[row], group[row]]
        if adults[row] == 0:
            transfer[row] += np.int64(elders[row]) * kin_support
        if is_topped_up[group[row]]:
            gap = n * line - earned[row] - 12 * np.int64(transfer[row])
            if gap > 0:
                transfer[row] += _nearest(gap, 12)


@kernel
def consume(members, in_town, income, care, produce, savings, debt, credit, bills, terms, consumption, short):
    """Consumption of the month: the larger of what is needed and a + b * income, as far as the money goes.

    Whose savings fall below a buffer lives within what care leaves of the year's income, some of it kept for filling
    the buffer or paying back. What own produce doesn't cover is bought from savings and credit and from a twelfth of
    that: who has used up the credit buys less than needed.

    members      int16[h]
    in_town      bool[h]       food, water, gas and fees are bought at the price of a town
    income       int64[h]      fen of the last 12 months, own produce included
    care         int64[h]      fen paid for care in the last 12 months
    produce      int32[h]      fen this month, part of consumption
    savings, debt, credit  int64[h]  fen at the end of last month; most that is lent
    bills        int64[h]      fen of care and premiums paid this month, less refunds
    terms        int64[7]      least a year for one person (fen); weight of each further one (parts per 10,000);
                               a, fen a head and year; b, parts per 10,000; price in town against the village,
                               income that is spent below the buffer, and the buffer in years of income, each in
                               parts per 10,000
    consumption  int32[h] fen; written here
    short        int8[h]  1 if less was consumed than needed; written here
    """
    for row in range(members.size):
        consumption[row] = produce[row]
        short[row] = 0
        n = np.int64(members[row])
        if n == 0:
            continue
        price = terms[4] if in_town[row] else 10000
        year = max(np.int64(0), income[row])
        least = terms[0] * (10000 + (n - 1) * terms[1]) * price // 1_200_000_000
        usual = (terms[2] * n * price + year * terms[3]) // 120_000
        within = max(np.int64(0), year * terms[5] - care[row] * 10000) // 120_000
        net = savings[row] - debt[row]
        if net <= year * terms[6] // 10000:
            usual = min(usual, within)
        own = np.int64(produce[row])
        room = max(np.int64(0), net + credit[row] - bills[row]) + max(np.int64(0), within - own)
        total = own + min(max(max(least, usual) - own, np.int64(0)), room)
        consumption[row] = total
        short[row] = total < least


@kernel
def add_income(wage, self_employed, farm, produce, property_income, transfer, premium, income):
    """Add up the month's income by source; premiums of social insurance are taken off, as statistics do.

    wage, self_employed, farm, produce, property_income, transfer, premium  int32[h] fen this month
    income  int32[h] fen this month; written here
    """
    for row in range(income.size):
        earned = wage[row] + self_employed[row] + farm[row] + produce[row]
        income[row] = earned + property_income[row] + transfer[row] - premium[row]


@kernel
def keep_year(amount, months, slot, ring, year):
    """Carry on the sum of 12 months of an amount.

    amount  int32[h]   fen this month
    months  int        months counted with this one, at most 12; fewer are brought to a year
    slot    int32[h]   fen, the same calendar month of last year (0 in the first year); this month's is written here
    ring    int64[h]   fen, sum of the months kept; carried on here
    year    int64[h]   fen, that sum brought to 12 months; written here
    """
    for row in range(amount.size):
        ring[row] += np.int64(amount[row]) - slot[row]
        slot[row] = amount[row]
        year[row] = ring[row]
    if months < 12:
        for row in range(amount.size):
            year[row] = ring[row] * 12 // months


@kernel
def close_books(income, consumption, care, opening, savings, debt):
    """Carry savings and debt on by one month.

    income, consumption, care  int32[h] fen; care is what was paid for bills less refunds
    opening  int64[h] fen, savings less debt before this month; written here
    savings, debt  int64[h] fen, one of them 0; written here
    """
    for row in range(savings.size):
        opening[row] = savings[row] - debt[row]
        net = opening[row] + income[row] - consumption[row] - care[row]
        savings[row] = max(net, 0)
        debt[row] = max(-net, 0)


@kernel
def lend(income, share, least, most, credit):
    """Find how much a household can borrow in all.

    income   int64[h] fen of 12 months; share parts per 10,000 of it that are lent; least, most int fen
    credit   int64[h] fen; written here
    """
    for row in range(income.size):
        credit[row] = min(max(income[row] * share // 10000, least), most)

"""Household money in whole fen: transfers, consumption, income and balances."""

import numpy as np

from simulation.kernels.jit import kernel, small


@small
def _nearest(top, low):
    """Return top / low to the nearest whole number, half up; low is positive."""
    return (2 * np.int64(top) + low) // (2 * low)


@kernel
def pay_persons(household, alive, age, programme, pension_age, pension, allowance, transfer):
    """Add pensions and training allowances to what the household gets.

    household    int32[n]
    alive        int8[n]
    age          int16[n]        years
    programme    int32[n]        row of programmes, -1 none
    pension_age  int, pension int fen a month
    allowance    int64[programmes + 1]  fen a participant this month; the last entry (for -1) is 0
    transfer     int32[households] fen; added to here
    """
    for row in range(household.size):
        if alive[row] == 0:
            continue
        amount = allowance[programme[row]]
        if age[row] >= pension_age:
            amount += pension
        if amount > 0:
            transfer[household[row]] += amount


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
def pay_households(members, population, group, earned, support, line, is_topped_up, transfer):
    """Add support by population and group, and top households on minimum income up to the line.

    members     int16[h]
    population  int8[h], group int8[h] insurance group
    earned      int64[h]            fen a year
    support     int64[3, groups]    fen a head and month
    line        int                 fen a head and year
    is_topped_up  bool[groups]      groups on minimum income
    transfer    int32[h] fen; holds pensions and allowances; added to here
    """
    for row in range(members.size):
        n = np.int64(members[row])
        transfer[row] += n * support[population[row], group[row]]
        if is_topped_up[group[row]]:
            gap = n * line - earned[row] - 12 * np.int64(transfer[row])
            if gap > 0:
                transfer[row] += _nearest(gap, 12)


@kernel
def consume(members, income, moved, needs_moved, terms, consumption):
    """Consumption of the month: the larger of what is needed and a + b * income.

    members      int16[h]
    income       int64[h]      fen of the last 12 months
    moved        bool[h]       lives at the site after a move
    needs_moved  int           needs after a move, parts per 10,000 of those before
    terms        int64[4]      least a year for one person (fen); weight of each further one (parts per
                               10,000); a, fen a head and year; b, parts per 10,000
    consumption  int32[h] fen; written here
    """
    for row in range(members.size):
        consumption[row] = 0
        n = np.int64(members[row])
        if n == 0:
            continue
        price = needs_moved if moved[row] else 10000
        least = terms[0] * (10000 + (n - 1) * terms[1]) // 10000
        usual = terms[2] * n * price // 10000 + max(np.int64(0), income[row]) * terms[3] // 10000
        consumption[row] = max(least * price // 10000, usual) // 12


@kernel
def add_income(wage, self_employed, farm, property_income, transfer, months, slot, income, ring, year):
    """Add up the month's income by source and carry on the sum of 12 months.

    wage, self_employed, farm, property_income, transfer  int32[h] fen this month
    months  int        months counted with this one, at most 12; fewer are brought to a year
    slot    int32[h]   fen, the same calendar month of last year (0 in the first year); this month's is written here
    income  int32[h]   fen this month; written here
    ring    int64[h]   fen, sum of the months kept; carried on here
    year    int64[h]   fen, that sum brought to 12 months; written here
    """
    for row in range(income.size):
        total = wage[row] + self_employed[row] + farm[row] + property_income[row] + transfer[row]
        ring[row] += np.int64(total) - slot[row]
        slot[row] = total
        income[row] = total
        year[row] = ring[row] * 12 // months


@kernel
def close_books(income, consumption, out_of_pocket, opening, savings, debt):
    """Carry savings and debt on by one month.

    income, consumption, out_of_pocket  int32[h] fen
    opening  int64[h] fen, savings less debt before this month; written here
    savings, debt  int64[h] fen, one of them 0; written here
    """
    for row in range(savings.size):
        opening[row] = savings[row] - debt[row]
        net = opening[row] + income[row] - consumption[row] - out_of_pocket[row]
        savings[row] = max(net, 0)
        debt[row] = max(-net, 0)

"""Poverty and inequality of household income, each person counted once."""

import numpy as np

from simulation.kernels.draws import logarithm
from simulation.kernels.jit import kernel


@kernel
def poverty_gaps(income, members, line, poor, gap, severity):
    """Foster, Greer and Thorbecke (1984): ((z - y) / z)**a below the line, for a = 0, 1, 2, times members.

    income    int64[h]     fen of 12 months
    members   int16[h]     living members, 0 for a household that is gone
    line      int          fen a head and year
    poor      int32[h], gap float64[h], severity float64[h]; written here
    """
    for row in range(income.size):
        poor[row] = 0
        gap[row] = 0.0
        severity[row] = 0.0
        n = np.int64(members[row])
        short = n * line - income[row]
        if n > 0 and short > 0:
            share = min(short / (n * line), 1.0)
            poor[row] = n
            gap[row] = n * share
            severity[row] = n * share * share


@kernel
def pack_incomes(income, members, packed):
    """Pack income a head (fen, not below 0) and members into one number that sorts by income.

    income int64[h] fen, members int16[h] (below 256); packed int64[h] written here
    """
    for row in range(income.size):
        n = np.int64(members[row])
        head = max(np.int64(0), income[row]) // max(n, np.int64(1))
        packed[row] = head * 256 + n


@kernel
def add_up_incomes(packed, rows, population, people, total):
    """Add up persons and their incomes by population.

    packed         int64[h]     of `pack_incomes`
    rows           int64[n]     of packed
    population     int8[h]
    people, total  int64[populations]   persons, fen; added to here
    """
    for row in rows:
        n = packed[row] % 256
        people[population[row]] += n
        total[population[row]] += n * (packed[row] // 256)


@kernel
def gini_of(packed):
    """Gini coefficient of packed incomes, sorted ascending; NaN without any income."""
    weight = 0.0
    total = 0.0
    ranked = 0.0
    for one in packed:
        n = np.float64(one % 256)
        money = n * np.float64(one // 256)
        ranked += money * (2.0 * weight + n)
        weight += n
        total += money
    if total <= 0.0:
        return np.nan
    return ranked / (weight * total) - 1.0


@kernel
def theil_of(packed):
    """Theil's T of packed incomes; an income of 0 adds nothing; NaN without any income."""
    weight = 0.0
    total = 0.0
    for one in packed:
        weight += np.float64(one % 256)
        total += np.float64(one % 256) * np.float64(one // 256)
    if total <= 0.0:
        return np.nan
    mean = total / weight
    found = 0.0
    for one in packed:
        if one >= 256:
            ratio = np.float64(one // 256) / mean
            found += np.float64(one % 256) * ratio * logarithm(ratio)
    return found / weight


@kernel
def theil_between_of(people, total):
    """Return the part of Theil's T that lies between groups; NaN without any income.

    people  float64[g]  persons of each group
    total   float64[g]  their incomes, added up
    """
    all_people, all_total = people.sum(), total.sum()
    if all_total <= 0.0:
        return np.nan
    found = 0.0
    for group in range(people.size):
        if total[group] > 0.0:
            share = total[group] / all_total
            found += share * logarithm(share * all_people / people[group])
    return found

"""Who goes back to the village: what speaks for it, and two rules of deciding."""

import numpy as np

from simulation.kernels.draws import exponential, happens, logarithm, unit
from simulation.kernels.jit import kernel
from simulation.kernels.schooling import FIRST_COMPULSORY


@kernel
def household_troubles(household, alive, grade, school, boarding, given_up, no_seat, forgone):
    """Count by household the children of compulsory grades without a day seat and the visits forgone.

    household int32[n]; alive, grade int8[n]; school int32[n] row or -1; boarding int32[n] row or -1
    given_up     int16[n]  visits given up
    no_seat, forgone  int16[h]  written here
    """
    no_seat[:] = 0
    forgone[:] = 0
    for row in range(household.size):
        home = household[row]
        lives = alive[row] != 0
        forgone[home] += given_up[row] * lives
        no_seat[home] += lives & (grade[row] >= FIRST_COMPULSORY) & ((school[row] < 0) | (boarding[row] >= 0))


@kernel
def choose_return(review_key, taste_key, review_share, uid, candidate, trouble, value, wish):
    """Let households that review their situation choose between staying and the village.

    review_key, taste_key   uint64
    review_share  float     share that reviews in a month without a reason
    uid           uint64[h]
    candidate     bool[h]   lives at the site
    trouble       bool[h]   has got a reason to review this month
    value         float64[h]  utility of the village less that of staying
    wish          int8[h]   1 to return; written here
    """
    for row in range(uid.size):
        wish[row] = 0
        if candidate[row] and (trouble[row] or unit(review_key, uid[row]) < review_share):
            if happens(unit(taste_key, uid[row]), value[row]):
                wish[row] = 1


@kernel
def village_values(rows, month, weight, land, kin, attachment, demolished, moved_month, returned, value):
    """Add up what speaks for the village because of what the household left there.

    rows         int64[r]    households that live at a site
    weight       float64[6]  constant, attachment, its halving in months, land, kin, demolished house
    land         float32[h] mu; kin, attachment float32[h]; demolished int8[h]; moved_month int32[h]
    returned     float64[h]  utility because co-villagers have returned
    value        float64[h]  written here for `rows`
    """
    fade = -logarithm(2.0) / weight[2]
    for row in rows:
        fading = exponential(fade * (month - moved_month[row]))
        value[row] = (
            weight[0]
            + weight[1] * attachment[row] * fading
            + weight[3] * logarithm(1.0 + np.float64(land[row]))
            + weight[4] * kin[row]
            + weight[5] * demolished[row]
            + returned[row]
        )


@kernel
def site_values(rows, weight, line_fen, integration, employed, no_seat, forgone, income, members, value):
    """Add what speaks for or against the site because of how the household fares there.

    rows      int64[r]    households that live at a site
    weight    float64[5]  integration, employed, child without seat, visit forgone, log income
    line_fen  float       yearly income a head at which income neither holds nor drives away
    integration float32[h]; employed, no_seat, forgone, members int16[h]; income int64[h] fen a year
    value     float64[h]  added to here for `rows`
    """
    for row in rows:
        head = max(np.float64(income[row]) / max(members[row], 1), 10000.0)
        value[row] += (
            weight[0] * integration[row]
            + (weight[1] if employed[row] > 0 else 0.0)
            + weight[2] * no_seat[row]
            + weight[3] * forgone[row]
            + weight[4] * logarithm(head / line_fen)
        )


@kernel
def outlast(
    key, least, most, needs, visits, uid, at_site, labourers, employed, no_seat, forgone, demolished, short, wish
):
    """Let households return that have lacked what they aspire to for too long, and whose old house stands.

    A need is short in a month in which nobody who could work has work, a child has no day seat, or `visits`
    visits went unserved. A month in which fewer than `needs` are short begins the count anew.

    key          uint64       draws each household's patience, `least` to `most` months
    least, most, needs, visits  int
    uid          uint64[h]
    at_site      bool[h]      lives at a site
    labourers, employed, no_seat, forgone  int16[h]
    demolished   int8[h]      1 if the old house is pulled down
    short        int16[h]     months in a row with needs short; written here
    wish         int8[h]      1 to return; written here
    """
    for row in range(uid.size):
        lacks = int((labourers[row] > 0) & (employed[row] == 0)) + int(no_seat[row] > 0) + int(forgone[row] >= visits)
        if at_site[row] and lacks >= needs:
            short[row] = min(short[row] + 1, 30000)
        else:
            short[row] = 0
        patience = least + np.floor(unit(key, uid[row]) * (max(most, least) - least + 1))
        wish[row] = (short[row] >= patience) & (demolished[row] == 0)

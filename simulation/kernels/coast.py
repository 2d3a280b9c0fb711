"""The coast: what people earn at home, who of a village is away, who wishes to go and to come home."""

import numpy as np

from simulation.kernels.draws import happens, logarithm, unit
from simulation.kernels.jit import kernel

NOTHING, GO, COME_HOME = 0, 1, 2


@kernel
def census(labourer, place, employer, household, origin, population, coast, value, away, labourers, earned, present):
    """Count labourers by origin and by place.

    labourer           int8[n]
    place, employer, household   int32[n]
    origin             int32[h]    row of places
    population         int8[h]
    coast              int8[places]   1 for coast places
    value              int64[e + 1]   fen a month of the year that a post brings; the last is 0, for none
    away, labourers    int64[3, places]   by population and origin; start clean
    earned             int64[places]      fen a month earned by those present; starts clean
    present            int64[places]      labourers present; starts clean
    """
    rows = np.empty(labourer.size, np.int32)
    count = 0
    for row in range(labourer.size):
        rows[count] = row
        count += (labourer[row] != 0) & (place[row] >= 0)
    for row in rows[:count]:
        here = place[row]
        home = household[row]
        stays = coast[here] == 0
        labourers[population[home], origin[home]] += 1
        away[population[home], origin[home]] += not stays
        present[here] += stays
        earned[here] += value[employer[row]] if stays else 0


@kernel
def minders(alive, age, place, household, home, adults, children):
    """Count by household the adults of 16 and more, and the children under 12, who are at home.

    alive             int8[n]
    age               int16[n]   years
    place, household  int32[n]
    home              int32[h]   row of places
    adults, children  int16[h]   start clean
    """
    for row in range(alive.size):
        here = household[row]
        at_home = (alive[row] != 0) & (place[row] == home[here])
        adults[here] += at_home & (age[row] >= 16)
        children[here] += at_home & (age[row] < 12)


@kernel
def prospects(home, at_origin, land_mu, labourers, expected, yuan_per_mu, floor, out):
    """Log of the yuan a month that a member without a post expects at home: the better of search and land.

    home        int32[h]       row of places
    at_origin   bool[h]        lives beside its land
    land_mu     float32[h]
    labourers   int16[h]
    expected    float64[places]   mean earnings of the labourers present, those without counted as 0
    yuan_per_mu float          net yield a mu and month
    floor       float          yuan a month, what helping hands are worth
    out         float64[h]     written here
    """
    searched = np.empty(expected.size + 1)
    for place in range(expected.size):
        searched[place] = logarithm(np.float64(max(expected[place], floor)))
    searched[-1] = logarithm(np.float64(floor))  # without a home
    for row in range(home.size):
        out[row] = searched[home[row]]
        if at_origin[row]:
            land = np.float64(land_mu[row]) * yuan_per_mu / max(labourers[row], 1)
            if land > (max(expected[home[row]], floor) if home[row] >= 0 else floor):
                out[row] = logarithm(land)


@kernel
def wish_to_go(labourer, age, sex, carer, employer, household, uid, pull, here, post, key, terms, wish):
    """Let labourers at home wish to work on the coast, by a logit.

    labourer, sex, carer   int8[n]
    age         int16[n]
    employer, household   int32[n]
    uid         uint64[n]
    pull        float64[h]    utility that belongs to the household: level, network, ties, worth of the coast
    here        float64[h]    of `prospects`
    post        float64[e]    log yuan a month of a post at home; that of the coast's is the coast's
    key         uint64        of this month
    terms       float64[7]    weight of a log point, women, carers, a year over 30, holders of a post,
                              youngest, oldest age
    wish        int8[n]       GO or NOTHING; written here
    """
    rows = np.empty(labourer.size, np.int32)
    count = 0
    for row in range(labourer.size):
        wish[row] = NOTHING
        rows[count] = row
        count += (labourer[row] != 0) & (age[row] >= terms[5]) & (age[row] <= terms[6])
    of_women, of_carers, of_holders = terms[1], terms[2], terms[4]
    for row in rows[:count]:
        link = employer[row]
        idle, held = here[household[row]], post[link]
        earns = idle if link < 0 else held
        v = pull[household[row]] - terms[0] * earns
        v += of_women if sex[row] != 0 else 0.0
        v += of_carers if carer[row] != 0 else 0.0
        v += of_holders if link >= 0 else 0.0
        v += terms[3] * max(age[row] - 30, 0)
        if happens(unit(key, uid[row]), v):
            wish[row] = GO


@kernel
def wish_to_return(place, labourer, age, household, uid, coast, stay, key, terms, wish):
    """Let people on the coast wish to come home, by a logit; who can't work there does at once.

    place, household  int32[n]
    labourer          int8[n]
    age               int16[n]
    uid               uint64[n]
    coast             int8[places]
    stay              float64[h]    utility of coming home that belongs to the household
    key               uint64        of this month
    terms             float64[1]    added for those of 50 and more
    wish              int8[n]       COME_HOME or NOTHING for those on the coast; written here
    """
    rows = np.empty(place.size, np.int32)
    count = 0
    for row in range(place.size):
        rows[count] = row
        count += (place[row] >= 0) & (coast[place[row]] != 0)
    of_older = terms[0]
    for row in rows[:count]:
        v = stay[household[row]] + (of_older if age[row] >= 50 else 0.0)
        wish[row] = COME_HOME if labourer[row] == 0 or happens(unit(key, uid[row]), v) else NOTHING

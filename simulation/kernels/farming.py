"""Land: who can reach it, what a household does with it, what it yields and who works on it."""

import numpy as np

from simulation.kernels.draws import gumbel, unit
from simulation.kernels.jit import kernel

IDLE, FARMED, RENTED = 0, 1, 2
OLDEST_HAND = 74


@kernel
def count_hands(alive, age, able, paid, place, household, home, reach, hands, free_hands, mouths):
    """Count the able adults at home who can get to the household's land, those without paid work, and who eats there.

    alive, able, paid   int8[n]
    age                 int16[n]   16 to 74 can lend a hand
    place, household    int32[n]
    home                int32[h]   row of places
    reach               int8[h]    0 where the land is out of reach of the home, 1 at home, 2 a trip away
    hands, free_hands, mouths   int16[h]   start clean
    """
    for row in range(alive.size):
        here = household[row]
        mouths[here] += (alive[row] != 0) & (place[row] == home[here])
        hand = (alive[row] != 0) & (able[row] != 0) & (age[row] >= 16) & (age[row] <= OLDEST_HAND)
        hand &= (reach[here] != 0) & (place[row] == home[here])
        hands[here] += hand
        free_hands[here] += hand & (paid[row] == 0)


@kernel
def decide_land(deciding, land_mu, reach, minutes, hands, free_hands, uid, taste_key, terms, use):
    """Let households decide once a year what to do with their land: the use with the highest utility.

    deciding    bool[h]
    land_mu     float32[h]
    reach       int8[h]      1 at home: the land is farmed while there is a hand
    minutes     int16[h]     from home to the land
    hands, free_hands   int16[h]
    uid         uint64[h]
    taste_key   uint64[3]    key of this year by use
    terms       float64[4]   farming from afar, a minute of the way, a free hand (at most two), renting out
    use         int8[h]      IDLE, FARMED or RENTED; written here
    """
    for row in range(deciding.size):
        if not deciding[row]:
            continue
        use[row] = IDLE
        if land_mu[row] <= 0.0:
            continue
        if reach[row] == 1 and hands[row] > 0:
            use[row] = FARMED
            continue
        best = gumbel(taste_key[IDLE], uid[row])
        rent = terms[3] + gumbel(taste_key[RENTED], uid[row])
        if rent > best:
            best = rent
            use[row] = RENTED
        if reach[row] == 2 and hands[row] > 0:
            farm = terms[0] - terms[1] * minutes[row] + terms[2] * min(free_hands[row], 2)
            if farm + gumbel(taste_key[FARMED], uid[row]) > best:
                use[row] = FARMED


@kernel
def land_income(use, land_mu, hands, mu_a_hand, yield_fen, rent_fen, farm_month, rent_month):
    """Pay what land yields this month.

    use         int8[h]
    land_mu     float32[h]
    hands       int16[h]     who can reach it now
    mu_a_hand   float        most that a hand can till
    yield_fen   float        net fen a mu this month
    rent_fen    float        fen a mu this month
    farm_month, rent_month   int32[h]   fen; written here
    """
    for row in range(use.size):
        farm_month[row] = 0
        rent_month[row] = 0
        if use[row] == FARMED:
            farm_month[row] = np.int64(min(np.float64(land_mu[row]), hands[row] * mu_a_hand) * yield_fen + 0.5)
        elif use[row] == RENTED:
            rent_month[row] = np.int64(np.float64(land_mu[row]) * rent_fen + 0.5)


@kernel
def own_produce(reach, land_mu, hands, free_hands, mouths, mouth_fen, hand_fen, produce, farm_month):
    """Value what households of the village raise beside the fields: garden, pigs and poultry.

    Every hand raises food for the own table; what hands without paid work raise beyond it is sold.

    reach        int8[h]      1 at home, where garden and animals are
    land_mu      float32[h]   who holds no land has no plot either
    hands, free_hands, mouths  int16[h]
    mouth_fen    int          fen a month that one person eats of it
    hand_fen     int          fen a month that one hand can raise
    produce      int32[h]     fen eaten; written here
    farm_month   int32[h]     fen; what is sold is added to here
    """
    for row in range(reach.size):
        produce[row] = 0
        if (reach[row] == 1) & (land_mu[row] > 0.0):
            eaten = min(np.int64(mouths[row]) * mouth_fen, np.int64(hands[row]) * hand_fen)
            produce[row] = eaten
            farm_month[row] += max(np.int64(0), np.int64(free_hands[row]) * hand_fen - eaten)


@kernel
def work_the_land(alive, age, able, paid, place, household, home, at_work, uid, key, month, farm_work, last_farm):
    """Mark the able adults without other paid work who work on their household's land this month.

    alive, able, paid   int8[n]
    age                 int16[n]
    place, household    int32[n]
    home                int32[h]
    at_work             float64[h]   chance that a free hand of the household is on the land this month
    uid                 uint64[n]
    key                 uint64       of this month
    month               int
    farm_work           int8[n]      written here
    last_farm           int32[n]     written here
    """
    rows = np.empty(alive.size, np.int32)
    count = 0
    for row in range(alive.size):
        here = household[row]
        farm_work[row] = 0
        free = (alive[row] != 0) & (able[row] != 0) & (age[row] >= 16) & (age[row] <= OLDEST_HAND)
        rows[count] = row
        count += free & (paid[row] == 0) & (place[row] == home[here]) & (at_work[here] > 0.0)
    for row in rows[:count]:
        if unit(key, uid[row]) < at_work[household[row]]:
            farm_work[row] = 1
            last_farm[row] = month

"""Who gets which home: offers down a queue, the smallest home that fits first."""

from simulation.kernels.jit import kernel, small


@small
def _smallest_fit(members, first, end, by_size, most):
    """Return where in `by_size` the homes begin that are large enough; `end` if none is."""
    at = first
    while at < end and most[by_size[at]] < members:
        at += 1
    return at


@small
def _home_for(members, first, end, by_size, most, larger, crowding, free):
    """Return the row of the home that a household takes, or -1 if none that it may have is free."""
    fits = _smallest_fit(members, first, end, by_size, most)
    for at in range(fits, min(fits + larger + 1, end)):
        if free[by_size[at]] > 0:
            return by_size[at]
    at = fits - 1
    while at >= first and members - most[by_size[at]] <= crowding:
        if free[by_size[at]] > 0:
            return by_size[at]
        at -= 1
    return -1


@kernel
def offer_homes(queue, registered, members, start, by_size, most, larger, crowding, free, dwelling):
    """Let households choose a home one after the other: serial dictatorship.

    It is what deferred acceptance comes to where all homes rank the households alike. A household takes
    the smallest home that is meant for as many members as it has, else one of the next `larger` sizes,
    else the largest home for which it has at most `crowding` members too many, else none.

    queue       int64[q]      rows of households in the order in which they choose
    registered  int32[h]      row of the site where the household may have a home
    members     int16[h]      living members
    start       int64[p + 1]  the homes of site s are by_size[start[s]:start[s + 1]]
    by_size     int64[d]      rows of dwellings by site, then size
    most        int16[d]      members that a home is meant for
    larger, crowding  int     sizes above the one that fits; members too many
    free        int64[d]      homes that nobody holds; counted down here
    dwelling    int32[h]      row of the home, -1 for none; written here for `queue`
    """
    for household in queue:
        site = registered[household]
        home = _home_for(members[household], start[site], start[site + 1], by_size, most, larger, crowding, free)
        dwelling[household] = home
        if home >= 0:
            free[home] -= 1


@kernel
def mark_elders(household, alive, age, from_age, elders):
    """Mark households with a living member of an age or older.

    household int32[n]; alive int8[n]; age int16[n] years; from_age int
    elders  bool[h]  starts clean; written here
    """
    for row in range(household.size):
        elders[household[row]] |= (alive[row] != 0) & (age[row] >= from_age)


@kernel
def give_back(rows, place, dwelling, occupied, by_place):
    """Empty the homes of some households.

    rows int64[r]; place int32[d] of each dwelling; dwelling int32[h], occupied int32[d] and
    by_place int32[p] homes held are written here
    """
    for household in rows:
        home = dwelling[household]
        occupied[home] -= 1
        by_place[place[home]] -= 1
        dwelling[household] = -1

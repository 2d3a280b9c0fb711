"""Totals of cells over groups, places and populations, their additions in the order of NumPy's `sum`.

The order is part of the record: another one would change the last bit of sums that aren't whole.
"""

from simulation.kernels.jit import kernel, small


@small
def pairwise_sum(values):
    """Add up to 128 values as NumPy adds those that lie side by side: in eight sums, then these by pairs.

    values  float64[n]
    """
    if values.size < 8:
        total = 0.0
        for value in values:
            total += value
        return total
    eight = values[:8].copy()
    whole = values.size - values.size % 8
    for at in range(8, whole):
        eight[at & 7] += values[at]
    total = ((eight[0] + eight[1]) + (eight[2] + eight[3])) + ((eight[4] + eight[5]) + (eight[6] + eight[7]))
    for at in range(whole, values.size):
        total += values[at]
    return total


@kernel
def add_up_groups(cells, out):
    """Add up cells over sexes and age bands, over bands by sex, and over sexes by band.

    cells  float64[n, sexes, bands]
    out    float64[n, 1 + sexes + bands]   written here; or [n, 1] for the first alone
    """
    sexes = cells.shape[1]
    for row in range(cells.shape[0]):
        found = out[row]
        found[:] = 0.0
        if not cells[row].any():
            continue
        found[0] = pairwise_sum(cells[row].ravel())
        if out.shape[1] == 1:
            continue
        for sex in range(sexes):
            found[1 + sex] = pairwise_sum(cells[row, sex])
            for band in range(cells.shape[2]):
                found[1 + sexes + band] += cells[row, sex, band]


@kernel
def add_up_places(cells, out):
    """Add up cells over places, and each of them over populations.

    cells  float64[k, places, populations, groups]
    out    float64[k, 1 + places, populations + 1, groups]   all places first, all populations last; written here;
           or [k, 1, populations + 1, groups] for all places alone
    """
    kinds, places, populations, groups = cells.shape
    out[:] = 0.0
    for kind in range(kinds):
        one = out[kind]
        for place in range(places):
            for population in range(populations):
                for group in range(groups):
                    one[0, population, group] += cells[kind, place, population, group]
                    if out.shape[1] > 1:
                        one[1 + place, population, group] = cells[kind, place, population, group]
        for place in range(out.shape[1]):
            for population in range(populations):
                for group in range(groups):
                    one[place, populations, group] += one[place, population, group]

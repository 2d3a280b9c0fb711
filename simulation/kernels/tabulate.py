"""Counting by cell: the one pass behind every outcome."""

import numpy as np

from simulation.kernels.jit import kernel

MARKS = 16
"""How many columns of truths fit into the marks of a row."""


@kernel
def tabulate_columns(cell, values, out):
    """Sum several columns by cell in one pass.

    cell    int32[n]      cell of each row, negative to leave the row out
    values  [k, n]        what to sum
    out     [k, cells]    sums; added to here
    """
    for row in range(cell.size):
        here = cell[row]
        if here >= 0:
            for column in range(values.shape[0]):
                out[column, here] += values[column, row]


@kernel
def mark(truths, bit, marks):
    """Note a column of truths as one bit: truths bool[n], bit int, marks uint16[n]; added to here."""
    for row in range(marks.size):
        marks[row] |= np.uint16(truths[row]) << np.uint16(bit)


@kernel
def tabulate_marks(cell, marks, out):
    """Count every bit by cell in one pass.

    Four counters of 16 bits share a word, so that four additions count all bits; they are emptied before
    one of them can run over.

    cell   int32[n]          cell of each row, negative to leave the row out
    marks  uint16[n]         of `mark`
    out    int64[16, cells]  counts by bit; added to here
    """
    spread = np.zeros(16, np.uint64)
    for nibble in range(16):
        for bit in range(4):
            spread[nibble] |= np.uint64((nibble >> bit) & 1) << np.uint64(16 * bit)
    counters = np.zeros((out.shape[1], 4), np.uint64)
    for first in range(0, cell.size, 65535):
        counters[:] = np.uint64(0)
        for row in range(first, min(first + 65535, cell.size)):
            here = cell[row]
            if here >= 0:
                noted = np.int64(marks[row])
                counters[here, 0] += spread[noted & 15]
                counters[here, 1] += spread[(noted >> 4) & 15]
                counters[here, 2] += spread[(noted >> 8) & 15]
                counters[here, 3] += spread[noted >> 12]
        for bit in range(MARKS):
            shift = np.uint64(16 * (bit & 3))
            for here in range(out.shape[1]):
                out[bit, here] += np.int64((counters[here, bit >> 2] >> shift) & np.uint64(65535))


@kernel
def person_cells(alive, household, home, place, population, sex, age, band_of_age, bands, registered, present):
    """Find the cells (place, population, sex, age band) of each person by registration and by presence.

    alive, population, sex  int8[n]
    household    int32[n]
    home         int32[h]      row of places where a household is registered
    place        int32[n]      row of places, negative for nowhere
    age          int16[n]      years
    band_of_age  int8[ages]    age band of each age; older ages fall into the last entry
    bands        int           number of age bands
    registered, present  int32[n]   -1 for the dead and for nobody's place; written here
    """
    oldest = band_of_age.size - 1
    for row in range(place.size):
        band = band_of_age[min(max(age[row], 0), oldest)]
        group = (population[row] * 2 + sex[row]) * bands + band
        there = home[household[row]]
        registered[row] = there * (6 * bands) + group if (alive[row] != 0) & (there >= 0) else -1
        present[row] = place[row] * (6 * bands) + group if (alive[row] != 0) & (place[row] >= 0) else -1


@kernel
def sum_by(index, values, out):
    """Scatter-add: out[index[row]] += values[row]; index int32[n] (negative skipped), out starts clean."""
    for row in range(index.size):
        here = index[row]
        if here >= 0:
            out[here] += values[row]


@kernel
def changed_rows(before, now, rows):
    """Write the rows in which two columns of one length differ; return how many. rows int32[n]."""
    count = 0
    for row in range(before.size):
        rows[count] = row
        count += before[row] != now[row]
    return count

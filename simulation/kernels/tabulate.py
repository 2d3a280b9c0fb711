"""Counting by cell: the one pass behind every outcome."""

import numpy as np

from simulation.kernels.jit import kernel, small

MARKS = 15
"""How many columns of truths fit into the marks of a row."""
FIRST_MARKS = 7
"""How many of them stand in the first word."""
_BLOCK = 256
"""Rows that are compared at once."""


@kernel
def mark(truths, bit, marks):
    """Note a column of truths as one bit: truths bool[n], bit int below 8, marks uint8[n]; added to here."""
    noted = np.uint8(1 << bit)
    for row in range(marks.size):
        marks[row] |= noted if truths[row] else np.uint8(0)


@small
def empty_counters(counters, here, out):
    """Add the counters of one cell to its counts, and begin them anew."""
    for bit in range(MARKS):
        at = bit + (bit >= FIRST_MARKS)  # the eighth counter counts rows
        out[bit, here] += np.int64((counters[here, at >> 3] >> np.uint64(8 * (at & 7))) & np.uint64(255))
    counters[here] = np.uint64(0)


@kernel
def tabulate_marks(cell, low, high, out):
    """Count every bit by cell in one pass.

    Eight counters of 8 bits share a word, so that two additions count all bits; the eighth counts the
    rows of the cell, which is emptied before any counter can run over.

    cell   int32[n]          cell of each row, negative to leave the row out
    low    uint8[n]          of `mark`, the first 7 columns
    high   uint8[n]          of `mark`, 8 more columns; empty if there are none
    out    int64[15, cells]  counts by bit; added to here
    """
    spread = np.zeros(256, np.uint64)
    for noted in range(256):
        for bit in range(8):
            spread[noted] |= np.uint64((noted >> bit) & 1) << np.uint64(8 * bit)
    a_row = np.uint64(1) << np.uint64(56)
    full = np.uint64(255) << np.uint64(56)
    counters = np.zeros((out.shape[1], 2), np.uint64)
    for row in range(cell.size):
        here = cell[row]
        if here >= 0:
            if high.size:
                counters[here, 1] += spread[high[row]]
            counters[here, 0] += spread[low[row]] + a_row
            if counters[here, 0] >= full:
                empty_counters(counters, here, out)
    for here in range(out.shape[1]):
        if counters[here, 0] != 0:
            empty_counters(counters, here, out)


@kernel
def find_runs(cell, starts):
    """Find where runs of rows of one cell begin; return how many, or 0 where there are more than `starts` has room for.

    cell    int32[n]
    starts  int32[room]   first row of each run; written here
    """
    count = 0
    for row in range(cell.size):
        if row == 0 or cell[row] != cell[row - 1]:
            if count == starts.size:
                return 0
            starts[count] = row
            count += 1
    return count


@kernel
def sum_runs(cell, starts, values, out):
    """Sum a column whose cells come in runs, in the order of rows: a run's sum stays in a register.

    cell    int32[n]      cell of each row, negative to leave the row out
    starts  int32[runs]   of `find_runs`
    values  [n]           what to sum
    out     [cells]       int64 for whole numbers, float64 for others; added to here
    """
    for run in range(starts.size):
        first = starts[run]
        end = starts[run + 1] if run + 1 < starts.size else cell.size
        here = cell[first]
        if here >= 0:
            total = out[here]
            for row in range(first, end):
                total += values[row]
            out[here] = total


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
def hand_out(values, rows, out):
    """Take values by row: out[at] = values[rows[at]], the last value where a row is -1; rows int32[n], out [n]."""
    for at in range(rows.size):
        row = rows[at]
        out[at] = values[row if row >= 0 else values.size - 1]


@kernel
def sum_by(index, values, out):
    """Scatter-add in the order of rows: out[index[row]] += values[row]; index int32[n] (negative skipped)."""
    for row in range(index.size):
        here = index[row]
        if here >= 0:
            out[here] += values[row]


@kernel
def changed_rows(before, now, rows):
    """Write the rows in which two columns of one length differ; return how many. rows int32[n].

    Most blocks of rows hold no change, which is seen without a branch for each row.
    """
    count = 0
    for first in range(0, before.size, _BLOCK):
        end = min(first + _BLOCK, before.size)
        changed = False
        for row in range(first, end):
            changed |= before[row] != now[row]
        if changed:
            for row in range(first, end):
                rows[count] = row
                count += before[row] != now[row]
    return count

"""The age at which a chronic illness begins: drawn once for a life, brought forward by care that was forgone."""

import numpy as np

from simulation.kernels.draws import unit
from simulation.kernels.jit import kernel, small

NEVER_ILL = 127
"""Age of onset of those who stay without a chronic illness for life."""
WORSE = 2
"""State of a chronic illness that went on without care."""
_BLOCK = 1024


@small
def _onset(u, prevalence):
    """First age at which the share of the chronically ill exceeds u."""
    low, high = 0, prevalence.size
    while low < high:
        middle = (low + high) // 2
        if u < prevalence[middle]:
            high = middle
        else:
            low = middle + 1
    return low if low < prevalence.size else NEVER_ILL


@small
def _draw_missing(first, last, key, uid, prevalence, onset):
    """Draw the onset of those between two rows who have none yet."""
    for row in range(first, last):
        if onset[row] < 0:
            onset[row] = _onset(unit(key, uid[row]), prevalence)


@small
def _fall_ill(first, last, key, uid, age, visits, stays, chances, onset, state):
    """Let those between two rows who went without care fall ill, or become worse, where luck has it."""
    for row in range(first, last):
        if (visits[row] | stays[row]) == 0:
            continue
        chance = visits[row] * chances[0] + stays[row] * chances[1]
        if unit(key, uid[row]) >= chance:
            continue
        if age[row] >= onset[row]:
            state[row] = WORSE
        else:
            onset[row] = min(max(age[row], 0), NEVER_ILL - 1)


@kernel
def grow_ill(life_key, month_key, uid, age, visits, stays, prevalence, chances, onset, state):
    """Bring everybody's chronic state up to date.

    A block in which nobody is new and nobody went without care takes no draw.

    life_key, month_key  uint64
    uid         uint64[n]
    age         int16[n]       years
    visits      int8[n]        visits forgone last month
    stays       int8[n]        stays in hospital forgone last month
    prevalence  float64[ages]  share of the chronically ill at each age, never falling; at most 127 ages
    chances     float64[2]     chance of onset, or of becoming worse, for each visit and each stay forgone
    onset       int8[n]        age at which the illness begins, -1 not drawn yet; brought up to date here
    state       int8[n]        0 none, 1 chronic, 2 worse; only rises; brought up to date here
    """
    for first in range(0, uid.size, _BLOCK):
        last = min(first + _BLOCK, uid.size)
        lowest, forgone = np.int8(0), np.int8(0)
        for row in range(first, last):
            lowest = min(lowest, onset[row])
            forgone = max(forgone, visits[row], stays[row])
        if lowest < 0:
            _draw_missing(first, last, life_key, uid, prevalence, onset)
        if forgone != 0:
            _fall_ill(first, last, month_key, uid, age, visits, stays, chances, onset, state)
        for row in range(first, last):
            state[row] = max(state[row], np.int8(age[row] >= onset[row]))

"""Iterative proportional fitting, and whole numbers that keep its margins exactly."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Counts = NDArray[np.int64]
_ROUNDS = 400
_CLOSE = 1e-10
_RARE = 0.02
"""Cells below this are rounded down as long as the margins can be met without them."""


def apportion(weights: NDArray[np.floating | np.integer], total: int) -> Counts:
    """Split a whole number in proportion to weights, int64[n], by largest remainders (ties: first)."""
    whole = np.asarray(weights, np.float64)
    if total == 0 or whole.sum() <= 0:
        if total:
            raise ValueError(f"can't split {total} in proportion to weights that are all 0")
        return np.zeros(len(whole), np.int64)
    exact = whole * (total / whole.sum())
    counts: Counts = np.floor(exact).astype(np.int64)
    late = np.argsort(counts - exact, kind="stable")
    counts[late[: total - int(counts.sum())]] += 1
    return counts


def rake(seed: Matrix, rows: Counts, columns: Counts) -> Matrix:
    """Fit a table to its margins by iterative proportional fitting (Deming and Stephan 1940).

    Parameters
    ----------
    seed
        float64[r, c] first guess; 0 where there may be nobody.
    rows, columns
        int64[r], int64[c] margins with equal sums; ValueError otherwise, and where a margin has
        only zeros to draw on. If the zeros leave no solution the result is as close as fitting comes.
    """
    if rows.sum() != columns.sum():
        raise ValueError(f"margins differ: rows sum to {rows.sum()}, columns to {columns.sum()}")
    for name, margin, support in (("row", rows, seed.sum(1)), ("column", columns, seed.sum(0))):
        for number in np.flatnonzero((margin > 0) & (support <= 0)):
            raise ValueError(f"{name} {number} should hold {margin[number]}, but the seed is 0 all along it")
    table = seed.astype(np.float64)
    for _ in range(_ROUNDS):
        table *= _ratio(columns, table.sum(0))[None, :]
        sums = table.sum(1)
        table *= _ratio(rows, sums)[:, None]
        if np.all(np.abs(sums - rows) <= _CLOSE * (1 + rows)):
            break
    return table


def _ratio(wanted: Counts, found: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(wanted, found, out=np.zeros(len(wanted)), where=found > 0)


def integerise(table: Matrix, rows: Counts, columns: Counts) -> Counts:
    """Round a raked table to whole numbers, int64[r, c], whose margins are exact.

    Each cell becomes one of its two neighbouring whole numbers. Only where the table misses its own
    margins do cells move further, first within its support, then outside it.
    """
    out = np.floor(table + 1e-9).astype(np.int64)
    _take_back(out, rows, columns)
    floor = np.minimum(np.floor(table + 1e-9).astype(np.int64), out)
    ceiling = np.ceil(table - 1e-9).astype(np.int64)
    most = np.full(out.shape, int(rows.sum()) + 1)
    usual = np.where(table > _RARE, ceiling, floor)
    for low, high in ((floor, usual), (floor, ceiling), (0 * floor, np.where(table > 0, most, 0)), (0 * floor, most)):
        while int(rows.sum() - out.sum()) > 0 and _push_one(out, rows, columns, low, high):
            pass
    return out


def _take_back(out: Counts, rows: Counts, columns: Counts) -> None:
    for view, margin in ((out, rows), (out.T, columns)):
        for line in np.flatnonzero(view.sum(1) > margin):
            while view[line].sum() > margin[line]:
                view[line, np.argmax(view[line])] -= 1


def _push_one(out: Counts, rows: Counts, columns: Counts, low: Counts, high: Counts) -> bool:
    """Add one unit along the shortest augmenting path; False if there is none."""
    short_rows = rows - out.sum(1) > 0
    short_columns = columns - out.sum(0) > 0
    came: dict[tuple[str, int], tuple[str, int] | None] = {("row", int(i)): None for i in np.flatnonzero(short_rows)}
    queue = deque(came)
    while queue:
        kind, number = here = queue.popleft()
        if kind == "column" and short_columns[number]:
            _walk_back(out, came, here)
            return True
        room = out[number] < high[number] if kind == "row" else out[:, number] > low[:, number]
        other = "column" if kind == "row" else "row"
        for following in np.flatnonzero(room):
            step = (other, int(following))
            if step not in came:
                came[step] = here
                queue.append(step)
    return False


def _walk_back(out: Counts, came: dict[tuple[str, int], tuple[str, int] | None], end: tuple[str, int]) -> None:
    here, before = end, came[end]
    while before is not None:
        if before[0] == "row":
            out[before[1], here[1]] += 1
        else:
            out[here[1], before[1]] -= 1
        here, before = before, came[before]

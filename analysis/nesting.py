"""Which groups of one breakdown are the same people as groups of another, such as the relocated and those of all sites.

Whoever sees both can compute one from the other, so `analysis.privacy` must know.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, csr_array
from scipy.sparse.csgraph import connected_components

from analysis.people import Groups

Label = tuple[str, str]
"""Dimension and group."""
Shared = dict[tuple[Label, Label], int]
"""How many people two groups of different dimensions share, where any."""


def shared_people(parts: Mapping[str, Groups]) -> Shared:
    """Count the people that groups of any two dimensions share."""
    found: Shared = {}
    for (one, first), (other, second) in combinations(parts.items(), 2):
        cells = first.code * len(second.names) + second.code
        for cell, people in zip(*np.unique(cells, return_counts=True), strict=True):
            at, beside = divmod(int(cell), len(second.names))
            found[(one, first.names[at]), (other, second.names[beside])] = int(people)
    return found


def same_people(replicates: Iterable[Shared]) -> Iterator[tuple[list[Label], Label]]:
    """Yield (groups of one dimension, group of another) that hold the same people in every replicate."""
    sharing = {pair for one in replicates for pair in one}
    for dimensions in sorted({(one[0], other[0]) for one, other in sharing}):
        edges = [pair for pair in sharing if (pair[0][0], pair[1][0]) == dimensions]
        first, second = (sorted({pair[side] for pair in edges}) for side in (0, 1))
        of_first, of_second = _components(edges, first, second)
        for component in range(max(of_first) + 1):
            left = [one for one, at in zip(first, of_first, strict=True) if at == component]
            right = [one for one, at in zip(second, of_second, strict=True) if at == component]
            # Several that are several others only together add up to everybody, or to what no table shows.
            if len(right) == 1:
                yield left, right[0]
            elif len(left) == 1:
                yield right, left[0]


def _components(
    edges: Iterable[tuple[Label, Label]], first: list[Label], second: list[Label]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Part groups so that no two parts share people: int[first], int[second]."""
    links = np.zeros((len(first), len(second)))
    for one, other in edges:
        links[first.index(one), second.index(other)] = 1
    graph = block_array([[None, csr_array(links)], [csr_array(links.T), None]])
    _, component = connected_components(graph, directed=False)
    return component[: len(first)], component[len(first) :]

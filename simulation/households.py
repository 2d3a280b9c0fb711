"""How many households of which size and kind a population has, and who belongs to each."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.draws import Luck, descend
from simulation.figures import Figures
from simulation.raking import Counts, apportion, integerise, rake
from simulation.table import Array

TEMPLATES = ("nuclear", "three-generation", "skipped-generation", "elders only", "other")
NUCLEAR, THREE_GENERATION, SKIPPED, ELDERS_ONLY, OTHER = range(5)
HEAD, PARTNER, YOUNG_GRANDPARENT, GRANDPARENT, ELDER, CHILD = range(6)
ROLES = 6

# How well a template suits 1, 2, ... 10 members [syn]; raking fits the table to both margins.
_SUITS = np.array([
    [0.0, 1.0, 3.0, 4.0, 3.0, 1.5, 0.5, 0.2, 0.1, 0.05],
    [0.0, 0.0, 0.6, 1.5, 3.0, 4.0, 4.0, 4.0, 4.0, 4.0],
    [0.0, 1.0, 2.0, 1.5, 0.6, 0.2, 0.05, 0.0, 0.0, 0.0],
    [3.0, 2.0, 0.15, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [2.0, 0.6, 0.4, 0.3, 0.2, 0.1, 0.05, 0.05, 0.05, 0.05],
])  # fmt: skip
_COUPLE_OF_TWO, _COUPLE = 0.75, 0.97  # [syn] share of nuclear households with both partners
_BOTH_SKIPPED = 0.75  # [syn] share of skipped-generation households with both grandparents
_OLD_GRANDPARENTS = 0.9  # [syn] share of grandparents who are past working age in the cohort sense


@dataclass(frozen=True)
class Skeleton:
    """The households of one population before anybody has an age.

    place int32[h], ordinal int64[h] (within its place), uid uint64[h], size int64[h], template int8[h],
    roles int64[h, ROLES] (members of each role).
    """

    place: NDArray[np.int32]
    ordinal: NDArray[np.int64]
    uid: NDArray[np.uint64]
    size: NDArray[np.int64]
    template: NDArray[np.int8]
    roles: NDArray[np.int64]


def scaled_totals(places: Mapping[str, Array], figures: Figures, scale: float) -> tuple[Counts, Counts]:
    """Return households and persons of each place at the start, scaled; their sums are scaled exactly."""
    homes = np.asarray(places[f"{figures.population}_households"], np.int64)
    people = np.asarray(places[f"{figures.population}_persons"], np.int64)
    most = int(figures.value("most_members", 10))
    households = apportion(homes, _whole(homes.sum() * scale))
    persons = apportion(people, _whole(people.sum() * scale * figures.value("start_factor", 1.0)))
    return households, np.clip(persons, households, most * households)


def _whole(value: float) -> int:
    return int(np.floor(value + 0.5))


def size_counts(households: int, persons: int, most: int) -> NDArray[np.int64]:
    """Return how many households have 1, 2, ... `most` members, int64[most].

    One more than a Binomial(most - 1, p), with p from the mean; both totals are exact.
    ValueError if the persons can't live in that many households.
    """
    if not households <= persons <= most * households:
        raise ValueError(f"{persons} persons don't fit into {households} households of 1 to {most} members")
    if households == 0:
        return np.zeros(most, np.int64)
    counts = apportion(_binomial(most - 1, (persons / households - 1) / (most - 1)), households)
    members = np.arange(1, most + 1)
    gap = persons - int(counts @ members)
    while gap:
        step = 1 if gap > 0 else -1
        open_ = counts[:-1] if step > 0 else counts[1:]
        size = int(np.argmax(open_)) + (step < 0)
        counts[size] -= 1
        counts[size + step] += 1
        gap -= step
    return counts


def _binomial(n: int, p: float) -> NDArray[np.float64]:
    weights = np.array([1.0])
    for _ in range(n):
        weights = np.append(weights, 0.0) * (1 - p) + np.append(0.0, weights) * p
    return weights


def skeleton(
    households: Counts, persons: Counts, figures: Figures, old: int, uids: NDArray[np.uint64], luck: Luck
) -> Skeleton:
    """Make the households of one population.

    Parameters
    ----------
    households, persons
        int64[places] totals of each place.
    figures
        the population's figures.
    old
        persons past working age who need a place as grandparent or elder.
    uids
        uint64[places] uids of the places.
    """
    place = np.repeat(np.arange(len(households), dtype=np.int32), households)
    ordinal = np.arange(len(place)) - np.repeat(np.cumsum(households) - households, households)
    uid = descend(uids[place], f"household/{figures.population}", ordinal)
    most = int(figures.value("most_members", 10))
    counts = [size_counts(int(h), int(n), most) for h, n in zip(households, persons, strict=True)]
    listed = np.concatenate([np.repeat(np.arange(1, most + 1), one) for one in counts])
    size = np.empty(len(place), np.int64)
    # A uid is a hash, so its order is a lot; free of luck, it gives a household as many members in every replicate.
    size[np.lexsort((uid, place))] = listed
    template = _templates(size, figures.shares("template", TEMPLATES), uid, luck)
    return Skeleton(place, ordinal, uid, size, template, _roles(size, template, old, uid, luck))


def _templates(size: Counts, shares: NDArray[np.float64], uid: NDArray[np.uint64], luck: Luck) -> NDArray[np.int8]:
    out = np.zeros(len(size), np.int8)
    if not len(size):
        return out
    most = int(size.max())
    suits = np.maximum(np.pad(_SUITS, ((0, 0), (0, max(0, most - _SUITS.shape[1]))), "edge")[:, :most], 0.0)
    columns, rows = np.bincount(size, minlength=most + 1)[1:], apportion(shares, len(size))
    table = integerise(rake(suits * (shares[:, None] > 0) + 1e-12, rows, columns), rows, columns)
    out[np.lexsort((luck.uniform("population.template", uid), size))] = np.concatenate(
        [np.repeat(np.arange(len(TEMPLATES)), table[:, column]) for column in range(most)]
    )
    return out


def _roles(size: Counts, template: NDArray[np.int8], old: int, uid: NDArray[np.uint64], luck: Luck) -> Counts:
    roles = np.zeros((len(size), ROLES), np.int64)
    lot = luck.uniform("population.roles", uid)
    three, skipped, nuclear = template == THREE_GENERATION, template == SKIPPED, template == NUCLEAR
    other, elders = template == OTHER, template == ELDERS_ONLY
    roles[elders, ELDER] = size[elders]
    roles[:, HEAD] = nuclear | three | other
    roles[:, YOUNG_GRANDPARENT] = skipped
    roles[:, GRANDPARENT] = ((three | other) & (size >= 2)) | (skipped & (size >= 3) & (lot < _BOTH_SKIPPED))
    pairs = (three & (size >= 4)) | (other & (size >= 3))
    # Where a second grandparent would take the partner's place there is one only as a last resort.
    last = lot + (other | (size < 5))
    missing = int(old / _OLD_GRANDPARENTS) - int(roles[:, GRANDPARENT : ELDER + 1].sum())
    roles[_chosen(pairs, last, missing), GRANDPARENT] += 1
    couple = nuclear & (size >= 2) & (lot < np.where(size == 2, _COUPLE_OF_TWO, _COUPLE))
    roles[:, PARTNER] = couple | (three & (size - roles.sum(1) >= 2))
    roles[:, CHILD] = size - roles.sum(1)
    return roles


def _chosen(eligible: NDArray[np.bool_], lot: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    rows = np.flatnonzero(eligible)
    return rows[np.argsort(lot[rows], kind="stable")[: max(0, count)]]

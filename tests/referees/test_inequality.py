"""Inequality of income: Gini and Theil, between and within groups, against `inequality`."""

import numpy as np
import pytest
from inequality.gini import Gini
from inequality.theil import Theil, TheilD

from simulation.kernels.indices import gini_of, pack_incomes, theil_between_of, theil_of
from tests.referees.finding import Finding, package

# Its way of giving an array a shape, which NumPy 2.5 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning:inequality.*")

INSTANCES = 40


def households(rng):
    """Draw income (whole fen a head, so that nothing is rounded away), members and group of up to 400 households."""
    n = int(rng.integers(3, 400))
    members = rng.integers(1, 10, n).astype(np.int16)
    head = np.exp(rng.normal(13.5, 0.9, n)).astype(np.int64) + 1
    return head, members, rng.integers(0, 3, n)


def packed_of(head, members):
    packed = np.empty(len(head), np.int64)
    pack_incomes(head * members, members, packed)
    return np.sort(packed)


def between_of(head, members, group):
    here = np.unique(group)
    people = np.array([members[group == one].sum() for one in here], float)
    return theil_between_of(people, np.array([(head * members)[group == one].sum() for one in here], float))


def compare(name, gap):
    rng = np.random.default_rng(1912)
    return Finding(
        name, package("inequality"), INSTANCES, max(gap(*households(rng)) for _ in range(INSTANCES)), "", 1e-9
    )


def compare_gini():
    return compare(
        "Gini", lambda head, members, _: abs(gini_of(packed_of(head, members)) - Gini(np.repeat(head, members)).g)
    )


def compare_theil():
    return compare(
        "Theil's T",
        lambda head, members, _: abs(theil_of(packed_of(head, members)) - Theil(np.repeat(head, members)).T),
    )


def compare_theil_between():
    def gap(head, members, group):
        theirs = TheilD(np.repeat(head, members), np.repeat(group, members))
        between = between_of(head, members, group)
        within = theil_of(packed_of(head, members)) - between
        return max(abs(between - theirs.bg.item()), abs(within - theirs.wg.item()))

    return compare("Theil between and within", gap)


@pytest.mark.parametrize("one", [compare_gini, compare_theil, compare_theil_between])
def test_inequality(one):
    found = one()
    print(found)
    assert found.holds


def test_the_vector_of_the_dossier():
    packed = packed_of(np.array([150_000, 350_000, 450_000, 800_000, 1_600_000]), np.ones(5, np.int16))
    assert gini_of(packed) == pytest.approx(0.4, abs=1e-12)
    assert theil_of(packed) == pytest.approx(0.269778, abs=5e-7)

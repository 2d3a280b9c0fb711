"""Luck by address: the only door to randomness.

`Luck` is what a replicate is: (seed, replicate). `Draws` is what a step gets: the streams of its
own file, in one month. A draw is a pure hash of (seed, replicate, stream, month, k, uid); nothing
has a state, so row order, workers, resume or another step's draws can't shift it.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulation.kernels import draws as kernels

Uids = NDArray[np.uint64]
_ALWAYS = -(2**31)
"""The month of a draw that has none: traits drawn once for a life."""


def identity(name: str) -> np.uint64:
    """Turn an identity string such as `employer/jinxiu/garment_workshop` into a uid.

    A stable 64-bit hash (BLAKE2b): the same name is the same uid on every machine, in every arm.
    """
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little"))


def _folded(key: np.uint64, *parts: int) -> np.uint64:
    for part in parts:
        key = np.uint64(kernels.fold(key, np.uint64(part & 0xFFFFFFFFFFFFFFFF)))
    return key


@lru_cache(maxsize=4096)
def _of_stream(seed: int, replicate: int, stream: str) -> np.uint64:
    return _folded(np.uint64(0), seed, replicate, int(identity(stream)))


@dataclass(frozen=True)
class Luck:
    """The luck of one replicate: the same in every arm and under every parameter draw."""

    seed: int
    replicate: int

    def key(self, stream: str, month: int | None = None, k: int = 0) -> np.uint64:
        """Return the 64-bit key of a stream (`file.purpose`), a month (None: for life) and a k."""
        at = _ALWAYS if month is None else month
        return _folded(_of_stream(self.seed, self.replicate, stream), at, k)

    def uniform(self, stream: str, uid: Uids, month: int | None = None, k: int = 0) -> NDArray[np.float64]:
        """Draw float64[n] in (0, 1), one for each uid."""
        out = np.empty(len(uid), np.float64)
        kernels.fill_units(self.key(stream, month, k), uid, out)
        return out

    def normal(self, stream: str, uid: Uids, month: int | None = None, k: int = 0) -> NDArray[np.float64]:
        """Draw float64[n] standard normal numbers, one for each uid."""
        out = np.empty(len(uid), np.float64)
        kernels.fill_normals(self.key(stream, month, k), uid, out)
        return out


def descend(uid: Uids, what: str, ordinal: NDArray[np.integer]) -> Uids:
    """Name what springs from a unit: mix(uid, what, ordinal), uint64[n].

    A newborn is (mother, "birth", birth order), so that arms agree on who is who even when a birth
    shifts by months; members of a starting household are (household, "member", ordinal).
    """
    out = np.empty(len(uid), np.uint64)
    named = np.empty(len(uid), np.uint64)
    kernels.fill_folds(uid, np.full(len(uid), identity(what), np.uint64), named)
    kernels.fill_folds(named, ordinal.astype(np.uint64), out)
    return out


def folded(key: np.uint64, uids: Uids) -> Uids:
    """Return the key of a stream for each alternative that people may choose or draw lots for, uint64[n]."""
    out = np.empty(len(uids), np.uint64)
    kernels.fill_folds(np.full(len(uids), key, np.uint64), uids, out)
    return out


class UndeclaredStreamError(KeyError):
    """A step drew from a stream that its declaration doesn't name."""


@dataclass(frozen=True)
class Draws:
    """The streams one step may draw from, this month."""

    luck: Luck
    step: str
    streams: Collection[str]
    month: int

    def key(self, purpose: str, month: int | None = None, k: int = 0) -> np.uint64:
        """Return the key of this step's stream for a kernel; `month` defaults to this month.

        A period longer than a month is named by its first month (a school year: its September).
        """
        if purpose not in self.streams:
            raise UndeclaredStreamError(f"{self.step} draws from '{purpose}' but declares only {sorted(self.streams)}")
        return self.luck.key(f"{self.step}.{purpose}", self.month if month is None else month, k)

    def for_life(self, purpose: str, k: int = 0) -> np.uint64:
        """Return the key of a draw that has no month: a trait kept for life."""
        return self.key(purpose, _ALWAYS, k)

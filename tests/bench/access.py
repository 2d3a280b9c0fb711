"""Time access to doctors: a district's places and clinics, ten and a hundred times as many ways between them.

Run it with `python -m tests.bench access`.
"""

from collections.abc import Callable

import numpy as np

from simulation.kernels.access import count_present, floating_catchment
from tests.bench.scaling import scaling

CLINICS_A_PLACE = 150


def catchments(ways: int) -> Callable[[], None]:
    """Places with 150 clinics each within reach, nearest first."""
    rng = np.random.default_rng(1)
    places = ways // CLINICS_A_PLACE
    offsets = np.arange(places + 1, dtype=np.int32) * CLINICS_A_PLACE
    clinics = max(places * 6, CLINICS_A_PLACE)
    rows = np.concatenate([rng.choice(clinics, CLINICS_A_PLACE, replace=False) for _ in range(places)]).astype(np.int32)
    minutes = np.sort(rng.integers(0, 120, (places, CLINICS_A_PLACE)), axis=1).ravel().astype(np.int16)
    people, doctors = rng.integers(100, 5_000, places).astype(float), rng.integers(1, 10, clinics).astype(float)
    until, weight = np.array([30.0, 60.0, 90.0]), np.array([1.0, 0.68, 0.22])
    demand, access = np.empty(clinics), np.empty(places)
    return lambda: floating_catchment(
        people, doctors, offsets.astype(np.int32), rows, minutes, until, weight, demand, access
    )


def people(count: int) -> Callable[[], None]:
    """Persons counted by place."""
    rng = np.random.default_rng(1)
    alive, place = np.ones(count, np.int8), rng.integers(-1, 26, count).astype(np.int32)
    out = np.empty(26)
    return lambda: count_present(alive, place, out)


def main() -> None:
    """Print both tables."""
    scaling("access: ways between places and clinics", (3_900, 39_000, 390_000), catchments)
    scaling("access: persons counted by place", (120_000, 1_200_000, 12_000_000), people)


if __name__ == "__main__":
    main()

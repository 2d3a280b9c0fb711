"""Time a month of care: 19,000 to 1,900,000 persons, 29 to 2,968 places, six clinics within reach of each.

Run it with `python -m tests.bench.care`. The whole path is timed: needs, choice, queues, rationing, booking of visits,
bills of stays; then chronic illness alone. Four clinics of one doctor stand in each place, among which its people choose,
and a hospital of twelve doctors near each ten, of which they choose between two; both are about full.
"""

import itertools
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from simulation.clock import Moment
from simulation.draws import Draws, Luck, identity
from simulation.processes import care, health
from simulation.world import Near
from tests.bench.scaling import scaling

_PERSONS_A_PLACE, _CLINICS_A_PLACE, _PLACES_A_HOSPITAL = 640, 4, 10
_START = 24216


def _columns(step: object, table: str, rows: int) -> dict[str, np.ndarray]:
    """What a process owns of a table, at its starting values."""
    owned = {full.partition("."): one for full, one in step.run.declaration.owns.items()}  # type: ignore[attr-defined]
    return {name: np.full(rows, one.default, one.dtype) for (of, _, name), one in owned.items() if of == table}


def _uids(count: int) -> np.ndarray:
    return np.array([int(identity(f"bench/{one}")) for one in range(count)], np.uint64)


def _persons(count: int, places: int) -> SimpleNamespace:
    rows = np.arange(count)
    household = (rows // 4).astype(np.int32)
    return SimpleNamespace(
        n=count,
        uid=Luck(1, 0).key("bench") ^ rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15),
        alive=np.ones(count, np.int8),
        age=(rows * 37 % 70).astype(np.int16),
        household=household,
        place=(household.astype(np.int64) * 4 * places // count).astype(np.int32),
        **_columns(care, "persons", count),
        **_columns(health, "persons", count),
    )


def _reach(places: int, hospitals: int) -> Near:
    """Four clinics and two hospitals for each place; hospitals stand beside the places, in none of them."""
    here, clinics = np.arange(places)[:, None], _CLINICS_A_PLACE * places
    rows = np.hstack([
        _CLINICS_A_PLACE * here + np.arange(_CLINICS_A_PLACE),
        clinics + (here // _PLACES_A_HOSPITAL + np.arange(2)) % hospitals,
    ])  # fmt: skip
    minutes = np.tile(np.array([10, 20, 30, 40, 60, 90], np.int16), places)
    return Near(np.arange(places + 1, dtype=np.int32) * np.int32(6), rows.astype(np.int32).ravel(), minutes)


def _clinics(places: int, hospitals: int) -> SimpleNamespace:
    n = _CLINICS_A_PLACE * places + hospitals
    level = (np.arange(n) >= _CLINICS_A_PLACE * places).astype(np.int8)
    return SimpleNamespace(
        n=n,
        uid=_uids(n),
        place=np.minimum(np.arange(n) // _CLINICS_A_PLACE, places).astype(np.int32),
        level=level,
        fte=np.where(level, 12.0, 1.0).astype(np.float32),
        visits_per_fte=np.where(level, 141.375, 50.0).astype(np.float32),
        outside_visits=np.zeros(n, np.int32),
        scale=np.ones(n),
        **_columns(care, "clinics", n),
    )


def region(count: int) -> SimpleNamespace:
    """Make what care sees of so many persons."""
    places = max(count // _PERSONS_A_PLACE, 4)
    hospitals = max(places // _PLACES_A_HOSPITAL, 2)
    clinics = _clinics(places, hospitals)
    homes = -(-count // 4)
    return SimpleNamespace(
        persons=_persons(count, places),
        households=SimpleNamespace(
            outpatient_own_share=np.full(homes, 0.45, np.float32),
            prepays=np.zeros(homes, np.int8),
            prepayment_limit_fen=np.full(homes, 2_000_000, np.int64),
            n=homes,
        ),
        places=SimpleNamespace(kind=np.zeros(places + 1, np.int8)),
        clinics=clinics,
        near={"clinics": _reach(places, hospitals)},
        levers={"clinics.fte": clinics.fte.astype(np.float64)},
    )


def _months(step: object, world: SimpleNamespace, name: str) -> Callable[[], None]:
    """Return the call of one more month."""
    months, settings = itertools.count(_START), step.Settings()  # type: ignore[attr-defined]
    streams = step.run.declaration.streams  # type: ignore[attr-defined]

    def one_more() -> None:
        month = next(months)
        step.run(world, Draws(Luck(1, 0), name, streams, month), Moment(month, _START), settings)  # type: ignore[attr-defined]

    return one_more


def one_month_of_care(count: int) -> Callable[[], None]:
    """Make a region whose chronic illnesses are drawn, and return the call of a month of care."""
    world = region(count)
    _months(health, world, "health")()
    return _months(care, world, "care")


def one_month_of_health(count: int) -> Callable[[], None]:
    """Make a region after a month of care, and return the call of a month of chronic illness."""
    world = region(count)
    ill = _months(health, world, "health")
    ill()
    _months(care, world, "care")()
    return ill


def main() -> None:
    """Print both tables."""
    sizes = (19_000, 190_000, 1_900_000)
    scaling("a month of care, by persons", sizes, one_month_of_care)
    scaling("a month of chronic illness, by persons", sizes, one_month_of_health)


if __name__ == "__main__":
    main()

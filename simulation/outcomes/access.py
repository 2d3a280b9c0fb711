"""Access to doctors: how many there are a head where people are, near ones counting more (O21)."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.contract import Indicator, outcome
from simulation.kernels.access import count_present, floating_catchment
from simulation.kernels.indices import gini_of
from simulation.parameters import parameter
from simulation.recorder import Tally
from simulation.sums import handed_out
from simulation.world import View

Floats = NDArray[np.float64]

_PRESENT = "living people who are where there is a way to a clinic this month"
_GRAIN = 2.0**20
"""Doctors per 1,000 are kept in steps of 2**-20, so that sums over people are exact in any order."""
_MOST_OF_PACKED = 255
"""Most people that one packed number of `kernels/indices.py` can stand for."""


def _access(meaning: str) -> Indicator:
    return Indicator("doctors per 1,000", "present", _PRESENT, meaning, 1)


class Settings(parameters.Settings):
    """Domain 2.5: zones of travel time and their weights."""

    zone_minutes: float = parameter(
        10.0, "minutes", 5.0, 20.0, "[unverified: Luo & Qi 2009]", "width of each of three zones"
    )
    mountain_zone_minutes: float = parameter(
        30.0, "minutes", 15.0, 60.0, "[prior]", "width of each of three zones in the mountains"
    )
    second_zone_weight: float = parameter(
        0.68, "share", 0.42, 0.68, "[unverified: Luo & Qi 2009, slow decay]", "what a doctor in the second zone counts"
    )
    third_zone_weight: float = parameter(
        0.22, "share", 0.09, 0.22, "[unverified: Luo & Qi 2009, slow decay]", "what a doctor in the third zone counts"
    )


CHINESE = {
    "doctor_access_plain": "每千人可及医生数（等权）：三个就医圈内的人均医生数，远近同等计（2SFCA）",
    "doctor_access": "每千人可及医生数：三个就医圈内的人均医生数，越近权重越大（E2SFCA）",
    "doctor_access_mountain": "每千人可及医生数（山区口径）：同上，就医圈按山区放宽",
    "primary_doctor_access_mountain": "每千人可及基层医生数：只计基层医生，就医圈按山区放宽",
    "doctor_access_gini": "医生可及性基尼系数：可及医生数在当地人口中的不均程度",
    "doctor_access_mountain_gini": "医生可及性基尼系数（山区口径）：同上，就医圈按山区放宽",
}  # fmt: skip


@outcome(
    reads=("persons.alive", "persons.place", "clinics.level"),
    levers=("clinics.fte",),
    indicators={
        "doctor_access_plain": _access("doctors a head within three zones, all counting alike (2SFCA)"),
        "doctor_access": _access("doctors a head within three zones, near ones counting more (E2SFCA)"),
        "doctor_access_mountain": _access("the same with the wide zones of the mountains"),
        "primary_doctor_access_mountain": _access("doctors of primary care alone, with the wide zones of the mountains"),
        "doctor_access_gini": Indicator(
            "index", "place", "", "Gini coefficient of doctor_access over the people present", -1, poolable=False
        ),
        "doctor_access_mountain_gini": Indicator(
            "index", "place", "", "Gini coefficient of doctor_access_mountain over the people present", -1, poolable=False
        ),
    },
    labels={"zh": CHINESE},
)  # fmt: skip
def measure(world: View, tally: Tally, month: int, settings: Settings) -> None:
    doctors = world.levers["clinics.fte"]
    narrow, wide = settings.zone_minutes, settings.mountain_zone_minutes
    zoned = np.array([1.0, settings.second_zone_weight, settings.third_zone_weight])
    people = np.empty(world.places.n)
    count_present(world.persons.alive, world.persons.place, people)
    found = {
        "doctor_access_plain": _of_places(world, people, doctors, narrow, np.ones(3)),
        "doctor_access": _of_places(world, people, doctors, narrow, zoned),
        "doctor_access_mountain": _of_places(world, people, doctors, wide, zoned),
        "primary_doctor_access_mountain": _of_places(world, people, doctors * (world.clinics.level == 0), wide, zoned),
    }
    ways = np.append(_reached(world, doctors > 0), False)
    present = handed_out(ways, world.persons.place)
    for name, access in found.items():
        tally.ratio(name, "persons", handed_out(np.append(access, 0.0), world.persons.place), present)
    for name in ("doctor_access", "doctor_access_mountain"):
        tally.plain(f"{name}_gini", "places", _gini(found[name], people * ways[:-1]))


def _reached(world: View, at_work: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say which places have a clinic at work within reach, bool[places]."""
    near = world.near["clinics"]
    before = np.concatenate([[0], np.cumsum(at_work[near.rows])])
    return np.diff(before[near.offsets]) > 0


def _of_places(world: View, people: Floats, doctors: Floats, zone: float, weight: Floats) -> Floats:
    """Return doctors per 1,000 people at each place, float64[places]."""
    near = world.near["clinics"]
    demand, access = np.empty(world.clinics.n), np.empty(world.places.n)
    until = zone * np.arange(1.0, len(weight) + 1.0)
    floating_catchment(people, doctors, near.offsets, near.rows, near.minutes, until, weight, demand, access)
    return np.round(access * (1000.0 * _GRAIN)) / _GRAIN


def _gini(access: Floats, people: Floats) -> Callable[[NDArray[np.intp]], float]:
    """Return the Gini coefficient of access over all people at some places, each place's people having the same."""

    def statistic(places: NDArray[np.intp]) -> float:
        head = (access[places] * _GRAIN).astype(np.int64)
        count = people[places].astype(np.int64)
        packs = -(-count // _MOST_OF_PACKED)
        size = np.repeat(np.full(len(places), _MOST_OF_PACKED), packs)
        size[np.cumsum(packs)[packs > 0] - 1] = (count - (packs - 1) * _MOST_OF_PACKED)[packs > 0]
        return float(gini_of(np.sort(np.repeat(head, packs) * 256 + size)))

    return statistic

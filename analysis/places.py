"""Where the places of a study lie, on a flat map of its region."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.months import ResultsError
from analysis.study import Study

FAR = ("coast", "outside")
"""Kinds of places that lie off the map of a region."""
_KM_PER_DEGREE = 111.195
"""Of a great circle, by the mean radius of the Earth, 6,371.0 km."""
_COORDINATES = "lon and lat"
_MADE_UP = ("[syn", "[prior", "[unverified")


@dataclass(frozen=True)
class Place:
    """A place: km to the east and north of the region's middle, and whether somebody made its coordinates up.

    `made_up` is None where nobody told.
    """

    id: str
    name: str
    kind: str
    east: float
    north: float
    made_up: bool | None

    @property
    def far(self) -> bool:
        """Say whether it lies off the map."""
        return self.kind in FAR


def places_of(study: Study) -> dict[str, Place]:
    """Return the places of a study by id; ResultsError where their coordinates aren't known.

    Equirectangular about the region's middle: true to scale there, within 0.1 % at 50 km.
    """
    told: Mapping[str, Any] = study.manifest.get("places", {})
    near = [one for one in told.values() if one["kind"] not in FAR]
    if not near or not all("lon" in one for one in told.values()):
        raise ResultsError(
            f"{study.folder} doesn't tell where its places lie: give each a lon and a lat in the table of places, and "
            "run the study again"
        )
    lon, lat = (float(np.mean([one[axis] for one in near])) for axis in ("lon", "lat"))
    east = _KM_PER_DEGREE * np.cos(np.radians(lat))
    return {
        name: Place(
            name, one["name"], one["kind"], float(east * (one["lon"] - lon)),
            _KM_PER_DEGREE * (one["lat"] - lat), made_up(one.get("source", "")),
        )
        for name, one in told.items()
    }  # fmt: skip


def made_up(source: str) -> bool | None:
    """Say whether a row's mark calls its coordinates made up; they have a mark of their own after 'lon and lat'.

    None without any mark.
    """
    if not source:
        return None
    _, _, own = source.partition(_COORDINATES)
    return any(mark in (own or source) for mark in _MADE_UP)

"""A study of six people in three places, small enough to count by hand, and each kind of figure of it.

`python -m tests.analysis.small_study` draws the images anew that `test_images` compares with.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import matplotlib
import numpy as np

from analysis import load
from analysis.drawing import styled
from analysis.gallery import gallery
from experiments.study import run_study
from simulation.draws import identity
from simulation.recorder import Change
from tests.experiments.fakes import JOBS, NEW, OLD, PERSONS, START, FakeScenario, fake_run

IMAGES = Path(__file__).parent / "images"
DPI = 50
RUNS = 6
VILLAGE, SITE, COAST = (identity(f"places/{one}") for one in ("v1", "s1", "c1"))
PLACES = {
    "id": ["v1", "s1", "c1"], "name": ["Upper Village", "New Site", "Far Coast"], "kind": ["village", "site", "coast"],
    "lon": [106.0, 106.2, 115.0], "lat": [27.0, 26.9, 22.0],
    "source": ["[article]; lon and lat [syn: near]", "[syn]; lon and lat [map]", "[syn]"],
}  # fmt: skip
BORN = np.array([START - 12 * age for age in (60, 30, 40, 20, 70)] + [START + 2], np.int32)
DIED = np.array([-1, -1, -1, -1, START + 4, -1], np.int32)


@dataclass(frozen=True)
class SmallScenario(FakeScenario):
    """The fake scenario with places that lie somewhere."""

    arms: dict[str, tuple[Any, ...]] = field(default_factory=lambda: {"baseline": (), "jobs": JOBS})
    replicates: dict[str, int] = field(default_factory=lambda: {"at_least": RUNS, "at_most": RUNS})
    tables: dict[str, dict[str, Any]] = field(default_factory=lambda: {"places": PLACES})


def small_run(scenario: FakeScenario, arm: str, replicate: int) -> Any:
    """Make a run in which 0 and 1 move to the site and 2 to the coast, 4 dies and 5 is born; in the arm 3 moves too."""
    found = fake_run(scenario, "baseline" if arm == "baseline" else "jobs", replicate)
    moved = [(START + 1, 0, VILLAGE, SITE), (START + 1, 1, VILLAGE, SITE), (START + 2, 2, VILLAGE, COAST)]
    moved += [(START + 2, 5, 0, VILLAGE)] + ([] if arm == "baseline" else [(START + 3, 3, VILLAGE, SITE)])
    born = np.arange(6) == 5
    fixed = {
        **found.fixed, "birth_month": BORN, "death_month": DIED, "registered": np.full(6, SITE, np.uint64),
        "origin": np.full(6, VILLAGE, np.uint64), "start_place": np.where(born, 0, VILLAGE).astype(np.uint64),
        "start_employer": np.array([OLD, 0, OLD, OLD, 0, 0], np.uint64),
    }  # fmt: skip
    ids = {**found.ids, "places": PLACES["id"], "employers": ["employer/p1/old", "employer/p1/new"]}
    uids = {"places": np.array([VILLAGE, SITE, COAST], np.uint64), "employers": np.array([OLD, NEW], np.uint64)}
    kinds = {"places": tuple(PLACES["kind"]), "employers": ("services", "micro_factory")}
    changes = [*found.changes, *(_moved(*one) for one in moved)]
    return replace(found, fixed=fixed, ids=ids, uids=uids, kinds=kinds, changes=changes)


def _moved(month: int, person: int, old: int, new: int) -> Change:
    one = [np.array([value], np.uint64) for value in (PERSONS[person], old, new)]
    return Change(month, "persons.place", *one, np.zeros(1, np.int8))


def small_study(folder: Path, **changes: Any) -> Any:
    """Make it; what differs from the scenario is named."""
    run_study(SmallScenario(**changes), folder, workers=1, run_one=small_run)
    return load(folder)


def with_draws(study: Any) -> Any:
    """Return the study as if each replicate had run under a draw of its own of two parameters."""
    drawn = load(study.folder)
    values = [{"parameters.work.pay": 1.0 * at, "parameters.work.luck": float((3 * at) % 7)} for at in range(RUNS)]
    drawn.runs = tuple(replace(run, draw=run.replicate, values=values[run.replicate]) for run in drawn.runs)
    return drawn


def pictures(study: Any) -> dict[str, Any]:
    """Draw each kind of figure once, by kind."""
    fixed = ("trajectory", "forest", "heat", "map", "residence", "activity", "plane")
    found = {}
    for kind in fixed:
        *_, last = gallery(study, [kind], outcomes=["employed"])
        found[kind] = last
    for kind in ("tornado", "acceptability"):
        *_, last = gallery(with_draws(study), [kind], outcomes=["employed"])
        found[kind] = last
    assert all(one.picture is not None for one in found.values()), [one.why_not for one in found.values()]
    return {kind: one.picture for kind, one in found.items()}


def write_image(picture: Any, file: Path) -> None:
    """Write an image small enough to be kept."""
    with matplotlib.rc_context(styled(None)):
        picture.savefig(file, dpi=DPI, metadata={"Software": None})


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as place:
        for kind, picture in pictures(small_study(Path(place))).items():
            write_image(picture, IMAGES / f"{kind}.png")

"""Time a month of job search, whole, with 1,000 to 100,000 seekers who each have 20 employers within reach.

Run it with `python -m tests.bench.jobs`. Besides the usual share of meetings, everybody meets everybody once:
then each has 20 offers to compare and 10 seekers ask for each 9 posts, so that tastes and lots are all drawn.
"""

import math
import sys
import time

import numpy as np

from simulation.clock import Moment
from simulation.draws import Draws
from tests.processes.work_world import SITE, START, WorkWorld, employer

_SIZES = (1_000, 10_000, 100_000)
_EMPLOYERS, _REPEATS = 20, 5
_CASES = {
    "usual meetings": {},
    "all meet all": {"meeting_market": 1.0, "meeting_half": 0.1, "home_yuan": 0.0, "discount": 2.0},
}


def seekers(count: int, settings: dict[str, float]) -> WorkWorld:
    """Put so many people without work beside 20 employers of a market, all at one place."""
    people = {"household": np.arange(count), "sex": np.arange(count) % 2, "population": np.zeros(count, np.int8)}
    homes = {"origin": np.arange(count) % 3, "registered": np.full(count, SITE), "population": np.zeros(count, np.int8)}
    posts = max(9 * count // (10 * _EMPLOYERS), 1)
    jobs = [employer("park", SITE, posts, 2500 + 40 * one) for one in range(_EMPLOYERS)]
    rows = np.arange(count)
    given = {
        "persons.age": 20 + rows % 39, "persons.place": np.full(count, SITE), "households.home": np.full(count, SITE),
        "persons.education": rows % 4, "households.members": np.ones(count),
    }  # fmt: skip
    return WorkWorld(people, homes, jobs, settings={"job_search": settings}, given=given)


def month(world: WorkWorld) -> float:
    """Return the seconds of the quickest of some months of search, each from the same start."""
    step = next(one for one in world.processes if one.name == "job_search")
    view = world.views[world.processes.index(step)]
    world.turn(START, only=("enterprises", "labour_force"))
    best = math.inf
    for later in range(_REPEATS):
        draws = Draws(world.luck, step.name, frozenset(step.streams), START + later)
        view.refresh({"places.matching_efficiency": np.ones(world.world.tables["places"].rows)})
        began = time.perf_counter()
        step.run(view, draws, Moment(START + later, START), world.settings[step.name])
        best = min(best, time.perf_counter() - began)
    return best


def main() -> None:
    """Print seconds for each size, and the exponent with which they grow."""
    for name, settings in _CASES.items():
        found = [month(seekers(count, settings)) for count in _SIZES]
        for count, seconds in zip(_SIZES, found, strict=True):
            sys.stdout.write(f"{name:<16}{count:>8,} seekers {seconds:9.4f} s\n")
        exponent = np.polyfit(np.log(_SIZES), np.log(found), 1)[0]
        sys.stdout.write(f"{name:<16}seconds grow with seekers to the power of {exponent:.2f}\n")


if __name__ == "__main__":
    main()

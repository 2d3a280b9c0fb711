"""Time a month of job search, whole, with 1,000 to 100,000 seekers who each have 20 employers within reach.

Run it with `python -m tests.bench.jobs`. Besides the usual share of meetings, everybody meets everybody once:
then each has 20 offers to compare and 10 seekers ask for each 9 posts, so that tastes and lots are all drawn.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from simulation.clock import Moment
from simulation.draws import Draws
from tests.bench.scaling import scaling
from tests.processes.work_world import SITE, START, WorkWorld, employer

_EMPLOYERS = 20
_EAGER = {"meeting_market": 1.0, "meeting_half": 0.1, "home_yuan": 0.0, "discount": 2.0}


def seekers(count: int, settings: dict[str, float]) -> WorkWorld:
    """Put so many people without work beside 20 employers of a market, all at one place."""
    rows = np.arange(count)
    people = {"household": rows, "sex": rows % 2, "population": np.zeros(count, np.int8)}
    homes = {"origin": rows % 3, "registered": np.full(count, SITE), "population": np.zeros(count, np.int8)}
    posts = max(9 * count // (10 * _EMPLOYERS), 1)
    jobs = [employer("park", SITE, posts, 2500 + 40 * one) for one in range(_EMPLOYERS)]
    given = {
        "persons.age": 20 + rows % 39, "persons.place": np.full(count, SITE), "households.home": np.full(count, SITE),
        "persons.education": rows % 4, "households.members": np.ones(count),
    }  # fmt: skip
    return WorkWorld(people, homes, jobs, settings={"job_search": settings}, given=given)


def month(settings: dict[str, float], count: int) -> Callable[[], None]:
    """Return the search of one month, everybody without work before it."""
    world = seekers(count, settings)
    world.turn(START, only=("orders", "enterprises", "pay", "labour_force"))
    step = next(one for one in world.processes if one.name == "job_search")
    view = world.views[world.processes.index(step)]
    view.refresh({"places.matching_efficiency": np.ones(world.world.tables["places"].rows)})
    draws = Draws(world.luck, step.name, frozenset(step.streams), START)
    return lambda: step.run(view, draws, Moment(START, START), world.settings[step.name])


def main() -> None:
    """Print both tables."""
    sizes = (1_000, 10_000, 100_000)
    scaling("jobs: seekers of a month", sizes, partial(month, {}))
    scaling("jobs: seekers of a month in which everybody meets everybody", sizes, partial(month, _EAGER))


if __name__ == "__main__":
    main()

"""All kinds of figures by name, for whoever wants to choose among them: what can be drawn of a study, and why not."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from analysis.acceptability_curve import acceptability_curve
from analysis.cost_plane import cost_plane
from analysis.drawing import Picture
from analysis.figures import figure
from analysis.flows import ACTIVITY, RESIDENCE, between_arms, between_months
from analysis.forest import forest
from analysis.heat import heat
from analysis.months import ResultsError
from analysis.movement_map import movement_map
from analysis.sankey import sankey
from analysis.study import BASELINE, Study
from analysis.tornado import tornado


@dataclass(frozen=True)
class Wish:
    """A figure that may be drawn: the name of its files, and how to draw it."""

    name: str
    draw: Callable[[], Picture]


@dataclass(frozen=True)
class Drawn:
    """A figure that was drawn; or None, and why it can't be."""

    name: str
    picture: Picture | None
    why_not: str = ""


@dataclass(frozen=True)
class _Choice:
    """What figures are of: arms and outcomes, None where nobody chose."""

    study: Study
    arms: tuple[str, ...] | None
    outcomes: tuple[str, ...]

    @property
    def others(self) -> tuple[str, ...]:
        """Arms beside the baseline."""
        return tuple(arm for arm in (self.study.arms if self.arms is None else self.arms) if arm != BASELINE)


def _trajectories(choice: _Choice) -> Iterator[Wish]:
    chosen = "" if choice.arms is None else f"-{'-'.join(choice.others)}"
    for outcome in choice.outcomes:
        yield Wish(f"trajectory-{outcome}{chosen}", partial(figure, choice.study, outcome, arms=choice.others))


def _forest(choice: _Choice) -> Iterator[Wish]:
    def draw() -> Picture:
        _compared(choice)
        return forest(choice.study.compare(choice.others, choice.outcomes).by())

    yield Wish("forest", draw)


def _heat(choice: _Choice) -> Iterator[Wish]:
    def draw() -> Picture:
        _compared(choice)
        return heat(choice.study, choice.outcomes, choice.others)

    yield Wish("heat", draw)


def _compared(choice: _Choice) -> None:
    if not choice.others:
        raise ResultsError("there is no arm beside the baseline to compare")


def _maps(choice: _Choice) -> Iterator[Wish]:
    for arm in choice.arms or (BASELINE,):
        yield Wish(f"map-{arm}", partial(movement_map, choice.study, arm))


def _residences(choice: _Choice) -> Iterator[Wish]:
    for arm in choice.arms or (BASELINE,):
        yield Wish(f"residence-{arm}", partial(_over_time, choice.study, RESIDENCE, arm))


def _activities(choice: _Choice) -> Iterator[Wish]:
    for arm in choice.arms or (BASELINE, *choice.others):
        draw = _over_time if arm == BASELINE else _against_baseline
        yield Wish(f"activity-{arm}", partial(draw, choice.study, ACTIVITY, arm))


def _over_time(study: Study, what: str, arm: str) -> Picture:
    return sankey(study, between_months(study, what, arm))


def _against_baseline(study: Study, what: str, arm: str) -> Picture:
    return sankey(study, between_arms(study, what, arm), only_changes=True)


def _tornados(choice: _Choice) -> Iterator[Wish]:
    for outcome in choice.outcomes:
        for arm in choice.arms or (BASELINE, *choice.others):
            yield Wish(f"tornado-{outcome}-{arm}", partial(tornado, choice.study, outcome, arm))


def _planes(choice: _Choice) -> Iterator[Wish]:
    for outcome in choice.outcomes:
        yield Wish(f"plane-{outcome}", partial(cost_plane, choice.study, outcome))


def _acceptabilities(choice: _Choice) -> Iterator[Wish]:
    for outcome in choice.outcomes:
        yield Wish(f"acceptability-{outcome}", partial(acceptability_curve, choice.study, outcome))


KINDS: Mapping[str, Callable[[_Choice], Iterator[Wish]]] = {
    "trajectory": _trajectories, "forest": _forest, "heat": _heat, "map": _maps, "residence": _residences,
    "activity": _activities, "tornado": _tornados, "plane": _planes, "acceptability": _acceptabilities,
}  # fmt: skip
"""Kinds of figures, by name."""


def gallery(
    study: Study,
    kinds: Sequence[str] | None = None,
    arms: Sequence[str] | None = None,
    outcomes: Sequence[str] | None = None,
) -> Iterator[Drawn]:
    """Draw figures of a study one after another, and say of each that can't be drawn why.

    Parameters
    ----------
    study
        an open result folder.
    kinds
        names in KINDS; all of them where left out.
    arms
        arms of the study, the baseline too; as each kind finds fit where left out. The plane and the curves of
        acceptability always lay all arms side by side.
    outcomes
        recorded outcomes; those of the report where left out.

    Raises ResultsError for a name that there isn't, before anything is drawn.
    """
    for kind in kinds or ():
        if kind not in KINDS:
            raise ResultsError(f"there is no figure '{kind}' (there are: {', '.join(KINDS)})")
    for arm in arms or ():
        study.of_arm(arm)
    named = tuple(study.meaning(one).name for one in outcomes or study.outcomes)
    choice = _Choice(study, tuple(dict.fromkeys(arms)) if arms else None, named)
    return (_drawn(wish) for kind in dict.fromkeys(kinds or KINDS) for wish in KINDS[kind](choice))


def _drawn(wish: Wish) -> Drawn:
    # Names of arms are free; those of files aren't.
    name = re.sub(r"[^\w.-]+", "_", wish.name)
    try:
        return Drawn(name, wish.draw())
    except ResultsError as error:
        return Drawn(name, None, str(error))

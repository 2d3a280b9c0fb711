"""Under which values of the uncertain parameters an answer holds: boxes found by PRIM, through the EMA Workbench.

Friedman and Fisher 1999, Statistics and Computing 9, 123-143; Bryant and Lempert 2010, Technological Forecasting and
Social Change 77, 34-49; Kwakkel 2017, Environmental Modelling and Software 96, 239-250.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.meaning import Cell
from analysis.months import ResultsError, Window
from analysis.robustness import levels
from analysis.study import BASELINE, Study

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]
    from matplotlib.figure import Figure

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]
Predicate = Callable[[Values], Flags]
FEWEST_DRAWS = 40
"""With 5 % peeled at a time, fewer draws peel single draws, and every box is chance."""
MISSING = 'discovery needs the EMA Workbench, which isn\'t here: pip install "relosim[discovery]"'


@dataclass(frozen=True)
class Limit:
    """What a box says of one parameter.

    Attributes
    ----------
    path
        of the parameter.
    low, high
        ends of the box; NaN where it isn't limited on that side.
    low_quasi_p, high_quasi_p
        chance that a box without this end holds as many draws of interest by luck (one-sided binomial test; Bryant
        and Lempert 2010); NaN without an end. Small means that the end matters. It is no significance level: the
        ends were chosen by looking at the same draws.
    """

    path: str
    low: float
    high: float
    low_quasi_p: float
    high_quasi_p: float

    @property
    def text(self) -> str:
        """Say it as an inequality."""
        if np.isnan(self.low):
            return f"{self.path} <= {self.high:.4g}"
        if np.isnan(self.high):
            return f"{self.path} >= {self.low:.4g}"
        return f"{self.low:.4g} <= {self.path} <= {self.high:.4g}"


@dataclass(frozen=True)
class Box:
    """A part of the space of parameters in which an answer mostly holds.

    Attributes
    ----------
    limits
        the parameters that it limits.
    coverage
        share of all draws of interest that lie in it.
    density
        share of its draws that are of interest.
    mass
        share of all draws that lie in it.
    draws
        so many lie in it.
    trajectory
        frame of the boxes that PRIM passed on its way: step, coverage, density, mass, draws, limited (parameters that
        it limits), chosen.
    """

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float
    draws: int
    trajectory: "pd.DataFrame"

    @property
    def text(self) -> str:
        """Say it in a sentence."""
        ends = " and ".join(one.text for one in self.limits)
        return (
            f"holds in {self.density:.0%} of the {self.draws} draws with {ends}; {self.coverage:.0%} of all draws in "
            "which it holds lie there"
        )


@dataclass(frozen=True)
class Discovery:
    """Boxes over the drawn parameters.

    Attributes
    ----------
    about
        what was asked, in words.
    parameters
        drawn values by path, float64[draws] each.
    interest
        bool[draws], the draws in which the answer holds.
    boxes
        the first explains most; those after it explain draws that are in none before. Empty where none is dense enough.
    """

    about: str
    parameters: Mapping[str, Values]
    interest: Flags
    boxes: tuple[Box, ...]

    @property
    def frame(self) -> "pd.DataFrame":
        """A row per limit: box, parameter, low, high, low_quasi_p, high_quasi_p, coverage, density, mass, draws."""
        import pandas as pd  # noqa: PLC0415

        names = ("path", "low", "high", "low_quasi_p", "high_quasi_p")
        rows = [
            [at, *(getattr(limit, name) for name in names), box.coverage, box.density, box.mass, box.draws]
            for at, box in enumerate(self.boxes, 1)
            for limit in box.limits
        ]
        return pd.DataFrame(rows, columns=["box", "parameter", *names[1:], "coverage", "density", "mass", "draws"])

    @property
    def text(self) -> str:
        """Say what was found, a line for each box."""
        first = f"{self.about}: in {self.interest.sum()} of {len(self.interest)} draws"
        if not self.boxes:
            return f"{first}. No box is dense enough: no range of these parameters marks them off."
        return "\n".join([first, *(f"box {at}: {one.text}" for at, one in enumerate(self.boxes, 1))])

    def figure(self) -> "Figure":
        """Draw the trade-off of coverage and density, and the draws with the first box over two of its parameters."""
        from analysis.discovery_figure import discovery_figure  # noqa: PLC0415  (matplotlib takes half a second)

        return discovery_figure(self)


def discover(
    study: Study,
    arm: str,
    outcome: str,
    wanted: float | Predicate = 0.0,
    *,
    window: str | Window | None = None,
    cell: Cell | None = None,
    density: float = 0.8,
    peel: float = 0.05,
    least_mass: float = 0.05,
    most_boxes: int = 3,
) -> Discovery:
    """Find ranges of the drawn parameters in which an arm does what is wanted.

    Parameters
    ----------
    study
        with at least FEWEST_DRAWS parameter draws.
    arm, outcome, window, cell
        as those of `analysis.compare.compare`. For `baseline` levels are looked at, for other arms differences from it.
    wanted
        a draw is of interest if its value is better than this, by the outcome's better direction; or a function that
        is given the values of all draws, float64[draws], and returns bool[draws].
    density
        share of draws of interest that a box must have.
    peel
        share of a box's draws that PRIM cuts off in one step.
    least_mass
        share of the draws that a box must hold.
    most_boxes
        how many boxes are looked for.

    Of the boxes that PRIM passes, the one is taken that covers most draws of interest among those dense enough. PRIM
    peels from outside: where an answer holds at both ends of a parameter and not between, it may find nothing.
    ResultsError for unknown names, for fixed parameters or few draws, for an outcome without a better direction where
    `wanted` is a number, and without the EMA Workbench.
    """
    found = levels(study, outcome, window, cell)
    values = _values(study, found.arms, found.values, arm)
    interest, said = _interest(study, outcome, arm, values, wanted)
    _check(interest)
    varied = {path: one for path, one in found.parameters.items() if np.ptp(one) > 0}
    boxes = tuple(find_boxes(varied, interest, density, peel, least_mass, most_boxes))
    return Discovery(said, varied, interest, boxes)


def _values(study: Study, arms: Sequence[str], level: Values, arm: str) -> Values:
    if arm not in arms:
        study.of_arm(arm)
    own = level[:, list(arms).index(arm)]
    return own if arm == BASELINE else own - level[:, list(arms).index(BASELINE)]


def _interest(study: Study, outcome: str, arm: str, values: Values, wanted: float | Predicate) -> tuple[Flags, str]:
    what = outcome if arm == BASELINE else f"{arm}'s difference in {outcome}"
    if callable(wanted):
        return np.asarray(wanted(values), bool), f"{what} is as wanted"
    meaning = study.meaning(outcome)
    if not meaning.better:
        raise ResultsError(f"'{outcome}' has no better direction: give a function of the draws' values as `wanted`")
    side = "above" if meaning.better > 0 else "below"
    return meaning.better * values > meaning.better * wanted, f"{what} lies {side} {wanted:g}"


def _check(interest: Flags) -> None:
    if len(interest) < FEWEST_DRAWS:
        raise ResultsError(f"there are {len(interest)} draws; boxes need {FEWEST_DRAWS}: `relosim expand` adds draws")
    if interest.all() or not interest.any():
        raise ResultsError(f"the answer is the same in all {len(interest)} draws: no box can part them")


def find_boxes(
    parameters: Mapping[str, Values], interest: Flags, density: float, peel: float, least_mass: float, most_boxes: int
) -> Iterator[Box]:
    """Find boxes one after the other by PRIM; nothing more once none is dense enough.

    `parameters` are float64[draws] by path, `interest` bool[draws]; the others as in `discover`. Parameters are looked
    at by name, since of two peels that are as good PRIM takes the first.
    """
    import pandas as pd  # noqa: PLC0415

    prim = _prim()
    with _quiet():
        algorithm = prim.Prim(
            pd.DataFrame(dict(sorted(parameters.items()))), interest, density, peel_alpha=peel, mass_min=least_mass
        )
        for _ in range(most_boxes):
            found = algorithm.find_box()
            chosen = None if found is None else _chosen(found.peeling_trajectory, density)
            if chosen is None:
                return
            found.select(chosen)
            yield _box(found, chosen)


def _prim() -> Any:
    try:
        with _quiet():
            from ema_workbench.analysis import prim  # noqa: PLC0415  (an extra, and seconds)
    except ImportError:
        raise ResultsError(MISSING) from None
    return prim


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what the workbench says of optional packages, and of deprecated ways in which it uses pandas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _chosen(trajectory: "pd.DataFrame", density: float) -> int | None:
    """Return the step that covers most of the boxes that are dense enough and limit something; of these the densest."""
    good = trajectory[(trajectory["density"] >= density) & (trajectory["res_dim"] > 0)]
    if good.empty:
        return None
    return int(good.sort_values(["coverage", "density"], ascending=False, kind="stable").index[0])


def _box(found: Any, at: int) -> Box:
    row = found.peeling_trajectory.loc[at]
    names = {"id": "step", "n": "draws", "res_dim": "limited"}
    passed = found.peeling_trajectory.rename(columns=names)[["step", "coverage", "density", "mass", "draws", "limited"]]
    whole = {"step": "int64", "draws": "int64", "limited": "int64"}
    passed = passed.astype(whole).assign(chosen=passed.index == at)
    limits = tuple(_limits(found.box_lims[at], found.box_lims[0], found.qp[at]))
    return Box(limits, float(row["coverage"]), float(row["density"]), float(row["mass"]), int(row["n"]), passed)


def _limits(box: "pd.DataFrame", start: "pd.DataFrame", quasi_p: Mapping[str, Sequence[float]]) -> Iterator[Limit]:
    for path in box.columns:
        ends = [
            float(box.loc[end, path]) if box.loc[end, path] != start.loc[end, path] else float("nan") for end in (0, 1)
        ]
        if not all(np.isnan(ends)):
            chances = [float(p) if p >= 0 else float("nan") for p in quasi_p[path]]
            yield Limit(str(path), *ends, *chances)

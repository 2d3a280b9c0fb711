"""The planner's sum beside the model's answer, and by which mechanisms the two differ.

A manifest holds what each intervention declares of itself (`simulation.desk`). Where the sum takes posts or jobs one
for one, unit records tell what became of them; the rest is told as what it is. The parts add up: sum on paper plus
mechanisms is the model's effect.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from analysis.compare import compare
from analysis.desk_steps import Asked, Rows, Step, Values, chosen, on_paper, one_for_one, rest_in_words, timing
from analysis.doubt import computing_error
from analysis.months import Window, window_text
from analysis.paired import Paired
from analysis.series import Matched
from analysis.study import BASELINE, Study

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

DESK, OTHER, MODEL, UNTRACED = "desk", "other", "model", "untraced"
COLUMNS = (
    "arm", "outcome", "unit", "window", "part", "mechanism", "what", "value", "low", "high", "replicates", "units_kept",
)  # fmt: skip
_ROUNDING = 1e-9
"""What is less of the largest figure is the rounding of sums."""


@dataclass(frozen=True)
class Part:
    """A step on the way from the sum on paper to the model's effect.

    Attributes
    ----------
    key
        its short name, such as `unfilled_too_far`.
    mechanism
        the group that it belongs to, for a short answer.
    what
        what it is, in words.
    figure
        what it adds, in the outcome's unit, with its computing error.
    """

    key: str
    mechanism: str
    what: str
    figure: Paired


@dataclass(frozen=True)
class Gap:
    """A planner's sum for one outcome, the model's effect, and what lies between.

    Attributes
    ----------
    arm, outcome, unit, window
        what is told, and in which months.
    text
        the sum in words.
    lacking
        interventions of the arm that declare no sum at all.
    desk
        what the sum comes to.
    parts
        mechanisms, `other` last: desk plus parts is the model's effect.
    model
        the paired effect over all runs.
    one_for_one
        whether the sum takes posts or jobs one for one, of which unit records tell what became.
    kept
        whether unit records tell the mechanisms.
    """

    arm: str
    outcome: str
    unit: str
    window: Window
    text: str
    lacking: tuple[str, ...]
    desk: Paired
    parts: tuple[Part, ...]
    model: Paired
    one_for_one: bool
    kept: bool

    @property
    def mechanisms(self) -> dict[str, float]:
        """What each group of parts adds; groups that add nothing are left out."""
        found: dict[str, float] = {}
        for part in self.parts:
            found[part.mechanism] = found.get(part.mechanism, 0.0) + part.figure.mean
        largest = max(abs(self.desk.mean), abs(self.model.mean))
        return {name: value for name, value in found.items() if not abs(value) <= _ROUNDING * largest}


def gaps(study: Study, arm: str, window: Window | str | None = None) -> tuple[Gap, ...]:
    """Lay an arm's sums beside its effects, one for each outcome that a sum speaks of; none where none is declared.

    Parameters
    ----------
    study
        an open result folder.
    arm
        an arm other than the baseline.
    window
        months whose mean is told; the report's where left out.

    Raises ResultsError for an unknown arm or a window that the runs don't cover.
    """
    study.pairs(arm)
    months = study.window if window is None else study.window_in(window)
    told = study.manifest.get("desk", {}).get(arm, ())
    sums = [item for item in told if item.get("outcome") in study.meanings]
    ages = tuple(sorted({int(item["least_age"]) for item in sums if item["one_for_one"]}))
    lacking = tuple(item["name"] for item in told if "outcome" not in item)
    found = []
    for outcome in dict.fromkeys(item["outcome"] for item in sums):
        items = tuple(item for item in sums if item["outcome"] == outcome)
        fewer = study.meaning(outcome).unit == "households"
        both = study.matched(outcome, arm, months)
        found.append(_gap(Asked(study, arm, months, items, both, ages, fewer), outcome, lacking))
    return tuple(found)


@lru_cache(maxsize=1)
def all_gaps(study: Study) -> tuple[Gap, ...]:
    """Return the gaps of every arm that has a baseline beside it, over the report's window.

    The last study's are kept, since files and report ask.
    """
    base = {run.pair for run in study.runs if run.arm == BASELINE}
    paired = {run.arm for run in study.runs if run.pair in base}
    return tuple(gap for arm in study.arms if arm != BASELINE and arm in paired for gap in gaps(study, arm))


def _gap(asked: Asked, outcome: str, lacking: tuple[str, ...]) -> Gap:
    study, arm = asked.study, asked.arm
    meaning, model = study.meaning(outcome), compare(study, outcome, arm, asked.window).difference
    used, told, kept = _told(asked)
    paper, effect = on_paper(used), used.both.differences
    rest = effect - paper - np.sum([step.values for step in told], axis=0)
    words = rest_in_words(used, meaning.text, kept=kept)
    parts = [_part(step, used.both) for step in (*told, Step(OTHER, *words, rest))]
    unseen = model.mean - _mean(effect, used.both).mean
    if len(effect) < model.n:
        what = f"runs without unit records: {model.n - len(effect)} of {model.n}"
        parts.insert(-1, Part(UNTRACED, "runs without unit records", what, Paired(unseen, np.nan, np.nan, np.nan, 0)))
    text = " + ".join(dict.fromkeys(item["text"] for item in asked.items))
    counts = any(item["one_for_one"] for item in asked.items)
    desk = _mean(paper, used.both)
    return Gap(
        arm, outcome, meaning.unit, asked.window, text, lacking, desk, tuple(parts), model, counts, kept
    )  # fmt: skip


def _told(asked: Asked) -> tuple[Asked, list[Step], bool]:
    """Return the pairs of runs that count, the steps over them, and whether unit records told any."""
    counts = any(item["one_for_one"] for item in asked.items)
    kept = counts and asked.arm in asked.study.traced_arms
    steps: list[Step] = []
    if kept:
        asked = replace(asked, both=_traced_pairs(asked))
        steps = list(one_for_one(asked))
    defined = np.flatnonzero(np.isfinite(asked.both.differences))
    used = replace(asked, both=_rows(asked.both, defined))
    return used, [timing(used), *chosen(steps, defined)], kept


def _traced_pairs(asked: Asked) -> Matched:
    """Keep the pairs whose unit records are kept, in the order of `Study.traced`."""
    both = asked.both
    known = {pair: row for row, pair in enumerate(zip(both.draws.tolist(), both.replicates.tolist(), strict=True))}
    return _rows(both, np.array([known[run.pair] for _, run in asked.study.traced(asked.arm)]))


def _rows(both: Matched, rows: Rows) -> Matched:
    return Matched(both.base[rows], both.arm[rows], both.draws[rows], both.replicates[rows])


def _mean(values: Values, both: Matched) -> Paired:
    return computing_error(values, both.draws)


def _part(step: Step, both: Matched) -> Part:
    return Part(step.key, step.mechanism, step.what, _mean(step.values, both))


def desk_table(
    study: Study, arms: str | Iterable[str] | None = None, window: Window | str | None = None
) -> "pd.DataFrame":
    """Lay sums, mechanisms and effects out as a tidy table, a row for each arm, outcome and part.

    Parameters
    ----------
    study
        an open result folder.
    arms
        one arm or several; all but the baseline where left out.
    window
        months whose mean is told; the report's where left out.

    Columns: arm, outcome, unit, window, part (`desk` first, `model` last), mechanism (its group), what (in words: of
    `desk` the sum, of `model` the verdict), value, low and high (95 % interval: computing error), replicates,
    units_kept (whether unit records tell the mechanisms). Of each arm and outcome the values of all parts before
    `model` add up to that of `model`. No rows where no sum is declared. Raises ResultsError as `gaps`.
    """
    import pandas as pd  # noqa: PLC0415  (pandas takes half a second)

    named = (arms,) if isinstance(arms, str) else tuple(arms or (one for one in study.arms if one != BASELINE))
    rows = [row for arm in named for gap in gaps(study, arm, window) for row in rows_of(gap)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def rows_of(gap: Gap) -> list[tuple[object, ...]]:
    """Return the rows of one sum, as `desk_table` has them."""
    head = gap.arm, gap.outcome, gap.unit, window_text(gap.window)
    lacking = f"; no sum is declared for {', '.join(gap.lacking)}" if gap.lacking else ""
    rows = (
        Part(DESK, "on paper", f"on paper: {gap.text}{lacking}", gap.desk),
        *gap.parts,
        Part(MODEL, "in the model", f"in the model: {gap.model.verdict}", gap.model),
    )
    return [(*head, *_cells(one), gap.kept) for one in rows]


def _cells(part: Part) -> tuple[object, ...]:
    figure = part.figure
    return part.key, part.mechanism, part.what, figure.mean, figure.low, figure.high, figure.n

"""Tables that are handed on: their figures, and what each column means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.compare import compare_all
from analysis.cost import cost
from analysis.effects import INTERVALS
from analysis.meaning import Cell
from analysis.months import window_text
from analysis.study import BASELINE, Study
from analysis.trajectories import trajectory

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Column:
    """A column of a table: its unit ("" for names; `as unit` where each row tells its own) and what it means."""

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Handed:
    """A table to hand on: name, title, rows, a Column for each of its columns, and the columns that name a row."""

    name: str
    title: str
    frame: "pd.DataFrame"
    columns: tuple[Column, ...]
    key: tuple[str, ...]


_OF_ROW = "as unit"
_KEYS = {
    "outcome": "name of the indicator; see the table outcomes",
    "arm": f"name of the arm; {BASELINE} is the world without any",
    "place": "id of a place, or all",
    "population": "relocated, stayers, hosts, or all",
    "group": "sex=..., age_band=..., or all",
    "window": "months that are pooled, first and last included",
    "date": "year and month",
    "unit": "unit of the row's figures",
}
_EFFECTS = {
    "baseline": (_OF_ROW, "mean of the baseline's runs"),
    "estimate": (_OF_ROW, "mean paired difference from the baseline"),
    "low": (_OF_ROW, f"lower end: {INTERVALS['t']}"),
    "high": (_OF_ROW, f"upper end: {INTERVALS['t']}"),
    "replicates": ("runs", "pairs of runs in which both are defined"),
    "same_sign_share": ("share", "of the pairs whose difference has the sign of the mean"),
    "verdict": ("", "how sure it is, in words"),
    "draws": ("draws", "of the uncertain parameters; 1 where they were held fixed"),
    "low_5_draws": (_OF_ROW, "5 % quantile over the draws, which more runs don't narrow"),
    "high_95_draws": (_OF_ROW, "95 % quantile over the draws"),
}
_COURSE = {
    "baseline": (_OF_ROW, "mean of the baseline's runs in the month"),
    "level": (_OF_ROW, "mean of the arm's runs in the month"),
    "estimate": (_OF_ROW, "mean paired difference from the baseline in the month"),
    "low": (_OF_ROW, "lower end of its 95 % t interval, each month by itself"),
    "high": (_OF_ROW, "upper end of its 95 % t interval, each month by itself"),
    "replicates": ("runs", "pairs of runs in which both are defined"),
}


def tables(study: Study) -> list[Handed]:
    """Return what a study hands on: effects, courses, costs, outcomes."""
    return [effects_table(study), courses_table(study), costs_table(study), outcomes_table(study)]


def effects_table(study: Study) -> Handed:
    """Lay out every reported effect, for everybody and by what the report names: the rows of `summary.csv`."""
    import pandas as pd  # noqa: PLC0415

    keys = ("outcome", "arm", "place", "population", "group", "window", "unit")
    rows = [
        {
            "outcome": one.outcome, "arm": one.arm, "place": one.cell.place, "population": one.cell.population,
            "group": one.cell.group, "window": window_text(one.window), "unit": one.meaning.unit,
            "baseline": one.baseline, "estimate": one.difference.mean, "low": one.difference.low,
            "high": one.difference.high, "replicates": one.difference.n, "same_sign_share": one.difference.same_sign,
            "verdict": one.difference.verdict,
            **{name: one.doubt_over_draws[name] for name in ("draws", "low_5_draws", "high_95_draws")},
        }
        for one in compare_all(study, by=study.by)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=[*keys, *_EFFECTS])
    return Handed("effects", "effects against the baseline", frame, _columns(keys, _EFFECTS), keys[:5])


def courses_table(study: Study) -> Handed:
    """Lay out the course of every reported outcome and arm, everybody together."""
    import pandas as pd  # noqa: PLC0415

    keys, arms = ("outcome", "arm", "date", "unit"), [arm for arm in study.arms if arm != BASELINE]
    parts = [trajectory(study, outcome, arms, Cell()) for outcome in study.outcomes] if arms else []
    names = [*keys, *_COURSE]
    frame = pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)
    return Handed("courses", "levels and effects month by month", frame, _columns(keys, _COURSE), keys[:3])


def costs_table(study: Study) -> Handed:
    """Lay out what each arm costs by intervention, over the whole run."""
    import pandas as pd  # noqa: PLC0415

    rows = [
        {"arm": arm, "intervention": name, "cost": yuan}
        for arm in study.arms
        for name, yuan in cost(study, arm).by_intervention.items()
    ]
    columns = (
        Column("arm", "", _KEYS["arm"]), Column("intervention", "", "identity of the intervention"),
        Column("cost", "yuan", "mean of the runs, over the whole run"),
    )  # fmt: skip
    frame = pd.DataFrame(rows, columns=["arm", "intervention", "cost"])
    return Handed("costs", "what the arms cost", frame, columns, ("arm", "intervention"))


_OUTCOMES = {
    "outcome": "name of the indicator",
    "unit": "unit of its figures",
    "kind": "ratio: sums are divided; count: the mean of the months; plain: can't be added up",
    "of": "where people are counted: registered, present, ever registered, or at a facility's place",
    "denominator": "what a ratio is divided by",
    "better": "1 where more is better, -1 where less is, 0 where neither",
    "meaning": "what it counts",
}


def outcomes_table(study: Study) -> Handed:
    """Lay out what every recorded indicator means."""
    import pandas as pd  # noqa: PLC0415

    rows = [
        (one.name, one.unit, one.kind, one.of, one.denominator, one.better, one.text) for one in study.meanings.values()
    ]
    columns = tuple(Column(name, "", meaning) for name, meaning in _OUTCOMES.items())
    return Handed("outcomes", "what was recorded", pd.DataFrame(rows, columns=list(_OUTCOMES)), columns, ("outcome",))


def _columns(keys: Iterable[str], figures: Mapping[str, tuple[str, str]]) -> tuple[Column, ...]:
    named = (Column(name, "", _KEYS[name]) for name in keys)
    return (*named, *(Column(name, unit, meaning) for name, (unit, meaning) in figures.items()))

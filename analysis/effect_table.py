"""A tidy table of effects that a notebook shows with its intervals drawn beside the figures, and plots."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from analysis.simultaneous import holm, simultaneous_ends
from analysis.words import COUNTED, decimals, fixed, number, plus

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.study import Study

_WIDTH, _HEIGHT = 120, 14
"""Of the drawing of an interval, CSS pixels."""


@dataclass(frozen=True)
class Told:
    """What must stand beside the figures of a table: which study, months, kind of interval, draws, dimensions."""

    name: str
    hash: str
    window: str
    interval: str
    parameters: str
    dimensions: tuple[str, ...]
    closing: tuple[str, ...] = ()

    @classmethod
    def of(cls, study: "Study", window: str, interval: str, dimensions: Iterable[str]) -> "Told":
        """Say it of a study."""
        drawn = f"{study.draws} draws of uncertain parameters" if study.varies else "parameters held fixed"
        return cls(
            study.manifest.get("name", ""), study.hash, window, interval, drawn, tuple(dimensions), _closing(study)
        )

    @property
    def text(self) -> str:
        """Say it in a line."""
        return f"{self.window}; {self.interval}; {self.parameters}; study {self.hash}"


def _closing(study: "Study") -> tuple[str, ...]:
    """Return what stands below every figure after its runs and draws: how to make it again."""
    from analysis.small_print import again_of  # noqa: PLC0415  (it builds on `analysis.study`, which leads here)

    return tuple(again_of(study))


class EffectTable(pd.DataFrame):
    """Effects as a DataFrame; `told` says what they are of. A selection of rows keeps both abilities."""

    _metadata = ["told"]  # noqa: RUF012  (pandas asks for a list of this name)
    told: Told

    @property
    def _constructor(self) -> type["EffectTable"]:
        return EffectTable

    @classmethod
    def told_of(cls, rows: Iterable[Mapping[str, Any]], told: Told) -> "EffectTable":
        """Lay rows out and remember what they are of."""
        table = cls(pd.DataFrame(list(rows)))
        table.told = told
        return table

    def simultaneous(self) -> "EffectTable":
        """Judge all rows together, as one looks at all of them.

        Adds p_holm (two-sided t test, step-down after Holm 1979), low_all and high_all (95 % that all intervals
        hold together, Bonferroni) and verdict_all.
        """
        wide = self.copy()
        estimate, error = self["estimate"].to_numpy(float), self["standard_error"].to_numpy(float)
        freedom = self["degrees_of_freedom"].to_numpy(float)
        wide["p_holm"] = holm(estimate, error, freedom)
        wide["low_all"], wide["high_all"] = simultaneous_ends(estimate, error, freedom)
        wide["verdict_all"] = [_together(*row) for row in zip(estimate, wide["p_holm"], strict=True)]
        return wide

    def plot(self, **options: Any) -> "Figure":
        """Draw a forest of the effects, an axes for each outcome; see `analysis.forest.forest`.

        The plots of pandas are those of `pandas.DataFrame(table).plot`.
        """
        from analysis.forest import forest  # noqa: PLC0415  (Matplotlib takes half a second)

        return forest(self, **options)

    def _repr_html_(self) -> str:
        if not {"outcome", "arm", "estimate", "low", "high", "unit"} <= set(self.columns) or self.empty:
            return str(pd.DataFrame(self)._repr_html_())
        head = "".join(f"<th>{escape(one)}</th>" for one in _heads(self))
        body = "".join(_body(self))
        return (
            f'<table class="relosim-effects"><caption>{escape(self._caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    @property
    def _caption(self) -> str:
        told = getattr(self, "told", None)
        return f"{told.name}: effects against the baseline. {told.text}" if told else "effects against the baseline"


def _together(estimate: float, p: float) -> str:
    if not np.isfinite(p):
        return "undefined"
    if p > 0.05:
        return "not told apart from no effect among all these"
    return "higher than the baseline" if estimate > 0 else "lower than the baseline"


def _keys(table: EffectTable) -> list[str]:
    """Name the columns that say which effect a row is: outcome, arm and the dimensions."""
    return [one for one in table.columns[: list(table.columns).index("unit")] if one in table.columns]


def _heads(table: EffectTable) -> list[str]:
    return [*_keys(table), "unit", "baseline", "effect", "95 % interval", "", "replicates", "in words"]


def _body(table: EffectTable) -> Iterable[str]:
    for _, rows in pd.DataFrame(table).groupby("outcome", sort=False):
        ends = rows[["low", "high", "estimate"]].to_numpy(float)
        reach = float(np.nanmax(np.abs(ends), initial=0.0))
        for row in rows.to_dict("records"):
            yield _row_html(row, _keys(table), reach)


def _row_html(row: Mapping[str, Any], keys: list[str], reach: float) -> str:
    unit = row["unit"] if row["unit"] in COUNTED else ""
    places = decimals((row["estimate"], row["low"], row["high"]), unit)
    effect, low, high = (plus(fixed(row[one], places)) for one in ("estimate", "low", "high"))
    interval = f"{low} to {high}" if np.isfinite(row["low"]) else ""
    told = [*(row[one] for one in keys), row["unit"], number(row["baseline"], unit), effect, interval]
    cells = "".join(f"<td>{escape(str(one))}</td>" for one in told)
    picture = _drawing(row, reach, f"{effect} ({interval})" if interval else effect)
    return f"<tr>{cells}<td>{picture}</td><td>{row['replicates']}</td><td>{escape(row['verdict'])}</td></tr>"


def _drawing(row: Mapping[str, Any], reach: float, said: str) -> str:
    """Draw estimate and interval to the scale of their outcome, 0 in the middle."""
    if not reach or not np.isfinite(row["estimate"]):
        return ""

    def at(value: float) -> float:
        return round(_WIDTH / 2 + value / reach * (_WIDTH / 2 - 4), 1)

    middle, half = at(row["estimate"]), _HEIGHT / 2
    line = ""
    if np.isfinite(row["low"]):
        line = f'<line x1="{at(row["low"])}" x2="{at(row["high"])}" y1="{half}" y2="{half}" stroke="currentColor"/>'
    return (
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-label="{escape(said)}">'
        f'<line x1="{_WIDTH / 2}" x2="{_WIDTH / 2}" y1="0" y2="{_HEIGHT}" stroke="currentColor" opacity="0.35"/>'
        f'{line}<circle cx="{middle}" cy="{half}" r="3" fill="currentColor"/></svg>'
    )

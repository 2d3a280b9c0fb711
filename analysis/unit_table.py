"""A tidy table made of unit records, as a notebook shows it: what it is of above, what was left out below."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from analysis.privacy import HIDDEN
from analysis.words import number

_LEFT_OUT, _UNDEFINED = "–", ""
_FLAGS = ("suppressed", "gain_suppressed")
_ASIDE = ("arm", "window", *_FLAGS)
"""Columns that a notebook isn't shown: they stand in the caption, or are seen."""


class UnitTable(pd.DataFrame):
    """A DataFrame whose `told` says what it is of. A selection of rows keeps it."""

    _metadata = ["told"]  # noqa: RUF012  (pandas asks for a list of this name)
    told: str

    @property
    def _constructor(self) -> type["UnitTable"]:
        return UnitTable

    @classmethod
    def told_of(cls, table: pd.DataFrame, told: str) -> "UnitTable":
        """Take a table and remember what it is of."""
        made = cls(table)
        made.told = told
        return made

    def _repr_html_(self) -> str:
        if "suppressed" not in self.columns:
            return str(pd.DataFrame(self)._repr_html_())
        shown = [one for one in self.columns if one not in _ASIDE]
        head = "".join(f"<th>{escape(str(one))}</th>" for one in shown)
        body = "".join(_rows(self, shown))
        foot = f"<tfoot><tr><td colspan={len(shown)}>{_LEFT_OUT}: {escape(HIDDEN)}</td></tr></tfoot>"
        return (
            f'<table class="relosim-units"><caption>{escape(getattr(self, "told", ""))}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot if _left_out(self).any() else ''}</table>"
        )


def _left_out(table: pd.DataFrame) -> "pd.Series[bool]":
    """Say of which rows something was left out."""
    return table[[one for one in _FLAGS if one in table.columns]].any(axis=1)


def _rows(table: pd.DataFrame, shown: Sequence[str]) -> Iterable[str]:
    for row, left_out in zip(pd.DataFrame(table).to_dict("records"), _left_out(table), strict=True):
        cells = "".join(f"<td>{escape(_said(row[one], left_out))}</td>" for one in shown)
        yield f"<tr>{cells}</tr>"


def _said(value: Any, suppressed: bool) -> str:
    """Write a cell for people: figures with four digits, what was left out as a dash, what is undefined as nothing."""
    if not isinstance(value, float | np.floating):
        return str(value)
    if np.isnan(value):
        return _LEFT_OUT if suppressed else _UNDEFINED
    return number(float(value))

"""Tables of what moves the outcomes, for a study with a sensitivity design."""

from collections.abc import Iterable
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from analysis.indices import Sensitivity, sensitivity
from analysis.sensitivity import Effect, Index, Morris
from analysis.study import BASELINE, Study
from analysis.words import number
from experiments.effects import figure_columns, plain_table, titled, window_words

COLUMNS = (
    "outcome", "arm", "parameter", "first_order", "first_low_95", "first_high_95", "total", "total_low_95",
    "total_high_95", "mu", "mu_star", "mu_star_low_95", "mu_star_high_95", "sigma", "rests_on", "study",
)  # fmt: skip


def sensitivities(study: Study) -> list[Sensitivity]:
    """Estimate them for the level of the baseline and the effect of every arm, outcome by outcome."""
    outcomes = study.manifest.get("sensitivity", {}).get("outcomes", ())
    return [sensitivity(study, outcome, arm) for outcome in outcomes for arm in (BASELINE, *_others(study))]


def _others(study: Study) -> list[str]:
    return [arm for arm in study.arms if arm != BASELINE]


def sensitivity_tables(study: Study) -> list[Group]:
    """Lay out, outcome by outcome, which parameters matter most."""
    return [_table(study, one) for one in sensitivities(study)]


def _table(study: Study, one: Sensitivity) -> Group:
    of = "level of the baseline" if one.arm == BASELINE else f"difference that {one.arm} makes"
    title = f"{one.outcome}: what moves the {of}, {window_words(study)}"
    parts: list[Table | Text] = [_morris(one.found) if isinstance(one.found, Morris) else _sobol(one.found.indices)]
    return titled(title, *parts, Text(f"{one.found.text}; 95 % bootstrap intervals"))


def _sobol(indices: Iterable[Index]) -> Table:
    table = plain_table("parameter")
    figure_columns(table, "first order", "95 % interval", "total", "95 % interval")
    for one in sorted(indices, key=lambda index: -index.total):
        first, total = (one.first, one.first_low, one.first_high), (one.total, one.total_low, one.total_high)
        table.add_row(one.name, *_with_interval(first, 2), *_with_interval(total, 2))
    return table


def _morris(found: Morris) -> Table:
    table = plain_table("parameter")
    figure_columns(table, "mean |effect|", "95 % interval", "mean effect", "sd of effects")
    for one in sorted(found.effects, key=lambda effect: -effect.mu_star):
        star = (one.mu_star, one.mu_star_low, one.mu_star_high)
        table.add_row(one.name, *_with_interval(star), number(one.mu), number(one.sigma))
    return table


def _with_interval(values: tuple[float, float, float], places: int | None = None) -> tuple[str, str]:
    texts = [number(one) if places is None else f"{one:.{places}f}" for one in values]
    return texts[0], f"{texts[1]} to {texts[2]}"


def sensitivity_rows(study: Study) -> list[tuple[Any, ...]]:
    """List every index and effect, for a file; what a method doesn't estimate is left empty."""
    rows = []
    for one in sensitivities(study):
        for part in one.found.effects if isinstance(one.found, Morris) else one.found.indices:
            rows.append((one.outcome, one.arm, part.name, *_figures(part), one.found.text, study.hash))
    return rows


def _figures(part: Index | Effect) -> tuple[Any, ...]:
    if isinstance(part, Effect):
        return (*[""] * 6, part.mu, part.mu_star, part.mu_star_low, part.mu_star_high, part.sigma)
    first, total = (part.first, part.first_low, part.first_high), (part.total, part.total_low, part.total_high)
    return (*first, *total, *[""] * 5)

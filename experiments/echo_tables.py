"""What mechanisms carry of an effect, as a table and as a file."""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from analysis.months import window_text
from analysis.words import decimals, fixed, plus
from experiments.effects import figure_columns, plain_table, titled
from experiments.store import write_text

if TYPE_CHECKING:
    from analysis.echo import Carried, Echo
    from analysis.paired import Paired
    from experiments.echo import Made, Plan, Variant

FILE = "echo.csv"
EXPLAINED = (
    "Each line switches one mechanism off by itself, in the same luck. Its part is the effect with everything on less "
    "the effect without it; parts needn't add up, since mechanisms work together. * 95 % interval: computing error "
    "alone. A part counts as told apart only if it is so among all mechanisms that were tried (Holm 1979)."
)
COLUMNS = (
    "outcome", "arm", "unit", "window", "mechanism", "off", "declared_in", "effect", "low_95", "high_95", "effect_off",
    "low_95_off", "high_95_off", "part", "low_95_part", "high_95_part", "share", "p_holm", "runs", "verdict", "desk",
    "study", "study_off",
)  # fmt: skip


def plan_lines(plan: "Plan", listed: bool) -> Iterator[str]:
    """Say what is run; `listed` with what holds without each mechanism."""
    others = ", ".join(plan.arms[1:])
    yield f"{plan.scenario.name}: which mechanisms carry the effects of {others}?"
    if listed:
        yield from (f"  without {one.name}: {one.off} ({', '.join(one.processes)})" for one in plan.variants)
    yield from (f"  {name}: left out, {why}" for name, why in plan.idle.items())
    count, arms = len(plan.variants), len(plan.arms)
    yield (
        f"{plan.runs} runs: everything on, then each of {count} mechanisms off by itself; {arms} arms x "
        f"{plan.replicates} replicates each, in the same luck"
    )


def echo_table(one: "Echo") -> Group:
    """Lay out one effect: with everything on, then without each mechanism; those that do nothing are named below."""
    from analysis.echo import NOTHING  # noqa: PLC0415  (SciPy takes a moment)

    shown = [mine for mine in one.carried if mine.verdict != NOTHING]
    places = decimals([one.on.mean, *(mine.without.mean for mine in shown)], one.unit)
    table = plain_table("")
    figure_columns(table, "effect", "95 % interval*", "its part", "95 % interval*", "share")
    table.add_column("in words", no_wrap=True)
    table.add_row(Text("everything on", style="bold"), *_figures(one.on, places), "", "", "", one.on.short)
    for mine in shown:
        table.add_row(Text(f"without {mine.mechanism}"), *_row(mine, places))
    nothing = [mine.mechanism for mine in one.carried if mine.verdict == NOTHING]
    below = [Text(f"no difference in any run without: {', '.join(nothing)}")] if nothing else []
    return titled(f"{one.arm} on {one.outcome}, mean of {window_text(one.window)}", table, *below)


def _row(mine: "Carried", places: int) -> tuple[str, ...]:
    share = "" if math.isnan(mine.share) else f"{mine.share:.0%}"
    return *_figures(mine.without, places), *_figures(mine.part, places), share, mine.verdict


def _figures(one: "Paired", places: int) -> tuple[str, str]:
    interval = (
        "" if not math.isfinite(one.low) else f"{plus(fixed(one.low, places))} to {plus(fixed(one.high, places))}"
    )
    return plus(fixed(one.mean, places)), interval


def write_echo(plan: "Plan", made: "Made", found: Sequence["Echo"], folder: Path) -> Path:
    """Write `echo.csv`: a row for each effect with everything on, then for each mechanism; return the file."""
    variants = {one.name: one for one in plan.variants}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found:
        writer.writerows(_csv_rows(one, variants, made))
    write_text(text.getvalue(), folder / FILE)
    return folder / FILE


def _csv_rows(one: "Echo", variants: Mapping[str, "Variant"], made: "Made") -> Iterator[tuple[object, ...]]:
    head = one.outcome, one.arm, one.unit, window_text(one.window)
    on = _ends(one.on)
    yield *head, "", "everything on", "", *on, *[""] * 8, one.on.n, one.on.verdict, one.desk, made.on.hash, ""
    for mine in one.carried:
        variant, study = variants[mine.mechanism], made.without[mine.mechanism]
        about = variant.name, variant.off, " ".join(variant.processes)
        told = mine.share, mine.p, mine.part.n, mine.verdict, one.desk
        yield *head, *about, *on, *_ends(mine.without), *_ends(mine.part), *told, made.on.hash, study.hash


def _ends(one: "Paired") -> tuple[float, float, float]:
    return one.mean, one.low, one.high

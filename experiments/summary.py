"""The answer as it is printed: effects and how sure they are, costs, displacement, targets, speed."""

import csv
import statistics

from rich.cells import cell_len
from rich.console import Console, Group
from rich.measure import Measurement
from rich.table import Table

from analysis.lists import SHARED
from analysis.months import ResultsError
from analysis.study import BASELINE, Study
from analysis.words import number
from experiments.desk_tables import desk_table, other_sums
from experiments.doubts import over_draws_line, pairing_line, variance_table
from experiments.effects import baseline_table, outcome_table
from experiments.policy_tables import cost_table, jobs_table, opening_table, settlement_table, unit_cost_table
from experiments.sensitivity_tables import sensitivity_tables

ERROR = (
    "* 95 % interval: computing error alone; it shrinks with more runs. Same sign: share of the runs whose difference "
    "has the sign of the mean. 'Within its error' is not told apart from no effect."
)
_WIDEST = 1000
HELD = "Parameters were held fixed: what isn't known about them is not in any interval."


def speed_line(study: Study) -> str:
    """Say how fast the runs were, synthesis, simulation and recording told apart.

    By the middle run: the first may have compiled the kernels.
    """
    # A run whose row in the run table was lost has its figures all the same, but nobody knows how long it took.
    timed = [run.circumstances for run in study.runs if run.circumstances.get("person_months") is not None]
    if not timed:
        return f"{len(study.runs)} runs; how long they took isn't known any more."
    persons = sum(one["person_months"] for one in timed)
    spent = {name: statistics.median(one[name] for one in timed) for name in ("synthesis", "simulation", "recording")}
    rate = persons / len(timed) / spent["simulation"] if spent["simulation"] else float("nan")
    parts = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in spent.items())
    speed = f"{number(rate)} person-months a second of simulation"
    return f"{len(study.runs)} runs, {persons:,} person-months, {speed}; the middle run: {parts}."


def targets_line(study: Study) -> str:
    """Say how many published figures the baseline meets; nothing if the region names none."""
    file = study.folder / "baseline_vs_targets.csv"
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines())) if file.exists() else []
    if not rows:
        return ""
    measured = [row for row in rows if row["within_band"]]
    tests = [row for row in measured if row["fitted"] == "no"]
    met = sum(row["within_band"] == "yes" for row in measured)
    met_tests = sum(row["within_band"] == "yes" for row in tests)
    outside = "; ".join(
        f"{row['outcome']} of {row['population']} in {_months(row['window'])}"
        for row in measured
        if row["within_band"] == "no"
    )
    later = len(rows) - len(measured)
    return (
        f"Published figures (baseline_vs_targets.csv): {met} of {len(measured)} lie in their band, "
        f"{met_tests} of the {len(tests)} to which nothing was fitted."
        + (f" Outside: {outside}." if outside else "")
        + (f" {later} more can't be measured in these runs." if later else "")
    )


def units_line(study: Study) -> str:
    """Say how to learn who gained and lost, where unit records aren't kept; nothing where they are."""
    if study.traced_arms or study.arms == (BASELINE,):
        return ""
    if SHARED in study.manifest:
        jobs = "Who gained and lost work stands in jobs.csv. " if (study.folder / "jobs.csv").exists() else ""
        return f"{jobs}This is a copy to hand on, without unit records."
    return (
        "Who gained and lost work, and how long households stay, is told by unit records, which this study doesn't "
        f"keep: `relosim units {study.folder}` makes its runs again and keeps them."
    )


def _months(window: str) -> str:
    first, _, last = window.partition("..")
    return first if first == last else window


def put(console: Console, group: Group) -> None:
    """Print texts as wide as the console, and tables wider than that rather than with broken words."""
    width = console.width
    for part in group.renderables:
        if isinstance(part, Table):
            console.width = max(width, _needed(console, part))
        console.print(part, highlight=False, soft_wrap=False)
        console.width = width


def _needed(console: Console, table: Table) -> int:
    """Hold the columns that must not break to what they hold; return the width that the table needs at least."""
    for column in table.columns:
        if column.no_wrap:
            lines = [line for text in (column.header, *column.cells) for line in str(text).splitlines()]
            column.min_width = max(map(cell_len, lines), default=0)
    return Measurement.get(console, console.options.update(width=_WIDEST), table).minimum


def _say(console: Console, line: str) -> None:
    console.print(line, highlight=False, markup=False)


def print_summary(study: Study, console: Console) -> None:
    """Print the comparison of a study, or the means of a baseline that stands alone."""
    if not any(run.arm == BASELINE for run in study.runs):
        raise ResultsError("the baseline has no finished run, so nothing can be compared")
    if study.arms == (BASELINE,):
        for table in (baseline_table(study), *sensitivity_tables(study)):
            put(console, table)
    else:
        _print_effects(study, console)
    for line in (
        pairing_line(study),
        units_line(study),
        HELD if not study.varies else "",
        targets_line(study),
        speed_line(study),
        f"Study {study.hash}.",
    ):
        if line:
            _say(console, line)


def _print_effects(study: Study, console: Console) -> None:
    for outcome in study.outcomes:
        put(console, outcome_table(study, outcome))
        on_paper = desk_table(study, outcome)
        if on_paper is not None:
            put(console, on_paper)
    for group in other_sums(study):
        put(console, group)
    _say(console, ERROR)
    if study.varies:
        _say(console, over_draws_line(study))
    _say(console, "")
    tables = (
        *sensitivity_tables(study),
        variance_table(study),
        cost_table(study), unit_cost_table(study, study.outcomes), settlement_table(study), jobs_table(study),
        opening_table(study),
    )  # fmt: skip
    for table in tables:
        if table is not None:
            put(console, table)

"""What a scenario does, in words: its arms, its month, its parameters."""

import importlib.util
import sys
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from experiments.declared import HEADINGS, declared_rows
from experiments.kernels import compile_once
from simulation.desk import estimates
from simulation.engine import Engine
from simulation.ledger import Costs, fen
from simulation.months import date_of
from simulation.schedule import month_plan

if TYPE_CHECKING:
    from analysis.stopping import Rule
    from experiments.design import Design
    from simulation.contract import Process
    from simulation.parameters import Settings
    from simulation.scenario import ArmItem, Scenario

_TRIAL_MONTHS = 3
NO_DESK = "on paper: no desk estimate declared"
NO_SUM = "on paper: no sum can be done with these settings"
_DELIVERED = {
    "employers.filled": "month of a filled post",
    "programmes.participant_days": "day of a participant",
    "programmes.admissions": "person admitted",
    "programmes.teachers_moved": "month of a teacher moved",
    "programmes.teachers_recruited": "month of a teacher recruited",
    "programmes.teachers_early": "month of a teacher who begins early",
    "programmes.premiums_paid_fen": "subsidies of premiums",
}
"""What a column that is paid for by the piece is called in a sentence."""


_GO_BY = {
    "job_search": "jobs are found by",
    "school_choice": "seats go by",
    "return": "households go back by",
}
"""What a slot decides, in words."""


def arm_lines(scenario: "Scenario", arms: tuple[str, ...]) -> list[str]:
    """Say what every arm does against the baseline, and what is known of its cost beforehand."""
    lines = []
    for arm in arms:
        items, rules = scenario.arms[arm], scenario.arm_behaviour.get(arm, {})
        lines.append(f"{arm}:" if items or rules else f"{arm}: no intervention")
        lines += [f"  {_ruled(scenario, slot, variant)}" for slot, variant in rules.items()]
        for item in items:
            lines += [f"  {_described(scenario, item)}", *(f"    {told}" for told in _on_paper(scenario, item))]
    return lines


def _on_paper(scenario: "Scenario", item: "ArmItem") -> list[str]:
    """Say what a planner's sum makes of an intervention; a sum that speaks of several outcomes stands once."""
    kind = scenario.catalogue.interventions[item.kind]
    if kind.desk is None:
        return [NO_DESK]
    found: dict[str, list[str]] = {}
    for one in estimates(kind.desk(item.settings)):
        change = f"{one.change:+.0%} of the baseline" if one.of_baseline else f"{one.change:+,.10g}"
        found.setdefault(one.text, []).append(f"{one.outcome} {change}")
    return [f"on paper: {text} ({', '.join(outcomes)})" for text, outcomes in found.items()] or [NO_SUM]


def _ruled(scenario: "Scenario", slot: str, variant: str) -> str:
    """Say by which rule something goes in an arm, and by which in the baseline."""
    usual = scenario.behaviour.get(slot, scenario.catalogue.variants(slot)[0])
    against = f"instead of {usual}" if variant != usual else "as in the baseline"
    return f"{_GO_BY.get(slot, f'{slot} goes by')} {variant} {against}. Cost: nothing"


def _described(scenario: "Scenario", item: "ArmItem") -> str:
    kind = scenario.catalogue.interventions[item.kind]
    return f"{kind.describe(item.settings)}. {_planned_cost(scenario, item, kind.costs(item.settings))}"


def _planned_cost(scenario: "Scenario", item: "ArmItem", costs: Costs) -> str:
    """Say what an intervention costs: capital and monthly rates, which are certain, and rates by what is delivered."""
    settings: Any = item.settings
    span = range(scenario.start, scenario.start + scenario.months)
    capital = fen(costs.capital_yuan_per_unit * costs.units) if settings.capital_month in span else 0
    monthly = sum(fen(costs.monthly_yuan_per_unit * costs.units * settings.strength(month)) for month in span)
    rates = [_rate(one.column, one.yuan) for one in costs.deliveries if one.yuan]
    fixed = [f"{(capital + monthly) / 100:,.0f} yuan until {date_of(span[-1])}"] if capital + monthly else []
    return f"Cost: {', and '.join([*fixed, *rates]) or 'nothing'}"


def _rate(column: str, yuan: float) -> str:
    """Say what is paid for by the piece; a column of fen is money that is passed on."""
    named = _DELIVERED.get(column, column.partition(".")[2].replace("_", " "))
    if column.endswith("_fen"):
        return f"what it pays as {named.removesuffix(' fen')}"
    return f"{yuan:,.0f} yuan for each {named}"


def design_lines(plan: "Design", groups: Sequence[tuple[int, int]], rule: "Rule | None") -> list[str]:
    """Say how the runs are laid out: draws of uncertain parameters, when replicates stop, where arms part."""
    scenario = plan.scenario
    lines = []
    if scenario.sensitivity is not None:
        asked = scenario.sensitivity
        lines.append(
            f"sensitivity: {asked.method}, {len(plan.points)} points of {len(asked.parameters)} parameters, "
            f"{len(groups) // len(plan.points)} replicates each"
        )
    elif scenario.uncertainty is not None:
        lines.append(
            f"uncertainty: {scenario.uncertainty.design}, {len(plan.points)} draws of {len(plan.points[0])} "
            f"parameters; replicate r runs every arm under draw r modulo {len(plan.points)}"
        )
    else:
        lines.append("parameters are held fixed: what isn't known about them will be in no interval")
    if rule is not None:
        widths = ", ".join(f"{name} +-{width:g}" for name, width in rule.half_width.items())
        lines.append(f"replicates go on, up to {rule.at_most}, until every 95 % interval is as narrow as {widths}")
    if scenario.branch_at is not None:
        lines.append(f"each replicate is run once to {date_of(scenario.branch_at)}, where the arms part")
    return lines


def trial(scenario: "Scenario", groups: int, arms: int, workers: int) -> str:
    """Say how long the runs will take and how much memory, from the first months of one run.

    The arms of one draw and replicate share the months before `branch_at`.
    """
    compile_once(scenario, "baseline")
    engine = Engine(scenario, "baseline", 0)
    months = min(_TRIAL_MONTHS, scenario.months)
    engine.step()
    began = time.perf_counter()
    for _ in range(months - 1):
        engine.step()
    a_month = (time.perf_counter() - began) / max(1, months - 1)
    shared = 0 if scenario.branch_at is None else scenario.branch_at - scenario.start
    in_all = groups * (shared + arms * (scenario.months - shared))
    seconds = (groups * arms * engine.timings.synthesis + a_month * in_all) / workers
    size = f"{workers} workers of {_peak_megabytes():,.0f} MB each"
    return f"about {seconds / 60:.1f} minutes with {size}, by a trial of {months} months"


def _peak_megabytes() -> float:
    # The module exists on Unix only.
    resource: Any = importlib.import_module("resource") if importlib.util.find_spec("resource") else None
    if resource is None:
        return float("nan")
    peak = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def _by_table(columns: Iterable[str]) -> str:
    """Write columns table by table: `persons: age, alive; places: kind`."""
    found: dict[str, list[str]] = {}
    for full in columns:
        table, _, column = full.partition(".")
        found.setdefault(table, []).append(column)
    return "\n".join(f"{table}: {', '.join(names)}" for table, names in found.items())


def plan_table(scenario: "Scenario") -> Table:
    """Lay out the month: phase, process, what it reads and what it owns."""
    table = Table(title="the month", title_justify="left", title_style="bold", show_lines=True)
    for heading in ("phase", "process", "reads", "last month's", "owns"):
        table.add_column(heading, no_wrap=heading in ("phase", "process"))
    for one, arms in _planned(scenario):
        name = one.name if one.slot == one.name else f"{one.name} (for {one.slot})"
        name += f"\nin {', '.join(arms)}" if arms else ""
        table.add_row(one.phase, name, _by_table(one.reads), _by_table(one.lagged), _by_table(one.owns))
    return table


def _planned(scenario: "Scenario") -> list[tuple["Process", list[str]]]:
    """List the baseline's processes in their order, then those that only some arms run, with these arms."""
    catalogue = scenario.catalogue
    usual = month_plan(catalogue.chosen(scenario.behaviour))
    arms: dict[str, list[str]] = {}
    for arm in scenario.arms:
        for name in set(catalogue.named(scenario.behaviour_of(arm))) - {one.name for one in usual}:
            arms.setdefault(name, []).append(arm)
    return [*((one, []) for one in usual), *((catalogue.processes[name], arms[name]) for name in sorted(arms))]


def parameter_tables(scenario: "Scenario") -> list[Table]:
    """Lay out every parameter in use by its owner, then those of the arms: value, unit, range, source, meaning."""
    ruling = {name for names in scenario.rules_in_use() for name in names}
    chosen = set(map(scenario.catalogue.owner_of_parameters, ruling)) | set(scenario.catalogue.outcomes)
    owners = sorted(
        name for name in chosen & scenario.parameters.keys() if type(scenario.parameters[name]).model_fields
    )
    tables = [_parameters_of(f"parameters of {owner}", scenario.parameters[owner]) for owner in owners]
    items = [(arm, item) for arm, items in scenario.arms.items() for item in items]
    return tables + [_parameters_of(f"arm {arm}: {item.identity}", item.settings) for arm, item in items]


def _parameters_of(title: str, settings: "Settings") -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for heading in HEADINGS:
        table.add_column(heading, no_wrap=heading == "parameter")
    for cells in declared_rows(type(settings), settings):
        # Text, because a source such as [S14] would be taken for markup.
        table.add_row(*(Text(cell) for cell in cells))
    return table

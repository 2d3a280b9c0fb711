"""What a scenario does, in words: its arms, its month, its parameters."""

import time
from typing import TYPE_CHECKING, Any

from rich.table import Table

from simulation.ledger import Costs, fen
from simulation.months import date_of

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from simulation.scenario import ArmItem, Scenario

_TRIAL_MONTHS = 3


def arm_lines(scenario: "Scenario", arms: tuple[str, ...]) -> list[str]:
    """Say what every arm does against the baseline, and what is known of its cost beforehand."""
    lines = []
    for arm in arms:
        items = scenario.arms[arm]
        lines.append(f"{arm}:" if items else f"{arm}: no intervention")
        lines += [f"  {_described(scenario, item)}" for item in items]
    return lines


def _described(scenario: "Scenario", item: "ArmItem") -> str:
    kind = scenario.catalogue.interventions[item.kind]
    return f"{kind.describe(item.settings)}. {_planned_cost(scenario, item, kind.costs(item.settings))}"


def _planned_cost(scenario: "Scenario", item: "ArmItem", costs: Costs) -> str:
    """Say what an intervention costs whatever happens: capital and monthly rates, deliveries apart."""
    settings: Any = item.settings
    span = range(scenario.start, scenario.start + scenario.months)
    capital = fen(costs.capital_yuan_per_unit * costs.units) if settings.capital_month in span else 0
    monthly = sum(fen(costs.monthly_yuan_per_unit * costs.units * settings.strength(month)) for month in span)
    extra = ", and " + ", ".join(f"{one.yuan:,.2f} yuan per {one.column}" for one in costs.deliveries) if costs.deliveries else ""
    return f"Cost {(capital + monthly) / 100:,.0f} yuan until {date_of(span[-1])}{extra}"


def trial(scenario: "Scenario", runs: int, workers: int) -> str:
    """Say how long the runs will take and how much memory, from the first months of one run."""
    from simulation.engine import Engine

    engine = Engine(scenario, "baseline", 0)
    months = min(_TRIAL_MONTHS, scenario.months)
    engine.step()
    began = time.perf_counter()
    for _ in range(months - 1):
        engine.step()
    a_month = (time.perf_counter() - began) / max(1, months - 1)
    seconds = runs * (engine.timings.synthesis + a_month * scenario.months) / workers
    return f"about {seconds / 60:.1f} minutes with {workers} workers of {_peak_megabytes():,.0f} MB each, by a trial of {months} months"


def _peak_megabytes() -> float:
    try:
        import resource
    except ImportError:  # not on Windows
        return float("nan")
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def plan_table(scenario: "Scenario") -> Table:
    """Lay out the month: phase, process, what it reads and what it owns."""
    from simulation.schedule import month_plan

    table = Table(title="the month", title_justify="left", title_style="bold", show_lines=True)
    for heading in ("phase", "process", "reads", "last month's", "owns"):
        table.add_column(heading, overflow="fold")
    for one in month_plan(scenario.catalogue.chosen(scenario.behaviour)):
        name = one.name if one.slot == one.name else f"{one.name} (for {one.slot})"
        table.add_row(one.phase, name, ", ".join(one.reads), ", ".join(one.lagged), ", ".join(one.owns))
    return table


def _bounds(field: "FieldInfo") -> str:
    found = {name: getattr(part, name) for part in field.metadata for name in ("ge", "gt", "le", "lt") if getattr(part, name, None) is not None}
    low, high = found.get("ge", found.get("gt")), found.get("le", found.get("lt"))
    return "" if low is None and high is None else f"{low} to {high}"


def parameter_table(scenario: "Scenario") -> Table:
    """Lay out every parameter in use: value, unit, range, source, meaning."""
    chosen = {one.name for one in scenario.catalogue.chosen(scenario.behaviour)} | set(scenario.catalogue.outcomes)
    table = Table(title="parameters", title_justify="left", title_style="bold")
    for heading in ("parameter", "value", "unit", "range", "source", "meaning"):
        table.add_column(heading, overflow="fold")
    for owner in sorted(chosen & scenario.parameters.keys()):
        settings = scenario.parameters[owner]
        for name, field in type(settings).model_fields.items():
            told: Any = field.json_schema_extra or {}
            value = getattr(settings, name)
            table.add_row(
                f"{owner}.{name}", str(value), told.get("unit", ""), _bounds(field), told.get("source", ""), field.description or ""
            )
    return table

"""`relosim check`: all mistakes of a scenario, or what it would do, cost and take."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from typing import TYPE_CHECKING

import typer

from experiments.commands.options import (
    SOME_FAILED,
    Arms,
    Draws,
    File,
    Months,
    Replicates,
    Seed,
    Settings,
    loaded,
    refusals,
)

if TYPE_CHECKING:
    from simulation.scenario import Scenario


def check(
    file: File,
    settings: Settings = None,
    seed: Seed = None,
    months: Months = None,
    arm: Arms = None,
    replicates: Replicates = None,
    draws: Draws = None,
) -> None:
    """List every mistake of a scenario, or say what it would do, cost and take."""
    with refusals():
        from experiments.design import Design, chosen_arms
        from experiments.explain import arm_lines, design_lines
        from experiments.study import default_workers, replicates_of, stopping_rule

        scenario, notes, _ = loaded(file, settings, seed, months)
        arms = chosen_arms(scenario, arm or ())
        plan, rule = Design(scenario, arms, draws), stopping_rule(scenario, replicates)
        groups = plan.groups(replicates or replicates_of(scenario))
        typer.echo(f"{scenario.name}: {scenario.why}" if scenario.why else scenario.name)
        lines = design_lines(plan, groups, rule)
        for line in (*arm_lines(scenario, arms), *(f"note: {note}" for note in notes), *lines):
            typer.echo(line)
        runs = len(groups) * len(arms)
        expected = _trial(scenario, len(groups), len(arms), default_workers(runs))
        typer.echo(f"{runs} runs of {scenario.months} months ({len(arms)} arms): {expected}")


def _trial(scenario: "Scenario", groups: int, arms: int, workers: int) -> str:
    from experiments.explain import trial
    from simulation.engine import MonthError

    try:
        return trial(scenario, groups, arms, workers)
    except MonthError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(SOME_FAILED) from None

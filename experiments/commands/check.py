"""`relosim check`: all mistakes of a scenario, or what it would do, cost and take."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from typing import TYPE_CHECKING

import typer

from experiments.commands.options import (
    SOME_FAILED,
    Arms,
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
) -> None:
    """List every mistake of a scenario, or say what it would do, cost and take."""
    with refusals():
        from experiments.design import chosen_arms
        from experiments.explain import arm_lines
        from experiments.study import default_workers, replicates_of

        scenario, notes, _ = loaded(file, settings, seed, months)
        arms = chosen_arms(scenario, arm or ())
        runs = len(arms) * (replicates or replicates_of(scenario))
        typer.echo(f"{scenario.name}: {scenario.why}" if scenario.why else scenario.name)
        for line in (*arm_lines(scenario, arms), *(f"note: {note}" for note in notes)):
            typer.echo(line)
        expected = _trial(scenario, runs, default_workers(runs))
        typer.echo(f"{runs} runs of {scenario.months} months ({len(arms)} arms): {expected}")


def _trial(scenario: "Scenario", runs: int, workers: int) -> str:
    from experiments.explain import trial
    from simulation.engine import MonthError

    try:
        return trial(scenario, runs, workers)
    except MonthError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(SOME_FAILED) from None

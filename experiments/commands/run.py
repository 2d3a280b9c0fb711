"""`relosim run`: make a study."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.making import make, make_folder
from experiments.commands.options import (
    Arms,
    Draws,
    File,
    FromSnapshot,
    JsonLines,
    KeepUnits,
    Minutes,
    Months,
    Quiet,
    Replicates,
    RetryFailed,
    Seed,
    Settings,
    Workers,
    loaded,
    refusals,
)


def run(
    file: File,
    arm: Arms = None,
    replicates: Replicates = None,
    seed: Seed = None,
    months: Months = None,
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option(help="result folder; results/<file stem> if left out", metavar="DIR")
    ] = None,
    workers: Workers = None,
    draws: Draws = None,
    minutes: Minutes = None,
    retry_failed: RetryFailed = False,
    keep_units: KeepUnits = None,
    from_snapshot: FromSnapshot = None,
    quiet: Quiet = False,
    json_lines: JsonLines = False,
) -> None:
    """Run every arm, compare each with the baseline, write the result folder; what is there already is kept."""
    with refusals():
        from experiments.branches import given_states
        from experiments.design import chosen_arms
        from experiments.engines import workers_of
        from experiments.study import Options

        scenario, notes, whole = loaded(file, settings, seed, months)
        chosen_arms(scenario, arm or ())
        states = None if from_snapshot is None else given_states(from_snapshot, scenario.branch_at)
        folder = out or Path("results") / file.stem
        asked = workers_of(workers)
        if isinstance(asked, str):
            from experiments.cluster import check_scheduler

            check_scheduler(asked)
        make_folder(folder)
        for note in () if quiet else notes:
            typer.echo(f"note: {note}", err=True)
        options = Options(
            arm or (), replicates, draws, asked, whole, retry_failed, keep_units, minutes, states
        )  # fmt: skip
        make(scenario, folder, options, quiet=quiet, json_lines=json_lines)

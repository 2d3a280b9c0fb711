"""`relosim units`: unit records of a finished study."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from typing import Annotated

import typer

from experiments.commands.making import make
from experiments.commands.options import Arms, Folder, JsonLines, Quiet, Workers, refusals


def units(
    folder: Folder,
    arm: Arms = None,
    replicates: Annotated[int | None, typer.Option(help="the first replicates alone; all if left out", min=1)] = None,
    workers: Workers = None,
    quiet: Quiet = False,
    json_lines: JsonLines = False,
) -> None:
    """Make runs of a finished study again and keep who changed work, home, school and place, and why."""
    with refusals():
        from experiments.engines import workers_of
        from experiments.recorded import recorded_in
        from experiments.units import units_options

        study = recorded_in(folder)
        scenario = study.scenario()
        options = units_options(study, scenario, arm or (), replicates, workers_of(workers))
        make(scenario, folder, options, quiet=quiet, json_lines=json_lines)

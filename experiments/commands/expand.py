"""`relosim expand`: more of a finished study."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.making import finished, report
from experiments.commands.options import SOME_FAILED, Folder, JsonLines, Quiet, RetryFailed, Workers, refusals

if TYPE_CHECKING:
    from pathlib import Path

    from simulation.scenario import Scenario


def expand(
    folder: Folder,
    replicates: Annotated[int | None, typer.Option(help="runs of each arm, in all", min=1)] = None,
    draws: Annotated[int | None, typer.Option(help="draws of the uncertain parameters, in all", min=1)] = None,
    arm: Annotated[
        list[str] | None, typer.Option("--arm", help="a further arm of the scenario; may be repeated")
    ] = None,
    all_arms: Annotated[bool, typer.Option("--all-arms", help="every arm of the scenario")] = False,
    months: Annotated[
        int | None, typer.Option(help="length of every run: longer runs take the place of the shorter ones", min=1)
    ] = None,
    workers: Workers = None,
    retry_failed: RetryFailed = False,
    quiet: Quiet = False,
    json_lines: JsonLines = False,
) -> None:
    """Add replicates, draws, arms or months to a finished study, from its folder alone; nothing there is changed."""
    with refusals():
        from experiments.engines import workers_of
        from experiments.expand import Wish, expanded
        from experiments.recorded import recorded_in

        study = recorded_in(folder)
        wish = Wish(replicates, draws, months, arm or (), all_arms)
        scenario, options = expanded(study, wish, workers_of(workers), retry_failed)
        done = finished(scenario, folder, options, quiet=quiet, json_lines=json_lines)
        same = months is None or done.study is None or _same(folder, scenario, quiet=quiet, aside=json_lines)
        report(done, folder, quiet or json_lines)
        if not same:
            raise typer.Exit(SOME_FAILED)


def _same(folder: "Path", scenario: "Scenario", *, quiet: bool, aside: bool) -> bool:
    """Say whether longer runs begin as the shorter ones did."""
    from experiments.expand import same_months

    found = same_months(folder, scenario)
    for line in found.lines:
        if found.differing or not quiet:
            typer.echo(line, err=bool(found.differing) or aside)
    return not found.differing

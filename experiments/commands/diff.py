"""`relosim diff`: why a number changed between two studies."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.making import watch_of
from experiments.commands.options import INTERRUPTED, SOME_FAILED, Workers, refusals, wide_console

if TYPE_CHECKING:
    from experiments.attribution import Plan, Split

_WIDTH = 110
_MOST_LINES = 60


def diff(
    first: Annotated[Path, typer.Argument(help="the earlier result folder", metavar="DIR1")],
    second: Annotated[Path, typer.Argument(help="the later result folder", metavar="DIR2")],
    outcome: Annotated[
        list[str] | None, typer.Option(help="an outcome; may be repeated; those that both report if left out")
    ] = None,
    arm: Annotated[
        list[str] | None, typer.Option(help="an arm that both ran; may be repeated; all if left out")
    ] = None,
    replicates: Annotated[
        int | None, typer.Option(help="compare the first replicates alone; all that both have if left out", min=1)
    ] = None,
    workers: Workers = None,
) -> None:
    """Say what differs between two studies, and split the change of numbers into data, parameters, program and seed."""
    with refusals():
        from experiments.attribution import planned
        from experiments.diff_tables import EXPLAINED, plan_lines, split_table
        from experiments.mixed import case_of
        from experiments.what_changed import changes

        cases = case_of(first), case_of(second)
        _tell(list(changes(*cases)))
        plan = planned(*cases, outcome or (), arm or (), replicates)
        for line in plan_lines(plan):
            typer.echo(line)
        typer.echo("")
        made = _splits(plan, workers)
        console = wide_console(_WIDTH)
        for name in plan.outcomes:
            console.print(split_table(plan, [one for one in made if one.outcome == name]), highlight=False)
        console.print(EXPLAINED, highlight=False, markup=False)


def _tell(lines: list[str]) -> None:
    if not lines:
        typer.echo("nothing differs in what the studies were made from")
    for line in lines[:_MOST_LINES]:
        typer.echo(line)
    if len(lines) > _MOST_LINES:
        typer.echo(f"and {len(lines) - _MOST_LINES} more differences")


def _splits(plan: "Plan", workers: str | None) -> "list[Split]":
    """Make the mixed cases in a folder that is dropped when they were read, and split the changes."""
    from tempfile import TemporaryDirectory

    from experiments.attribution import made_cases, splits
    from experiments.engines import workers_of
    from experiments.faults import StoreError

    try:
        with TemporaryDirectory(prefix="relosim-diff-", ignore_cleanup_errors=True) as scratch:
            cases = made_cases(plan, Path(scratch), lambda: watch_of(False, False), workers_of(workers))
            return splits(plan, cases)
    except KeyboardInterrupt:
        typer.echo("interrupted: the mixed cases are dropped, both studies are as they were", err=True)
        raise typer.Exit(INTERRUPTED) from None
    except StoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(SOME_FAILED) from None

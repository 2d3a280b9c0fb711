"""`relosim diff`: why a number changed between two studies."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.making import check_apart, make_folder, watch_of
from experiments.commands.options import INTERRUPTED, Workers, refusals, wide_console

if TYPE_CHECKING:
    from experiments.attribution import Split
    from experiments.diff_plan import Plan
    from experiments.mixed import Case

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
    out: Annotated[
        Path | None, typer.Option(help="folder that keeps the mixed cases; dropped if left out", metavar="DIR")
    ] = None,
    workers: Workers = None,
) -> None:
    """Say what differs between two studies, and split the change of numbers into data, parameters, program and seed."""
    with refusals():
        from experiments.diff_plan import planned
        from experiments.diff_tables import plan_lines
        from experiments.engines import workers_of
        from experiments.mixed import case_of

        cases, makers = (case_of(first), case_of(second)), workers_of(workers)
        if out is not None:
            check_apart(out)
        _tell(cases)
        plan = planned(*cases, outcome or (), arm or (), replicates)
        for line in plan_lines(plan):
            typer.echo(line)
        with _folder_for(out) as folder:
            found = _splits(plan, folder, makers, keeps=out is not None)
        _print(plan, found)


def _tell(cases: "tuple[Case, Case]") -> None:
    from experiments.what_changed import changes

    lines = list(changes(*cases)) or ["nothing differs in what the studies were made from"]
    for line in lines[:_MOST_LINES]:
        typer.echo(line)
    if len(lines) > _MOST_LINES:
        typer.echo(f"and {len(lines) - _MOST_LINES} more differences")


@contextmanager
def _folder_for(out: Path | None) -> Iterator[Path]:
    """Find the mixed cases a folder: the named one, or one that is dropped when they were read."""
    from tempfile import TemporaryDirectory

    if out is not None:
        make_folder(out)
        yield out
        return
    with TemporaryDirectory(prefix="relosim-diff-", ignore_cleanup_errors=True) as scratch:
        yield Path(scratch)


def _splits(plan: "Plan", folder: Path, workers: int | str | None, *, keeps: bool) -> "list[Split]":
    from experiments.attribution import splits

    try:
        return splits(plan, plan.make(folder, lambda: watch_of(False, False), workers))
    except KeyboardInterrupt:
        kept = f"what finished is kept in {folder}, where the same command goes on"
        dropped = "the mixed cases are dropped; --out DIR would have kept what finished"
        typer.echo(f"interrupted: both studies are as they were; {kept if keeps else dropped}", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _print(plan: "Plan", found: "list[Split]") -> None:
    from experiments.diff_tables import EXPLAINED, split_table
    from experiments.summary import put

    console = wide_console(_WIDTH)
    typer.echo("")
    for name in plan.outcomes:
        put(console, split_table(plan, [one for one in found if one.outcome == name]))
    console.print(EXPLAINED, highlight=False, markup=False)

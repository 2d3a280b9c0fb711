"""`relosim echo`: whether an answer only echoes its inputs, and which mechanism carries its sign."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.making import check_apart, make_folder, watch_of
from experiments.commands.options import (
    INTERRUPTED,
    SOME_FAILED,
    Arms,
    File,
    Months,
    Replicates,
    Seed,
    Settings,
    Workers,
    refusals,
    wide_console,
)

if TYPE_CHECKING:
    from analysis.echo import Echo
    from experiments.echo import Made, Plan

_WIDTH = 130


def echo(
    file: File,
    arm: Arms = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option(help="an outcome to print; may be repeated; the first that the file reports if left out"),
    ] = None,
    mechanism: Annotated[
        list[str] | None, typer.Option(help="a mechanism to switch off; may be repeated; all if left out")
    ] = None,
    replicates: Replicates = None,
    seed: Seed = None,
    months: Months = None,
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option(help="result folder; results/<file stem>_echo if left out", metavar="DIR")
    ] = None,
    workers: Workers = None,
    plan_only: Annotated[bool, typer.Option("--plan", help="say what can be switched off and stop there")] = False,
) -> None:
    """Run the scenario with one mechanism off at a time, and say which of them carries the sign of the answer."""
    with refusals():
        from experiments.echo import planned
        from experiments.echo_tables import plan_lines
        from experiments.engines import workers_of
        from experiments.source import Source, settings_of

        source = Source(file, settings_of(settings or []), seed, months)
        plan, makers = planned(source, arm or (), mechanism or (), replicates), workers_of(workers)
        asked = _outcomes(plan, outcome or ())
        for line in plan_lines(plan, plan_only):
            typer.echo(line)
        if plan_only:
            return
        folder = out or Path("results") / f"{file.stem}_echo"
        check_apart(folder)
        make_folder(folder)
        _tell(plan, _made(plan, folder, makers), asked, folder)


def _outcomes(plan: "Plan", asked: Iterable[str]) -> tuple[str, ...]:
    """Return the outcomes to print; DesignError for one that the program doesn't record."""
    import difflib

    from experiments.faults import DesignError
    from experiments.work import indicators_of

    known = indicators_of(plan.scenario)
    for name in asked:
        if name not in known:
            close = difflib.get_close_matches(name, list(known), 1)
            hint = f"did you mean '{close[0]}'?" if close else "`relosim run` lists those that a file reports"
            raise DesignError(f"no outcome '{name}' is recorded; {hint}")
    return tuple(asked) or plan.outcomes[:1]


def _made(plan: "Plan", folder: Path, workers: int | str | None) -> "Made":
    try:
        return plan.make(folder, lambda: watch_of(False, False), workers)
    except KeyboardInterrupt:
        typer.echo(f"interrupted: what finished is kept in {folder}; the same command goes on from there", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _tell(plan: "Plan", made: "Made", asked: tuple[str, ...], folder: Path) -> None:
    from analysis.echo import echo as told
    from experiments.echo_tables import EXPLAINED, echo_table, write_echo
    from experiments.summary import put

    outcomes = dict.fromkeys((*asked, *plan.outcomes))
    found = [told(made.on, made.without, outcome, arm) for outcome in outcomes for arm in plan.arms[1:]]
    file = write_echo(plan, made, found, folder)
    console, printed = wide_console(_WIDTH), [one for one in found if one.outcome in asked]
    typer.echo("")
    for one in printed:
        put(console, echo_table(one))
    console.print(EXPLAINED, highlight=False, markup=False)
    _say(printed)
    more = "" if len(printed) == len(found) else f", also of {', '.join(dict.fromkeys(_others(found, asked)))}"
    typer.echo(f"all figures{more}: {file}")
    for name, why in made.failed.items():
        typer.echo(f"failed without {name}, which is left out: {why}", err=True)
    if made.failed:
        raise typer.Exit(SOME_FAILED)


def _others(found: "list[Echo]", asked: tuple[str, ...]) -> Iterable[str]:
    return (one.outcome for one in found if one.outcome not in asked)


def _say(found: "list[Echo]") -> None:
    typer.echo("")
    for one in found:
        typer.echo(one.sentence)

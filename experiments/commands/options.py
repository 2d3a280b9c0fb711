"""What commands have in common: their options, exit statuses, and how they refuse."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from simulation.scenario import Scenario

SOME_FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130

File = Annotated[Path, typer.Argument(help="a scenario file", metavar="FILE")]
Folder = Annotated[Path, typer.Argument(help="a result folder", metavar="DIR")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", help="PATH=VALUE laid over the file; may be repeated", metavar="PATH=VALUE")
]
Seed = Annotated[int | None, typer.Option(help="luck of the study instead of the file's", min=0)]
Months = Annotated[int | None, typer.Option(help="run only the first months", min=1)]
Arms = Annotated[
    list[str] | None, typer.Option("--arm", help="an arm to run beside the baseline; may be repeated; all if left out")
]
Workers = Annotated[
    str | None,
    typer.Option(
        help="processes, as many as processors if left out; or a scheduler's address", metavar="N|tcp://HOST:PORT"
    ),
]
Draws = Annotated[
    int | None, typer.Option(help="draws of the uncertain parameters; the file's number if left out", min=1)
]
Minutes = Annotated[float | None, typer.Option(help="time after which no replicate is begun", min=0)]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="make runs again that failed before")]
KeepUnits = Annotated[
    bool | None, typer.Option("--units/--no-units", help="keep unit records; as the file says if left out")
]
FromSnapshot = Annotated[
    Path | None,
    typer.Option(help="states that arms go on from: a result folder, or one of its snapshots", metavar="DIR"),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="print nothing but what went wrong")]
JsonLines = Annotated[bool, typer.Option("--json", help="print events, one JSON object a line")]
Replicates = Annotated[int | None, typer.Option(help="runs of each arm; the file's number, or 10", min=1)]


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what is wrong into lines on standard error: exit status 2 for the input, 1 for what befell the work."""
    try:
        yield
    except Exception as error:
        status = _status(error)
        if status is None:
            raise
        typer.echo(str(error), err=True)
        raise typer.Exit(status) from None


_OURS = ("analysis", "experiments", "simulation")
_STATUS = {
    **dict.fromkeys(("ResultsError", "DesignError", "SettingError", "ContractError", "ScenarioError"), BAD_INPUT),
    **dict.fromkeys(("StoreError", "SchedulerGoneError", "RunsFailedError", "ExplanationError"), SOME_FAILED),
}


def _status(error: Exception) -> int | None:
    """Tell by its name, since importing every error would make a command that needs little slow."""
    known = (kind for kind in type(error).__mro__ if kind.__module__.partition(".")[0] in _OURS)
    return next((_STATUS[kind.__name__] for kind in known if kind.__name__ in _STATUS), None)


def loaded(
    file: Path, settings: list[str] | None, seed: int | None, months: int | None
) -> tuple["Scenario", tuple[str, ...], int]:
    """Read a scenario with what is set over it: the scenario, notes, months before the cut."""
    from experiments.source import Source, settings_of

    return Source(file, settings_of(settings or []), seed, months).load()


def wide_console(width: int) -> "Console":
    """Return a console as wide as the terminal, or of this width for a file or a pipe."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=max(console.width, width))

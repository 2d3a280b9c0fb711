"""The command line: run, check, explain, compare, verify, schema, new."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from analysis.load import Study
    from experiments.study import Finished, Options
    from experiments.watch import Watch
    from simulation.scenario import Scenario

SOME_FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
_SUMMARY_WIDTH, _EXPLAIN_WIDTH = 110, 160

app = typer.Typer(
    name="relosim",
    help="Simulate relocation outcomes: write a policy question as YAML, run it, read how sure the answer is.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

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
Quiet = Annotated[bool, typer.Option("--quiet", help="print nothing but what went wrong")]
JsonLines = Annotated[bool, typer.Option("--json", help="print events, one JSON object a line")]
Replicates = Annotated[int | None, typer.Option(help="runs of each arm; the file's number, or 10", min=1)]


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what is wrong with the input into lines on standard error and exit status 2."""
    from analysis.months import ResultsError
    from experiments.design import DesignError
    from experiments.source import SettingError
    from simulation.contract import ContractError
    from simulation.scenario import ScenarioError

    try:
        yield
    except (ScenarioError, ContractError, ResultsError, DesignError, SettingError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_INPUT) from None


def _loaded(
    file: Path, settings: list[str] | None, seed: int | None, months: int | None
) -> tuple["Scenario", tuple[str, ...], int]:
    from experiments.source import Source, settings_of

    return Source(file, settings_of(settings or []), seed, months).load()


@app.command()
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
    quiet: Quiet = False,
    json_lines: JsonLines = False,
) -> None:
    """Run every arm, compare each with the baseline, write the result folder; what is there already is kept."""
    with _refusals():
        from experiments.design import chosen_arms
        from experiments.engines import workers_of
        from experiments.study import Options

        scenario, notes, whole = _loaded(file, settings, seed, months)
        chosen_arms(scenario, arm or ())
        folder = out or Path("results") / file.stem
        _make_folder(folder)
        for note in () if quiet else notes:
            typer.echo(f"note: {note}", err=True)
        options = Options(
            arm or (), replicates, draws, workers_of(workers), whole, retry_failed, keep_units, minutes
        )  # fmt: skip
        finished = _runs(scenario, folder, options, _watch(quiet, json_lines))
        _report(finished, folder, quiet or json_lines)


def _make_folder(folder: Path) -> None:
    from experiments.design import DesignError

    if folder.exists() and not folder.is_dir():
        raise DesignError(f"{folder} is a file; name a folder for the results with --out")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder):
            pass  # being able to make one is the question
    except OSError as error:
        raise DesignError(f"{folder} can't be written ({error.strerror}); name another folder with --out") from None


def _watch(quiet: bool, json_lines: bool) -> "Watch":
    from rich.console import Console

    from experiments.console import watch_on

    return watch_on(Console(stderr=True), quiet, typer.echo if json_lines else None)


def _runs(scenario: "Scenario", folder: Path, options: "Options", watch: "Watch") -> "Finished":
    from experiments.faults import StoreError
    from experiments.study import run_study

    try:
        return run_study(scenario, folder, watch=watch, options=options)
    except KeyboardInterrupt:
        watch.close()
        typer.echo(f"interrupted: what finished is kept in {folder}; the same command goes on from there", err=True)
        raise typer.Exit(INTERRUPTED) from None
    except StoreError as error:
        watch.close()
        typer.echo(str(error), err=True)
        raise typer.Exit(SOME_FAILED) from None
    finally:
        watch.close()


def _report(finished: "Finished", folder: Path, quiet: bool) -> None:
    if finished.study is not None and not quiet:
        _print_study(finished.study)
        if finished.ended:
            typer.echo(finished.ended)
        typer.echo(f"results: {folder}")
    for file in finished.failures:
        typer.echo(f"failed: {file.stem}; its traceback is in {file}", err=True)
    if finished.failures:
        raise typer.Exit(SOME_FAILED)


def _print_study(study: "Study") -> None:
    from experiments.summary import print_summary

    print_summary(study, _wide_console(_SUMMARY_WIDTH))


@app.command()
def check(
    file: File,
    settings: Settings = None,
    seed: Seed = None,
    months: Months = None,
    arm: Arms = None,
    replicates: Replicates = None,
) -> None:
    """List every mistake of a scenario, or say what it would do, cost and take."""
    with _refusals():
        from experiments.design import chosen_arms
        from experiments.explain import arm_lines
        from experiments.study import default_workers, replicates_of

        scenario, notes, _ = _loaded(file, settings, seed, months)
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


@app.command()
def explain(file: File, settings: Settings = None) -> None:
    """Print the month plan, every parameter with its source, and the effective scenario."""
    with _refusals():
        from experiments.explain import parameter_tables, plan_table
        from simulation.scenario import effective_text

        scenario, _, _ = _loaded(file, settings, None, None)
        console = _wide_console(_EXPLAIN_WIDTH)
        for table in (plan_table(scenario), *parameter_tables(scenario)):
            console.print(table)
        typer.echo(effective_text(scenario, Path.cwd()))


def _wide_console(width: int) -> "Console":
    """Return a console as wide as the terminal, or of this width for a file or a pipe."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=max(console.width, width))


@app.command()
def compare(folder: Folder) -> None:
    """Print the comparison of a finished study again."""
    _with_study(folder, _print_study)


def _with_study(folder: Path, do: Callable[["Study"], None]) -> None:
    with _refusals():
        from analysis.load import load

        do(load(folder))


@app.command()
def verify(
    folder: Folder, sample: Annotated[int | None, typer.Option(help="how many runs; all if left out", min=1)] = None
) -> None:
    """Compare every file with the manifest, make runs again and compare bit for bit; exit status 1 if one differs."""

    def again(study: "Study") -> None:
        from experiments.verify import changed_files
        from experiments.verify import verify as verified

        broken = changed_files(study)
        for file in broken:
            typer.echo(f"{file.name} {file.what}")
        listed = len(study.manifest["outputs"]) + len(study.manifest["inputs"])
        typer.echo(f"files: {listed} listed, {len(broken)} differ")
        same = True
        for one in verified(study, sample):
            typer.echo(f"{one.run.name}: {'same bits' if one.same else 'DIFFERS'}")
            same &= one.same
        typer.echo(f"study {study.hash}: {'verified' if same and not broken else 'NOT as it was made'}")
        if broken or not same:
            raise typer.Exit(SOME_FAILED)

    _with_study(folder, again)


@app.command()
def schema() -> None:
    """Print the JSON schema of scenario files, for an editor."""
    import json

    from simulation.scenario import schema as made

    typer.echo(json.dumps(made(), indent=2, ensure_ascii=False))


@app.command()
def new(name: Annotated[str, typer.Argument(help="name of the scenario", metavar="NAME")]) -> None:
    """Write NAME.yaml: a commented scenario to start from."""
    import os
    import shlex

    import scenarios
    from experiments.template import scenario_text

    file = Path(f"{name.removesuffix('.yaml')}.yaml")
    if file.exists():
        typer.echo(f"{file} exists already; choose another name", err=True)
        raise typer.Exit(BAD_INPUT)
    if not file.parent.is_dir():
        typer.echo(f"there is no folder {file.parent}; make it first, or choose a name without it", err=True)
        raise typer.Exit(BAD_INPUT)
    region = Path(next(iter(scenarios.__path__))) / "qianxi.yaml"
    base = Path(os.path.relpath(region, file.resolve().parent)).as_posix()
    file.write_text(scenario_text(file.stem, base, str(file)), "utf-8")
    typer.echo(f"wrote {file}; next: relosim check {shlex.quote(str(file))}")


def main() -> None:
    """Start the command `relosim`."""
    app(prog_name="relosim")


if __name__ == "__main__":
    main()

"""The command `relosim run` over a fake scenario: `python -m tests.faults.child FOLDER '{"seconds": 0.07}'`.

Loading a scenario apart, it is the command's own way: its folder check, its error handling, its exit statuses.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import traceback
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from unittest import mock

import typer

from experiments import study
from experiments.commands.making import make, make_folder
from experiments.commands.options import refusals
from tests.experiments.fakes import FakeScenario
from tests.faults.makers import Maker

ROOT = Path(__file__).parents[2]
ARMS = ("baseline", "jobs", "empty")


@dataclass(frozen=True)
class Call:
    """How the command is called: the scenario's replicates and arms, options, and what happens in its runs."""

    replicates: int = 3
    workers: int = 1
    arms: tuple[str, ...] = ARMS
    name: str = "fake"
    units: bool = True
    retry_failed: bool = False
    seconds: float = 0.0
    fails: str = ""
    dies: str = ""
    back: float = 0.0

    def scenario(self) -> FakeScenario:
        many = {"at_least": self.replicates, "at_most": self.replicates}
        return replace(FakeScenario(), name=self.name, replicates=many, arms=dict.fromkeys(self.arms, ()))

    @property
    def runs(self) -> int:
        return self.replicates * len(self.arms)


@dataclass(frozen=True)
class Said:
    """What a call left: its exit status, and what it wrote to standard error."""

    status: int
    text: str

    @property
    def clean(self) -> bool:
        return "Traceback" not in self.text


def run(folder: Path, call: Call) -> None:
    """Do what the command does; raises typer.Exit as it does."""
    maker = Maker(call.seconds, call.fails, call.dies, call.back)
    with refusals(), mock.patch.object(study, "run_study", partial(study.run_study, run_one=maker)):
        make_folder(folder)
        options = study.Options(workers=call.workers, retry_failed=call.retry_failed, keep_units=call.units)
        make(call.scenario(), folder, options, quiet=False, json_lines=False)


def here(folder: Path, call: Call) -> Said:
    """Call it in this process; an exception that gets through is what a user would see as a traceback."""
    said, status = io.StringIO(), 0
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            run(folder, call)
        except typer.Exit as ended:
            status = ended.exit_code
        except Exception:
            status = 1
            said.write(traceback.format_exc())
    return Said(status, said.getvalue())


def start(folder: Path, call: Call) -> subprocess.Popen[str]:
    """Start it as a process of its own, in a session of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.child", str(folder), json.dumps(asdict(call))],
        env=environment, start_new_session=True, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(child: subprocess.Popen[str]) -> Said:
    """Wait for it."""
    _, said = child.communicate(timeout=300)
    return Said(child.returncode, said)


def main() -> None:
    """Read the arguments, run, and end with the command's exit status."""
    told = json.loads(sys.argv[2])
    call = Call(**{**told, "arms": tuple(told["arms"])})
    try:
        run(Path(sys.argv[1]), call)
    except typer.Exit as status:
        raise SystemExit(status.exit_code) from None

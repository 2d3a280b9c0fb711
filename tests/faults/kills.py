"""Processes killed at moments that a seed chooses: workers, and the command itself."""

import os
import random
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import psutil

from experiments.store import JOINED
from tests.faults.command import Call, Said, ended, start
from tests.faults.finding import Bits, Finding, judged, undisturbed

CALL = Call(replicates=20, workers=2, seconds=0.07)
_STARTS, _DERIVES = 6.0, 4.0
"""Seconds over which kills are spread before the first run is there, and after the last one."""
_GONE = 15.0
"""Seconds within which a worker should be gone after the command was killed."""


def _there(folder: Path) -> float:
    """How many runs have a file, those before their joining at least."""
    files = [file.name for file in (folder / "outcomes").glob("*.parquet")]
    return float("inf") if any(name.startswith(JOINED) for name in files) else len(files)


def workers_of(pid: int) -> list[psutil.Process]:
    """The worker processes of a command."""
    try:
        children = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return [one for one in children if "spawn_main" in _command_line(one)]


def _command_line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _left_behind(workers: list[psutil.Process]) -> list[psutil.Process]:
    _, alive = psutil.wait_procs(workers, timeout=_GONE)
    return [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


class Killing:
    """Kills at random until a number of kills is reached, going on in the same folder until the study is whole."""

    def __init__(self, call: Call, seed: int, folder: Path, bits: Bits) -> None:
        """Choose moments by a seed; `bits` are what an undisturbed study of the call holds."""
        self._random, self._folder, self._bits, self._made = random.Random(seed), folder, bits, call
        self.kills = {"a worker": 0, "the command": 0}
        self.left_behind = self.studies = 0
        self.wrong: list[str] = []

    def round(self, kills: int) -> Finding:
        """Make studies until so many processes were killed, the kinds by turns; judge the worst of them."""
        worst: Finding | None = None
        while sum(self.kills.values()) < kills or worst is None:
            found = self._study(kills)
            worst = found if worst is None or worst.good else worst
        return worst

    def _study(self, kills: int) -> Finding:
        folder = self._folder / f"study-{self.studies}"
        self.studies += 1
        # A study survives a bounded number of kills; then it is let go on, so that each ends.
        most = self._random.randint(6, 12)
        said, retry = None, False
        while said is None or said.status < 0 or retry:
            may_kill = most > 0 and sum(self.kills.values()) < kills
            said, killed = self._call(folder, may_kill, retry)
            most -= killed
            # A run whose worker was killed twice counts as failed, as it should; the user asks for it again.
            retry = said.status == 1 and "failed:" in said.text
        fault = f"kill -9 of a worker ({self.kills['a worker']}) or the command ({self.kills['the command']})"
        wrong = "; ".join(self.wrong)
        if self.left_behind:
            wrong += f"; {self.left_behind} workers left behind"
        total = sum(self.kills.values())
        return judged(folder, self._bits, fault, said, status=0, times=total, wrong=wrong)

    def _call(self, folder: Path, may_kill: bool, retry: bool) -> tuple[Said, int]:
        """Start the command and kill what the turn says; return what it said and how many were killed."""
        child, killed = start(folder, replace(self._made, retry_failed=retry)), 0
        while may_kill:
            if self._waited(child, folder):
                break
            if self.kills["a worker"] > self.kills["the command"]:
                self._kill_command(child)
                killed += 1
                break
            killed += self._kill_worker(child)
        said = ended(child)
        if not said.clean or said.status not in (0, 1, -signal.SIGKILL):
            self.wrong.append(f"status {said.status}: {said.text}")
        return said, killed

    def _waited(self, child: subprocess.Popen[str], folder: Path) -> bool:
        """Wait for a moment anywhere between start and end; say whether the command ended meanwhile."""
        runs, share = len(self._bits), self._random.uniform(-0.15, 1.15)
        if share > 0:
            # As many runs as that are there: seconds would mean another thing on every machine.
            while child.poll() is None and _there(folder) < min(share, 1.0) * runs:
                time.sleep(0.01)
        try:
            child.wait(self._random.uniform(0.0, _STARTS if share < 0 else _DERIVES if share > 1 else 0.1))
        except subprocess.TimeoutExpired:
            return False
        return True

    def _kill_command(self, child: subprocess.Popen[str]) -> None:
        workers = workers_of(child.pid)
        os.kill(child.pid, signal.SIGKILL)
        self.kills["the command"] += 1
        self.left_behind += len(_left_behind(workers))

    def _kill_worker(self, child: subprocess.Popen[str]) -> int:
        """Kill one worker, or wait a moment for there to be one; return how many were killed."""
        workers = workers_of(child.pid)
        if not workers:
            time.sleep(0.05)
            return 0
        self._random.choice(workers).kill()
        self.kills["a worker"] += 1
        return 1


def kill(kills: int, seed: int, folder: Path, call: Call = CALL) -> Finding:
    """Kill so many processes over as many studies as it takes."""
    bits = undisturbed(folder / "undisturbed", replace(call, workers=1, seconds=0.0))
    return Killing(call, seed, folder, bits).round(kills)

"""Makers of runs that take a moment, fail, kill their worker or turn the clock back; importable by workers."""

import os
import time
from dataclasses import dataclass

from simulation.engine import Result
from tests.experiments.fakes import FakeScenario, fake_run


@dataclass(frozen=True)
class Maker:
    """Makes a fake run.

    Attributes
    ----------
    seconds
        how long a run takes, a third more or less from replicate to replicate.
    fails, dies
        name of the run that raises, and of the one that takes its worker process with it, every time.
    back
        seconds by which the clock of the process is set back before each run.
    """

    seconds: float = 0.0
    fails: str = ""
    dies: str = ""
    back: float = 0.0

    def __call__(self, scenario: FakeScenario, arm: str, replicate: int) -> Result:
        name = f"{arm}-r{replicate:04d}"
        if self.back:
            _set_back(self.back)
        time.sleep(self.seconds * (1 + (replicate % 3 - 1) / 3))
        if name == self.fails:
            raise ValueError("a broken balance")
        if name == self.dies:
            os._exit(9)
        return fake_run(scenario, arm, replicate)


def _set_back(seconds: float) -> None:
    before = time.time
    time.time = lambda: before() - seconds

"""What is seen while runs are made: a bar on a terminal, plain lines elsewhere, or events as JSON."""

import json
import time
from collections.abc import Callable, Iterable

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from experiments.watch import Report, Silent, Watch

_LINES = 10
"""Plain lines told over a whole study."""
_QUIET_SECONDS = 60.0
"""After so long without a line, one is told whatever the number of runs."""


class Tally:
    """Counts runs done and failed; tells rate and time left."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start at nothing; `clock` tells seconds and never goes back."""
        self._clock = clock
        self._began = clock()
        self.total = self.kept = self.made = self.failed = 0

    def begin(self, total: int, kept: int) -> None:
        """Hear of the runs; of more of them later, without forgetting those that were made."""
        self.total, self.kept = total, kept - self.made

    def done(self, report: Report) -> None:
        """Count a run that ended."""
        self.made += 1
        if self.made == 1:
            # What lay before the first run, such as compiling, doesn't come again.
            self._began = max(self._began, self._clock() - _seconds(report))
        self.failed += bool(report.failure)

    @property
    def ended(self) -> int:
        """Runs that are there or failed."""
        return self.kept + self.made

    @property
    def per_minute(self) -> float:
        """Runs made a minute since the first of them began."""
        elapsed = self._clock() - self._began
        return 60 * self.made / elapsed if elapsed > 0 else 0.0

    @property
    def minutes_left(self) -> float:
        """Minutes until the planned runs are made, at this rate."""
        return (self.total - self.ended) / self.per_minute if self.per_minute else float("nan")


def _seconds(report: Report) -> float:
    """Return how long a run took, infinite where nobody says."""
    told = report.circumstances
    return told["ended"] - told["started"] if {"started", "ended"} <= set(told) else float("inf")


class _TwoLines(Progress):
    """A progress bar above a line of text, which may be as wide as the terminal."""

    standing = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        """Return the bar and the line."""
        yield from super().get_renderables()
        if self.standing:
            yield Text(self.standing, overflow="ellipsis", no_wrap=True)


class Bar:
    """A progress bar with rate, failures, time left and how the first outcome stands."""

    def __init__(self, console: Console) -> None:
        """Draw on a console that is a terminal."""
        self._progress = _TwoLines(
            TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(), console=console, transient=True,
        )  # fmt: skip
        self._tally = Tally()
        self._task: TaskID | None = None

    def begin(self, total: int, kept: int) -> None:
        """Start the bar where an earlier call left off; make it longer when more runs are planned."""
        self._tally.begin(total, kept)
        if self._task is not None:
            self._progress.update(self._task, total=total)
            return
        if kept:
            self.note(f"{kept} of {total} runs are there already")
        self._progress.start()
        self._task = self._progress.add_task("runs", total=total, completed=kept, rate="")

    def note(self, text: str) -> None:
        """Write a line above the bar."""
        self._progress.console.print(text, highlight=False, markup=False)

    def done(self, report: Report, standing: str) -> None:
        """Move on by one."""
        assert self._task is not None
        self._tally.done(report)
        failed = f", {self._tally.failed} failed" if self._tally.failed else ""
        rate = f"{self._tally.per_minute:.1f} runs/min{failed}"
        self._progress.standing = standing
        self._progress.update(self._task, advance=1, rate=rate)
        if report.failure:
            self.note(f"{report.planned.name} failed")

    def close(self) -> None:
        """Take the bar away."""
        self._progress.stop()


class Lines:
    """A line now and then, for a log."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        """Write to a console."""
        self._console, self._clock = console, clock
        self._tally, self._last = Tally(clock), clock()

    def begin(self, total: int, kept: int) -> None:
        """Say what is to do."""
        self._tally.begin(total, kept)
        self.note(f"{total} runs, {kept} of them there already")

    def note(self, text: str) -> None:
        """Write a line."""
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def done(self, report: Report, standing: str) -> None:
        """Say how far it is, about ten times in all and at least once a minute, and each failure."""
        tally = self._tally
        tally.done(report)
        if report.failure:
            self.note(f"{report.planned.name} failed")
        due = tally.ended % max(1, tally.total // _LINES) == 0 or tally.ended == tally.total
        if due or self._clock() - self._last >= _QUIET_SECONDS:
            self._last = self._clock()
            self.note(_line(tally, standing))

    def close(self) -> None:
        """Nothing to take away."""


def _line(tally: Tally, standing: str) -> str:
    failed = f", {tally.failed} failed" if tally.failed else ""
    left = f", about {tally.minutes_left:.1f} min left" if tally.ended < tally.total and tally.per_minute else ""
    so_far = f"; {standing}" if standing else ""
    return f"{tally.ended} of {tally.total} runs{failed}, {tally.per_minute:.1f} runs/min{left}{so_far}"


class Events:
    """One JSON object a line for another program: begin, note, run, end."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """Hand each line to `say`."""
        self._say, self._tally = say, Tally()

    def _tell(self, event: str, **more: object) -> None:
        self._say(json.dumps({"event": event, **more}, ensure_ascii=False))

    def begin(self, total: int, kept: int) -> None:
        """Tell how many runs there are."""
        self._tally.begin(total, kept)
        self._tell("begin", runs=total, kept=kept)

    def note(self, text: str) -> None:
        """Tell a note."""
        self._tell("note", text=text)

    def done(self, report: Report, standing: str) -> None:
        """Tell of a run that ended."""
        tally, run = self._tally, report.planned
        tally.done(report)
        self._tell(
            "run", run=run.id, arm=run.arm, draw=run.draw, replicate=run.replicate, hash=report.hash,
            failed=bool(report.failure), done=tally.ended - tally.failed, failures=tally.failed, runs=tally.total,
            runs_per_minute=round(tally.per_minute, 2), standing=standing,
        )  # fmt: skip

    def close(self) -> None:
        """Nothing to take away: what the study came to is told by the command."""


def watch_on(console: Console, quiet: bool, json_lines: Callable[[str], None] | None = None) -> Watch:
    """Choose how to tell of progress on this console."""
    if quiet:
        return Silent()
    if json_lines is not None:
        return Events(json_lines)
    return Bar(console) if console.is_terminal else Lines(console)

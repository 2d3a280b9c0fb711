"""What is seen while runs are made: a bar with rate and time left on a terminal, plain lines elsewhere."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from experiments.runner import Report, Silent, Watch

_LINES = 10
"""Plain lines told over a whole study."""


class Bar:
    """A progress bar; `rate` is runs a minute."""

    def __init__(self, console: Console) -> None:
        """Draw on a console that is a terminal."""
        self._progress = Progress(
            TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(), console=console, transient=True,
        )  # fmt: skip
        self._task: TaskID | None = None
        self._ended = 0

    def begin(self, total: int, kept: int) -> None:
        """Start the bar where an earlier call left off."""
        if kept:
            self.note(f"{kept} of {total} runs are there already")
        self._progress.start()
        self._task = self._progress.add_task("runs", total=total, completed=kept, rate="")

    def note(self, text: str) -> None:
        """Write a line above the bar."""
        self._progress.console.print(text, highlight=False, markup=False)

    def done(self, report: Report) -> None:
        """Move on by one."""
        assert self._task is not None
        self._ended += 1
        elapsed = self._progress.tasks[0].elapsed or 0.0
        rate = f"{60 * self._ended / elapsed:.1f} runs/min" if elapsed else ""
        self._progress.update(self._task, advance=1, rate=rate)
        if report.failure:
            self.note(f"{report.planned.name} failed")

    def close(self) -> None:
        """Take the bar away."""
        self._progress.stop()


class Lines:
    """A line now and then, for a log."""

    def __init__(self, console: Console) -> None:
        """Write to a console."""
        self._console = console
        self._total = self._ended = 0

    def begin(self, total: int, kept: int) -> None:
        """Say what is to do."""
        self._total, self._ended = total, kept
        self.note(f"{total} runs, {kept} of them there already")

    def note(self, text: str) -> None:
        """Write a line."""
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def done(self, report: Report) -> None:
        """Say how far it is, about ten times in all, and each failure."""
        self._ended += 1
        if report.failure:
            self.note(f"{report.planned.name} failed")
        step = max(1, self._total // _LINES)
        if self._ended % step == 0 or self._ended == self._total:
            self.note(f"{self._ended} of {self._total} runs")

    def close(self) -> None:
        """Nothing to take away."""


def watch_on(console: Console, quiet: bool) -> Watch:
    """Choose how to tell of progress on this console."""
    if quiet:
        return Silent()
    return Bar(console) if console.is_terminal else Lines(console)


__all__ = ["Bar", "Lines", "Watch", "watch_on"]

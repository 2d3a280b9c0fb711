"""States from which the arms of a draw and replicate go on: burned in once, kept in the folder, or given."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.faults import DesignError, StoreError
from experiments.store import write_bytes
from simulation.months import date_of
from simulation.snapshot import SnapshotError, SnapshotHeader, describe

if TYPE_CHECKING:
    from experiments.design import Planned
    from experiments.work import Job

Group = tuple[int, int]
SNAPSHOTS = "snapshots"
SUFFIX = ".snapshot"


def snapshot_name(group: Group) -> str:
    """Name the file of a group's state."""
    return f"d{group[0]:04d}-r{group[1]:04d}{SUFFIX}"


@dataclass
class Branches:
    """Which groups go on from a state, and the states that are at hand.

    Attributes
    ----------
    job
        with the scenario, whose `branch_at` is the month of the states.
    folder
        result folder; states are kept in its `snapshots/`.
    given
        another folder of states to take from first; None for none.
    """

    job: "Job"
    folder: Path
    given: Path | None = None
    _whole: set[Group] = field(default_factory=set)
    _states: dict[Group, bytes] = field(default_factory=dict)

    def needed(self, run: "Planned", left: int) -> bool:
        """Say whether a state should be made first: the scenario branches, and several runs would share it."""
        if not self.job.branches or run.group in self._whole or self.state(run) is not None:
            return False
        return left > 1

    def state(self, run: "Planned") -> bytes | None:
        """Return the state that a run goes on from; None if it is to be made from its first month."""
        if not self.job.branches or run.group in self._whole:
            return None
        if run.group not in self._states:
            found = self._found(run)
            if found is None:
                return None
            # Arms of one group come one after another: the states of groups before aren't needed any more.
            self._states = {run.group: found}
        return self._states[run.group]

    def _found(self, run: "Planned") -> bytes | None:
        for place in (self.given, self.folder / SNAPSHOTS):
            file = None if place is None else place / snapshot_name(run.group)
            if file is not None and file.exists():
                content = file.read_bytes()
                if self.job.fits(content, run):
                    return content
        return None

    def keep(self, run: "Planned", state: bytes) -> None:
        """Keep a state that was made; StoreError if the folder can't take it."""
        self._states[run.group] = state
        write_bytes(state, self.folder / SNAPSHOTS / snapshot_name(run.group))

    def give_up(self, run: "Planned") -> None:
        """Make the runs of a group from their first month, since their state can't be made."""
        self._whole.add(run.group)

    def drop(self, run: "Planned") -> None:
        """Forget a group's state in memory."""
        self._states.pop(run.group, None)


def given_states(place: Path, month: int | None) -> Path:
    """Check a folder of states, or a result folder that holds one; DesignError with what is wrong."""
    folder = place / SNAPSHOTS if (place / SNAPSHOTS).is_dir() else place
    files = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
    if not files:
        raise DesignError(f"--from-snapshot {place}: there is no file *{SUFFIX}; name a folder that holds some")
    for file in files:
        header = _described(file)
        if month is None:
            raise DesignError(f"--from-snapshot: write 'branch_at: {date_of(header.month)}' into the scenario too")
        if header.month != month:
            raise DesignError(
                f"{file} is a state at {date_of(header.month)}, but the scenario branches at {date_of(month)}"
            )
    return folder


def _described(file: Path) -> SnapshotHeader:
    try:
        return describe(file.read_bytes())
    except SnapshotError as error:
        raise DesignError(f"{file}: {error}") from None
    except OSError as error:
        raise StoreError.of(file, error) from None

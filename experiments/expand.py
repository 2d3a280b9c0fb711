"""More replicates, draws, arms or months of a finished study, from its folder alone; nothing that is there is lost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.months import ResultsError
from analysis.runs import Run, rows_hash, runs_of
from analysis.study import load
from experiments.design import Design, chosen_arms
from experiments.identity import code_digest, run_identity
from experiments.resume import SUPERSEDED
from experiments.study import Options

if TYPE_CHECKING:
    from experiments.recorded import Recorded
    from simulation.scenario import Scenario


@dataclass(frozen=True)
class Wish:
    """What a study is to become; None leaves it as it is.

    Attributes
    ----------
    replicates, draws, months
        how many there are to be in all.
    arms
        arms of the file to be run besides those that were.
    all_arms
        every arm of the file.
    """

    replicates: int | None = None
    draws: int | None = None
    months: int | None = None
    arms: Sequence[str] = ()
    all_arms: bool = False


def expanded(
    study: "Recorded", wish: Wish, workers: int | str | None = None, retry_failed: bool = False
) -> tuple["Scenario", Options]:
    """Plan an expansion: the scenario from the folder, and how it is made.

    Raises ResultsError where less is asked for than there is, where finished runs wouldn't belong to the study any
    more, and where this program or these inputs didn't make them; DesignError for an arm that the file lacks.
    """
    replicates, draws, months = (
        _no_less(what, asked, there)
        for what, asked, there in (
            ("replicates", wish.replicates, study.replicates),
            ("draws", wish.draws, study.draws),
            ("months", wish.months, study.months),
        )
    )
    present = study.scenario()
    study.check_same(present)
    scenario = present if months == study.months else study.scenario(months)
    arms = chosen_arms(scenario, () if wish.all_arms else [*study.arms, *wish.arms])
    planned = Design(scenario, arms, draws).runs(replicates)
    if wish.draws is not None and not any(run.values for run in planned):
        raise ResultsError(f"--draws {wish.draws}: no parameter varies in this study, so there is nothing to draw")
    _check_kept(study, {(run.arm, run.draw, run.replicate) for run in planned}, draws)
    there = {run.id for run in study.finished}
    return scenario, Options(
        arms, replicates, draws, workers, max(months, study.months_of_file), retry_failed, study.traced,
        only=frozenset(run.id for run in planned if run.id not in there),
    )  # fmt: skip


def _no_less(what: str, asked: int | None, there: int) -> int:
    if asked is not None and asked < there:
        raise ResultsError(f"--{what} {asked}: the study has {there} {what} already, and expand never takes away")
    return there if asked is None else asked


def _check_kept(study: "Recorded", planned: set[tuple[str, int, int]], draws: int) -> None:
    lost = [run for run in study.finished if (run.arm, run.draw, run.replicate) not in planned]
    if lost:
        raise ResultsError(
            f"--draws {draws}: {len(lost)} of the {len(study.finished)} finished runs wouldn't belong to the study any "
            f"more, since replicates go round the draws and there are {study.replicates} of them for {study.draws} "
            "draws; expand never takes away: run the scenario with these draws and --out another folder"
        )


@dataclass(frozen=True)
class SameMonths:
    """Longer runs held against the shorter ones that they took the place of.

    Attributes
    ----------
    compared
        how many were compared.
    months
        least and greatest number of months of the shorter ones.
    differing
        names of the runs whose first months aren't those of the shorter run, and what differs.
    """

    compared: int
    months: tuple[int, int]
    differing: tuple[str, ...]

    @property
    def lines(self) -> Iterator[str]:
        """Say what was found; nothing where nothing was compared."""
        for one in self.differing:
            yield f"DIFFERS: {one}"
        least, most = self.months
        first = f"the first {most if least == most else f'{least} to {most}'} months"
        if self.differing:
            yield (
                f"{len(self.differing)} of {self.compared} longer runs didn't record in {first} what the shorter ones "
                "did, which are in superseded/: one of them isn't this program's work"
            )
        elif self.compared:
            yield f"{first} of {self.compared} longer runs are those of the shorter ones, bit for bit"


def same_months(folder: Path, scenario: "Scenario") -> SameMonths:
    """Compare each run of a study with a superseded shorter version of it, month by month and bit by bit."""
    pairs = list(_pairs(folder, scenario))
    found = [(longer, _difference(shorter, longer)) for shorter, longer in pairs]
    _read.cache_clear()
    lengths = {shorter.months for shorter, _ in pairs}
    return SameMonths(
        len(pairs),
        (min(lengths, default=0), max(lengths, default=0)),
        tuple(f"{run.name}: its {what} aren't those of the shorter run" for run, what in found if what),
    )


def _pairs(folder: Path, scenario: "Scenario") -> Iterator[tuple[Run, Run]]:
    """Yield (shorter run, longer run); the shorter has the identity that the longer one would have if it were cut.

    Where several were put aside it is the longest of them.
    """
    aside = {run.id: run for run in runs_of(folder / SUPERSEDED)}
    lengths = {run.months for run in aside.values()}
    code = code_digest()
    for run in sorted(load(folder).runs, key=lambda one: one.outcomes):
        drawn = scenario.with_values(run.values) if run.values else scenario
        for months in sorted((one for one in lengths if one < run.months), reverse=True):
            cut = replace(drawn, months=months)
            shorter = aside.get(run_identity(cut, run.arm, run.draw, run.replicate, code))
            if shorter is not None:
                yield shorter, run
                break


def _difference(shorter: Run, longer: Run) -> str:
    """Name what differs in the months that both recorded; nothing where all is the same."""
    end = shorter.start + shorter.months
    if rows_hash(_rows(shorter, end)) != rows_hash(_rows(longer, end)):
        return "outcomes"
    if _ledger(shorter, end) != _ledger(longer, end):
        return "costs"
    if shorter.traced and longer.traced and not _changes(shorter, end).equals(_changes(longer, end)):
        return "unit records"
    return ""


@lru_cache(maxsize=2)
def _read(file: Path) -> pa.Table:
    return pq.read_table(file)


def _rows(run: Run, end: int) -> pa.Table:
    rows = run.rows_of(_read(run.outcomes)).drop_columns(["run"])
    return rows.filter(pc.field("month") < end)


def _ledger(run: Run, end: int) -> list[Any]:
    return [dict(entry) for entry in run.ledger if entry["month"] < end]


def _changes(run: Run, end: int) -> pa.Table:
    return pq.read_table(run.file("units")).replace_schema_metadata(None).filter(pc.field("month") < end)

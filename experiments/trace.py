"""Two runs of a finished study made once more, baseline and arm, that tell each decision of some households."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.folder import TRACE
from analysis.months import ResultsError
from analysis.runs import Run
from analysis.study import BASELINE
from experiments.encode import content_hash
from experiments.store import write_parquet
from experiments.trace_table import file_name, trace_rows, trace_table
from simulation.draws import Luck
from simulation.explaining import ExplanationError
from simulation.population import Population, populate
from simulation.tracing import TracedEngine

if TYPE_CHECKING:
    from experiments.recorded import Recorded
    from simulation.scenario import Scenario


@dataclass(frozen=True)
class Question:
    """Of whom a trace is asked: uids of households and of persons, whose households are told, in two runs."""

    arm: str
    replicate: int = 0
    draw: int = 0
    households: Sequence[int] = ()
    persons: Sequence[int] = ()


@dataclass(frozen=True)
class Traced:
    """What a trace found.

    Attributes
    ----------
    file
        where the table lies.
    runs
        the baseline's and the arm's.
    table
        a row for each option of each decision.
    people
        {uid: (sex, absolute month of birth)} of the households' members.
    explained
        the processes that tell of their decisions; the others don't.
    """

    file: Path
    runs: tuple[Run, ...]
    table: pa.Table
    people: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    explained: tuple[str, ...] = ()


def uids_of(option: str, words: Sequence[str]) -> list[int]:
    """Read the uids of an option, which may be repeated or hold several with commas; ResultsError for another word."""
    found = [part.strip() for word in words for part in word.split(",") if part.strip()]
    for one in found:
        if not one.isdecimal() or int(one) >= 2**64:
            raise ResultsError(f"{option} {one}: write a uid, a whole number such as 5923387623721161207")
    return [int(one) for one in found]


def trace(study: "Recorded", scenario: "Scenario", question: Question) -> Traced:
    """Make both runs again, tell of some households, and write `trace/`.

    Parameters
    ----------
    study
        what lies in the folder.
    scenario
        loaded from it.
    question
        of whom, and in which runs.

    Raises ResultsError for an unknown arm, replicate, household or person, and where this program or these inputs
    didn't make the runs; ExplanationError if a run comes out otherwise than is recorded, or isn't what is told of it.
    """
    study.check_same(scenario)
    runs = _runs(study, question)
    drawn = scenario.with_values(runs[0].values) if runs[0].values else scenario
    start = populate(drawn, Luck(drawn.seed, question.replicate))
    households = _households(question, start, runs)
    rows, people, explained = list[dict[str, Any]](), dict[int, tuple[int, int]](), dict[str, None]()
    for run in runs:
        engine = TracedEngine(drawn, run.arm, run.replicate, households, start)
        _check(run, content_hash(engine.run()))
        rows += trace_rows(run, engine.told)
        people |= _people(engine, households)
        explained |= dict.fromkeys(engine.explained)
    about = {
        "runs": [{"id": run.id, "arm": run.arm, "hash": run.hash} for run in runs],
        "households": households,
        "told_of": list(explained),
    }
    table, file = trace_table(rows, about), study.folder / TRACE / file_name(runs[-1], households)
    write_parquet(table, file)
    return Traced(file, runs, table, people, tuple(explained))


def _runs(study: "Recorded", question: Question) -> tuple[Run, ...]:
    """Find the two runs; of the baseline alone there is one."""
    pair = (question.draw, question.replicate)
    found = {run.arm: run for run in study.finished if run.pair == pair}
    arms = dict.fromkeys(run.arm for run in study.finished)
    if question.arm not in arms:
        raise ResultsError(f"no finished run of arm '{question.arm}' (there are: {', '.join(arms)})")
    for arm in dict.fromkeys((BASELINE, question.arm)):
        if arm not in found:
            there = sorted({run.replicate for run in study.finished if run.arm == arm and run.draw == question.draw})
            drawn = f" under draw {question.draw}" if study.draws > 1 else ""
            raise ResultsError(
                f"no finished run of arm '{arm}' for replicate {question.replicate}{drawn} (there are: replicates "
                f"{', '.join(map(str, there)) or 'none'})"
            )
    return tuple(found[arm] for arm in dict.fromkeys((BASELINE, question.arm)))


def _households(question: Question, start: Population, runs: Sequence[Run]) -> list[int]:
    """Return the uids of the households that are asked for, rising; ResultsError for one that isn't there."""
    known = set(start.base.tables["households"]["uid"].tolist())
    asked = {*question.households, *(_household_of(person, start, runs) for person in question.persons)}
    unknown = sorted(asked - known)
    if unknown:
        raise ResultsError(
            f"there is no household {unknown[0]} at the start of replicate {question.replicate} (there are "
            f"{len(known)}): name one by the uid that the column 'household' of persons/*.parquet has"
        )
    if not asked:
        raise ResultsError("of whom? Name a household by --household UID, or one of its members by --person UID")
    return sorted(asked)


def _household_of(person: int, start: Population, runs: Sequence[Run]) -> int:
    """Return the household of a person: of the start, or else as the unit records tell of those born later."""
    persons = start.base.tables["persons"]
    row = np.flatnonzero(persons["uid"] == np.uint64(person))
    if len(row):
        return int(start.base.tables["households"]["uid"][persons["household"][row[0]]])
    for run in runs:
        if run.traced:
            table = pq.read_table(run.file("persons"), columns=["uid", "household"])
            found = np.flatnonzero(table["uid"].to_numpy() == np.uint64(person))
            if len(found):
                return int(table["household"][int(found[0])].as_py())
    raise ResultsError(
        f"there is no person {person} at the start of replicate {runs[-1].replicate}"
        + ("" if all(run.traced for run in runs) else ", and without unit records nobody knows who was born later")
        + ": name one by the uid that persons/*.parquet has, or the household"
    )


def _check(run: Run, now: str) -> None:
    if now != run.hash:
        raise ExplanationError(
            f"run {run.name} came out otherwise than is recorded, although program and inputs are the same: "
            f"`relosim verify {run.folder}` compares all runs"
        )


def _people(engine: TracedEngine, households: Collection[int]) -> dict[int, tuple[int, int]]:
    persons, homes = engine.world.tables["persons"], engine.world.tables["households"]
    rows = np.flatnonzero(np.isin(homes["uid"][persons["household"]], np.array(sorted(households), np.uint64)))
    told = (persons[name][rows].tolist() for name in ("uid", "sex", "birth_month"))
    return {uid: (sex, birth) for uid, sex, birth in zip(*told, strict=True)}

"""What is derived from the run files at the end, and can be derived again: tables, figures, a guide to the folder."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.compare import Comparison, compare_all
from analysis.desk import COLUMNS as COLUMNS_OF_DESK
from analysis.desk import all_gaps, rows_of
from analysis.displacement import displacements
from analysis.figures import write_figures
from analysis.folder import DESIGN_FILE, PARAMETERS
from analysis.indices import UNIT
from analysis.meaning import Cell
from analysis.months import ResultsError, Window, window_text
from analysis.paired import INTERVAL, Paired
from analysis.study import BASELINE, Study, load
from analysis.tables import DESIGN, ledger_table, runs_table
from experiments.assumptions import COLUMNS as COLUMNS_OF_PARAMETERS
from experiments.assumptions import assumption_rows
from experiments.manifest import announce, write_manifest
from experiments.policy_tables import jobs_rows
from experiments.sensitivity_tables import COLUMNS, sensitivity_rows
from experiments.store import write_parquet, write_text

if TYPE_CHECKING:
    from experiments.design import Planned
    from experiments.run_table import RunTable
    from simulation.scenario import Scenario

README = """\
Result folder of relosim: {name}
{why}

Begin here
  summary.csv              the answer: a row per outcome, arm, place, population and group with the baseline's mean and
                           the difference from it; low_95 and high_95: {interval};
                           low_5_draws and high_95_draws: over the draws of uncertain parameters, which more runs don't
                           narrow; parameters_share and luck_share: of the variance of one run; study: its hash
                           (a study without arms has no row here: see baseline_vs_targets.csv and the figures)
  figures/                 a picture of each reported outcome, <outcome>.png and .svg; of what is counted at facilities
                           also <outcome>-<place>, for the place where the arms differ most
  jobs.csv                 who gained and lost work in a mean month of the window, what became of new employers' posts,
                           whose work they are, why some stay open, and who lost work through which chain
  desk.csv                 the sum that a planner would do on paper for each arm, the model's effect, and what each
                           mechanism adds on the way from one to the other; told apart where unit records are kept
  baseline_vs_targets.csv  the baseline beside published figures, with the band that counts as met; a figure to which
                           something was fitted ("yes") tests nothing
  parameters.csv           what the runs rest on: every parameter with its value, unit, range, source and meaning; mark:
                           the weakest of its source, from syn over prior, unverified, derived to published, or scenario
  sensitivity.csv          only for a sensitivity design: how much each parameter moves the level and the difference
  effective.yaml           what was run: the scenario after inheritance, with the file that each value comes from

The record (every other file follows from these)
  outcomes/*.parquet       a row per run, month, place, population and group; a ratio is the two columns <name>__num and
                           <name>__den, to be added up before they are divided. Unit, people and denominator stand in
                           each column's metadata; the footer lists the runs of the file, what they cost and the hash of
                           their rows. place is an id or `all`; population is relocated, stayers, hosts or `all`; group
                           is `all`, `sex=...` or `age_band=...`. While runs are made, each has a file of its own.
  inputs/                  copies of the tables and plug-ins that effective.yaml names: with it, all that is needed to
                           make every run again

Lists
  design.parquet           the table of runs, written before any was made: identity, arm, draw, replicate
  draws.parquet            a row per draw, with the values that it sets; one row without values where none is drawn
  runs.parquet             what became of each run: state, hash of what it recorded, times, host
  ledger.parquet           what the arms' interventions cost, booking by booking, in fen (100 fen are 1 yuan)
  manifest.json            the design, the report that was asked for, program and versions, the runs, and the SHA-256
                           of every file of the study
  run_table.sqlite         the run table while runs are made; it can be lost without harm
  .lock                    keeps two processes from making runs here at once; it may always stay

There only if asked for or needed
  units/<run>.parquet      every change of employer, school, home or place of a person, household or teacher, and of
                           an employer's posts and unfilled posts: uid, month, column, from, to, reason
  persons/<run>.parquet    fixed attributes of each person: uid, sex, month of birth, population, household
  snapshots/               the state of each replicate at the month in which the arms part
  trace/*.parquet          single decisions of the households that `relosim trace` was asked for: a row for each option
                           of each decision of a month in two runs, with utility, chance, draw and what decided
  failures/<run>.txt       why a run failed
  quarantine/              files that weren't what was written; their runs were made again
  superseded/              runs of an earlier version of the scenario or the program; never read

Runs of the same replicate share their luck: the difference between an arm and the baseline is the policy's.
A run's hash covers its figures in the order of their keys, not the time or the machine.

A page for a meeting         relosim report <this folder> [--lang zh]
Print the comparison again   relosim compare <this folder>
Prove files and runs         relosim verify <this folder>
Keep unit records too        relosim units <this folder>
Why one household differs    relosim trace <this folder> --arm ARM --household UID
More replicates, draws       relosim expand <this folder>
More kinds of figures        relosim figures <this folder>
Ask in SQL                   relosim sql <this folder> "select ..."
A copy to hand on            relosim share <this folder>
Open in a notebook           import relosim as rs; study = rs.load("<this folder>"); study.frame()
"""


def _csv(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def write_design(folder: Path, runs: Sequence["Planned"], unit: Mapping[str, Sequence[float]]) -> None:
    """Write `design.parquet`, the table of runs, and `draws.parquet`, a row per draw, before anything is made.

    `unit` names the coordinates in the unit cube of a sensitivity design, {path: one per draw}.
    """
    rows = [{"run": run.id, "arm": run.arm, "draw": run.draw, "replicate": run.replicate} for run in runs]
    write_parquet(pa.Table.from_pylist(rows, DESIGN), folder / DESIGN_FILE)
    draws = {run.draw: dict(run.values) for run in runs}
    rows_of_draws = [
        {"draw": draw, **values, **{f"{UNIT}{path}": column[draw] for path, column in unit.items()}}
        for draw, values in draws.items()
    ]
    write_parquet(pa.Table.from_pylist(rows_of_draws), folder / "draws.parquet")


def write_runs(folder: Path, table: "RunTable") -> None:
    """Write `runs.parquet`: the run table as it stands, a row per run of the design."""
    write_parquet(runs_table(table.rows()), folder / "runs.parquet")


def write_ledger(study: Study) -> None:
    """Write `ledger.parquet`: the bookings of all runs."""
    write_parquet(ledger_table(study.runs), study.folder / "ledger.parquet")


_SUMMARY = (
    "outcome", "arm", "place", "population", "group", "window", "unit", "baseline_mean", "difference",
    "low_95", "high_95",
    "same_sign_share", "runs", "verdict", "draws", "low_5_draws", "high_95_draws", "parameters_share", "luck_share",
    "meaning", "study",
)  # fmt: skip


def _summary_row(one: Comparison) -> tuple[Any, ...]:
    gap = one.difference
    return (
        one.outcome, one.arm, one.cell.place, one.cell.population, one.cell.group,
        window_text(one.window), one.meaning.unit,
        one.baseline, gap.mean, gap.low, gap.high, gap.same_sign, gap.n, gap.verdict,
        *one.doubt_over_draws.values(), one.meaning.text,
    )  # fmt: skip


def write_summary(study: Study) -> list[Comparison]:
    """Write `summary.csv`, by population and by what else the report names; return its rows."""
    found = compare_all(study, by=study.by)
    write_text(_csv(_SUMMARY, ((*_summary_row(one), study.hash) for one in found)), study.folder / "summary.csv")
    return found


def _with_interval(value: float | Paired) -> tuple[Any, Any, Any]:
    return (value.mean, value.low, value.high) if isinstance(value, Paired) else (value, "", "")


def write_jobs(study: Study) -> None:
    """Write `jobs.csv`: what became of the posts and who lost work, of each arm."""
    rows = [
        (one.arm, window_text(one.window), what.strip(), *_with_interval(value), one.net.n, study.hash)
        for one in displacements(study)
        for what, value in jobs_rows(one)
    ]
    if rows:
        write_text(
            _csv(("arm", "window", "what", "mean_a_month", "low_95", "high_95", "runs", "study"), rows),
            study.folder / "jobs.csv",
        )


def write_desk(study: Study) -> None:
    """Write `desk.csv`: each sum on paper, the mechanisms between it and the model's effect, and the effect."""
    rows = [(*row, study.hash) for gap in all_gaps(study) for row in rows_of(gap)]
    if rows:
        write_text(_csv((*COLUMNS_OF_DESK, "study"), rows), study.folder / "desk.csv")


_TARGETS = (
    "target", "outcome", "window", "population", "published", "unit", "model_mean", "low_5", "high_95", "runs",
    "deviation", "band",
    "band_unit", "within_band", "fitted", "note", "study",
)  # fmt: skip


def _target_row(study: Study, target: Mapping[str, Any]) -> tuple[Any, ...]:
    window = int(target["window_from"]), int(target["window_to"])
    head = (
        target["id"],
        target["indicator"],
        window_text(window),
        target["population"],
        target["value"],
        target["unit"],
    )
    tail = (target["band"], target["band_unit"])
    try:
        values = _model_values(study, str(target["indicator"]), window, str(target["population"]))
    except ResultsError as error:
        return (*head, "", "", "", 0, "", *tail, "", target["fitted"], str(error))
    mean = float(np.nanmean(values))
    low, high = np.nanquantile(values, (0.05, 0.95))
    off = mean - float(target["value"])
    within = "yes" if abs(off) <= _allowed(target) else "no"
    return (*head, mean, float(low), float(high), len(values), off, *tail, within, target["fitted"], "")


def _model_values(study: Study, outcome: str, window: Window, population: str) -> NDArray[np.float64]:
    values = study.pooled(outcome, BASELINE, window, Cell(population=population)).values
    if not np.isfinite(values).any():
        raise ResultsError(f"'{outcome}' is undefined for {population} in {window_text(window)}")
    return values


def _allowed(target: Mapping[str, Any]) -> float:
    """Return how far off counts as met, in the target's own unit."""
    band = float(target["band"])
    return {"percent": abs(float(target["value"])) * band / 100, "points": band / 100}.get(
        str(target["band_unit"]), band
    )


def write_targets(study: Study, targets: Mapping[str, Any]) -> None:
    """Write `baseline_vs_targets.csv`: published figure, model's mean and spread, fitted or not."""
    rows = [dict(zip(targets, row, strict=True)) for row in zip(*targets.values(), strict=True)]
    write_text(
        _csv(_TARGETS, ((*_target_row(study, row), study.hash) for row in rows)),
        study.folder / "baseline_vs_targets.csv",
    )


def write_parameters(study: Study, scenario: "Scenario") -> None:
    """Write `parameters.csv`: what the runs rest on, value by value."""
    write_text(_csv(COLUMNS_OF_PARAMETERS, assumption_rows(scenario, study.arms)), study.folder / PARAMETERS)


def write_sensitivity(study: Study) -> None:
    """Write `sensitivity.csv`: an index of each parameter for every outcome and arm, if a design asks for them."""
    rows = sensitivity_rows(study)
    if rows:
        write_text(_csv(COLUMNS, rows), study.folder / "sensitivity.csv")


_ANSWERS = ("summary.csv", "jobs.csv", "desk.csv", "baseline_vs_targets.csv", "sensitivity.csv", "ledger.parquet")


def drop_answers(folder: Path, listed: Iterable[str]) -> None:
    """Remove what was derived from runs, of figures those that a manifest lists: no answer outlives its study."""
    for name in {*_ANSWERS, *(one for one in listed if one.startswith("figures/"))}:
        (folder / name).unlink(missing_ok=True)


def derive(
    folder: Path, told: Mapping[str, Any], scenario: "Scenario", table: "RunTable", listed: Mapping[str, str]
) -> Study:
    """Write everything that is derived from the run files, the manifest last; return the study.

    `listed` are the files that an earlier manifest told of, {name: SHA-256}.
    """
    drop_answers(folder, listed)
    write_runs(folder, table)
    announce(folder, told, listed)
    write_text(README.format(name=scenario.name, why=scenario.why, interval=INTERVAL), folder / "README.txt")
    study = load(folder)
    write_ledger(study)
    write_parameters(study, scenario)
    if any(run.arm == BASELINE for run in study.runs):
        write_summary(study)
        write_jobs(study)
        write_desk(study)
        write_targets(study, scenario.tables.get("targets", {}))
        write_sensitivity(study)
        write_figures(study)
    write_manifest(study, told, table.files())
    return load(folder)

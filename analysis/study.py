"""A study as it lies in its folder: which runs there are, and their figures when asked for."""

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.blocks import Sums, cells_of, read_months, read_rows, read_sums
from analysis.folder import DESIGN_FILE
from analysis.lists import read_list, read_manifest
from analysis.meaning import Cell, Meaning, meaning_of
from analysis.months import ResultsError, Window, window_of, window_text
from analysis.runs import Run, runs_of
from analysis.series import Matched, Pooled, Series, matched, pool

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    from analysis.effects import Effects
    from analysis.report import Report

KEY_COLUMNS = ("run", "arm", "draw", "replicate", "month", "date", "place", "population", "group")
BASELINE = "baseline"
_KEPT_VALUES = 2**24
"""Up to so many values of an outcome and arm are kept, 128 MB."""


class Study:
    """The finished runs of a folder. Figures are read when they are asked for."""

    def __init__(self, folder: Path, runs: tuple[Run, ...], manifest: Mapping[str, Any]) -> None:
        """Hold what `load` found."""
        self.folder = folder
        self.runs = runs
        self.manifest = manifest
        self._sums: dict[tuple[str, str, int, int], Sums] = {}
        self._monthly: dict[tuple[str, str, int, int], NDArray[np.float64]] = {}

    def __repr__(self) -> str:
        """Say what the folder holds, for a notebook."""
        name, runs = self.manifest.get("name", ""), len(self.runs)
        months = window_text((self.start, self.start + self.months - 1))
        return f"<Study {name!r}: {runs} runs of {', '.join(self.arms)}; {months}; in {self.folder}>"

    def rules_of(self, arm: str) -> Mapping[str, str]:
        """Return the rules of behaviour that an arm names besides the scenario's, by slot."""
        return dict(self.manifest.get("rules", {}).get(arm, {}))

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms, baseline first, the others in the order of the scenario."""
        known = list(self.manifest.get("arms", ()))
        names = {run.arm for run in self.runs}
        return tuple(
            sorted(names, key=lambda arm: (arm != BASELINE, known.index(arm) if arm in known else len(known), arm))
        )

    @property
    def start(self) -> int:
        """First month."""
        return min(run.start for run in self.runs)

    @property
    def months(self) -> int:
        """Number of months of the runs."""
        return min(run.months for run in self.runs)

    @property
    def varies(self) -> bool:
        """Say whether uncertain parameters were drawn, rather than held fixed."""
        return any(run.values for run in self.runs)

    @property
    def draws(self) -> int:
        """Number of draws of uncertain parameters that have a finished run."""
        return len({run.draw for run in self.runs})

    @property
    def hash(self) -> str:
        """Name of exactly this set of runs: 12 digits of a SHA-256 over what they recorded."""
        told = "".join(sorted(f"{run.id}{run.hash}" for run in self.runs))
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    @property
    def window(self) -> Window:
        """The window that the scenario's report names, or the last twelve months."""
        named = self.manifest.get("report", {}).get("window")
        return self.window_in(named) if named else self.window_in(None)

    def window_in(self, text: str | Window | None) -> Window:
        """Read a window and check that the runs cover it; None is the last twelve months."""
        last = self.start + self.months - 1
        if text is None:
            return max(self.start, last - 11), last
        window = window_of(text) if isinstance(text, str) else (int(text[0]), int(text[1]))
        if window[0] < self.start or window[1] > last:
            covered = window_text((self.start, last))
            raise ResultsError(f"the window {window_text(window)} reaches beyond the runs, which cover {covered}")
        return window

    @cached_property
    def meanings(self) -> dict[str, Meaning]:
        """Every outcome that was recorded, by name."""
        schema = pq.read_schema(self.runs[0].outcomes)
        found = {}
        for column in schema:
            if column.name not in KEY_COLUMNS:
                meaning = meaning_of(column)
                found[meaning.name] = meaning
        return found

    def meaning(self, outcome: str) -> Meaning:
        """Return what an outcome means; ResultsError with the nearest name if there is none."""
        if outcome not in self.meanings:
            close = difflib.get_close_matches(outcome, list(self.meanings), 1)
            hint = (
                f"; did you mean '{close[0]}'?"
                if close
                else f" (there are {len(self.meanings)}, such as {', '.join(list(self.meanings)[:5])})"
            )
            raise ResultsError(f"no outcome '{outcome}' was recorded{hint}")
        return self.meanings[outcome]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that the scenario reports, or else every recorded one."""
        return tuple(self.manifest.get("report", {}).get("outcomes") or self.meanings)

    @property
    def by(self) -> tuple[str, ...]:
        """The dimensions that every comparison is broken down by: population, and what the scenario names."""
        return tuple(dict.fromkeys(("population", *self.manifest.get("report", {}).get("by", ()))))

    def of_arm(self, arm: str) -> tuple[Run, ...]:
        """Return the runs of an arm by replicate and draw; ResultsError if there is none."""
        found = tuple(run for run in self.runs if run.arm == arm)
        if not found:
            raise ResultsError(f"no finished run of arm '{arm}' (there are: {', '.join(self.arms)})")
        return found

    def pairs(self, arm: str) -> list[tuple[Run, Run]]:
        """Return (baseline run, arm run) for every draw and replicate that both finished."""
        base = {run.pair: run for run in self.of_arm(BASELINE)}
        found = [(base[run.pair], run) for run in self.of_arm(arm) if run.pair in base]
        if not found:
            raise ResultsError(f"no replicate of arm '{arm}' has a finished baseline beside it")
        return found

    def traced(self, arm: str) -> list[tuple[Run, Run]]:
        """Return the pairs of an arm whose unit records are kept; ResultsError if there is none."""
        found = [both for both in self.pairs(arm) if all(run.traced for run in both)]
        if not found:
            raise ResultsError(
                f"no unit records of arm '{arm}' are kept: `relosim units {self.folder} --arm {arm}` makes them again"
            )
        return found

    @property
    def traced_arms(self) -> tuple[str, ...]:
        """Names of the arms of which unit records are kept, with the baseline's beside them."""
        base = {run.pair for run in self.runs if run.arm == BASELINE and run.traced}
        kept = {run.arm for run in self.runs if run.traced and run.pair in base}
        return tuple(arm for arm in self.arms if arm in kept)

    def pooled(self, outcome: str, arm: str, window: str | Window | None = None, cell: Cell | None = None) -> Pooled:
        """Read one outcome of one arm over a window, the report's where left out, for some people."""
        first, last = self.window if window is None else self.window_in(window)
        values = pool(self._added_up(outcome, arm, (first, last), cell or Cell()), last - first + 1)
        return Pooled(self.meaning(outcome), *_draws_and_replicates(self.of_arm(arm)), values)

    def totals(self, outcome: str, arm: str, window: str | Window, cell: Cell | None = None) -> Pooled:
        """Add up one outcome of one arm over a window: unit-months; of a ratio its numerators.

        ResultsError for an outcome whose months can't be added up, such as a Gini coefficient.
        """
        meaning = self.meaning(outcome)
        if meaning.kind == "plain":
            raise ResultsError(
                f"'{outcome}' ({meaning.unit}) can't be added up: a cost per unit needs a count or a share"
            )
        values = self._added_up(outcome, arm, self.window_in(window), cell or Cell())[:, 0]
        return Pooled(meaning, *_draws_and_replicates(self.of_arm(arm)), values)

    def _added_up(self, outcome: str, arm: str, window: Window, cell: Cell) -> NDArray[np.float64]:
        """Return the sums of an outcome's columns over a window, float64[runs, columns]."""
        key = outcome, arm, *window
        if key not in self._sums:
            self._sums = {known: sums for known, sums in self._sums.items() if known[0] == outcome}
            months = window[0] - self.start, window[1] - self.start
            self._sums[key] = read_sums(self.of_arm(arm), self.meaning(outcome).columns, months)
        return self._sums[key].values[:, :, self._row(cell)]

    def matched(self, outcome: str, arm: str, window: str | Window | None = None, cell: Cell | None = None) -> Matched:
        """Read the baseline's and an arm's values over a window, of the draws and replicates that both finished."""
        return matched(*(self.pooled(outcome, one, window, cell) for one in (BASELINE, arm)))

    def series(self, outcome: str, arm: str, cell: Cell | None = None) -> Series:
        """Read one outcome of one arm month by month for some people."""
        meaning, runs, row = self.meaning(outcome), self.of_arm(arm), self._row(cell or Cell())
        cells = len(self._rows)
        # All cells of a small study are read together, and kept until another outcome is asked for.
        whole = len(runs) * len(meaning.columns) * self.months * cells <= _KEPT_VALUES
        rows = range(cells) if whole else (row,)
        key = outcome, arm, rows[0], len(rows)
        if key not in self._monthly:
            self._monthly = {known: values for known, values in self._monthly.items() if known[0] == outcome}
            self._monthly[key] = read_months(runs, meaning.columns, rows, cells)
        values = self._monthly[key][:, :, :, rows.index(row)]
        low = values[:, 1] if meaning.kind == "ratio" else None
        return Series(meaning, self.start, *_draws_and_replicates(runs), values[:, 0], low)

    def _row(self, cell: Cell) -> int:
        """Return where a cell stands in each month; ResultsError if it wasn't recorded."""
        if cell not in self._rows:
            raise ResultsError(
                f"nothing was recorded for place={cell.place}, population={cell.population}, group={cell.group}"
            )
        return self._rows[cell]

    @cached_property
    def _rows(self) -> dict[Cell, int]:
        return {cell: row for row, cell in enumerate(cells_of(self.runs[0]))}

    def compare(
        self,
        arms: str | Iterable[str] | None = None,
        outcomes: Iterable[str] | None = None,
        window: str | Window | None = None,
        interval: str = "t",
    ) -> "Effects":
        """Compare arms with the baseline: `study.compare("micro_factories").by("place", "age_band")`.

        Parameters
        ----------
        arms
            one arm or several; all of them where left out.
        outcomes
            recorded outcomes; those of the report where left out.
        window
            months pooled, as `2021-01..2021-12`; the report's where left out.
        interval
            `t`, or `bootstrap` for lopsided differences.

        Raises ResultsError for names or months that weren't recorded.
        """
        from analysis.effects import effects  # noqa: PLC0415  (it builds on this file)

        return effects(self, arms, outcomes, window, interval)

    def report(self, lang: str = "en") -> "Report":
        """Make a page for a meeting, which a notebook shows and `.write("report.html")` writes.

        `lang` is `en` or `zh`. Raises ResultsError for another language and where the baseline has no finished run.
        """
        from analysis.report import report  # noqa: PLC0415  (it builds on this file)

        return report(self, lang)

    @property
    def all_cells(self) -> tuple[Cell, ...]:
        """Every cell that was recorded."""
        return tuple(self._rows)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Along what people are parted: `place`, `population`, and groups such as `sex` and `age_band`."""
        cells = self.all_cells
        parts = [one for one in ("place", "population") if any(getattr(cell, one) != "all" for cell in cells)]
        return (*parts, *dict.fromkeys(cell.group.partition("=")[0] for cell in cells if cell.group != "all"))

    @cached_property
    def sites(self) -> frozenset[str]:
        """Ids of the places that are resettlement sites; ResultsError where the manifest doesn't tell."""
        if "places" not in self.manifest:
            raise ResultsError(
                f"{self.folder} was made by a program that didn't note which places are sites: run it again"
            )
        return frozenset(one for one, told in self.manifest["places"].items() if told["kind"] == "site")

    def cells(self, by: Iterable[str]) -> list[Cell]:
        """List the cells of a breakdown: `place`, `population`, or a group such as `age_band` or `sex`."""
        keys, found = list(self._rows), [Cell()]
        for dimension in by:
            if dimension in ("place", "population"):
                found += [Cell(**{dimension: one}) for one in _distinct(keys, dimension)]
            else:
                found += [Cell(group=one) for one in _distinct(keys, "group") if one.startswith(f"{dimension}=")]
        return found

    def frame(self, outcomes: Iterable[str] | None = None) -> "pd.DataFrame":
        """Return the rows of every run as one pandas frame, for a notebook."""
        names = list(outcomes) if outcomes is not None else list(self.outcomes)
        columns = [*KEY_COLUMNS, *(column for name in names for column in self.meaning(name).columns)]
        return pa.concat_tables(table for _, table in read_rows(self.runs, columns)).to_pandas()

    def changes(self, run: Run, *columns: str) -> pa.Table:
        """Read a run's changes of watched columns: uid, month, column, from, to, reason."""
        return pq.read_table(run.file("units"), filters=[("column", "in", list(columns))])

    def names(self, run: Run, table: str) -> dict[int, str]:
        """Return uid -> id of the rows of a small table (places, employers, ...) of a run."""
        return self.all_names(run).get(table, {})

    def all_names(self, run: Run) -> dict[str, dict[int, str]]:
        """Return uid -> id of the rows of every small table of a run."""
        told = json.loads((pq.read_schema(run.file("units")).metadata or {}).get(b"relosim.ids", b"{}"))
        return {table: {int(uid): name for uid, name in ids.items()} for table, ids in told.items()}

    def kinds(self, run: Run, table: str) -> dict[int, str]:
        """Return uid -> kind of the rows of `employers` or `places` of a run.

        ResultsError where an older program didn't note them.
        """
        told = json.loads((pq.read_schema(run.file("units")).metadata or {}).get(b"relosim.kinds", b"{}"))
        if table not in told:
            raise ResultsError(
                f"{run.file('units')} was made by a program that didn't note the kinds of {table}: run the study again"
            )
        return {int(uid): kind for uid, kind in told[table].items()}

    def reasons(self, run: Run) -> dict[str, dict[int, str]]:
        """Return {watched column: {code: why it changed, in words}}; empty where an older program didn't note them."""
        told = json.loads((pq.read_schema(run.file("units")).metadata or {}).get(b"relosim.reasons", b"{}"))
        return {column: {int(code): why for code, why in words.items()} for column, words in told.items()}

    def sql(self, query: str) -> "pd.DataFrame":
        """Ask the folder in SQL through DuckDB, as it lies now; return what is found as a pandas frame.

        There are `outcomes`, `ledger`, `runs`, `draws`, `design`, and, where unit records are kept, `units`, `persons`
        and `names` (table, uid, id). Raises ResultsError for a wrong query, in DuckDB's words, and without DuckDB.
        """
        from analysis.sql import frame  # noqa: PLC0415  (an extra)

        return frame(self.folder, query)

    def unlimited(self, run: Run) -> set[int]:
        """Return the uids of a run's employers that have no limit of posts."""
        told = pq.read_schema(run.file("units")).metadata or {}
        return set(json.loads(told.get(b"relosim.unlimited", b"[]")))


def _draws_and_replicates(runs: Iterable[Run]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    pairs = np.array([run.pair for run in runs])
    return pairs[:, 0], pairs[:, 1]


def _distinct(cells: Iterable[Cell], dimension: str) -> list[str]:
    return [one for one in dict.fromkeys(getattr(cell, dimension) for cell in cells) if one != "all"]


def load(folder: str | Path) -> Study:
    """Open a result folder; ResultsError if it holds no finished run."""
    place = Path(folder)
    asked = _asked(place)
    runs = [run for run in runs_of(place) if asked is None or run.id in asked]
    if not runs:
        raise ResultsError(f"{place} holds no finished run: make some with `relosim run FILE --out {place}`")
    circumstances = _circumstances(place)
    runs = [replace(run, circumstances=circumstances.get(run.id, {})) for run in runs]
    return Study(place, tuple(sorted(runs, key=lambda run: (run.replicate, run.draw, run.arm))), read_manifest(place))


def _asked(place: Path) -> set[str] | None:
    """Return the runs of the present design, so that superseded ones never enter a comparison; None if none is told."""
    design = place / DESIGN_FILE
    return set(read_list(design, ["run"])["run"].to_pylist()) if design.exists() else None


def _circumstances(place: Path) -> dict[str, dict[str, Any]]:
    """Return how long each run took and where, by its id, as far as `runs.parquet` tells."""
    file = place / "runs.parquet"
    if not file.exists():
        return {}
    return {row.pop("run"): row for row in read_list(file).to_pylist()}

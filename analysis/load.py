"""A study as it lies in its folder: which runs there are, and their figures when asked for."""

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.months import ResultsError, Window, window_of, window_text
from analysis.runs import Run, runs_of

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

KEY_COLUMNS = ("run", "arm", "draw", "replicate", "month", "date", "place", "population", "group")
BASELINE = "baseline"
SHARED = "shared"
"""Key of the manifest of a copy to hand on, which lacks inputs and unit records."""


@dataclass(frozen=True)
class Meaning:
    """What one outcome column means: see the fields' names; `kind` is `ratio`, `count` or `plain`."""

    name: str
    kind: str
    unit: str
    of: str
    denominator: str
    text: str
    better: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file that hold it."""
        return (f"{self.name}__num", f"{self.name}__den") if self.kind == "ratio" else (self.name,)

    @property
    def counted(self) -> str:
        """The unit if its figures are counts, else nothing: how they are rounded."""
        return self.unit if self.kind == "count" else ""


@dataclass(frozen=True)
class Cell:
    """Which people are meant: a place id or `all`, a population or `all`, a group or `all`."""

    place: str = "all"
    population: str = "all"
    group: str = "all"

    def __str__(self) -> str:
        """Write it for a table: what isn't `all`, or `all`."""
        return ", ".join(part for part in (self.place, self.population, self.group) if part != "all") or "all"


@dataclass(frozen=True)
class Series:
    """One outcome of one arm month by month: `top` and `low` are float64[runs, months].

    `low` is None for a count. `draws` and `replicates` int64[runs] say which runs; months start at `start`.
    """

    meaning: Meaning
    start: int
    draws: NDArray[np.int64]
    replicates: NDArray[np.int64]
    top: NDArray[np.float64]
    low: NDArray[np.float64] | None

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """(draw, replicate) of each run."""
        return list(zip(self.draws.tolist(), self.replicates.tolist(), strict=True))

    def monthly(self) -> NDArray[np.float64]:
        """Return the value of every month, float64[runs, months]; NaN where undefined."""
        if self.low is None:
            return self.top
        return _ratio(self.top, self.low)

    def pooled(self, window: Window) -> NDArray[np.float64]:
        """Return one value per run: sums divided for a ratio, the mean of the months for a count."""
        part = slice(window[0] - self.start, window[1] - self.start + 1)
        if self.low is None:
            return np.asarray(self.top[:, part].mean(axis=1), np.float64)
        top, low = self.top[:, part].sum(axis=1), self.low[:, part].sum(axis=1)
        return _ratio(top, low)


def _ratio(top: NDArray[np.float64], low: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(top, low, out=np.full_like(top, np.nan), where=low != 0), np.float64)


class Study:
    """The finished runs of a folder. Figures are read when they are asked for."""

    def __init__(self, folder: Path, runs: tuple[Run, ...], manifest: Mapping[str, Any]) -> None:
        """Hold what `load` found."""
        self.folder = folder
        self.runs = runs
        self.manifest = manifest
        # All cells of one outcome are read together, and kept until another outcome is asked for.
        self._blocks: dict[tuple[str, str], _Block] = {}

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
                meaning = _meaning(column)
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

    def series(self, outcome: str, arm: str, cell: Cell | None = None) -> Series:
        """Read one outcome of one arm for some people."""
        meaning, runs, where = self.meaning(outcome), self.of_arm(arm), cell or Cell()
        if (outcome, arm) not in self._blocks:
            self._blocks = {key: block for key, block in self._blocks.items() if key[0] == outcome}
            self._blocks[outcome, arm] = _block(runs, meaning.columns)
        block = self._blocks[outcome, arm]
        if where not in block.rows:
            raise ResultsError(
                f"nothing was recorded for place={where.place}, population={where.population}, group={where.group}"
            )
        values = block.values[:, :, :, block.rows[where]]
        low = values[:, 1] if meaning.kind == "ratio" else None
        draws, replicates = (np.array([run.pair[one] for run in runs]) for one in (0, 1))
        return Series(meaning, self.start, draws, replicates, values[:, 0], low)

    def cells(self, by: Iterable[str]) -> list[Cell]:
        """List the cells of a breakdown: `place`, `population`, or a group such as `age_band` or `sex`."""
        keys = _keys(self.runs[0])
        found = [Cell()]
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
        tables = (run.rows_of(table) for run, table in _read(self.runs, columns))
        return pa.concat_tables(tables).to_pandas()

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


def _distinct(cells: Iterable[Cell], dimension: str) -> list[str]:
    return [one for one in dict.fromkeys(getattr(cell, dimension) for cell in cells) if one != "all"]


@dataclass(frozen=True)
class _Block:
    """One outcome of one arm in every cell: rows of cells, values float64[runs, columns, months, cells]."""

    rows: Mapping[Cell, int]
    values: NDArray[np.float64]


def _read(runs: Iterable[Run], columns: Iterable[str]) -> Iterator[tuple[Run, pa.Table]]:
    """Yield runs with the columns of the file that holds them; a file is read once while its runs come in a row."""
    names = list(columns)
    for file, together in groupby(sorted(runs, key=lambda run: run.outcomes), key=lambda run: run.outcomes):
        try:
            table = pq.read_table(file, columns=names)
        except FileNotFoundError:
            raise ResultsError(f"{file} was joined with others since the study was opened: open it again") from None
        yield from ((run, table) for run in together)


def _block(runs: tuple[Run, ...], columns: tuple[str, ...]) -> _Block:
    months, cells = runs[0].months, _keys(runs[0])
    values = np.empty((len(runs), len(columns), months, len(cells)))
    place = {run.id: number for number, run in enumerate(runs)}
    for run, table in _read(runs, columns):
        rows = run.rows_of(table)
        for number, column in enumerate(columns):
            values[place[run.id], number] = rows[column].to_numpy().reshape(months, len(cells))
    return _Block({cell: row for row, cell in enumerate(cells)}, values)


def _keys(run: Run) -> list[Cell]:
    """List the cells of a run in the order of its rows, which is the same every month."""
    keys = run.rows_of(pq.read_table(run.outcomes, columns=["place", "population", "group"]))
    return [Cell(*key.values()) for key in keys.slice(0, run.rows // run.months).to_pylist()]


def _meaning(column: pa.Field) -> Meaning:
    told = {key.decode(): value.decode() for key, value in (column.metadata or {}).items()}
    name = column.name.removesuffix("__num").removesuffix("__den")
    kind = "ratio" if name != column.name else told.get("kind", "count")
    return Meaning(
        name,
        kind,
        told.get("unit", ""),
        told.get("of", ""),
        told.get("denominator", ""),
        told.get("meaning", ""),
        int(told.get("better", "0")),
    )


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


AGAIN = "run the scenario once more with --out {} to have it written"
"""What mends a list of a folder that is torn."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a folder, nothing where there is none; ResultsError for one that is torn."""
    file = folder / "manifest.json"
    try:
        told = json.loads(file.read_text("utf-8")) if file.exists() else {}
    except ValueError as error:
        raise ResultsError(f"{file} is torn ({error}): {AGAIN.format(folder)}") from None
    if not isinstance(told, dict):
        raise ResultsError(f"{file} tells no design: {AGAIN.format(folder)}")
    return told


def read_list(file: Path, columns: list[str] | None = None) -> pa.Table:
    """Read one of a folder's lists, such as `design.parquet`; ResultsError for one that is torn."""
    try:
        return pq.read_table(file, columns=columns)
    except (OSError, pa.ArrowException) as error:
        raise ResultsError(f"{file} is torn ({error}): {AGAIN.format(file.parent)}") from None


def _asked(place: Path) -> set[str] | None:
    """Return the runs of the present design, so that superseded ones never enter a comparison; None if none is told."""
    design = place / "design.parquet"
    return set(read_list(design, ["run"])["run"].to_pylist()) if design.exists() else None


def _circumstances(place: Path) -> dict[str, dict[str, Any]]:
    """Return how long each run took and where, by its id, as far as `runs.parquet` tells."""
    file = place / "runs.parquet"
    if not file.exists():
        return {}
    return {row.pop("run"): row for row in read_list(file).to_pylist()}

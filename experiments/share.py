"""A copy of a result folder to hand on: its figures and tables, without inputs, paths, hosts and times of day."""

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from ruamel.yaml import YAML

from analysis.folder import DESIGN_FILE, EFFECTIVE, MANIFEST
from analysis.lists import SHARED
from analysis.months import ResultsError
from analysis.study import Study, load
from experiments.faults import StoreError
from experiments.manifest import bound_files, broken_files
from experiments.recorded import manifest_of
from experiments.store import sha256_of, write_bytes, write_parquet, write_text

_TABLES = (
    DESIGN_FILE, "draws.parquet", "ledger.parquet", "summary.csv", "jobs.csv", "desk.csv",
    "baseline_vs_targets.csv", "sensitivity.csv", "parameters.csv",
)  # fmt: skip
"""What is copied as it is, with the outcome files and the figures: nothing that isn't known to be free of paths."""
_FIGURES = (".png", ".svg")
_PRIVATE = ("host", "started", "ended", "failure")
_NAMING_FILES = ("tables", "plugins")
_COMMENT = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[^"#])*?)\s*(?:#.*)?')
"""A line of `effective.yaml`: in it, a # outside quotes begins a comment."""

README = """\
A copy of a result folder of relosim to hand on: {name}
{why}

  summary.csv              the answer: a row per outcome, arm, place, population and group with the baseline's mean, the
                           difference from it and its 95 % interval
  figures/                 a picture of each reported outcome
  jobs.csv                 who gained and lost work, and what became of the posts
  desk.csv                 planners' sums on paper, the model's effects, and the mechanisms between them
  parameters.csv           every parameter: value, unit, range, source, and what of it is an assumption
  baseline_vs_targets.csv  the baseline beside published figures
  effective.yaml           what was run, without the tables of the region
  outcomes/*.parquet       the record: a row per run, month, place, population and group
  design, draws, runs, ledger (.parquet)  the runs, the drawn parameters, how long each run took, what the arms cost
  manifest.json            the design, program and versions, the hash of every run, the SHA-256 of every file here
                           and of every input that was left out

Left out: inputs, unit records of single persons, households and posts, tracebacks, hosts and times of day. So the runs
can be made again only where the inputs are; the study's hash, {study}, is the same there.

Print the comparison   relosim compare <this folder>
Prove the files        relosim verify <this folder>
Ask in SQL             relosim sql <this folder> "select ..."
"""


@dataclass(frozen=True)
class Copy:
    """What was written: where, how many files, and the names of what was left out."""

    folder: Path
    files: int
    left_out: tuple[str, ...]


def share(folder: Path, target: Path | None = None) -> Copy:
    """Write a copy to hand on; `<folder>-shared` beside it where no target is named.

    Raises ResultsError for a folder without a manifest or with files that aren't what it says, for a target that
    isn't empty or lies within the folder, and if a path of this machine would be in the copy; StoreError if it
    can't be written. Nothing is left of a copy that fails.
    """
    manifest = manifest_of(folder)
    broken = broken_files(folder, manifest)
    if broken:
        raise ResultsError(
            f"{len(broken)} files aren't what the manifest says, such as {broken[0].name}, which {broken[0].what}: "
            f"`relosim verify {folder}` names them"
        )
    place = _free(folder.resolve(), target)
    draft = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    try:
        draft.mkdir(parents=True)
        _write(load(folder), manifest, draft)
        _check_paths(draft, folder.resolve())
        if place.exists():
            place.rmdir()
        draft.rename(place)
    except OSError as error:
        raise StoreError.of(place, error) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    there = {name.partition("/")[0] for name in bound_files(place)}
    names = sorted(one.name for one in folder.iterdir())
    left = [name for name in names if name not in there and not name.startswith((".", MANIFEST))]
    return Copy(target or place, sum(1 for _ in bound_files(place)) + 1, tuple(left))


def _free(folder: Path, target: Path | None) -> Path:
    place = (target or folder.with_name(f"{folder.name}-shared")).resolve()
    if place == folder or folder in place.parents:
        raise ResultsError(f"{place} lies in the folder itself: name another one with --out")
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise ResultsError(f"{place} is there already and isn't an empty folder: name another one with --out")
    return place


def _write(study: Study, manifest: Mapping[str, Any], draft: Path) -> None:
    for name in _copied(study):
        write_bytes((study.folder / name).read_bytes(), draft / name)
    runs = study.folder / "runs.parquet"
    if runs.exists():
        table = pq.read_table(runs)
        write_parquet(table.drop_columns([one for one in _PRIVATE if one in table.column_names]), draft / runs.name)
    text = (study.folder / EFFECTIVE).read_text("utf-8")
    write_text(without_files(text), draft / EFFECTIVE)
    write_text(
        README.format(name=study.manifest["name"], why=study.manifest["why"], study=study.hash), draft / "README.txt"
    )
    told = {
        **{key: value for key, value in manifest.items() if key not in ("inputs", "outputs", SHARED)},
        SHARED: manifest.get(SHARED) or _origin(study.folder, manifest, text),
        "inputs": {},
        "outputs": {name: sha256_of(draft / name) for name in bound_files(draft)},
    }
    write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", draft / MANIFEST)


def _copied(study: Study) -> Iterator[str]:
    yield from (name for name in _TABLES if (study.folder / name).exists())
    yield from sorted({f"outcomes/{run.outcomes.name}" for run in study.runs})
    yield from (
        f"figures/{file.name}" for file in sorted((study.folder / "figures").glob("*")) if file.suffix in _FIGURES
    )


def _origin(folder: Path, manifest: Mapping[str, Any], effective: str) -> dict[str, Any]:
    """Say what the copy stems from: the SHA-256 of the folder's manifest, and of each input by its key."""
    named = _named_files(YAML(typ="safe").load(effective))
    inputs = {key: manifest["inputs"][name] for key, name in named.items() if name in manifest["inputs"]}
    return {"manifest": sha256_of(folder / MANIFEST), "inputs": inputs}


def _named_files(effective: Mapping[str, Any]) -> dict[str, str]:
    plugins = {f"plugins.{number}": name for number, name in enumerate(effective.get("plugins") or ())}
    tables = {f"tables.{key}": name for key, name in (effective.get("tables") or {}).items()}
    ensemble = (effective.get("uncertainty") or {}).get("ensemble")
    return {**tables, **plugins, **({"uncertainty.ensemble": ensemble} if ensemble else {})}


def without_files(effective: str) -> str:
    """Return an effective scenario without comments and without the files that it names."""
    kept, block = ["# what was run; tables and plugins aren't in this copy: their SHA-256 stand in manifest.json"], ""
    for line in effective.splitlines():
        match = _COMMENT.fullmatch(line)
        said = (match[1] if match else "").rstrip()
        if said and not said.startswith(" "):
            block = said.partition(":")[0]
        ensemble = block == "uncertainty" and said.strip().startswith("ensemble:")
        if said and block not in _NAMING_FILES and not ensemble:
            kept.append(said)
    return "\n".join(kept) + "\n"


def _check_paths(draft: Path, folder: Path) -> None:
    """Refuse a copy in which a path of this machine stands, which a user's own text may bring."""
    paths = {str(folder), str(folder.parent), str(Path.home())} - {folder.anchor}
    for name in (*bound_files(draft), MANIFEST):
        content = (draft / name).read_bytes()
        found = sorted(path for path in paths if path.encode() in content or json.dumps(path)[1:-1].encode() in content)
        if found:
            raise ResultsError(f"{found[0]} would stand in {name} of the copy: take it out of the scenario's texts")

"""`manifest.json`: what a study is made of and what came out, bound together by SHA-256."""

import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.folder import MANIFEST, RUN_TABLE, TRACE
from analysis.months import ResultsError
from experiments.identity import STORE_FORMAT, code_digest
from experiments.inputs import INPUTS
from experiments.resume import QUARANTINE, SUPERSEDED
from experiments.store import sha256_of, write_text

if TYPE_CHECKING:
    from analysis.runs import Run
    from analysis.study import Study
    from experiments.run_table import Sealed

_OTHER_FOLDERS = (SUPERSEDED, QUARANTINE, "failures", INPUTS, "snapshots", TRACE)
_COMPUTES = ("numpy", "numba", "scipy", "pandas", "pyarrow", "pydantic")


def _listed(run: "Run") -> dict[str, Any]:
    return {
        "id": run.id, "arm": run.arm, "draw": run.draw, "replicate": run.replicate, "hash": run.hash,
        "rows_hash": run.rows_hash,
    }  # fmt: skip


def bound_files(folder: Path) -> Iterator[str]:
    """List the files that a manifest binds: outputs and inputs, by their path in the folder."""
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder)
        hidden = name.name.startswith((".", RUN_TABLE)) or name.parts[0] in _OTHER_FOLDERS
        if file.is_file() and not hidden and name.as_posix() != MANIFEST:
            yield name.as_posix()


def input_names(folder: Path) -> Iterator[str]:
    """List the copies of inputs."""
    for file in sorted((folder / INPUTS).glob("*")):
        if not file.name.startswith("."):
            yield f"{INPUTS}/{file.name}"


def write_manifest(study: "Study", told: Mapping[str, Any], sealed: Mapping[str, "Sealed"]) -> None:
    """Write the manifest: the design as told, program and versions, the runs, every file with its SHA-256.

    `sealed` names files whose hash is known, so that large ones aren't read again.
    """
    folder = study.folder
    text = json.dumps(
        {
            **told,
            "study": study.hash,
            "store_format": STORE_FORMAT,
            "code": code_digest(),
            "versions": {"python": platform.python_version(), **{name: version(name) for name in _COMPUTES}},
            "inputs": {name: sha256_of(folder / name) for name in input_names(folder)},
            "outputs": {
                name: sealed[name].sha256 if name in sealed else sha256_of(folder / name)
                for name in bound_files(folder)
            },
            "runs": [_listed(run) for run in study.runs],
        },
        indent=1,
        ensure_ascii=False,
    )
    write_text(text + "\n", folder / MANIFEST)


_BEFORE = "outputs_before"


def listed_before(folder: Path) -> dict[str, str]:
    """Return {name: SHA-256} of the files that the last manifest listed which did; nothing if it can't be read."""
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
        listed = told.get("outputs", told.get(_BEFORE, {}))
        return {str(name): str(sha256) for name, sha256 in listed.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def announce(folder: Path, told: Mapping[str, Any], listed: Mapping[str, str]) -> None:
    """Write what a study is of while its runs are made, for readers; what was listed before isn't forgotten."""
    write_text(json.dumps({**told, _BEFORE: dict(listed)}, ensure_ascii=False), folder / MANIFEST)


@dataclass(frozen=True)
class Broken:
    """A file that isn't what the manifest says."""

    name: str
    what: str


def broken_files(folder: Path, manifest: Mapping[str, Any]) -> list[Broken]:
    """Compare every file with the manifest: changed, gone, or never listed.

    Raises ResultsError if the manifest lists no files.
    """
    if "outputs" not in manifest:
        raise ResultsError(f"{folder / MANIFEST} lists no files; run the scenario once more to have it written")
    listed = {**manifest["inputs"], **manifest["outputs"]}
    there = {*bound_files(folder), *input_names(folder)}
    found = [Broken(name, "isn't listed: it doesn't belong to the study") for name in sorted(there - set(listed))]
    for name, told in listed.items():
        if name not in there:
            found.append(Broken(name, "is gone"))
        elif sha256_of(folder / name) != told:
            found.append(Broken(name, "was changed: its SHA-256 differs"))
    return found

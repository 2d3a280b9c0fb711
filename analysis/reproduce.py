"""The command that makes a study again, baseline included, from the files that its folder holds."""

import shlex

from analysis.folder import EFFECTIVE
from analysis.study import BASELINE, Study


def command(study: Study) -> str:
    """Return the command, as it is given in the folder of the study; the same study comes out, with the same hash.

    Arms and replicates are those that finished; the baseline is always made beside them.
    """
    chosen = [part for arm in study.arms if arm != BASELINE for part in ("--arm", arm)]
    draws = ["--draws", str(study.draws)] if study.varies and not study.manifest.get("sensitivity") else []
    count = ["--replicates", str(len({run.replicate for run in study.runs}))]
    return shlex.join(["relosim", "run", EFFECTIVE, *chosen, *draws, *count, "--out", "again"])


def snippet(study: Study) -> str:
    """Say what the command makes, in a line for small print."""
    others = ", ".join(arm for arm in study.arms if arm != BASELINE)
    beside = f" and {others}" if others else ""
    return f"{command(study)}   # in the study's folder; makes the {BASELINE}{beside} again: study {study.hash}"

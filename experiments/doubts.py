"""What is said of the two kinds of doubt, and of what shared luck saves."""

import numpy as np
from rich.console import Group
from rich.text import Text

from analysis.compare import compare
from analysis.pairing import Saving, saving
from analysis.study import BASELINE, Study
from analysis.words import number
from experiments.effects import figure_columns, plain_table, titled

_SEED = 0
"""Of the bootstrap: the same study prints the same interval."""


def over_draws_line(study: Study) -> str:
    """Explain the range over draws."""
    over = next(
        (
            one.over_draws
            for arm in study.arms
            if arm != BASELINE
            for one in [compare(study, study.outcomes[0], arm)]
            if one.over_draws is not None
        ),
        None,
    )
    said = over.text if over is not None else "no range"
    return f"** Where the difference lies as the uncertain parameters vary; more runs don't narrow it: {said}."


def variance_table(study: Study) -> Group | None:
    """Tell luck from parameters in the variance of one run's effect; None where no draw has two runs."""
    found = [
        (one, one.split)
        for outcome in study.outcomes
        for arm in study.arms
        if arm != BASELINE
        for one in [compare(study, outcome, arm)]
        if one.split is not None and np.isfinite(one.split.parameters_share)
    ]
    if not found:
        return None
    table = plain_table("outcome", "arm")
    figure_columns(table, "variance", "of it\nparameters", "95 % interval", "luck")
    for one, split in found:
        share = f"{split.parameters_share:.0%}{'***' if split.truncated else ''}"
        interval, luck = f"{split.low:.0%} to {split.high:.0%}", f"{split.luck_share:.0%}"
        table.add_row(one.outcome, one.arm, number(split.luck + split.parameters), share, interval, luck)
    truncated = any(split.truncated for _, split in found)
    note = [Text("*** its estimate is below 0 and shown as 0: small beside luck")] if truncated else []
    return titled("where the variance of one run's difference comes from (law of total variance)", table, *note)


def savings(study: Study, outcome: str) -> dict[str, Saving]:
    """Return {arm: what shared luck saves}: how many times the replicates independent seeds would need."""
    both = {arm: study.matched(outcome, arm) for arm in study.arms if arm != BASELINE}
    return {arm: saving(one.base, one.arm, _SEED) for arm, one in both.items()}


def pairing_table(study: Study) -> Group:
    """Lay out, for each outcome and arm, how many times the replicates independent seeds would need."""
    table = plain_table("outcome", "arm")
    figure_columns(table, "times the\nreplicates", "95 % bootstrap\ninterval", "pairs")
    table.add_column("in words")
    for outcome in study.outcomes:
        for arm, one in savings(study, outcome).items():
            interval = f"{number(one.low)} to {number(one.high)}" if np.isfinite(one.low + one.high) else ""
            ratio = number(one.ratio) if np.isfinite(one.ratio) else ""
            table.add_row(outcome, arm, ratio, interval, str(one.n), one.text)
    title = "what shared luck saves: replicates that independent seeds would need, for the same interval"
    return titled(title, table, Text(f"Study {study.hash}."))


def pairing_line(study: Study) -> str:
    """Say in a line what shared luck saved in the first outcome; nothing where it can't be told, or parameters vary."""
    if study.varies:
        return ""
    found = savings(study, study.outcomes[0])
    said = [f"{arm} {number(one.ratio)}" for arm, one in found.items() if np.isfinite(one.ratio)]
    if not said:
        return ""
    return (
        f"Runs share their luck: independent seeds would need so many times the replicates for {study.outcomes[0]}: "
        f"{', '.join(said)} (all outcomes: `relosim compare {study.folder} --pairing`)."
    )

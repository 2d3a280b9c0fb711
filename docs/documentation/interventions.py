"""The reference of interventions: what a planner may decide, with an example of each from a scenario."""

from collections.abc import Iterable
from functools import cache
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from documentation import ROOT
from documentation.markdown import anchor, code, heading, page, paragraphs, table
from documentation.parameters import settings_table
from experiments.declared import declared_rows
from simulation.catalogue import Catalogue
from simulation.contract import Intervention, Phasing
from simulation.levers import LEVERS

SCENARIOS = ROOT / "scenarios"


def interventions_page(catalogue: Catalogue) -> str:
    """Write the page of all interventions."""
    common = list(Phasing.model_fields)
    parts = [
        heading(1, "Interventions"),
        f"{len(catalogue.interventions)} policies. An arm is a list of them: `- KIND: {{SETTINGS}}`. Settings without a "
        "value must be given. An intervention sets targets and never touches a person or a household: processes chase "
        "the targets.",
        heading(2, "When an intervention works", "phasing"),
        paragraphs((Phasing.__doc__ or "").split("\n\n")[1]),
        settings_table(Phasing),
    ]
    for name, one in sorted(catalogue.interventions.items()):
        parts += list(_intervention(name, one, common))
    return page(*parts, *_levers())


def _intervention(name: str, one: Intervention, common: Iterable[str]) -> Iterable[str]:
    declared = {row[0]: row for row in declared_rows(Phasing)}
    same = [row[0] for row in declared_rows(one.Settings) if declared.get(row[0]) == row]
    yield heading(2, code(name), anchor("intervention", name))
    yield paragraphs(one.doc)
    yield settings_table(one.Settings, without=same, last=declared)
    yield "and [when it works](#phasing): " + ", ".join(code(each) for each in common if each in same) + "."
    file, text = example(name)
    if text:
        yield f"From `scenarios/{file}`:"
        yield f"```yaml\n{text}```"


@cache
def _shipped() -> list[tuple[str, dict[str, Any]]]:
    """List the interventions of all shipped scenarios, with their files."""
    reader = YAML(typ="safe")
    return [
        (file.name, item)
        for file in sorted(SCENARIOS.glob("*.yaml"))
        for items in (reader.load(file).get("arms") or {}).values()
        for item in items or ()
    ]


def example(kind: str) -> tuple[str, str]:
    """Return a shipped scenario that has an intervention of a kind, and the lines of it; two empty texts if none has."""
    for file, item in _shipped():
        if kind in item:
            out, writer = StringIO(), YAML(typ="safe")
            writer.width = 110
            writer.default_flow_style = None
            writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
            writer.dump([item], out)
            return file, out.getvalue()
    return "", ""


def _levers() -> Iterable[str]:
    yield heading(2, "Levers", "levers")
    yield (
        "What an intervention turns. A lever's value is `(base + sum of all additions) * product of all factors`, kept "
        "within its bounds and made anew every month, so that the order of interventions doesn't matter."
    )
    yield table(
        ("lever", "unit", "whole", "meaning"),
        [(code(name), one.unit, "yes" if one.whole else "no", one.meaning) for name, one in LEVERS.items()],
    )

"""The ODD description of the model (Grimm et al. 2020): prose kept in `odd/`, everything else from the declarations.

Grimm, V. et al. 2020. The ODD protocol for describing agent-based and other simulation models: a second update to
improve clarity, replication, and structural realism. JASSS 23(2) 7.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from documentation import ROOT
from documentation.diagram import month_diagram
from documentation.markdown import anchor, code, folded, heading, page, paragraphs, plain, table
from documentation.outcomes import indicators_table
from documentation.parameters import settings_table
from documentation.processes import listed
from simulation.catalogue import Catalogue
from simulation.months import date_of
from simulation.scenario import Scenario, load
from simulation.scenario.region import TABLES
from simulation.schedule import month_plan
from simulation.world import BASE

PROSE = Path(__file__).parent / "odd"
REFERENCE_REGION = ROOT / "scenarios" / "qianxi.yaml"
ELEMENTS = {
    "1_purpose_and_patterns": "1. Purpose and patterns",
    "2_entities_state_variables_scales": "2. Entities, state variables, and scales",
    "3_process_overview_and_scheduling": "3. Process overview and scheduling",
    "4_design_concepts": "4. Design concepts",
    "5_initialization": "5. Initialization",
    "6_input_data": "6. Input data",
    "7_submodels": "7. Submodels",
}
"""The seven elements in the order that the protocol asks for, by file of prose."""
CONCEPTS = (
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction",
    "Stochasticity", "Collectives", "Observation",
)  # fmt: skip
_GROUP = re.compile(r"<!-- (?P<title>[^:]+): (?P<processes>[a-z0-9_, ]+) -->\n")
_SLOT = re.compile(r"\{\{ (\w+) \}\}")


class OddError(Exception):
    """A page that doesn't tell of everything that is declared: says what is missing, and where it belongs."""


@dataclass(frozen=True)
class Submodel:
    """A part of element 7: its title, the processes that it tells of, what it says."""

    title: str
    processes: tuple[str, ...]
    prose: str


def submodels() -> list[Submodel]:
    """Read the parts of element 7 in the order of their files; OddError for a file without its first line."""
    return [_submodel(file) for file in sorted((PROSE / "submodels").glob("*.md"))]


def _submodel(file: Path) -> Submodel:
    text = file.read_text(encoding="utf-8")
    found = _GROUP.match(text)
    if not found:
        raise OddError(f"{file.name} begins with no line '<!-- Title: process, process -->'")
    return Submodel(found["title"], tuple(found["processes"].split(", ")), text[found.end() :])


def check_submodels(parts: Iterable[Submodel], catalogue: Catalogue) -> None:
    """Raise OddError unless each shipped process stands in one part, and each name in a part is a process."""
    told = [name for part in parts for name in part.processes]
    twice = sorted({name for name in told if told.count(name) > 1})
    lost = sorted(catalogue.processes.keys() - set(told))
    unknown = sorted(set(told) - catalogue.processes.keys())
    faults = [
        (lost, "in no part: name it in the first line of the file that tells of it, and say there what it does"),
        (unknown, "told of but not declared: take it out of the first line, and its words out of the file"),
        (twice, "in two parts: leave it to one"),
    ]
    said = [f"{', '.join(names)}: {what}" for names, what in faults if names]
    if said:
        raise OddError(f"docs/documentation/odd/submodels doesn't fit the processes. {'; '.join(said)}")


def odd_page(catalogue: Catalogue) -> str:
    """Write the ODD page; OddError where its prose and the declarations differ."""
    parts = submodels()
    check_submodels(parts, catalogue)
    scenario = load(REFERENCE_REGION)
    made: Mapping[str, Callable[[], str]] = {
        "targets": lambda: _targets(scenario),
        "state_variables": lambda: _state_variables(catalogue),
        "scales": lambda: _scales(scenario),
        "diagram": lambda: month_diagram(catalogue),
        "order": lambda: _order(catalogue),
        "slots": lambda: _slots(catalogue),
        "streams": lambda: _streams(catalogue),
        "families": lambda: _families(catalogue),
        "marginals": lambda: _marginals(scenario),
        "inputs": lambda: _inputs(scenario),
    }
    sections = [part for file, title in ELEMENTS.items() for part in (heading(2, title), _filled(file, made))]
    return page(
        heading(1, "ODD: the model in the standard form"),
        "This page follows the ODD protocol (Overview, Design concepts, Details; Grimm et al. 2020, JASSS 23(2) 7). Its "
        "tables are made from the declarations of the program at each build; a process, parameter or outcome that isn't "
        "on it stops the build.",
        *sections,
        *(text for one in parts for text in _submodel_part(catalogue, one)),
        *_interventions(catalogue),
    )


def _filled(file: str, made: Mapping[str, Callable[[], str]]) -> str:
    text = (PROSE / f"{file}.md").read_text(encoding="utf-8")
    if file.startswith("1_"):
        text += "\n{{ targets }}\n"
    return _SLOT.sub(lambda slot: made[slot[1]](), text)


def _targets(scenario: Scenario) -> str:
    rows = scenario.tables["targets"]
    names = (
        "id",
        "indicator",
        "population",
        "window_from",
        "window_to",
        "value",
        "unit",
        "band",
        "band_unit",
        "fitted",
        "source",
    )
    listed_rows = zip(*(rows[name].tolist() for name in names), strict=True)
    return table(
        ("id", "indicator", "of", "when", "value", "unit", "met within", "fitted", "source"),
        [
            (code(i), code(what), who, _span(first, last), f"{value:g}", plain(unit), f"{band:g} {how}", fitted, plain(source))
            for i, what, who, first, last, value, unit, band, how, fitted, source in listed_rows
        ],
    )  # fmt: skip


def _span(first: int, last: int) -> str:
    return code(date_of(first)) if first == last else f"{code(date_of(first))} to {code(date_of(last))}"


def _state_variables(catalogue: Catalogue) -> str:
    """Lay out each entity: what never changes, and what a process owns."""
    parts = []
    for entity, base in BASE.items():
        rows = [(code(name), one.dtype, plain(one.unit), "never", plain(one.meaning)) for name, one in base.items()]
        for process in sorted(catalogue.processes.values(), key=lambda one: one.name):
            owned = [(name, column) for name, column in process.owns.items() if name.startswith(f"{entity}.")]
            owner = f"[{code(process.name)}](#{anchor('submodel', process.name)})"
            rows += [
                (code(name.partition(".")[2]), column.dtype, plain(column.unit), owner, plain(column.meaning))
                for name, column in owned
            ]
        made = table(("variable", "type", "unit", "changed by", "meaning"), rows)
        parts.append(folded(f"{entity}: {len(rows)} variables", made))
    return "\n\n".join(parts)


def _scales(scenario: Scenario) -> str:
    places = scenario.tables["places"]
    persons = ", ".join(
        f"{int(places[f'{one}_persons'].sum()):,} {one} in {int(places[f'{one}_households'].sum()):,} households"
        for one in ("relocated", "stayers", "hosts")
    )
    return (
        f"The reference region runs {scenario.months} steps from {date_of(scenario.start)} and has {len(places['id'])} "
        f"places; at the start it has {persons}."
    )


def _order(catalogue: Catalogue) -> str:
    plan = month_plan(catalogue.chosen({}))
    return table(
        ("", "phase", "process", "does"),
        [
            (str(at), one.phase, f"[{code(one.name)}](#{anchor('submodel', one.name)})", _first_sentence(one.doc))
            for at, one in enumerate(plan, 1)
        ],
    )


def _first_sentence(doc: str) -> str:
    return plain(doc.split("\n\n", maxsplit=1)[0])


def _slots(catalogue: Catalogue) -> str:
    slots = sorted({one.slot for one in catalogue.processes.values()})
    rivals = [(slot, catalogue.variants(slot)) for slot in slots if len(catalogue.variants(slot)) > 1]
    return table(("slot", "rules, the default first"), [(code(slot), listed(names)) for slot, names in rivals])


def _streams(catalogue: Catalogue) -> str:
    rows = [
        (code(name), ", ".join(code(stream) for stream in one.streams))
        for name, one in sorted(catalogue.processes.items())
        if one.streams
    ]
    return folded("Purposes of luck, by process", table(("process", "purposes"), rows))


def _families(catalogue: Catalogue) -> str:
    parts = [
        folded(f"{name}: {_plain_title(one.doc)}", indicators_table(one))
        for name, one in sorted(catalogue.outcomes.items())
    ]
    return "\n\n".join(parts)


def _plain_title(doc: str) -> str:
    return " ".join(doc.split("\n\n", maxsplit=1)[0].split()).replace('"', "'")


def _marginals(scenario: Scenario) -> str:
    rows = scenario.tables["marginals"]
    kinds = list(dict.fromkeys(zip(rows["marginal"].tolist(), rows["unit"].tolist(), strict=True)))
    return folded(
        "Figures that the starting population meets", table(("figure", "unit"), [(code(a), plain(b)) for a, b in kinds])
    )


def _inputs(scenario: Scenario) -> str:
    return table(
        ("table", "rows in the reference region", "holds"),
        [
            (
                f"[{code(name)}](../reference/tables.md#{anchor('table', name)})",
                str(len(next(iter(scenario.tables[name].values()), ()))),
                plain(model.__doc__ or ""),
            )
            for name, model in TABLES.items()
        ],
    )


def _submodel_part(catalogue: Catalogue, part: Submodel) -> Iterable[str]:
    yield heading(3, part.title)
    yield part.prose
    for name in part.processes:
        one = catalogue.processes[name]
        owner = catalogue.owner_of_parameters(name)
        yield heading(4, code(name), anchor("submodel", name))
        yield paragraphs(one.doc)
        if owner != name:
            yield f"It reads the parameters of [{code(owner)}](#{anchor('submodel', owner)})."
        elif one.Settings.model_fields:
            yield folded(f"{len(one.Settings.model_fields)} parameters of {name}", settings_table(one.Settings))


def _interventions(catalogue: Catalogue) -> Iterable[str]:
    yield heading(3, "Interventions")
    yield (
        "What policy may do. An intervention adds to levers or scales them; the submodels above chase what it sets. "
        "[The reference of interventions](../reference/interventions.md) has their settings."
    )
    yield table(
        ("intervention", "is"),
        [
            (f"[{code(name)}](../reference/interventions.md#{anchor('intervention', name)})", _first_sentence(one.doc))
            for name, one in sorted(catalogue.interventions.items())
        ],
    )
    yield heading(3, "Parameters of outcomes")
    yield "Numbers that a measure rests on; they change no behaviour."
    for name, one in sorted(catalogue.outcomes.items()):
        if one.Settings.model_fields and catalogue.owner_of_parameters(name) == name:
            yield folded(f"{len(one.Settings.model_fields)} parameters of {name}", settings_table(one.Settings))

"""The reference of parameters: every number that a behaviour or an outcome rests on."""

import re
from collections import Counter
from collections.abc import Iterable

from documentation.markdown import anchor, code, heading, page, paragraphs, plain, table
from experiments.declared import HEADINGS, declared_rows
from simulation.catalogue import Catalogue
from simulation.contract import Outcome, Process
from simulation.parameters import Settings

MARKS = {
    "article": "the published account that the project starts from",
    "S": "a listed public source: see [sources](sources.md)",
    "derived": "arithmetic on marked figures",
    "prior": "judgement; no source was found",
    "unverified": "commonly cited, not checked against its source",
    "syn": "made up for the reference region",
    "scenario": "given by whoever writes a scenario",
}


def mark_of(source: str) -> str:
    """Return the first mark of a source, one of MARKS; ValueError if it has none of them."""
    found = re.search(r"\[(article|S\d|derived|prior|unverified|syn)", source)
    if source == "scenario":
        return source
    if not found:
        raise ValueError(f"the source '{source}' has none of the marks {', '.join(MARKS)}")
    return "S" if found[1].startswith("S") and found[1] != "syn" else found[1]


def settings_table(model: type[Settings], without: Iterable[str] = (), last: Iterable[str] = ()) -> str:
    """Write the fields of a settings class as a table: value, unit, range, source, meaning; some left out, some last."""
    left_out, late = set(without), set(last)
    rows = sorted((row for row in declared_rows(model) if row[0] not in left_out), key=lambda row: row[0] in late)
    return table(HEADINGS, [(code(row[0]), code(row[1]), *map(plain, row[2:])) for row in rows])


def owners_of_parameters(catalogue: Catalogue) -> dict[str, Process | Outcome]:
    """Return the processes and outcomes that declare parameters of their own, by name."""
    every: dict[str, Process | Outcome] = {**catalogue.processes, **catalogue.outcomes}
    own = {name: one for name, one in every.items() if catalogue.owner_of_parameters(name) == name}
    return {name: own[name] for name in sorted(own) if own[name].Settings.model_fields}


def parameters_page(catalogue: Catalogue) -> str:
    """Write the page of all parameters, by owner."""
    owners = owners_of_parameters(catalogue)
    rows = [row for one in owners.values() for row in declared_rows(one.Settings)]
    marks = Counter(mark_of(row[4]) for row in rows)
    counted = table(
        ("mark", "parameters", "is"), [(code(mark), str(marks[mark]), MARKS[mark]) for mark in MARKS if marks[mark]]
    )
    return page(
        heading(1, "Parameters"),
        f"{len(rows)} numbers and choices of {len(owners)} processes and outcomes, as the program declares them. A "
        "scenario sets one by `parameters: {OWNER: {NAME: VALUE}}`, the command line by "
        "`--set parameters.OWNER.NAME=VALUE`. Values outside the range are refused.",
        "By what the value rests on:",
        counted,
        *(part for name, one in owners.items() for part in _of_owner(name, one)),
    )


def _of_owner(name: str, one: Process | Outcome) -> Iterable[str]:
    yield heading(2, code(name), anchor("parameters", name))
    yield paragraphs(one.doc.split("\n\n")[0])
    yield settings_table(one.Settings)

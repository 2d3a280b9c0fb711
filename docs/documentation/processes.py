"""The reference of processes: when each runs, what it reads, and which columns it alone writes."""

from collections.abc import Iterable

from documentation.markdown import anchor, code, folded, heading, page, paragraphs, plain, table
from simulation.catalogue import Catalogue
from simulation.contract import GIVEN, Column, Process
from simulation.schedule import month_plan


def processes_page(catalogue: Catalogue) -> str:
    """Write the page of all processes, in the order of the month, rivals last."""
    planned = [one.name for one in month_plan(catalogue.chosen({}))]
    names = [*planned, *sorted(catalogue.processes.keys() - set(planned))]
    parts = [
        heading(1, "Processes"),
        f"{len(names)} processes, of which {len(planned)} run in a month where a scenario names no rules. They stand here "
        "in the order in which they run; those that run only where a scenario names them come last. Each column has one "
        "owner, which alone writes it. The [ODD page](../model/odd.md#7-submodels) says in words what each of them does.",
    ]
    return page(*parts, *(part for name in names for part in _process(catalogue, catalogue.processes[name])))


def _process(catalogue: Catalogue, one: Process) -> Iterable[str]:
    yield heading(2, code(one.name), anchor("process", one.name))
    yield paragraphs(one.doc)
    yield table(("", ""), _facts(catalogue, one))
    yield columns_table(one)


def _facts(catalogue: Catalogue, one: Process) -> list[tuple[str, str]]:
    rivals = [other for other in catalogue.variants(one.slot) if other != one.name]
    numbers = catalogue.owner_of_parameters(one.name)
    facts = [
        ("phase", one.phase),
        ("slot", code(one.slot) + (f"; rivals: {listed(rivals)}" if rivals else "")),
        ("reads", listed(one.reads)),
        ("reads last month's", listed(one.lagged)),
        ("levers", listed(one.levers)),
        ("draws luck for", listed(f"{one.name}.{stream}" for stream in one.streams)),
        ("brings new rows of", listed(one.creates)),
        (
            "can be switched off",
            "; ".join(f"{plain(part.name)} (without it {plain(part.off)})" for part in one.mechanisms),
        ),
        ("parameters", f"[{code(numbers)}](parameters.md#{anchor('parameters', numbers)})"),
    ]
    left_out = {"parameters"} if not catalogue.processes[numbers].Settings.model_fields else set()
    return [(name, text) for name, text in facts if text and name not in left_out]


def listed(names: Iterable[str]) -> str:
    """Write names as code, commas between."""
    return ", ".join(map(code, names))


def columns_table(one: Process) -> str:
    """Write the columns that a process owns, folded where there are many."""
    made = table(
        ("owns", "type", "start", "unit", "meaning"),
        [
            (code(name), column.dtype, _start(column), plain(column.unit), plain(column.meaning))
            for name, column in one.owns.items()
        ],
    )
    return made if len(one.owns) <= 12 else folded(f"{len(one.owns)} columns that it owns", made)


def _start(column: Column) -> str:
    return "population" if column.start is GIVEN else code(column.start)

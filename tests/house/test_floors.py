"""The floors of the house: an import may only go down."""

import pytest

from tests.house.source import ROOMS, everything, files, imports, module_name

FLOORS = (
    ("simulation.kernels",),
    (
        "simulation.months",
        "simulation.clock",
        "simulation.parameters",
        "simulation.table",
        "simulation.draws",
        "simulation.limits",
    ),
    (
        "simulation.levers",
        "simulation.ledger",
        "simulation.desk",
        "simulation.mechanism",
        "simulation.sums",
        "simulation.container",
        "simulation.explaining",
    ),
    ("simulation.contract",),
    ("simulation.world",),
    ("simulation.schedule", "simulation.recorder", "simulation.raking", "simulation.person_record"),
    ("simulation.figures",),
    ("simulation.households", "simulation.facilities"),
    ("simulation.ages", "simulation.start_jobs"),
    ("simulation.processes", "simulation.interventions", "simulation.outcomes"),
    ("simulation.catalogue",),
    ("simulation.scenario",),
    ("simulation.population",),
    ("simulation.past",),
    ("simulation.engine", "simulation.packing"),
    ("simulation.snapshot", "simulation.tracing"),
    ("simulation.mesa_model",),
    ("experiments",),
    ("relosim",),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
"""`analysis` stands apart: it reads result files, so nothing of ours is below it."""
BESIDE = ("analysis", "scenarios")
MAY_READ_ANALYSIS = ("experiments", "relosim")


def room_of(module: str) -> str | None:
    """The room that a module belongs to; None for a module that isn't ours."""
    if module.split(".", maxsplit=1)[0] not in (*ROOMS, "relosim"):
        return None
    known = [room for room in (*FLOOR_OF, *BESIDE) if module == room or module.startswith(f"{room}.")]
    return max(known, key=len, default=module)


def fault(importer: str, imported: str) -> str | None:
    """Why one module may not import another; None if it may."""
    here, there = room_of(importer), room_of(imported)
    if there is None or there == "simulation" or imported == here == importer:
        return None
    if here == there:
        return _inside(here, importer, imported)
    if there in BESIDE:
        allowed = here in MAY_READ_ANALYSIS or there == "scenarios"
        return None if allowed else f"{importer} imports {imported}: only {', '.join(MAY_READ_ANALYSIS)} may"
    if here in BESIDE:
        return f"{importer} imports {imported}: {here} imports nothing of ours"
    return (
        None if FLOOR_OF[there] < FLOOR_OF[here] else f"{importer} imports {imported}, which stands above or beside it"
    )


def _inside(room: str, importer: str, imported: str) -> str | None:
    blind = ("simulation.processes", "simulation.interventions", "simulation.outcomes")
    if room not in blind or imported == room or imported.rpartition(".")[2].startswith("_"):
        return None
    return f"{importer} imports {imported}: the files of {room} are blind to one another"


@pytest.mark.parametrize("path", everything(), ids=module_name)
def test_imports_only_go_down(path):
    faults = [text for name in imports(path) if (text := fault(module_name(path), name))]
    assert not faults, "\n".join(faults)


def test_every_module_stands_on_a_floor():
    lost = [
        room for path in everything() if (room := room_of(module_name(path))) not in (*FLOOR_OF, *BESIDE, "simulation")
    ]
    assert not lost, f"give these a floor in {__name__}: {lost}"


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("simulation.kernels.draws", "simulation.table"),
        ("simulation.processes.care", "simulation.processes.jobs"),
        ("simulation.outcomes.income", "simulation.interventions.workshop"),
        ("simulation.contract", "simulation.world"),
        ("analysis.study", "simulation.months"),
        ("simulation.engine", "experiments.cli"),
        ("simulation.engine", "analysis"),
    ],
)
def test_a_climb_is_noticed(importer, imported):
    assert fault(importer, imported)


def test_the_core_never_imports_mesa_or_the_heavy_libraries():
    heavy = {"mesa", "matplotlib", "pandas", "dask", "distributed"}
    found = [
        f"{module_name(path)} imports {name}"
        for path in files("simulation")
        for name in imports(path)
        if name.split(".")[0] in heavy and not module_name(path).startswith("simulation.mesa_model")
    ]
    assert not found

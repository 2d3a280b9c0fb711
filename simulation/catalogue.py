"""Which processes, interventions and outcomes there are: found by their files, checked, held by name."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

from simulation.contract import PHASES, ContractError, Intervention, NewRow, Outcome, Process
from simulation.mechanism import Mechanism
from simulation.parameters import Settings


def _no_rows(_settings: Any) -> Iterable[NewRow]:
    return ()


def _no_mismatches(_settings: Any, _tables: Mapping[str, Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    return ()


def _modules(package: str) -> Iterable[ModuleType]:
    folder = importlib.import_module(package)
    for found in sorted(pkgutil.iter_modules(folder.__path__), key=lambda one: one.name):
        if not found.name.startswith("_"):
            yield importlib.import_module(f"{package}.{found.name}")


def _name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _doc(module: ModuleType) -> str:
    return (module.__doc__ or "").strip()


def as_process(module: ModuleType) -> Process:
    """Read the process that a module declares; ContractError if it declares none."""
    found = getattr(getattr(module, "run", None), "declaration", None)
    if not isinstance(found, Process):
        raise ContractError(f"{_name(module)}: a process file holds 'run', declared with @process(...)")
    if found.phase not in PHASES:
        raise ContractError(f"{_name(module)}: phase '{found.phase}' should be one of {', '.join(PHASES)}")
    name = _name(module)
    return replace(
        found,
        name=name,
        slot=found.slot or name,
        Settings=getattr(module, "Settings", Settings),
        audit=getattr(module, "audit", None),
        explain=getattr(module, "explain", None),
        doc=_doc(module),
        mechanisms=tuple(getattr(module, "MECHANISMS", ())),
    )


def as_intervention(module: ModuleType) -> Intervention:
    """Read the intervention that a module declares; ContractError if it declares none."""
    contribute = getattr(module, "contribute", None)
    if getattr(contribute, "declaration", None) is None:
        raise ContractError(f"{_name(module)}: an intervention file holds 'contribute', declared with @intervention")
    missing = [part for part in ("Settings", "costs", "describe") if not hasattr(module, part)]
    if missing:
        raise ContractError(f"{_name(module)}: an intervention file also holds {', '.join(missing)}")
    return Intervention(
        contribute,  # type: ignore[arg-type]
        getattr(module, "rows", _no_rows),
        module.costs,
        module.describe,
        getattr(module, "mismatches", _no_mismatches),
        name=_name(module),
        Settings=module.Settings,
        doc=_doc(module),
        describe_in={"zh": module.describe_zh} if hasattr(module, "describe_zh") else {},
        desk=getattr(module, "desk", None),
    )


def as_outcome(module: ModuleType) -> Outcome:
    """Read the outcome family that a module declares; ContractError if it declares none."""
    found = getattr(getattr(module, "measure", None), "declaration", None)
    if not isinstance(found, Outcome):
        raise ContractError(f"{_name(module)}: an outcome file holds 'measure', declared with @outcome(...)")
    return replace(found, name=_name(module), Settings=getattr(module, "Settings", Settings), doc=_doc(module))


@dataclass(frozen=True)
class Catalogue:
    """Everything that is declared, by name."""

    processes: Mapping[str, Process]
    interventions: Mapping[str, Intervention]
    outcomes: Mapping[str, Outcome]
    sources: tuple[str, ...] = field(default=())

    def variants(self, slot: str) -> tuple[str, ...]:
        """Return the names of the processes that compete for a slot; the first is the default.

        The default bears the slot's name, or else is the first by name of those that are shipped: a user's
        own rival never becomes the default by its name.
        """
        rivals = [name for name, one in self.processes.items() if one.slot == slot]
        return tuple(sorted(rivals, key=lambda name: name != slot))

    def chosen(self, behaviour: Mapping[str, str]) -> tuple[Process, ...]:
        """Return one process of each slot, as `behaviour` (slot -> variant) says or by default."""
        slots = sorted({one.slot for one in self.processes.values()})
        return tuple(self.processes[behaviour.get(slot, self.variants(slot)[0])] for slot in slots)

    def mechanisms(self, behaviour: Mapping[str, str]) -> tuple[tuple[Process, Mechanism], ...]:
        """Return what can be switched off where one choice of rules runs, each with the process that declares it.

        A process that reads another's parameters has those of its mechanisms that are parameters.
        """
        found = []
        for one in self.chosen(behaviour):
            found += [(one, mechanism) for mechanism in one.mechanisms]
            owner = self.processes.get(one.parameters_of)
            found += [(owner, mechanism) for mechanism in owner.mechanisms if mechanism.values] if owner else []
        return tuple(found)

    def owner_of_parameters(self, name: str) -> str:
        """Return whose parameters a process or outcome reads: its own, or those that it says it shares."""
        one = self.processes.get(name)
        return (one.parameters_of if one else "") or name

    def named(self, behaviour: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names of the processes that `chosen` returns: what one choice of rules comes to."""
        return tuple(one.name for one in self.chosen(behaviour))


_READERS: Mapping[str, tuple[str, Callable[[ModuleType], Any]]] = {
    "processes": ("run", as_process),
    "interventions": ("contribute", as_intervention),
    "outcomes": ("measure", as_outcome),
}


def discover(plugins: Iterable[ModuleType] = ()) -> Catalogue:
    """Find every declaration in the three folders and in the modules a scenario names.

    Raises ContractError when two share a name.
    """
    found: dict[str, dict[str, Any]] = {folder: {} for folder in _READERS}
    modules = [(folder, module) for folder in _READERS for module in _modules(f"simulation.{folder}")]
    modules += [
        (folder, module) for module in plugins for folder, (mark, _) in _READERS.items() if hasattr(module, mark)
    ]
    for folder, module in modules:
        name = _name(module)
        if name in found[folder]:
            raise ContractError(f"two files in {folder} are named '{name}'; rename one")
        found[folder][name] = _READERS[folder][1](module)
    if "behaviour" in found["interventions"]:
        raise ContractError("an intervention is named 'behaviour', the word for rules in an arm; rename it")
    shared = sorted(found["processes"].keys() & found["outcomes"].keys())
    if shared:
        raise ContractError(
            f"a process and an outcome share the name '{shared[0]}'; rename one, their parameters stand side by side"
        )
    catalogue = Catalogue(found["processes"], found["interventions"], found["outcomes"])
    for one in catalogue.processes.values():
        _check_mechanisms(one, catalogue)
    return catalogue


def _check_mechanisms(one: Process, catalogue: Catalogue) -> None:
    """Refuse a mechanism that couldn't be switched off."""
    rivals = [name for name in catalogue.variants(one.slot) if name != one.name]
    for mechanism in one.mechanisms:
        where = f"{one.name}: mechanism '{mechanism.name}'"
        if bool(mechanism.values) == bool(mechanism.rule):
            raise ContractError(f"{where} should be switched off by 'values' or by 'rule', and by one of the two")
        for name in set(mechanism.values) - set(one.Settings.model_fields):
            known = ", ".join(one.Settings.model_fields) or "none"
            raise ContractError(f"{where} names '{name}', which is no parameter of this file (there are: {known})")
        if mechanism.rule and mechanism.rule not in rivals:
            known = ", ".join(rivals) or "none"
            raise ContractError(f"{where} names '{mechanism.rule}', no rival in slot {one.slot} (there are: {known})")

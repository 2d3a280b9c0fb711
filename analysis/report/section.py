"""The sections of a report: each a file of `analysis/report/sections`, found by being there."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.months import ResultsError
from analysis.report.reading import Reading

PACKAGE = "analysis.report.sections"
PARTS = ("ORDER", "TITLES", "WORDS", "TEMPLATE", "data")


@dataclass(frozen=True)
class Missing:
    """Why a section has nothing to tell of a study: said in its place, so that nobody wonders."""

    why: str


@dataclass(frozen=True)
class Section:
    """One section: its name, place, titles and words by language, template, and what fills it."""

    name: str
    order: int
    titles: Mapping[str, str]
    words: Mapping[str, Mapping[str, Any]]
    template: str
    data: Callable[[Reading], Mapping[str, Any] | Missing | None]


def sections() -> tuple[Section, ...]:
    """Find all sections, in their order.

    A section is a module with ORDER, TITLES, WORDS, TEMPLATE (Jinja2, escaped unless marked) and `data(reading)`, which
    returns the template's variables, Missing, or None where the section doesn't belong to the study.
    """
    package = importlib.import_module(PACKAGE)
    names = [one.name for one in pkgutil.iter_modules(package.__path__) if not one.name.startswith("_")]
    return tuple(sorted(map(_section, names), key=lambda one: (one.order, one.name)))


def _section(name: str) -> Section:
    module = importlib.import_module(f"{PACKAGE}.{name}")
    lost = [part for part in PARTS if not hasattr(module, part)]
    if lost:
        raise ResultsError(f"{PACKAGE}.{name}: a section has {', '.join(PARTS)}; it lacks {', '.join(lost)}")
    return Section(name, module.ORDER, module.TITLES, module.WORDS, module.TEMPLATE, module.data)


def chosen(names: Iterable[str] | None) -> tuple[Section, ...]:
    """Return the sections of these names, all where none are named; ResultsError for an unknown one."""
    known = sections()
    if names is None:
        return known
    wanted = set(names)
    if lost := wanted - {one.name for one in known}:
        there = ", ".join(one.name for one in known)
        raise ResultsError(f"there is no section '{sorted(lost)[0]}' in a report (there are: {there})")
    return tuple(one for one in known if one.name in wanted)

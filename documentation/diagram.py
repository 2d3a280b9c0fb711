"""The month as a picture: phases as columns, processes in their order, made from the registry as SVG."""

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as Xml

from documentation.markdown import anchor
from simulation.catalogue import Catalogue
from simulation.contract import PHASES, Process
from simulation.schedule import month_plan

SVG = "http://www.w3.org/2000/svg"
_WIDTH, _COLUMN, _BOX, _STEP, _TOP = 860, 172, 26, 32, 112
_DESCRIPTIONS = {
    "arrive": "who lives where",
    "compete": "homes, posts, seats, care",
    "earn": "income and spending",
    "decide": "wishes for next month",
    "settle": "slow states",
}
"""What each phase is about; a phase without a line here is drawn with its name alone."""


def month_diagram(catalogue: Catalogue) -> str:
    """Draw the pipeline of the month as an inline SVG whose boxes lead to the processes' parts of the page."""
    plan = month_plan(catalogue.chosen({}))
    columns = [[one for one in plan if one.phase == phase] for phase in PHASES]
    tallest = max(sum(_rows(catalogue, one) for one in column) for column in columns)
    height = _TOP + tallest * _STEP + 64
    drawing = Xml.Element(
        "svg", xmlns=SVG, viewBox=f"0 0 {_WIDTH} {height}", role="img", **{"class": "month"}
    )  # fmt: skip
    Xml.SubElement(drawing, "title").text = "The pipeline of a month: five phases and the processes of each, in order"
    _bar(drawing, 8, "levers at their base values; interventions add to them and scale them")
    number = 1
    for at, column in enumerate(columns):
        number = _phase(drawing, catalogue, at, column, number)
    _bar(drawing, height - 40, "outcomes are recorded, costs are booked; nothing is changed")
    return Xml.tostring(drawing, encoding="unicode")


def _rows(catalogue: Catalogue, one: Process) -> int:
    return len(catalogue.variants(one.slot))


def _bar(drawing: Xml.Element, top: int, words: str) -> None:
    Xml.SubElement(
        drawing, "rect", x="2", y=str(top), width=str(_WIDTH - 4), height="32", rx="4", **{"class": "bar"}
    )  # fmt: skip
    _words(drawing, _WIDTH / 2, top + 21, words, "middle", "label")


def _phase(drawing: Xml.Element, catalogue: Catalogue, at: int, column: Sequence[Process], number: int) -> int:
    left = at * _COLUMN
    phase = PHASES[at]
    _words(drawing, left + 12, 70, phase, "start", "phase")
    _words(drawing, left + 12, 90, _DESCRIPTIONS.get(phase, ""), "start", "about")
    top = _TOP
    for one in column:
        _box(drawing, left, top, one.name, f"{number}  {one.name}", "process")
        top += _STEP
        for rival in _rivals(catalogue, one):
            _box(drawing, left + 16, top, rival, f"or {rival}", "rival")
            top += _STEP
        number += 1
    return number


def _rivals(catalogue: Catalogue, one: Process) -> Iterable[str]:
    return (name for name in catalogue.variants(one.slot) if name != one.name)


def _box(drawing: Xml.Element, left: int, top: int, name: str, words: str, kind: str) -> None:
    link = Xml.SubElement(drawing, "a", href=f"#{anchor('submodel', name)}")
    width = _COLUMN - 10 - left % _COLUMN
    Xml.SubElement(
        link, "rect", x=str(left + 5), y=str(top), width=str(width), height=str(_BOX), rx="3", **{"class": kind}
    )  # fmt: skip
    _words(link, left + 13, top + 18, words, "start", "label")


def _words(into: Xml.Element, x: float, y: float, words: str, place: str, kind: str) -> None:
    part = Xml.SubElement(into, "text", x=f"{x:g}", y=f"{y:g}", **{"text-anchor": place, "class": kind})
    part.text = words

"""The month as a picture: phases as columns, processes in their order, made from the registry as SVG."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from documentation.markdown import anchor
from simulation.catalogue import Catalogue
from simulation.contract import PHASES
from simulation.schedule import month_plan

SVG = "http://www.w3.org/2000/svg"
_COLUMN, _BOX, _STEP, _TOP, _TALLEST = 168, 26, 32, 112, 12
"""Width of a column, height of a box, from box to box, top of the boxes; boxes of a column before the next begins."""
_DESCRIPTIONS = {
    "arrive": "who lives where",
    "compete": "homes, posts, seats, care",
    "earn": "income and spending",
    "decide": "wishes for next month",
    "settle": "slow states",
}
"""What each phase is about; a phase without a line here is drawn with its name alone."""


@dataclass(frozen=True)
class _Box:
    """A process in the picture: where it stands, counted in columns and boxes, and what is written in it."""

    column: int
    row: int
    name: str
    words: str
    rival: bool


def month_diagram(catalogue: Catalogue) -> str:
    """Draw the pipeline of the month as an inline SVG whose boxes lead to the processes' parts of the page."""
    heads, boxes = _layout(catalogue)
    width = (max(one.column for one in boxes) + 1) * _COLUMN
    height = _TOP + (max(one.row for one in boxes) + 1) * _STEP + 50
    drawing = Xml.Element("svg", {"xmlns": SVG, "viewBox": f"0 0 {width} {height}", "role": "img", "class": "month"})
    Xml.SubElement(drawing, "title").text = "The pipeline of a month: five phases and the processes of each, in order"
    _bar(drawing, width, 8, "levers at their base values; interventions add to them and scale them")
    for column, phase in heads:
        _words(drawing, column * _COLUMN + 12, 70, phase, "start", "phase")
        _words(drawing, column * _COLUMN + 12, 90, _DESCRIPTIONS.get(phase, ""), "start", "about")
    for one in boxes:
        _draw(drawing, one)
    _bar(drawing, width, height - 40, "outcomes are recorded, costs are booked; nothing is changed")
    return Xml.tostring(drawing, encoding="unicode")


def _layout(catalogue: Catalogue) -> tuple[list[tuple[int, str]], list[_Box]]:
    """Place phases side by side and their processes below; rivals follow the one that runs by default."""
    plan = month_plan(catalogue.chosen({}))
    number = {one.name: at for at, one in enumerate(plan, 1)}
    heads, boxes, column = [], [], 0
    for phase in PHASES:
        heads.append((column, phase))
        names = [name for one in plan if one.phase == phase for name in catalogue.variants(one.slot)]
        for at, name in enumerate(names):
            words = f"{number[name]}  {name}" if name in number else f"or {name}"
            boxes.append(_Box(column + at // _TALLEST, at % _TALLEST, name, words, name not in number))
        column += max(1, -(-len(names) // _TALLEST))
    return heads, boxes


def _bar(drawing: Xml.Element, width: int, top: int, words: str) -> None:
    _rect(drawing, {"x": 2, "y": top, "width": width - 4, "height": 32, "rx": 4}, "bar")
    _words(drawing, width / 2, top + 21, words, "middle", "label")


def _draw(drawing: Xml.Element, one: _Box) -> None:
    left, top, inset = one.column * _COLUMN + 5, _TOP + one.row * _STEP, 12 * one.rival
    link = Xml.SubElement(drawing, "a", href=f"#{anchor('submodel', one.name)}")
    place = {"x": left + inset, "y": top, "width": _COLUMN - 10 - inset, "height": _BOX, "rx": 3}
    _rect(link, place, "rival" if one.rival else "process")
    _words(link, left + inset + 8, top + 18, one.words, "start", "label")


def _rect(into: Xml.Element, place: Mapping[str, int], kind: str) -> None:
    Xml.SubElement(into, "rect", {"class": kind, **{name: str(value) for name, value in place.items()}})


def _words(into: Xml.Element, x: float, y: float, words: str, place: str, kind: str) -> None:
    part = Xml.SubElement(into, "text", {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": place, "class": kind})
    part.text = words

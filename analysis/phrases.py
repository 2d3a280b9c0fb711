"""What is done with a job, a seat or a home, in words: the sentences of `analysis.story`."""

from dataclasses import dataclass

from analysis.partings import Turn
from analysis.people import People

_GROWN_UP = 16
_SAID_ALREADY = ("took the job", "took a seat", "never had a seat", "none")
"""Reasons that the sentence says anyway."""


@dataclass(frozen=True)
class Phrases:
    """Sentences about what a column holds, each with a place for its name."""

    take: str
    leave: str
    stay: str
    without: str
    place: str


PHRASES = {
    "persons.employer": Phrases(
        "takes a post at {}", "no longer works at {}", "works on at {}", "has no employer", "a post at {}"
    ),
    "persons.school": Phrases(
        "takes a seat at {}", "no longer has a seat at {}", "keeps the seat at {}", "has no seat", "a seat at {}"
    ),
    "persons.boarding_school": Phrases(
        "boards at {}", "no longer boards at {}", "boards on at {}", "doesn't board", "a bed at {}"
    ),
    "persons.left_school_month": Phrases(
        "drops out of school", "goes to school again", "has dropped out of school", "stays in school", ""
    ),
    "households.dwelling": Phrases(
        "is given a home, {}", "gives back its home, {}", "keeps its home, {}", "has no home at the site", "a home, {}"
    ),
    "households.home": Phrases("moves to {}", "leaves {}", "lives on in {}", "lives nowhere", "a dwelling in {}"),
}
"""By watched column; another one is told by its name (`phrases_of`)."""


def phrases_of(column: str) -> Phrases:
    """Return the sentences of a column, plain ones for a column that isn't known here."""
    name = column.partition(".")[2].replace("_", " ")
    words = ("comes to {} {{}}", "ends {} {{}}", "stays at {} {{}}", "has no {}", "{} {{}}")
    plain = Phrases(*(one.format(name) for one in words))
    return PHRASES.get(column, plain)


def done(column: str, turn: Turn | None, now: int, names: dict[int, str]) -> str:
    """Say what one world does, or that it goes on as it was."""
    words, named = phrases_of(column), lambda uid: names.get(uid, str(uid))
    if turn is None:
        return words.stay.format(named(now)) if _held(now) else words.without
    said = words.take.format(named(turn.new)) if _held(turn.new) else words.leave.format(named(turn.old))
    return f"{said} ({turn.why})" if turn.why and turn.why not in _SAID_ALREADY else said


def _held(value: int) -> bool:
    """Say whether a value stands for something: 0 is no row, -1 (as it is kept, unsigned) no month."""
    return value not in (0, 2**64 - 1)


def person(people: People, row: int, month: int) -> str:
    """Say who somebody is, by sex and age: `the woman of 54`, `the boy of 9`."""
    return someone(int(people.sex[row]), int(people.birth_month[row]), month)


def someone(sex: int, birth_month: int, month: int) -> str:
    """Say the same of a sex (0 male, 1 female) and an absolute month of birth."""
    age = max((month - birth_month) // 12, 0)
    grown, child = (("man", "boy"), ("woman", "girl"))[sex]
    return f"the {grown if age >= _GROWN_UP else child} of {age}"

"""Why a household fares otherwise in an arm than in the baseline: where its two worlds part, and the chain behind it.

Both runs share their luck and their people, so that whatever differs follows from the arm. A step that hangs on
another household's (she took the post that X left when X took the new post) links to it, as vacancy chains tell it
(`analysis.chains`). Posts of one employer are not told apart: where several were left, the chain that begins with a new
employer goes first, then the lower uid. What the records don't tell (who met which post, whose draw lay below what)
`relosim trace` makes again.
"""

from collections.abc import Iterable

import numpy as np

from analysis.months import ResultsError, date_of
from analysis.partings import SLOTS, Cause, Parting, Partings
from analysis.people import POPULATIONS
from analysis.phrases import done, person, phrases_of
from analysis.runs import Run
from analysis.story import Step, Story
from analysis.study import Study

MOST_STEPS = 12
_MOST_LINKS = 40
"""Steps of other households that a story tells at most; a chain is seldom longer than five."""
Key = tuple[int, str, int]
"""Of a parting: uid, column, month."""


def why(study: Study, arm: str, *, household: int, replicate: int = 0, draw: int = 0, steps: int = MOST_STEPS) -> Story:
    """Tell where the two worlds of a household part, and the chain behind it.

    Parameters
    ----------
    study, arm
        of which unit records are kept.
    household
        its uid, or that of one of its members.
    replicate, draw
        whose luck, and under which draw of uncertain parameters.
    steps
        of the household's own at most; later ones are counted.

    Raises ResultsError for an unknown arm, replicate or household, and for an arm without unit records.
    """
    return Stories(study, arm, replicate, draw).of(household, steps)


class Stories:
    """Stories of one replicate; what they share is read once."""

    def __init__(self, study: Study, arm: str, replicate: int = 0, draw: int = 0) -> None:
        """Find the two runs. Raises ResultsError as `why` does."""
        self._arm, self._run = arm, pair(study, arm, replicate, draw)[1]
        self.partings = Partings(study, *pair(study, arm, replicate, draw))

    def parted(self) -> dict[int, int]:
        """Return {household: first month in which its worlds part} of those whose do, by month and uid."""
        found: dict[int, int] = {}
        for column in SLOTS:
            told, _, _ = self.partings.histories(column)
            differs = told.base != told.arm
            ever = differs.any(axis=0)
            for uid, at in zip(told.uid[ever].tolist(), differs[:, ever].argmax(axis=0).tolist(), strict=True):
                home, month = self.partings.household_of(uid), self.partings.months[at]
                found[home] = min(month, found.get(home, month))
        return dict(sorted(found.items(), key=lambda one: (one[1], one[0])))

    def of(self, household: int, steps: int = MOST_STEPS) -> Story:
        """Tell the story of a household, named by its uid or a member's; ResultsError for an unknown one."""
        home = self.partings.household_of(household)
        units = [home, *self.partings.members(home).tolist()]
        own = sorted((one for uid in units for one in self.partings.of(uid)), key=lambda one: (one.month, one.uid))
        told = {_key(one): one for one in own[:steps]}
        self._follow(told)
        ordered = sorted(told.values(), key=lambda one: (one.month, _depth(one, told), one.uid, one.column))
        numbers = {_key(one): number for number, one in enumerate(ordered, 1)}
        run = self._run
        steps_told = tuple(self._step(one, numbers) for one in ordered)
        return Story(self._arm, run.replicate, run.draw, home, self._about(home), steps_told, max(len(own) - steps, 0))

    def _follow(self, told: dict[Key, Parting]) -> None:
        """Add the steps that the told ones hang on, and those that these hang on."""
        waiting, room = [one for one in told.values() if one.cause], _MOST_LINKS
        while waiting and room:
            one = waiting.pop(0)
            other = self._behind(one)
            if other is not None and _key(other) not in told:
                told[_key(other)] = other
                room -= 1
                if other.cause:
                    waiting.append(other)

    def _behind(self, one: Parting) -> Parting | None:
        """Return the step of another unit that one hangs on."""
        cause = one.cause
        assert cause is not None
        return next((p for p in self.partings.of(cause.uid) if (p.column, p.month) == (one.column, cause.month)), None)

    def _about(self, home: int) -> str:
        rows = np.flatnonzero(self.partings.people.household == np.uint64(home))
        first = int(rows[0])
        people = self.partings.people
        place = self.partings.names.get(int(people.origin[first]), "")
        living = int(people.living(self.partings.months[0])[rows].sum())
        start = f"{living} {'person' if living == 1 else 'people'} at the start" if living else "founded during the run"
        return ", ".join(one for one in (POPULATIONS[int(people.population[first])], f"from {place}", start) if one)

    def _step(self, one: Parting, numbers: dict[Key, int]) -> Step:
        names, because = self.partings.names, None
        if one.cause is not None:
            because = numbers.get((one.cause.uid, one.column, one.cause.month))
        row = self.partings.row_of(one.uid)
        return Step(
            numbers[_key(one)], one.month, self.partings.household_of(one.uid), None if row is None else one.uid,
            *self._who(one.uid, one.month), one.column, done(one.column, one.arm_turn, one.arm, names),
            done(one.column, one.base_turn, one.base, names), because, self._why(one, because),
        )  # fmt: skip

    def _who(self, uid: int, month: int) -> tuple[str, str]:
        row = self.partings.row_of(uid)
        if row is None:
            return "the household", "it"
        return person(self.partings.people, row, month), ("he", "she")[int(self.partings.people.sex[row])]

    def _why(self, one: Parting, because: int | None) -> str:
        """Say what a step hangs on, and whether the other world catches up."""
        said = []
        if one.arm_turn is not None and one.arm in self.partings.new.get(SLOTS.get(one.column, ""), {}):
            said.append("It is there in the arm alone.")
        elif one.cause is not None:
            said.append(self._hangs_on(one, one.cause, because))
        if one.alike:
            said.append("From here on both worlds are alike in this.")
        elif one.sooner is not None:
            said.append(self._late(one, one.sooner))
        return " ".join(part for part in said if part)

    def _late(self, one: Parting, month: int) -> str:
        """Say when the world that has nothing comes to something too."""
        kind = phrases_of(one.column).place.format("").strip(" ,").removesuffix(" at")
        world, (_, who) = "the baseline" if one.arm else "the arm", self._who(one.uid, one.month)
        return f"In {world} {who} comes to {kind} in {date_of(month)}."

    def _hangs_on(self, one: Parting, cause: Cause, because: int | None) -> str:
        who, _ = self._who(cause.uid, one.month)
        step = f" (step {because})" if because is not None else ""
        place = phrases_of(one.column).place
        if cause.took:
            return f"It is {place.format(self._name(one.arm))} that {who} has in the baseline{step}."
        return f"{who.capitalize()} has {place.format(self._name(one.base))} in the arm{step}."

    def _name(self, uid: int) -> str:
        return self.partings.names.get(uid, str(uid))


def _key(one: Parting) -> Key:
    return one.uid, one.column, one.month


def _depth(one: Parting, told: dict[Key, Parting]) -> int:
    """Count the steps of the same month that a step hangs on, so that it is told after them."""
    depth, seen = 0, {_key(one)}
    while one.cause is not None:
        key = one.cause.uid, one.column, one.cause.month
        if key not in told or key in seen:
            break
        seen.add(key)
        one, depth = told[key], depth + (key[2] == one.month)
    return depth


def pair(study: Study, arm: str, replicate: int, draw: int) -> tuple[Run, Run]:
    """Return the runs of the baseline and an arm that share luck and draw and have kept unit records.

    Raises ResultsError where there are none.
    """
    pairs = study.traced(arm)
    found = [both for both in pairs if both[1].pair == (draw, replicate)]
    if not found:
        drawn = f" under draw {draw}" if study.varies else ""
        raise ResultsError(
            f"no unit records of replicate {replicate}{drawn} of arm '{arm}' (there are: replicates "
            f"{_listed(both[1].replicate for both in pairs if both[1].draw == draw or not study.varies)})"
        )
    return found[0]


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(one) for one in sorted(set(numbers))) or "none"

"""The story of a household in two worlds, as text and as HTML: numbered steps, each with what it hangs on."""

from dataclasses import dataclass
from html import escape

from analysis.months import date_of


@dataclass(frozen=True)
class Step:
    """One step of a story.

    Attributes
    ----------
    number
        from 1, in the order in which steps are told.
    month
        absolute.
    household, person
        whose step it is, by uid; person None for a step of the household as a whole.
    who, pronoun
        in words: `the woman of 54`, `she`.
    column
        the watched column in which the worlds part or meet.
    arm, baseline
        what is done in each world, in words, with the reason that the records give.
    because
        number of the step of another household that it hangs on; None where the records tell of none.
    why
        the same in words; "" where there is nothing to say.
    """

    number: int
    month: int
    household: int
    person: int | None
    who: str
    pronoun: str
    column: str
    arm: str
    baseline: str
    because: int | None = None
    why: str = ""

    @property
    def text(self) -> str:
        """Tell the step in words, without its number."""
        told = f"{self.who} {self.arm}; in the baseline {self.pronoun} {self.baseline}."
        return f"{told} {self.why}" if self.why else told


@dataclass(frozen=True)
class Story:
    """Why a household fares otherwise in an arm than in the baseline of the same replicate.

    Attributes
    ----------
    arm, replicate, draw, household
        of which two runs and of whom it is told.
    about
        who the household is, in words.
    steps
        by month; those of other households are the chain behind the household's own.
    left_out
        later steps of the household that aren't told.
    """

    arm: str
    replicate: int
    draw: int
    household: int
    about: str
    steps: tuple[Step, ...]
    left_out: int = 0

    @property
    def own(self) -> tuple[Step, ...]:
        """The steps of the household itself."""
        return tuple(one for one in self.steps if one.household == self.household)

    @property
    def parted(self) -> int | None:
        """The month in which the two worlds part for the household, absolute; None if they never do."""
        return self.own[0].month if self.own else None

    @property
    def heading(self) -> str:
        """Say whose story it is, and when the worlds part."""
        worlds = f"{self.arm} against the baseline, replicate {self.replicate}"
        if self.parted is None:
            return f"Household {self.household} ({self.about}), {worlds}: nothing that the records tell of it differs."
        return f"Household {self.household} ({self.about}), {worlds}: the two worlds part in {date_of(self.parted)}."

    @property
    def footing(self) -> str:
        """Say how many later steps are left out; nothing where none is."""
        return f"{self.left_out} later steps of the household aren't told." if self.left_out else ""

    @property
    def text(self) -> str:
        """Tell it in lines for a terminal; steps of other households are set off by a dash."""
        lines = [self.heading, *(self._line(one) for one in self.steps), self.footing]
        return "\n".join(line for line in lines if line)

    def _line(self, step: Step) -> str:
        mark = " " if step.household == self.household else "-"
        other = "" if step.household == self.household else f"household {step.household}: "
        return f"{step.number:3d}{mark} {date_of(step.month)}  {other}{step.text}"

    @property
    def html(self) -> str:
        """Tell it as a piece of HTML, escaped: a paragraph and a list whose items link to what they hang on."""
        items = "".join(self._item(one) for one in self.steps)
        foot = f"<p>{escape(self.footing)}</p>" if self.footing else ""
        body = f'<p>{escape(self.heading)}</p><ol class="story-steps">{items}</ol>{foot}'
        return f'<section class="story">{body}</section>'

    def _item(self, step: Step) -> str:
        kind = "own" if step.household == self.household else "other"
        told = f"<time>{date_of(step.month)}</time> {escape(step.text)}"
        if step.because is not None:
            told += f' <a href="#{self._mark(step.because)}">step {step.because}</a>'
        return f'<li id="{self._mark(step.number)}" class="{kind}">{told}</li>'

    def _mark(self, number: int) -> str:
        return f"story-{self.replicate}-{self.draw}-{self.household}-{number}"

    def __str__(self) -> str:
        """Tell it as text."""
        return self.text

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        return self.html

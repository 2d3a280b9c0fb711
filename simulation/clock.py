"""What steps may know of time: the month of a process, and how far an intervention has come."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Moment:
    """One month as a process sees it.

    Attributes
    ----------
    month
        this month, absolute.
    start
        first month of the run.
    coast_open
        False while an event closes the way to work on the coast.
    visit_scale
        what an event multiplies the wish to see a doctor by.
    """

    month: int
    start: int
    coast_open: bool = True
    visit_scale: float = 1.0


@dataclass(frozen=True)
class Clock:
    """One intervention's view of one month.

    `strength` rises from 0 to 1 over the ramp and falls back to 0 at the end; `capital_month` is the
    month in which the money is committed, `first_month` the one in which it first works.
    """

    month: int
    first_month: int
    capital_month: int
    strength: float

    @property
    def since(self) -> int:
        """Months since it came into force; negative before."""
        return self.month - self.first_month

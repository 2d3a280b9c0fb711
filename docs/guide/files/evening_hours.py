"""Evening hours: the doctors of a clinic work longer each day, and are paid for it."""

from simulation.contract import Phasing, intervention
from simulation.ledger import Costs
from simulation.parameters import parameter, quantity, reference


class Settings(Phasing):
    """Where, how much longer, and what the added hours of a doctor cost."""

    clinic: str = reference("clinics", "the clinic that opens longer")
    doctors: float = quantity("FTE doctors", 0, 200, "doctors who work longer")
    longer_share: float = parameter(0.25, "share", 0.0, 1.0, "[prior] two hours a day", "hours added to the usual ones")
    overtime_yuan_month: float = parameter(
        12_000.0, "yuan a month", 0.0, 40_000.0, "[prior]", "pay of as many added hours as a full-time doctor works"
    )


@intervention
def contribute(levers, clock, settings, row):
    """Lengthen the hours of all doctors of the clinic while the measure lasts."""
    levers.add("clinics.fte", row("clinics", settings.clinic), added(settings) * clock.strength)


def added(settings):
    """Return the added hours, in full-time doctors."""
    return settings.doctors * settings.longer_share


def costs(settings):
    """Pay for the added hours; nothing is built."""
    return Costs(added(settings), monthly_yuan_per_unit=settings.overtime_yuan_month)


def describe(settings):
    """Say it as a planner would."""
    return f"evening hours at {settings.clinic}: {settings.doctors:g} doctors work {settings.longer_share:.0%} longer"

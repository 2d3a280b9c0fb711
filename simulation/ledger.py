"""What policy costs: declared rates, booked by the engine, never by an intervention.

Capital is booked once, in the month in which it is committed; monthly cost by capacity in force;
cost per delivery by what processes delivered (posts filled, places taken, fen paid). All in fen.
"""

from dataclasses import dataclass

from simulation.clock import Clock


@dataclass(frozen=True)
class Delivery:
    """A cost per unit that a process delivered this month: yuan times a world column at a row."""

    column: str
    yuan: float


@dataclass(frozen=True)
class Costs:
    """The rates of one intervention.

    `units` is the amount (posts, places, teachers) that capital and monthly rates multiply. After
    `supported_months` in force nothing more is paid; None pays as long as the intervention lasts.
    """

    units: float
    capital_yuan_per_unit: float = 0.0
    monthly_yuan_per_unit: float = 0.0
    deliveries: tuple[Delivery, ...] = ()
    supported_months: int | None = None


@dataclass(frozen=True)
class Entry:
    """One booking."""

    month: int
    intervention: str
    kind: str
    amount_fen: int
    quantity: float


def fen(yuan: float) -> int:
    """Turn yuan into whole fen, half away from zero."""
    return int(yuan * 100 + (0.5 if yuan >= 0 else -0.5))


def book(name: str, costs: Costs, clock: Clock, delivered: dict[str, int]) -> list[Entry]:
    """Return this month's bookings of one intervention, zero amounts left out.

    Parameters
    ----------
    name
        the intervention's identity string.
    costs
        its declared rates.
    clock
        month, strength (0 to 1) and capital month of the intervention.
    delivered
        this month's value of each column named by `costs.deliveries`, summed over its rows.
    """
    rows: list[Entry] = []
    if clock.month == clock.capital_month:
        rows.append(Entry(clock.month, name, "capital", fen(costs.capital_yuan_per_unit * costs.units), costs.units))
    if costs.supported_months is not None and clock.since >= costs.supported_months:
        return [row for row in rows if row.amount_fen]
    in_force = costs.units * clock.strength
    rows.append(Entry(clock.month, name, "monthly", fen(costs.monthly_yuan_per_unit * in_force), in_force))
    for delivery in costs.deliveries:
        count = delivered[delivery.column]
        rows.append(Entry(clock.month, name, "delivery", fen(delivery.yuan * count), float(count)))
    return [row for row in rows if row.amount_fen]

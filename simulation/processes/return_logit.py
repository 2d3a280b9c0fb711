"""Which households go back to the village: a keyed logit between the site and the origin."""

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.clock import Moment
from simulation.contract import Column, process
from simulation.draws import Draws
from simulation.explaining import Account, Asked, must_agree
from simulation.kernels.draws import logistic, unit
from simulation.kernels.returning import choose_return, site_values, village_values
from simulation.mechanism import Mechanism
from simulation.parameters import parameter
from simulation.processes._returning import OWNS, READS, at_site, count_troubles
from simulation.world import View

_GO = "go back to the village"
_WEIGHTS = (
    "constant", "attachment", "land", "kin", "demolished", "integration", "employed", "no_seat", "forgone", "income",
    "peers",
)  # fmt: skip
_ROUNDING = 1e-9
_SIGN = "[prior; sign S25, S26]"


class Settings(parameters.Settings):
    """Utility of the village less that of the site (domain 2.1); no measured return rate exists, so all are priors."""

    constant: float = parameter(
        -4.1,
        "utility",
        -9.0,
        0.0,
        "[prior] puts the yearly return at 0.2 to 3 %",
        "village against site, all else equal",
    )
    attachment: float = parameter(1.0, "utility", 0.0, 3.0, "[prior]", "full attachment in the month of the move")
    attachment_halving_months: float = parameter(
        48.0, "months", 24.0, 72.0, "[prior]", "time in which attachment halves"
    )
    land: float = parameter(0.25, "utility per log(1 + mu)", 0.0, 1.0, _SIGN, "land held at the origin")
    kin: float = parameter(0.5, "utility", 0.0, 2.0, "[prior]", "all kin stay at the origin")
    demolished: float = parameter(-1.0, "utility", -3.0, 0.0, "[prior]", "the old house is pulled down")
    integration: float = parameter(-1.0, "utility", -3.0, 0.0, _SIGN, "fully integrated at the site")
    employed: float = parameter(-0.8, "utility", -3.0, 0.0, _SIGN, "a member has work")
    no_seat: float = parameter(
        0.4, "utility per child", 0.0, 2.0, "[prior]", "a child of compulsory age without a day seat"
    )
    forgone: float = parameter(0.2, "utility per visit", 0.0, 1.0, "[prior]", "care forgone this month")
    income: float = parameter(
        -0.5, "utility per log", -2.0, 0.0, "[prior]", "log of yearly income a head against the reference"
    )
    income_reference_yuan_year: float = parameter(
        6000.0,
        "yuan a head and year",
        3000.0,
        15000.0,
        "[S17] monitoring line",
        "income a head that neither holds nor drives away",
    )
    peers: float = parameter(
        1.0, "utility", 0.0, 3.0, "[prior] Brock and Durlauf 2001", "all co-villagers have returned"
    )
    review_share_month: float = parameter(
        1 / 12,
        "share a month",
        0.02,
        0.5,
        "[prior] domain 2.1: once a year",
        "households that review without a new reason",
    )


MECHANISMS = (
    Mechanism("going back to the village", "hardly any household returns", {"constant": -9.0}),
    Mechanism("example of those who returned", "co-villagers who returned draw nobody after them", {"peers": 0.0}),
)


@process(
    phase="decide",
    slot="return",
    reads=(
        *READS, "households.origin", "households.land_mu", "households.kin_share", "households.attachment",
        "households.income_12m",
    ),
    lagged=("households.integration",),
    owns={
        **OWNS,
        "households.in_trouble": Column("int8", 0, "", "1 if nobody who could work has work, or a child no day seat"),
    },
    streams=("review", "taste"),
)  # fmt: skip
def run(world: View, draws: Draws, moment: Moment, settings: Settings) -> None:
    """Weigh village against site for households that review their situation: by chance, and in the month trouble begins.

    Trouble that lasts is part of every later review, but no reason for one a month: the yearly chance would be that
    of a dozen reviews (domain 2.1).
    """
    it = world.households
    count_troubles(world)
    here = at_site(world)
    trouble = ((it.labourers > 0) & (it.employed == 0)) | (it.children_without_seat > 0)
    begins = trouble & here & (it.in_trouble == 0)
    it.in_trouble[:] = trouble & here
    value = village_value(world, here, moment.month, settings)
    choose_return(
        draws.key("review"), draws.key("taste"), settings.review_share_month,
        it.uid, here, begins, value, it.return_wish,
    )  # fmt: skip
    # The constant is what going back costs; whoever would go if it cost nothing intends to.
    it.return_intention[:] = here & (value > settings.constant)


def village_value(world: View, here: NDArray[np.bool_], month: int, it: Settings) -> NDArray[np.float64]:
    """Return the utility of the village less that of the site, float64[households] (0 away from the site)."""
    rows = np.flatnonzero(here)
    h = world.households
    value = np.zeros(len(here))
    village = (it.constant, it.attachment, it.attachment_halving_months, it.land, it.kin, it.demolished)
    site = (it.integration, it.employed, it.no_seat, it.forgone, it.income)
    village_values(
        rows, month, np.array(village), h.land_mu, h.kin_share, h.attachment, h.house_demolished, h.moved_month,
        it.peers * _returned_share(world)[h.origin], value,
    )  # fmt: skip
    site_values(
        rows, np.array(site), 100.0 * it.income_reference_yuan_year, h.integration, h.employed,
        h.children_without_seat, h.visits_forgone, h.income_12m, h.members, value,
    )  # fmt: skip
    return value


def explain(
    world: View, draws: Draws, moment: Moment, settings: Settings, asked: Asked
) -> Generator[Account | None, None, None]:
    """Tell of each household at the site whether it reviewed, what spoke for the village, and the draw."""
    before = world.households.in_trouble.copy()
    yield None
    it, here = world.households, np.zeros(world.households.n, np.bool_)
    here[asked.households] = at_site(world)[asked.households]
    value = village_value(world, here, moment.month, settings)
    for row in np.flatnonzero(here).tolist():
        uid, begins = it.uid[row], it.in_trouble[row] != 0 and before[row] == 0
        review, draw = float(unit(draws.key("review"), uid)), float(unit(draws.key("taste"), uid))
        looks = bool(begins or review < settings.review_share_month)
        chance = float(logistic(value[row]))
        must_agree(f"the return of household {int(uid)}", looks and draw < chance, bool(it.return_wish[row]))
        if not looks:
            why = "no review: the household does not think of it this month"
            yield Account("households", row, _GO, False, why, float(value[row]), settings.review_share_month, review)
            continue
        cause = "because trouble begins" if begins else "by chance"
        why = f"reviewed {cause}: {_terms(world, row, moment.month, settings)}"
        yield Account("households", row, _GO, draw < chance, why, float(value[row]), chance, draw)


def _alone(it: Settings, name: str) -> Settings:
    """Return the settings with one weight alone."""
    return it.model_copy(update={one: 0.0 for one in _WEIGHTS if one != name})


def _terms(world: View, row: int, month: int, it: Settings) -> str:
    """Write what speaks for the village, term by term, largest first; each is the formula with this weight alone."""
    here = np.zeros(world.households.n, np.bool_)
    here[row] = True
    told = {name: float(village_value(world, here, month, _alone(it, name))[row]) for name in _WEIGHTS}
    must_agree(
        f"the terms of household {int(world.households.uid[row])}",
        abs(sum(told.values()) - village_value(world, here, month, it)[row]) < _ROUNDING,
        True,
    )
    ordered = sorted((one for one in told.items() if one[1]), key=lambda one: -abs(one[1]))
    return ", ".join(f"{name.replace('_', ' ')} {value:+.2f}" for name, value in ordered)


def _returned_share(world: View) -> NDArray[np.float64]:
    """Share of the households moved from each place that have returned, float64[places]."""
    h = world.households
    moved = np.bincount(h.origin[h.moved_month >= 0], minlength=len(world.minutes))
    back = np.bincount(h.origin[h.returned_month >= 0], minlength=len(world.minutes))
    return np.asarray(back / np.maximum(moved, 1.0))

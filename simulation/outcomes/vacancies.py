"""Vacancies: posts, who holds them, why others stay open, how links begin and end, orders, closures, local pay."""

import numpy as np
from numpy.typing import NDArray

from simulation.contract import Indicator, outcome
from simulation.parameters import Settings
from simulation.recorder import Tally
from simulation.sums import handed_out
from simulation.world import EMPLOYER_KINDS, PLACE_KINDS, UNFILLED_REASONS, WAGE_SERIES, View

TOLD_APART = ("workshop", "micro_factory", "public_welfare")
"""Kinds of employers that policy brings: their posts are counted by themselves."""
_WHY = {
    "nobody_eligible": "nobody else fits the window of age, school, sex, training and care",
    "too_far": "those who fit live too far away",
    "nobody_searching": "those near by don't look for work",
    "pay_too_low": "those who look don't find it worth it",
    "not_met": "those who would take it didn't meet the employer",
    "chose_another": "those who met it took another post or were ranked out",
}
_LEFT = {
    "ended": ((7,), "people quit or were dismissed"),
    "post_lost": ((8,), "there were fewer posts than people"),
    "contract_over": ((11,), "a contract wasn't renewed"),
    "out_of_reach": ((5,), "the work was no longer within reach"),
    "care": ((6,), "care at home left no time for it"),
    "not_able": ((2, 3, 4), "of age, school or health"),
    "coast": ((9,), "people went to the coast"),
}
"""Separations by the codes of persons.leaves_job."""
_THOUSAND = 1000


def _unfilled(kind: str = "") -> dict[str, Indicator]:
    of = f"of the kind {kind}, " if kind else ""
    head = f"{kind}_" if kind else ""
    return {
        f"{head}unfilled_{reason}": Indicator("posts", "place", "", f"open posts {of}unfilled because {why}")
        for reason, why in _WHY.items()
    }


def _of_kind(kind: str) -> dict[str, Indicator]:
    return {
        f"{kind}_posts": Indicator("posts", "place", "", f"posts of the kind {kind} that employers would fill"),
        f"{kind}_filled": Indicator("posts", "place", "", f"posts of the kind {kind} that are held", 1),
        f"{kind}_vacancies": Indicator("posts", "place", "", f"posts of the kind {kind} that stayed open"),
        f"{kind}_orders": Indicator("ratio", "place", f"posts of the kind {kind} by region and policy", "orders against usual"),
        **_unfilled(kind),
    }  # fmt: skip


@outcome(
    reads=(
        "persons.leaves_job", "persons.job_change", "persons.labourer", "persons.place", "persons.unemployed",
        "places.kind", "employers.kind", "employers.filled", "employers.vacancies",
        "employers.open_posts", "employers.posts_now", "employers.orders", "employers.closed_month",
        "employers.wage_series", "employers.pay_month_fen", "employers.pay_now_fen",
        *(f"employers.unfilled_{reason}" for reason in UNFILLED_REASONS),
    ),
    indicators={
        "jobs_filled": Indicator("posts", "place", "", "posts held by members of the three populations"),
        "open_posts": Indicator("posts", "place", "", "posts open before the month's round of hiring"),
        "vacancies": Indicator("posts", "place", "", "of these, the posts that stayed open"),
        **_unfilled(),
        **{name: one for kind in TOLD_APART for name, one in _of_kind(kind).items()},
        "employers_closed_count": Indicator("employers", "place", "", "employers that closed for good since the start", -1),
        "local_pay_index": Indicator("ratio", "place", "posts held at local pay", "pay of local posts against that of the base year"),
        "hires_count": Indicator("persons", "registered", "", "people who began with an employer near home this month"),
        "job_to_job_count": Indicator("persons", "registered", "", "of these, people who came from another employer near home"),
        "separations_count": Indicator("persons", "registered", "", "people whom an employer near home lost this month, to another one or to none"),
        **{f"separations_{name}_count": Indicator("persons", "registered", "", f"people who left an employer near home for none because {why}") for name, (_, why) in _LEFT.items()},
        "unemployment_rate": Indicator("share", "present", "labourers at home or in town", "without a link and no villagers who farmed within the year", -1),
    },
    levers=("employers.posts",),
)  # fmt: skip
def measure(world: View, tally: Tally, month: int, settings: Settings) -> None:
    _posts(world, tally)
    for kind in TOLD_APART:
        _posts_of_kind(world, tally, kind)
    _pay(world, tally)
    _moves(world, tally)
    persons = world.persons
    at_coast = handed_out(np.append(world.places.kind == PLACE_KINDS.index("coast"), True), persons.place)
    tally.ratio(
        "unemployment_rate", "persons", (persons.unemployed != 0) & ~at_coast, (persons.labourer != 0) & ~at_coast
    )


def _posts(world: View, tally: Tally) -> None:
    employers = world.employers
    tally.count("jobs_filled", "employers", employers.filled)
    tally.count("open_posts", "employers", employers.open_posts)
    tally.count("vacancies", "employers", employers.vacancies)
    for reason in UNFILLED_REASONS:
        tally.count(f"unfilled_{reason}", "employers", getattr(employers, f"unfilled_{reason}"))
    tally.count("employers_closed_count", "employers", employers.closed_month >= 0)


def _posts_of_kind(world: View, tally: Tally, kind: str) -> None:
    employers = world.employers
    these = employers.kind == EMPLOYER_KINDS.index(kind)
    tally.count(f"{kind}_posts", "employers", np.maximum(employers.posts_now, 0) * these)
    tally.count(f"{kind}_filled", "employers", employers.filled * these)
    tally.count(f"{kind}_vacancies", "employers", employers.vacancies * these)
    for reason in UNFILLED_REASONS:
        tally.count(f"{kind}_unfilled_{reason}", "employers", getattr(employers, f"unfilled_{reason}") * these)
    posts = world.levers["employers.posts"].astype(np.int64) * these
    # Whole thousandths, so that sums don't hang on the order of rows.
    thousandths = np.floor(employers.orders.astype(np.float64) * _THOUSAND + 0.5).astype(np.int64)
    tally.ratio(f"{kind}_orders", "employers", posts * thousandths, posts * _THOUSAND)


def _pay(world: View, tally: Tally) -> None:
    employers = world.employers
    held: NDArray[np.int64] = employers.filled.astype(np.int64) * (employers.wage_series == WAGE_SERIES.index("local"))
    tally.ratio("local_pay_index", "employers", held * employers.pay_now_fen, held * employers.pay_month_fen)


def _moves(world: View, tally: Tally) -> None:
    rows = np.flatnonzero(world.persons.job_change > 0)
    change, reason = world.persons.job_change[rows], world.persons.leaves_job[rows]
    tally.count("hires_count", "persons", (change == 1) | (change == 2), rows)
    tally.count("job_to_job_count", "persons", change == 2, rows)
    tally.count("separations_count", "persons", change >= 2, rows)
    left = change == 3
    for name, (codes, _) in _LEFT.items():
        tally.count(f"separations_{name}_count", "persons", left & np.isin(reason, codes), rows)

"""The least pay at which people give up waiting for a better post.

It is solved for each place and class of people; no employer's window divides a class, so that nobody waits for posts
that he couldn't have. People expect the chance to be hired that each employer showed when it last had open posts: who
see many ask for few posts wait less for the best of them. Of an employer that never had any, people expect what they
can know: its open posts against those of them who will meet it.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.clock import Moment
from simulation.kernels import job_search as kernels
from simulation.kernels.reservation import reservation_wages
from simulation.processes._market import Market, Search, on_market, settling
from simulation.world import PLACE_KINDS, View

_NODES = np.array([-1.534, -0.887, -0.489, -0.157, 0.157, 0.489, 0.887, 1.534])
"""Medians of the eighths of a standard normal distribution: what own business may pay, before one knows."""


def reservation_wages_of(
    world: View,
    clock: Moment,
    settings: Search,
    market: Market,
    rows: NDArray[np.int32],
    traits: NDArray[np.int32],
    luck: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Reservation wage of each seeker, had he just lost a post, yuan a month: float64[m]; 0 for who holds one.

    Movers' fewer meetings count in the mean where they live.
    """
    out = np.empty(len(rows))
    reservation_wages(
        rows, traits, world.persons.leaves_job, luck, _worth_of_home(world, settings), market.start, market.near,
        market.rules, _rates_of_residents(world, clock, settings, market), _chance(world, market, traits, luck),
        market.value, market.sigma, _NODES, 1.0 / (settings.discount + settings.posts_end), out,
    )  # fmt: skip
    return out


def _worth_of_home(world: View, settings: Search) -> NDArray[np.float64]:
    """What a month without a post is worth, yuan, by place and (50 and more) * 2 + carer: float64[places, 4]."""
    older, carer = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    village = world.places.kind == PLACE_KINDS.index("village")
    home = settings.home_yuan * np.where(older, settings.home_over_50, 1.0) + settings.care_yuan * carer
    return home + settings.home_village_yuan * village[:, None]  # type: ignore[no-any-return]


def _rates_of_residents(world: View, clock: Moment, settings: Search, market: Market) -> NDArray[np.float64]:
    """Rates with the movers' factor in the mean of the labourers whose home a place is, float64[places, e]."""
    households, factor = world.households, settling(settings)
    away = (households.moved_month >= 0) & (households.home != households.origin)
    since = np.where(away, np.minimum(clock.month - households.moved_month, len(factor) - 1), len(factor) - 1)
    cells = households.home * len(factor) + since
    counts = np.bincount(cells, households.labourers, world.places.n * len(factor)).reshape(-1, len(factor))
    people = counts.sum(axis=1)
    lack = (counts * (1.0 - factor)).sum(axis=1) / np.maximum(people, 1.0)
    return market.rate * np.where(on_market(world), 1.0 - lack[:, None], 1.0)


def _chance(world: View, market: Market, traits: NDArray[np.int32], luck: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of those who ask who are hired, as people expect it of each employer, float64[e]."""
    unknown = (world.employers.last_met < 0) & (market.vacancies > 0)
    asked = world.employers.last_met.astype(np.float64)
    if unknown.any():
        expected = np.zeros(len(unknown), np.int64)
        kernels.expected_meetings(
            traits, luck, market.start, market.near, market.rules, market.rate, unknown.astype(np.int8), expected
        )
        asked = np.where(unknown, expected / kernels.PARTS, asked)
    return np.where(market.vacancies < 0, 1.0, np.minimum(market.vacancies / np.maximum(asked, 1.0), 1.0))

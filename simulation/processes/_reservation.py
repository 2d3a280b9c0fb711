"""The least pay at which people give up waiting for a better post, by place and class of people.

It is solved with the chance to be hired that each employer showed when it last had open posts, so that people who
see many ask for few posts wait less for the best of them. Of an employer that never had any, people expect what
they can know: its open posts against those of them who will meet it.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.kernels import job_search as kernels
from simulation.kernels.reservation import reservation_wages
from simulation.processes._market import Market, Search, on_market
from simulation.world import PLACE_KINDS, View

_NODES = np.array([-1.534, -0.887, -0.489, -0.157, 0.157, 0.489, 0.887, 1.534])
"""Medians of the eighths of a standard normal distribution: what own business may pay, before one knows."""
_YOUNG, _OLD = 33, 54
"""Ages that stand for the classes under 50 and of 50 and more."""


def _classes() -> NDArray[np.int32]:
    """One person who stands for each class of seekers, int32[classes, 9]."""
    traits = np.zeros((kernels.SKILLS * 8, 9), np.int32)
    for one, mine in enumerate(traits):
        skill = one // 8
        mine[kernels.AGE] = _OLD if one & 2 else _YOUNG
        mine[kernels.SEX], mine[kernels.CARER], mine[kernels.CLASS] = one >> 2 & 1, one & 1, one
        mine[kernels.EDUCATION], mine[kernels.TRAINED] = 2 - skill, skill == 0
    return traits


def reservation_wages_of(
    world: View, settings: Search, market: Market, traits: NDArray[np.int32], luck_of_seekers: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Reservation wage of who has just lost a post, by place and class, yuan a month: float64[places, classes].

    Movers' fewer meetings count where they live: at sites.
    """
    people = _classes()
    older, carer = people[:, kernels.AGE] >= kernels.OLDER, people[:, kernels.CARER] != 0
    luck = np.where(older, settings.meeting_over_50, 1.0) * np.where(carer, settings.meeting_carers, 1.0)
    luck *= np.where(people[:, kernels.TRAINED] != 0, settings.meeting_trained, 1.0)
    village = world.places.kind == PLACE_KINDS.index("village")
    home = settings.home_yuan * np.where(older, settings.home_over_50, 1.0) + settings.care_yuan * carer
    at_home = home + settings.home_village_yuan * village[:, None]
    chance = _chance(world, market, traits, luck_of_seekers)
    out = np.empty(at_home.shape)
    reservation_wages(
        at_home, people, np.stack([luck, luck], axis=1), market.start, market.near, market.rules,
        _rates_of_residents(world, settings, market), chance, market.value, market.sigma, _NODES,
        1.0 / (settings.discount + settings.posts_end), out,
    )  # fmt: skip
    return out


def _rates_of_residents(world: View, settings: Search, market: Market) -> NDArray[np.float64]:
    moved = (world.places.kind == PLACE_KINDS.index("site"))[:, None] & on_market(world)
    return market.rate * np.where(moved, settings.meeting_newcomers, 1.0)


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

"""Homes at the sites: lived in and empty by size, households that wait for one, homes that are too small."""

import numpy as np

from simulation.contract import Indicator, outcome
from simulation.parameters import Settings
from simulation.recorder import Tally
from simulation.world import PLACE_KINDS, View

_SITE = PLACE_KINDS.index("site")
_SIZES = {"1_to_2": (1, 2), "3_to_4": (3, 4), "5_to_6": (5, 6), "7_or_more": (7, 99)}
"""Bands of members that a home is meant for."""


def _vacant(least: int, most: int) -> Indicator:
    members = f"{least} to {most}" if most < 99 else f"{least} or more"
    return Indicator("homes", "place", "", f"homes meant for {members} members that no household holds", -1)


_SIZES_ZH = {"1_to_2": "1至2", "3_to_4": "3至4", "5_to_6": "5至6", "7_or_more": "7及以上"}
CHINESE = {
    "occupied_homes_count": "已入住住房：安置点有家庭持有的住房",
    "occupied_homes_share": "住房入住率：安置点住房中有家庭持有的比重",
    "vacant_homes_count": "空置住房：安置点无家庭持有的住房",
    **{f"vacant_homes_{name}_count": f"空置住房（{size}人户型）：按{size}人设计而无家庭持有的住房" for name, size in _SIZES_ZH.items()},
    "waiting_households_count": "待房家庭户数：已通知搬迁而未获住房的家庭",
    "months_waited_mean": "平均待房月数：已通知搬迁家庭未获住房的月数",
    "crowded_households_share": "拥挤家庭比重：人口多于住房设计人数的家庭",
    "crowded_members_count": "超员人数：超出住房设计人数的成员",
}  # fmt: skip


@outcome(
    reads=(
        "households.members", "households.registered", "households.batch_month", "households.dwelling",
        "households.waits_since", "households.months_waited", "places.kind",
        "dwellings.place", "dwellings.most_members", "dwellings.homes", "dwellings.occupied",
    ),
    indicators={
        "occupied_homes_count": Indicator("homes", "place", "", "homes of a site that a household holds", 1),
        "occupied_homes_share": Indicator("share", "place", "homes of the site", "that a household holds", 1),
        "vacant_homes_count": Indicator("homes", "place", "", "homes of a site that no household holds", -1),
        **{f"vacant_homes_{name}_count": _vacant(*members) for name, members in _SIZES.items()},
        "waiting_households_count": Indicator("households", "registered", "", "living households called that were offered no home", -1),
        "months_waited_mean": Indicator(
            "months", "registered", "living households called so far", "months in which they were offered no home", -1
        ),
        "crowded_households_share": Indicator(
            "share", "registered", "living households that hold a home", "have more members than the home is meant for", -1
        ),
        "crowded_members_count": Indicator("persons", "registered", "", "members beyond what their home is meant for", -1),
    },
    labels={"zh": CHINESE},
)  # fmt: skip
def measure(world: View, tally: Tally, month: int, settings: Settings) -> None:
    _measure_stock(world, tally)
    it, homes = world.households, world.dwellings
    lives = it.members > 0
    called = lives & (it.batch_month >= 0) & (it.batch_month <= month)
    tally.count("waiting_households_count", "households", lives & (it.waits_since >= 0))
    tally.ratio("months_waited_mean", "households", it.months_waited * called, called)
    holds = np.flatnonzero(lives & (it.dwelling >= 0))
    beyond = np.zeros(it.n, np.int64)
    beyond[holds] = np.maximum(it.members[holds] - homes.most_members[it.dwelling[holds]], 0)
    tally.ratio("crowded_households_share", "households", beyond > 0, lives & (it.dwelling >= 0))
    tally.count("crowded_members_count", "households", beyond)


def _measure_stock(world: View, tally: Tally) -> None:
    homes = world.dwellings
    site = world.places.kind[homes.place] == _SITE
    occupied, stock = np.where(site, homes.occupied, 0), np.where(site, homes.homes, 0)
    tally.count("occupied_homes_count", "dwellings", occupied)
    tally.ratio("occupied_homes_share", "dwellings", occupied, stock)
    tally.count("vacant_homes_count", "dwellings", stock - occupied)
    for name, (least, most) in _SIZES.items():
        of_size = (homes.most_members >= least) & (homes.most_members <= most)
        tally.count(f"vacant_homes_{name}_count", "dwellings", (stock - occupied) * of_size)

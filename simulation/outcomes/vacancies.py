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


_KINDS_ZH = {"workshop": "帮扶车间", "micro_factory": "微型工厂", "public_welfare": "公益性岗位"}
_WHY_ZH = {
    "nobody_eligible": "无人符合条件", "too_far": "符合者住得太远", "nobody_searching": "附近的人不找工作",
    "pay_too_low": "求职者嫌报酬低", "not_met": "愿去者未得知", "chose_another": "求职者另有去处",
}  # fmt: skip
_LEFT_ZH = {
    "ended": "辞职或被辞退", "post_lost": "岗位减少", "contract_over": "合同未续", "out_of_reach": "工作地不再可达",
    "care": "家庭照料", "not_able": "年龄、上学或健康", "coast": "去沿海务工",
}  # fmt: skip


def _unfilled_zh(kind: str = "") -> dict[str, str]:
    head, whose = (f"{kind}_", _KINDS_ZH[kind]) if kind else ("", "")
    return {f"{head}unfilled_{name}": f"{whose}空缺岗位（{why}）：因{why}而空缺" for name, why in _WHY_ZH.items()}


def _of_kind_zh(kind: str) -> dict[str, str]:
    whose = _KINDS_ZH[kind]
    return {
        f"{kind}_posts": f"{whose}岗位：{whose}愿意招用的岗位",
        f"{kind}_filled": f"{whose}已上岗岗位：有人在岗的岗位",
        f"{kind}_vacancies": f"{whose}空缺岗位：仍空缺的岗位",
        f"{kind}_orders": f"{whose}订单：与平常订单之比",
        **_unfilled_zh(kind),
    }


CHINESE = {
    "jobs_filled": "已上岗岗位：三类人口所占的岗位",
    "open_posts": "招聘岗位：本月招聘前空缺的岗位",
    "vacancies": "空缺岗位：招聘后仍空缺的岗位",
    **_unfilled_zh(),
    **{name: text for kind in TOLD_APART for name, text in _of_kind_zh(kind).items()},
    "employers_closed_count": "关闭用人单位数：开始以来永久关闭的用人单位",
    "local_pay_index": "本地工资指数：本地岗位工资与基年之比",
    "hires_count": "入职人数：本月在附近用人单位入职的人",
    "job_to_job_count": "换岗人数：其中从附近另一用人单位转来的人",
    "separations_count": "离职人数：本月离开附近用人单位的人，含转往他处者",
    **{f"separations_{name}_count": f"离职人数（{why}）：因{why}离开附近用人单位而无新工作的人" for name, why in _LEFT_ZH.items()},
    "unemployment_rate": "失业率：在本地或县城的劳动力中无工作且一年内未务农者的比重",
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
    labels={"zh": CHINESE},
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

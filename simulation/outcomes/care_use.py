"""Care: the way to a clinic, visits served and turned away, what people pay themselves."""

import numpy as np
from numpy.typing import NDArray

from simulation.contract import Indicator, outcome
from simulation.parameters import Settings
from simulation.recorder import Tally
from simulation.sums import handed_out
from simulation.world import View

_PRESENT = "living people who are within reach of a clinic where they are this month"


_ASKED = "visits asked for: new ones, those that come back, those referred"


CHINESE = {
    "clinic_minutes": "到最近医疗点的时间：到最近的有医生的医疗点所需分钟",
    "clinic_within_15_share": "15分钟内有医疗点的人口比重：15分钟内可到达有医生的医疗点",
    "clinic_within_30_share": "30分钟内有医疗点的人口比重：30分钟内可到达有医生的医疗点",
    "unmet_visits_share": "未满足就诊比重：被拒或无医疗点可去的就诊占就诊需求的比重",
    "carried_visits_share": "推迟就诊比重：未获接诊、下月再来的就诊",
    "forgone_visits_share": "放弃就诊比重：未获接诊且不再来的就诊",
    "visits_per_person_year": "人均年就诊次数：已接诊次数，按本月折算",
    "primary_visits_share": "基层就诊比重：由基层接诊的就诊",
    "referred_visits_share": "转诊比重：基层接诊后转往医院的就诊",
    "clinic_wait_minutes": "平均候诊时间：首次到诊的平均等候分钟",
    "long_wait_share": "长时间候诊比重：等候超过限度的就诊",
    "clinic_wait_p90": "候诊时间第90百分位：最拥挤的医疗点一成就诊超过的平均等候",
    "forgone_stays_share": "放弃住院比重：因无力预付而放弃的住院",
    "chronically_ill_share": "慢性病患病率：患有慢性病的人口",
    "worse_for_want_of_care_share": "因放弃就医而慢病加重者比重：放弃就医后慢性病加重的人口",
    "out_of_pocket_share": "个人自付比重：医疗费用中个人支付的部分",
    "primary_clinic_load": "基层负荷：基层就诊需求与接诊能力之比",
    "hospital_load": "医院负荷：医院就诊需求（含外来）与接诊能力之比",
    "primary_staff_used_share": "基层医生时间利用率：就诊占用的医生时间，折合就诊",
    "hospital_staff_used_share": "医院医生时间利用率：就诊占用的医生时间，折合就诊",
}  # fmt: skip


@outcome(
    reads=(
        "persons.alive", "persons.place", "persons.visits", "persons.unmet_visits", "persons.primary_visits",
        "persons.visits_asked", "persons.forgone_visits", "persons.referrals",
        "persons.wait_seconds", "persons.long_waits", "persons.inpatient_level", "persons.forgone_stays", "persons.chronic",
        "persons.out_of_pocket_month", "persons.bill_month", "clinics.uid", "clinics.level", "clinics.visits_per_fte",
        "clinics.outside_visits", "clinics.visits_now", "clinics.unmet_now", "clinics.wait_minutes", "clinics.used_share",
    ),
    levers=("clinics.fte",),
    indicators={
        "clinic_minutes": Indicator("minutes", "present", _PRESENT, "minutes to the nearest clinic with a doctor", -1),
        "clinic_within_15_share": Indicator("share", "present", _PRESENT, "people with such a clinic within 15 minutes", 1),
        "clinic_within_30_share": Indicator("share", "present", _PRESENT, "people with such a clinic within 30 minutes", 1),
        "unmet_visits_share": Indicator("share", "present", _ASKED, "visits turned away or without a clinic in reach", -1),
        "carried_visits_share": Indicator("share", "present", _ASKED, "visits not served that come back next month", -1),
        "forgone_visits_share": Indicator("share", "present", _ASKED, "visits not served that don't come back", -1),
        "visits_served_count": Indicator("visits", "present", "", "visits served this month", 1),
        "visits_per_person_year": Indicator("visits a year", "present", _PRESENT, "visits served, at this month's rate", 1),
        "primary_visits_share": Indicator("share", "present", "visits served", "visits served by primary care"),
        "referred_visits_share": Indicator("share", "present", "visits served by primary care", "visits referred to a hospital"),
        "clinic_wait_minutes": Indicator("minutes", "present", "visits served, each as 60 seconds", "mean wait at the clinics visited, the first time that one comes", -1),
        "long_wait_share": Indicator("share", "present", "visits served, each as 1,000", "visits with a wait over the limit", -1),
        "clinic_wait_p90": Indicator("minutes", "place", "", "mean wait that a tenth of visits, at the most crowded clinics, exceed", -1, poolable=False),
        "forgone_stays_share": Indicator("share", "present", "stays in hospital needed", "stays that couldn't be prepaid", -1),
        "chronically_ill_share": Indicator("share", "present", _PRESENT, "people with a chronic illness", -1),
        "worse_for_want_of_care_share": Indicator("share", "present", _PRESENT, "people whose chronic illness became worse after forgone care", -1),
        "out_of_pocket_share": Indicator("share", "present", "medical bills in fen", "part of the bills that people pay themselves", -1),
        "primary_clinic_load": Indicator("ratio", "place", "visits that primary clinics can serve", "visits asked for at primary clinics", -1),
        "hospital_load": Indicator("ratio", "place", "visits that hospitals can serve", "visits asked for at hospitals, outsiders included", -1),
        "primary_staff_used_share": Indicator("share", "place", "visits that primary clinics can serve", "doctors' minutes that visits take, in visits"),
        "hospital_staff_used_share": Indicator("share", "place", "visits that hospitals can serve", "doctors' minutes that visits take, in visits"),
    },
    labels={"zh": CHINESE},
)  # fmt: skip
def measure(world: View, tally: Tally, month: int, settings: Settings) -> None:
    persons = world.persons
    nearest = _nearest_minutes(world)
    minutes = np.where(persons.alive != 0, handed_out(nearest, persons.place), np.int16(-1))
    present = minutes >= 0
    tally.ratio("clinic_minutes", "persons", np.maximum(minutes, 0), present)
    tally.ratio("clinic_within_15_share", "persons", present & (minutes <= 15), present)
    tally.ratio("clinic_within_30_share", "persons", present & (minutes <= 30), present)
    tally.ratio("visits_per_person_year", "persons", persons.visits * np.int16(12), present)
    tally.count("visits_served_count", "persons", persons.visits)
    tally.ratio("chronically_ill_share", "persons", present & (persons.chronic > 0), present)
    tally.ratio("worse_for_want_of_care_share", "persons", present & (persons.chronic > 1), present)
    _measure_visits(world, tally)
    _measure_stays(world, tally)
    _measure_load(world, tally)
    tally.plain("clinic_wait_p90", "clinics", lambda rows: _high_wait(world, rows))


def _measure_visits(world: View, tally: Tally) -> None:
    persons = world.persons
    rows = np.flatnonzero((persons.visits_asked > 0) | (persons.bill_month > 0))
    visits, asked, primary = (one[rows] for one in (persons.visits, persons.visits_asked, persons.primary_visits))
    tally.ratio("unmet_visits_share", "persons", persons.unmet_visits[rows], asked, rows)
    tally.ratio("carried_visits_share", "persons", (persons.unmet_visits - persons.forgone_visits)[rows], asked, rows)
    tally.ratio("forgone_visits_share", "persons", persons.forgone_visits[rows], asked, rows)
    tally.ratio("primary_visits_share", "persons", primary, visits, rows)
    tally.ratio("referred_visits_share", "persons", persons.referrals[rows], primary, rows)
    tally.ratio("clinic_wait_minutes", "persons", persons.wait_seconds[rows], visits * np.int32(60), rows)
    tally.ratio("long_wait_share", "persons", persons.long_waits[rows], visits * np.int32(1000), rows)
    tally.ratio("out_of_pocket_share", "persons", persons.out_of_pocket_month[rows], persons.bill_month[rows], rows)


def _measure_stays(world: View, tally: Tally) -> None:
    persons = world.persons
    rows = np.flatnonzero((persons.inpatient_level >= 0) | (persons.forgone_stays > 0))
    tally.ratio("forgone_stays_share", "persons", persons.forgone_stays[rows], np.ones(len(rows), np.int8), rows)


def _high_wait(world: View, rows: NDArray[np.intp]) -> float:
    """Return the least mean wait that at most a tenth of the visits served at some clinics exceed; NaN without visits."""
    waits, visits = world.clinics.wait_minutes[rows], world.clinics.visits_now[rows].astype(np.int64)
    order = np.lexsort((world.clinics.uid[rows], waits))
    upto = np.cumsum(visits[order])
    if not len(rows) or upto[-1] == 0:
        return float("nan")
    return float(waits[order[np.searchsorted(10 * upto, 9 * upto[-1])]])


def _nearest_minutes(world: View) -> NDArray[np.int16]:
    """Return minutes from each place to the nearest clinic with a doctor, int16[places + 1]; -1 for none and nowhere."""
    near, at_work = world.near["clinics"], world.levers["clinics.fte"] > 0
    out = np.full(len(near.offsets), -1, np.int16)
    for place in range(len(near.offsets) - 1):
        edges = slice(near.offsets[place], near.offsets[place + 1])
        minutes = near.minutes[edges][at_work[near.rows[edges]]]
        if len(minutes):
            out[place] = minutes[0]
    return out


def _measure_load(world: View, tally: Tally) -> None:
    clinics = world.clinics
    asked = clinics.visits_now.astype(np.int64) + clinics.unmet_now + clinics.outside_visits
    capacity = world.levers["clinics.fte"] * clinics.visits_per_fte
    for name, chosen in (("primary_clinic", clinics.level == 0), ("hospital", clinics.level > 0)):
        tally.ratio(f"{name}_load", "clinics", asked * chosen, capacity * chosen)
        used = f"{name.removesuffix('_clinic')}_staff_used_share"
        tally.ratio(used, "clinics", capacity * chosen * clinics.used_share, capacity * chosen)

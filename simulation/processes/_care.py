"""The numbers that care rests on, and the tables that its kernels read them from."""

import numpy as np
from numpy.typing import NDArray

from simulation import parameters
from simulation.kernels.care import STATES
from simulation.kernels.clinic_choice import GRAVENESS
from simulation.kernels.draws import logarithm
from simulation.ledger import fen
from simulation.parameters import parameter

AGES = (0, 5, 15, 60)
CLASS_OF_AGE = ((np.searchsorted(AGES, np.arange(AGES[-1] + 1), side="right") - 1) * STATES).astype(np.int8)


class Settings(parameters.Settings):
    """Domain 2.5 and 7: need, choice, queues, rationing and bills."""

    visits_year: float = parameter(
        5.0,
        "visits a person-year",
        4.0,
        7.0,
        "[unverified: Guizhou 4.5-5.5; national 6.0 S11]",
        "mean visits wished for",
    )
    visits_age_0_4: float = parameter(
        1.3, "ratio", 0.5, 3.0, "[prior]", "visits at 0-4 against the mean, before norming"
    )
    visits_age_5_14: float = parameter(
        0.6, "ratio", 0.2, 2.0, "[prior]", "visits at 5-14 against the mean, before norming"
    )
    visits_age_15_59: float = parameter(
        0.8, "ratio", 0.3, 2.0, "[prior]", "visits at 15-59 against the mean, before norming"
    )
    visits_age_60: float = parameter(
        2.0, "ratio", 1.8, 2.2, "[prior]", "visits from 60 on against the mean, before norming"
    )
    visits_chronic: float = parameter(
        2.5, "ratio", 1.0, 6.0, "[prior]", "visits of the chronically ill against others of their age"
    )
    visits_worse: float = parameter(
        1.5, "ratio", 1.0, 4.0, "[prior]", "visits of those who became worse against the chronically ill"
    )
    stays_year: float = parameter(
        0.17,
        "stays a person-year",
        0.15,
        0.19,
        "[unverified: national 17-18 per 100 in 2021]",
        "mean stays in hospital",
    )
    stays_age_0_4: float = parameter(1.2, "ratio", 0.3, 3.0, "[prior]", "stays at 0-4 against the mean, before norming")
    stays_age_5_14: float = parameter(
        0.4, "ratio", 0.1, 2.0, "[prior]", "stays at 5-14 against the mean, before norming"
    )
    stays_age_15_59: float = parameter(
        0.75, "ratio", 0.2, 2.0, "[prior]", "stays at 15-59 against the mean, before norming"
    )
    stays_age_60: float = parameter(
        2.3, "ratio", 1.0, 4.0, "[prior]", "stays from 60 on against the mean, before norming"
    )
    stays_chronic: float = parameter(
        2.5, "ratio", 1.0, 8.0, "[prior]", "stays of the chronically ill against others of their age"
    )
    stays_worse: float = parameter(
        2.0, "ratio", 1.0, 6.0, "[prior]", "stays of those who became worse against the chronically ill"
    )
    share_0_4: float = parameter(
        0.07, "share", 0.03, 0.12, "[derived]", "share of ages 0-4 in the population on which the ratios are normed"
    )
    share_5_14: float = parameter(
        0.17, "share", 0.1, 0.25, "[unverified: census 2020, 0-14 24.0%]", "share of ages 5-14 there"
    )
    share_60: float = parameter(0.154, "share", 0.1, 0.3, "[unverified: census 2020]", "share of ages 60+ there")
    ill_0_14: float = parameter(
        0.018, "share", 0.0, 0.3, "[derived] from the prevalence in health", "chronically ill at 0-14 there"
    )
    ill_15_59: float = parameter(
        0.17, "share", 0.0, 0.7, "[derived] from the prevalence in health", "chronically ill at 15-59 there"
    )
    ill_60: float = parameter(
        0.59, "share", 0.1, 0.95, "[derived] from the prevalence in health", "chronically ill at 60+ there"
    )

    size_exponent_primary: float = parameter(
        1.2,
        "exponent",
        0.0,
        2.0,
        "[prior] fitted to C13 with county_bonus",
        "pull of the number of doctors of a primary clinic (Huff's a)",
    )
    size_enough_primary: float = parameter(
        8.0,
        "FTE doctors",
        1.0,
        100.0,
        "[prior] fitted to C13",
        "doctors of a primary clinic beyond which their number adds no pull",
    )
    size_exponent_hospital: float = parameter(
        1.0, "exponent", 0.0, 1.5, "[prior]", "pull of the number of doctors of a hospital"
    )
    distance_exponent: float = parameter(
        0.2,
        "exponent",
        0.0,
        2.0,
        "[prior] fitted to C13; below Huff's 1-2: an hour more moves 6% of visits [S35]",
        "loss by minutes of travel (Huff's b)",
    )
    distance_offset: float = parameter(
        30.0, "minutes", 1.0, 60.0, "[prior]", "minutes that every visit costs before any travel"
    )
    elsewhere_loss: float = parameter(
        5.0,
        "utility",
        0.0,
        10.0,
        "[prior] people are on the books of the primary care where they live",
        "loss by primary care at the nearest clinic outside one's own place, where a doctor is at home",
    )
    farthest_minutes: float = parameter(240.0, "minutes", 30.0, 600.0, "[prior]", "nobody travels longer for a visit")
    wait_loss: float = parameter(
        0.003, "utility a minute", 0.0, 0.1, "[prior]", "loss by a minute of last month's mean wait"
    )
    payment_loss: float = parameter(
        0.2, "utility per 100 yuan", 0.0, 3.0, "[prior]", "loss by 100 yuan of the bill that people pay themselves"
    )
    county_bonus: float = parameter(
        -3.85,
        "utility",
        -14.0,
        8.0,
        "[prior] fitted to C13 and to about 3,300 visits a month at the site's station",
        "a county hospital against primary care at middling severity",
    )
    city_bonus: float = parameter(
        -4.75, "utility", -16.0, 8.0, "[prior]", "a city hospital against primary care at middling severity"
    )
    severity_slope: float = parameter(
        20.0,
        "utility",
        0.0,
        40.0,
        "[prior] fitted to C13; bypass is common [S36], distance matters little [S35]",
        "rise of a hospital's utility from the lightest to the gravest illness",
    )
    serious_from: float = parameter(0.9, "share", 0.5, 0.99, "[prior]", "severity from which a visit is served first")
    moderate_from: float = parameter(0.4, "share", 0.1, 0.9, "[prior]", "severity from which a visit is served second")

    days_month: float = parameter(
        21.75, "days a month", 15.0, 31.0, "[derived] (365 - 104) / 12", "days of the month that are worked"
    )
    hours_day: float = parameter(8.0, "hours a day", 4.0, 24.0, "[prior]", "hours that a doctor works a day")
    minutes_serious: float = parameter(
        1.6, "ratio", 1.0, 4.0, "[prior]", "minutes of a serious visit against a minor one's 1, before norming"
    )
    minutes_moderate: float = parameter(
        1.25, "ratio", 1.0, 3.0, "[prior]", "minutes of a moderate visit against a minor one's 1, before norming"
    )
    serious_primary: float = parameter(
        0.0, "share", 0.0, 0.3, "[derived] from the baseline", "serious visits at primary care, to norm its minutes"
    )
    moderate_primary: float = parameter(
        0.25, "share", 0.0, 0.9, "[derived] from the baseline", "moderate visits at primary care, to norm its minutes"
    )
    serious_hospital: float = parameter(
        0.20, "share", 0.0, 0.3, "[derived] from the baseline", "serious visits at hospitals, to norm their minutes"
    )
    moderate_hospital: float = parameter(
        0.79, "share", 0.0, 0.9, "[derived] from the baseline", "moderate visits at hospitals, to norm their minutes"
    )
    patience_minutes: float = parameter(
        120.0, "minutes", 5.0, 600.0, "[prior]", "mean time that people wait before they leave"
    )
    long_wait_minutes: float = parameter(30.0, "minutes", 5.0, 240.0, "[prior]", "a longer wait counts as long")
    again_in_month: float = parameter(
        0.8,
        "share",
        0.0,
        1.0,
        "[prior]",
        "share of those who leave who come on another day of the month, while doctors have minutes left",
    )
    back_serious: float = parameter(
        0.9, "chance", 0.0, 1.0, "[prior]", "a serious visit that wasn't served comes back next month"
    )
    back_moderate: float = parameter(0.7, "chance", 0.0, 1.0, "[prior]", "a moderate one does")
    back_minor: float = parameter(0.4, "chance", 0.0, 1.0, "[prior]", "a minor one does")
    refer_from: float = parameter(
        0.5, "share", 0.3, 1.0, "[prior]", "severity from which primary care may refer a patient to a hospital"
    )
    refer_share: float = parameter(0.3, "chance", 0.0, 1.0, "[prior]", "it does")

    visit_primary_yuan: float = parameter(70.0, "yuan", 40.0, 120.0, "[prior] 60-80", "bill of a visit to primary care")
    visit_county_yuan: float = parameter(329.2, "yuan", 150.0, 500.0, "[S11]", "bill of a visit to a county hospital")
    visit_city_yuan: float = parameter(450.0, "yuan", 200.0, 900.0, "[prior]", "bill of a visit to a city hospital")
    stays_township: float = parameter(0.13, "share", 0.0, 0.4, "[prior]", "share of stays in a township centre")
    stays_county: float = parameter(
        0.80,
        "share",
        0.4,
        1.0,
        "[unverified: county-level share]",
        "share of stays in a county hospital; the rest is in the city",
    )
    stay_township_yuan: float = parameter(
        2300.0, "yuan", 1500.0, 3500.0, "[unverified: 2,000-2,500]", "mean bill of a stay in a township centre"
    )
    stay_county_yuan: float = parameter(
        6500.0, "yuan", 4500.0, 9000.0, "[unverified: 5,500-7,500]", "mean bill of a stay in a county hospital"
    )
    stay_city_yuan: float = parameter(
        18000.0, "yuan", 10000.0, 30000.0, "[prior]", "mean bill of a stay in a city hospital"
    )
    stay_sigma: float = parameter(0.7, "log SD", 0.1, 1.2, "[prior]", "spread of a stay's bill")
    outside_list_low: float = parameter(
        0.05, "share", 0.0, 0.15, "[prior]", "least share of a bill outside the insurance's list"
    )
    outside_list_high: float = parameter(
        0.15, "share", 0.05, 0.4, "[prior]", "largest share of a bill outside the insurance's list"
    )


def _normed(by_age: tuple[float, ...], chronic: float, worse: float, it: Settings) -> NDArray[np.float64]:
    """Ratios by age band and chronic state, float64[bands, states], of mean 1 over the reference population."""
    young, old = it.share_0_4 + it.share_5_14, it.share_60
    shares = np.array([it.share_0_4, it.share_5_14, 1.0 - young - old, old])
    ill = np.array([it.ill_0_14, it.ill_0_14, it.ill_15_59, it.ill_60])
    bands = np.array(by_age) / float((np.array(by_age) * shares).sum())
    # Within a band the chronically ill and the others have the band's mean.
    well = bands / (1.0 + ill * (chronic - 1.0))
    return np.stack([well, well * chronic, well * chronic * worse], axis=1)


def rates(it: Settings, visit_scale: float) -> NDArray[np.float64]:
    """Return mean visits of the month and chance of a stay, float64[2, bands x states]."""
    visits = (it.visits_age_0_4, it.visits_age_5_14, it.visits_age_15_59, it.visits_age_60)
    stays = (it.stays_age_0_4, it.stays_age_5_14, it.stays_age_15_59, it.stays_age_60)
    return np.stack(
        [
            _normed(visits, it.visits_chronic, it.visits_worse, it).ravel() * (it.visits_year * visit_scale / 12),
            _normed(stays, it.stays_chronic, it.stays_worse, it).ravel() * (it.stays_year / 12),
        ]
    )


def classes(it: Settings) -> NDArray[np.int8]:
    """Return the class in rationing of each step of severity, int8[1024]: 0 serious, 1 moderate, 2 minor."""
    severity = (np.arange(GRAVENESS) + 0.5) / GRAVENESS
    return np.where(severity >= it.serious_from, 0, np.where(severity >= it.moderate_from, 1, 2)).astype(np.int8)


def severities(it: Settings) -> NDArray[np.int64]:
    """Return first severity and number of severities of visits that come back by class, referred and new: int64[5, 2]."""
    grade, referable = classes(it), int(it.refer_from * GRAVENESS)
    ranges = [(int(np.argmax(grade == one)), int((grade == one).sum())) for one in range(3)]
    return np.array([*ranges, (referable, GRAVENESS - referable), (0, GRAVENESS)], np.int64)


def minutes_by_class(it: Settings) -> NDArray[np.float64]:
    """Return minutes of a class against the mean visit of a level, float64[levels, classes]."""
    ratio = np.array([it.minutes_serious, it.minutes_moderate, 1.0])
    primary = _mean(ratio, it.serious_primary, it.moderate_primary)
    hospital = _mean(ratio, it.serious_hospital, it.moderate_hospital)
    return np.stack([ratio / primary, ratio / hospital, ratio / hospital])


def _mean(ratio: NDArray[np.float64], serious: float, moderate: float) -> float:
    """Mean of a ratio by class over the visits that a level gets."""
    mix = np.array([serious, moderate, max(0.0, 1.0 - serious - moderate)])
    return float((ratio * mix).sum() / mix.sum())


def visit_fen(it: Settings) -> NDArray[np.int64]:
    """Return the bill of a visit by level, int64[3] fen."""
    return np.array([fen(it.visit_primary_yuan), fen(it.visit_county_yuan), fen(it.visit_city_yuan)], np.int64)


def stay_logs(it: Settings) -> NDArray[np.float64]:
    """Return the mean of the logarithm of a stay's bill in fen, by level, float64[3]."""
    means = (it.stay_township_yuan, it.stay_county_yuan, it.stay_city_yuan)
    return np.array([logarithm(100.0 * one) - 0.5 * it.stay_sigma * it.stay_sigma for one in means])

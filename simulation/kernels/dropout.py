"""Dropping out of school: what a young worker could earn at each place, then one pass over persons."""

import numpy as np

from simulation.kernels.draws import exponential, happens, logarithm, unit
from simulation.kernels.jit import kernel, small
from simulation.kernels.schooling import age_at_start

COMPULSORY, SENIOR = 0, 1
FIRST_GRADE, FIRST_SENIOR_YEAR, LAST_SENIOR_YEAR = 4, 15, 17
PRIMARY_GRADES = 6
NEITHER = -1

(
    LEVEL_COMPULSORY, LEVEL_SENIOR, GRADE, GIRL, HOUR, HOUR_GIRL, BOARDS, BOARDS_GIRL, BOARDS_SMALL,
    NO_SEAT, POVERTY, ACHIEVEMENT, WORK, UNDER_AGE,
) = range(14)  # fmt: skip
"""Where each weight stands in `weights`."""


@kernel
def labourers_around(offset, near, minutes, limit, labourers, pool):
    """Count the labourers who live within reach of each employer.

    offset     int32[places + 1]  near[offset[p]:offset[p + 1]] are the employers around p, nearest first
    near       int32[...]
    minutes    int16[...]
    limit      int              longest way in minutes
    labourers  int64[places]    by home
    pool       int64[employers] starts clean
    """
    for place in range(labourers.size):
        for one in range(offset[place], offset[place + 1]):
            if minutes[one] > limit:
                break
            pool[near[one]] += labourers[place]


@kernel
def work_options(offset, near, minutes, limit, yuan, chance, suits, anywhere, scale, out):
    """Say what a young worker can expect to earn: the expected best of what is open, and of nothing.

    offset, near, minutes, limit  as in `labourers_around`
    yuan      float64[employers]  a month, over the year
    chance    float64[employers]  to find a post there, 0 to 1
    suits     bool[employers, 2, 2]  takes this sex at this stage (COMPULSORY, SENIOR)
    anywhere  bool[employers]  can be reached from every place (the coast)
    scale     float            yuan a month: spread of tastes for work
    out       float64[places, 2, 2]  yuan a month by sex and stage, written here
    """
    worth = np.empty(yuan.size)
    common = np.zeros((2, 2))
    for employer in range(yuan.size):
        worth[employer] = chance[employer] * exponential(yuan[employer] / scale)
        for sex in range(2):
            for stage in range(2):
                if anywhere[employer] and suits[employer, sex, stage]:
                    common[sex, stage] += worth[employer]
    for place in range(out.shape[0]):
        for sex in range(2):
            for stage in range(2):
                total = 1.0 + common[sex, stage]
                for one in range(offset[place], offset[place + 1]):
                    if minutes[one] > limit:
                        break
                    if suits[near[one], sex, stage] and not anywhere[near[one]]:
                        total += worth[near[one]]
                out[place, sex, stage] = scale * logarithm(total)


@small
def _stage(grade, student, years):
    """Say who may drop out: pupils from grade 4 on, and those in senior school."""
    if grade >= FIRST_GRADE:
        return COMPULSORY
    if student != 0 and FIRST_SENIOR_YEAR <= years <= LAST_SENIOR_YEAR:
        return SENIOR
    return NEITHER


@small
def _way(weights, girl, grade, school, boards, minutes):
    """Add what the way to school does: an hour of it, or boarding, or having no seat at all."""
    if school < 0:
        return weights[NO_SEAT]
    if boards >= 0:
        small_child = weights[BOARDS_SMALL] if grade <= PRIMARY_GRADES else 0.0
        return weights[BOARDS] + weights[BOARDS_GIRL] * girl + small_child
    return (weights[HOUR] + weights[HOUR_GIRL] * girl) * max(minutes, 0) / 60.0


@small
def _poverty(income, members, line):
    """How far a household's income a head lies below a line, 0 to 1 in shares of it."""
    return min(max(1.0 - income / (line * max(members, 1)), 0.0), 1.0)


@kernel
def drop_out(
    month, september, key, weights, line, alive, birth_month, uid, sex, grade, student, school, boarding, minutes,
    achievement, household, home, income, members, option, left,
):  # fmt: skip
    """Let pupils leave school for good: a logit a month, an event for each.

    month, september  int       this month; the September in which the school year began
    key          uint64
    weights      float64[14]    by LEVEL_COMPULSORY to UNDER_AGE
    line         float          fen a head and year below which a household counts as poor
    alive, sex, grade, student  int8[n]
    birth_month, school, boarding, household  int32[n]
    uid          uint64[n]
    minutes      int16[n]       way to a day school
    achievement  float32[n]     SD, of last July
    home         int32[h]       row of places
    income       int64[h]       fen of twelve months
    members      int16[h]
    option       float64[places, 2, 2]  of `work_options`
    left         int32[n]       month of leaving, -1 before; written here
    """
    for row in range(alive.size):
        if (grade[row] < FIRST_GRADE and student[row] == 0) or left[row] >= 0 or alive[row] == 0:
            continue
        years = age_at_start(birth_month[row], september)
        stage = _stage(grade[row], student[row], years)
        if stage == NEITHER:
            continue
        here, girl = household[row], sex[row]
        v = weights[stage] + weights[GIRL] * girl + weights[ACHIEVEMENT] * achievement[row]
        v += weights[POVERTY] * _poverty(income[here], members[here], line)
        if stage == COMPULSORY:
            v += weights[GRADE] * (grade[row] - PRIMARY_GRADES)
            v += _way(weights, girl, grade[row], school[row], boarding[row], minutes[row])
        age = (month - birth_month[row]) // 12
        if age >= 14 and home[here] >= 0:
            heard = option[home[here], girl, stage] / 1000.0
            v += weights[WORK] * heard * (1.0 if age >= 16 else weights[UNDER_AGE])
        if happens(unit(key, uid[row]), v):
            left[row] = month

"""Who can work and who cares for whom: one pass over persons for each question."""

from simulation.kernels.draws import normal, unit
from simulation.kernels.jit import kernel, small

READY, DEAD, OLD, YOUNG, STUDENT, UNABLE = 0, 1, 2, 3, 4, 5
WORKING_AGE, RETIREMENT_AGE = 16, 60
NEEDED, RELIEVED = 1, 2
BABY_YEARS, SCHOOL_YEARS, FRAIL_YEARS = 3, 6, 75


@small
def unable_share(age, young_share, old_share):
    """Share of an age that can't work: `young_share` to 16, `old_share` at 59, rising with the square."""
    beyond = max(age - WORKING_AGE, 0) / 43.0
    return min(young_share + (old_share - young_share) * beyond * beyond, 0.9)


@small
def _status(alive, age, student, able):
    if alive == 0:
        return DEAD
    if age >= RETIREMENT_AGE:
        return OLD
    if age < WORKING_AGE:
        return YOUNG
    if student != 0:
        return STUDENT
    return READY if able != 0 else UNABLE


@kernel
def labour_status(alive, age, student, uid, key, young_share, old_share, able, status, labourer):
    """Say who is able and who belongs to the labour force.

    alive, student  int8[n]
    age             int16[n]   years
    uid             uint64[n]
    key             uint64     of a draw for life, so that a person becomes unable once and for all
    young_share     float      unable at 16
    old_share       float      unable at 59
    able            int8[n]    written here
    status          int8[n]    READY, DEAD, OLD, YOUNG, STUDENT or UNABLE; written here
    labourer        int8[n]    1 if READY; written here
    """
    for row in range(alive.size):
        able[row] = 1 if unit(key, uid[row]) >= unable_share(age[row], young_share, old_share) else 0
        status[row] = _status(alive[row], age[row], student[row], able[row])
        labourer[row] = 1 if status[row] == READY else 0


@kernel
def count_members(alive, age, labourer, household, labourers, young_children, elders):
    """Count labourers, children under 6 and members of 75 and more by household (int16[h], start clean)."""
    for row in range(alive.size):
        if alive[row] != 0:
            here = household[row]
            labourers[here] += labourer[row]
            if age[row] < SCHOOL_YEARS:
                young_children[here] += 1
            elif age[row] >= FRAIL_YEARS:
                elders[here] += 1


@kernel
def care_duty(alive, age, able, place, school, household, home, uid, key, dependent_share, duty):
    """Find the households that must spare an adult for care.

    alive, able   int8[n]
    age           int16[n]   years
    place         int32[n]   row of places; only members at home count
    school        int32[n]   row of schools, -1 none: a child of 3 to 5 with a seat needs nobody by day
    household     int32[n]
    home          int32[h]   row of places
    uid           uint64[n]
    key           uint64     of a draw for life: which elders come to depend on others
    dependent_share  float   share of those of 75 and more
    duty          int8[h]    bits NEEDED and RELIEVED (an able member of 60 to 70 is at home); starts clean
    """
    for row in range(alive.size):
        here = household[row]
        years = age[row]
        at_home = (alive[row] != 0) & (place[row] == home[here])
        needs = (years < SCHOOL_YEARS) & ((years < BABY_YEARS) | (school[row] < 0))
        if years >= FRAIL_YEARS:
            needs = unit(key, uid[row]) < dependent_share
        relieves = (years >= RETIREMENT_AGE) & (years <= 70) & (able[row] != 0)
        duty[here] |= NEEDED * (at_home & needs) + RELIEVED * (at_home & relieves)


@kernel
def choose_carers(labourer, sex, place, household, home, duty, uid, key, reluctance, best, who, carer):
    """Pick one carer in each household that needs one: the labourer at home to whom it comes easiest.

    labourer, sex   int8[n]     sex 0 male, 1 female
    place, household  int32[n]
    home            int32[h]
    duty            int8[h]     of `care_duty`
    uid             uint64[n]
    key             uint64      of a draw for life
    reluctance      float       what being a man adds to a draw from (0, 1)
    best            float64[h]  scratch
    who             int32[h]    row of the carer, -1 none; written here
    carer           int8[n]     written here
    """
    best[:] = 1e9
    who[:] = -1
    carer[:] = 0
    for row in range(labourer.size):
        here = household[row]
        if (duty[here] == NEEDED) & (labourer[row] != 0) & (place[row] == home[here]):
            effort = unit(key, uid[row]) + (reluctance if sex[row] == 0 else 0.0)
            if effort < best[here]:
                best[here] = effort
                who[here] = row
    for here in range(who.size):
        if who[here] >= 0:
            carer[who[here]] = 1


@kernel
def draw_once(uid, key, trait):
    """Draw a standard normal trait for whoever has none yet.

    uid    uint64[n]
    key    uint64       of a draw for life
    trait  float32[n]   NaN where it isn't drawn yet; written here
    """
    for row in range(uid.size):
        if trait[row] != trait[row]:
            trait[row] = normal(key, uid[row])


@kernel
def note_changes(employer, local, before, change):
    """Say how each person's local employer changed since last month, and keep this month's.

    employer  int32[n]      row of employers, -1 none
    local     int8[e + 1]   1 for employers near home; the last is 0, for none
    before    int32[n]      last month's employer; this month's is written here
    change    int8[n]       0 no change, 1 began, 2 changed from one to another, 3 left; written here
    """
    for row in range(employer.size):
        now, then = employer[row], before[row]
        here, there = local[now] != 0, local[then] != 0
        code = 2 if here & there else 0
        code = 1 if here & (not there) else code
        code = 3 if there & (not here) else code
        change[row] = code if now != then else 0
        before[row] = now

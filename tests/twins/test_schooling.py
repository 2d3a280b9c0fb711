"""School years, the way to school and links against the rules written out one child at a time."""

import datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.draws import identity
from simulation.kernels import schooling as kernels
from simulation.kernels.draws import unit

SEPTEMBER = 12 * 2020 + 8
KEYS = np.array([11, 22, 33], np.uint64)
SHARES = np.array([0.8, 0.7, 0.4])


def uids(count):
    """Make some identities."""
    return np.array([identity(f"person/{one}") for one in range(count)], np.uint64)


def luck(key, uid):
    """One uniform draw, as a plain number."""
    with np.errstate(over="ignore"):
        return float(unit(np.uint64(key), np.uint64(uid)))


def age_on_paper(birth_month, september):
    """Full years on 31 August, for somebody born on the first of a month."""
    born = datetime.date(birth_month // 12, birth_month % 12 + 1, 1)
    day = datetime.date(september // 12, 8, 31)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def year_on_paper(one, first):
    """Move one person on by a school year: (grade, studies, education)."""
    if not one["alive"] or one["left"] >= 0:
        return -9, 0, one["education"]
    age = age_on_paper(one["birth_month"], SEPTEMBER)
    wishes = [luck(key, one["uid"]) < share for key, share in zip(KEYS, SHARES, strict=True)]
    education = one["education"]
    left_junior = one["grade"] == 9 and one["school"] >= 0
    if not first and age >= 15 and left_junior:
        education = max(education, 1)
    elif not first and age == 18 and one["studies"]:
        education = max(education, 2)
    elif not first and age == 22 and one["studies"]:
        education = 3
    grade = {3: -2, 4: -1, 5: 0, **{years: years - 5 for years in range(6, 15)}}.get(age, -9)
    if grade in (-2, -1, 0) and not wishes[0]:
        grade = -9
    was = bool(one["studies"])
    student = False
    if age in (15, 16, 17):
        student = wishes[1] if first else (wishes[1] and left_junior if age == 15 else was)
    elif age in (18, 19, 20, 21):
        student = wishes[1] and wishes[2] if first else (was and wishes[2] if age == 18 else was)
    return grade, int(student), education


@st.composite
def people(draw):
    """Draw some people around school age."""
    person = st.fixed_dictionaries(
        {
            "alive": st.integers(0, 1),
            "birth_month": st.integers(SEPTEMBER - 12 * 24, SEPTEMBER + 3),
            "grade": st.sampled_from([-9, 0, 6, 8, 9]),
            "school": st.integers(-1, 2),
            "studies": st.integers(0, 1),
            "left": st.sampled_from([-1, -1, SEPTEMBER - 5]),
            "education": st.integers(0, 3),
        }
    )
    found = draw(st.lists(person, min_size=1, max_size=15))
    for one, uid in zip(found, uids(len(found)), strict=True):
        one["uid"] = int(uid)
    return found


@given(people(), st.booleans())
def test_a_school_year_begins_as_on_paper(everyone, first):
    column = {name: np.array([one[name] for one in everyone]) for name in everyone[0]}
    grade, studies, education = (column[name].astype(np.int8) for name in ("grade", "studies", "education"))
    kernels.begin_school_year(
        SEPTEMBER, first, column["alive"].astype(np.int8), column["left"].astype(np.int32),
        column["birth_month"].astype(np.int32), uids(len(everyone)), column["school"].astype(np.int32), SHARES, KEYS,
        grade, studies, education,
    )  # fmt: skip
    expected = [year_on_paper(one, first) for one in everyone]
    assert list(zip(grade.tolist(), studies.tolist(), education.tolist(), strict=True)) == expected


def test_the_last_of_august_decides_the_grade():
    august, september = SEPTEMBER - 1 - 72, SEPTEMBER - 72
    assert kernels.age_at_start(august, SEPTEMBER) == 6
    assert kernels.age_at_start(september, SEPTEMBER) == 5


@given(people())
def test_who_died_or_left_has_no_grade(everyone):
    column = {name: np.array([one[name] for one in everyone]) for name in everyone[0]}
    grade, studies = column["grade"].astype(np.int8), column["studies"].astype(np.int8)
    kernels.leave_school(column["alive"].astype(np.int8), column["left"].astype(np.int32), grade, studies)
    for one, level, learns in zip(everyone, grade.tolist(), studies.tolist(), strict=True):
        out = not one["alive"] or one["left"] >= 0
        assert (level, learns) == ((-9, 0) if out else (one["grade"], one["studies"]))


SPANS = ((-2, 0), (1, 6), (1, 3), (7, 9))


@st.composite
def maps(draw):
    """Draw minutes between places (-1 no way) and the facts of schools."""
    places, schools = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    way = np.array(draw(st.lists(st.integers(-1, 50), min_size=places**2, max_size=places**2)), np.int16)
    minutes = way.reshape(places, places)
    np.fill_diagonal(minutes, 0)
    facts = [
        (
            draw(st.integers(0, places - 1)), draw(st.integers(0, 70)), draw(st.sampled_from([40, 60])),
            *draw(st.sampled_from(SPANS)), draw(st.integers(0, 1)), draw(st.integers(0, 1)), draw(st.integers(0, 1)),
        )
        for _ in range(schools)
    ]  # fmt: skip
    return minutes, np.array(facts, np.int32)


def way_on_paper(minutes, facts, place, at):
    """Minutes to a school: none where no way leads there, or it is too far and elsewhere."""
    stands, extra, limit = (int(one) for one in facts[at][:3])
    way = int(minutes[place, stands])
    total = way + extra
    return -1 if way < 0 or (stands != place and total > limit) else total


def rows_of_grades(facts):
    """Number the grades of all schools: int32[schools, 12]."""
    taught_at, row = np.full((len(facts), kernels.GRADES), -1, np.int32), 0
    for at, one in enumerate(facts.tolist()):
        for grade in range(one[3], one[4] + 1):
            taught_at[at, grade + 2] = row
            row += 1
    return taught_at, row


CHILD = st.tuples(
    st.integers(0, 1),
    st.sampled_from([-1, -1, 24000]),
    st.sampled_from([-9, -1, 1, 5, 8]),
    st.integers(0, 2),
    st.integers(-1, 4),
    st.booleans(),
)


@given(maps(), st.lists(CHILD, min_size=1, max_size=8), st.integers(0, 2), st.data())
def test_seats_are_kept_or_lost_as_on_paper(geography, children, choosing, data):
    minutes, facts = geography
    alive, left, grade, home, school, boards = (np.array(one) for one in zip(*children, strict=True))
    home, school = home % len(minutes), np.where(school < len(facts), school, -1).astype(np.int32)
    boarding = np.where(boards, school, -1).astype(np.int32)
    taught_at, rows = rows_of_grades(facts)
    kept, by_grade = np.zeros(len(home), np.int32), np.zeros(rows, np.int32)
    lost, seeks = np.zeros(len(home), np.int8), np.zeros(len(home), np.int8)
    mine = np.array(data.draw(st.lists(st.integers(-1, len(facts) - 1), min_size=8, max_size=8)), np.int32)
    kernels.keep_seats(
        np.arange(len(home)), alive.astype(np.int8), left.astype(np.int32), grade.astype(np.int8),
        home.astype(np.int32), minutes, facts, school, boarding, taught_at, mine, choosing, kept, lost, seeks, by_grade,
    )  # fmt: skip
    seats = np.zeros(rows, int)
    for row, held in enumerate(school.tolist()):
        wants = alive[row] and grade[row] != kernels.NO_GRADE
        if held < 0:
            assert (kept[row], lost[row], seeks[row]) == (-1, 0, wants)
            continue
        ends = [
            (not alive[row], kernels.DIED),
            (left[row] >= 0, kernels.LEFT),
            (not facts[held, 3] <= grade[row] <= facts[held, 4], kernels.OUTGREW),
            (not facts[held, 5], kernels.CLOSED),
            (way_on_paper(minutes, facts, home[row], held) < 0 and not boards[row], kernels.MOVED),
        ]
        why = next((code for ended, code in ends if ended), 0)
        assert (kept[row], lost[row]) == (-1 if why else held, why)
        again = (choosing == kernels.EVERYBODY and held != mine[row]) or (choosing > 0 and boards[row])
        assert seeks[row] == (wants if why else again)
        if not why:
            seats[taught_at[held, grade[row] + 2]] += 1
    assert by_grade.tolist() == seats.tolist()


@given(maps(), st.lists(CHILD, min_size=1, max_size=8), st.data())
def test_seats_are_taken_as_on_paper(geography, children, data):
    minutes, facts = geography
    count = len(children)
    _, _, grade, home, before, _ = (np.array(one) for one in zip(*children, strict=True))
    home, before = home % len(minutes), np.where(before < len(facts), before, -1).astype(np.int32)
    rows_of = st.lists(st.integers(-1, len(facts) - 1), min_size=count, max_size=count)
    offer = np.array(data.draw(rows_of), np.int32)
    kept = np.where(np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count))), before, -1)
    lost, listed = np.full(count, kernels.MOVED, np.int8), np.arange(count, dtype=np.int16) % 2
    beds = np.where(np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count))), before, -1)
    school, boarding, way = before.copy(), beds.astype(np.int32), np.zeros(count, np.int16)
    reason, unplaced = np.full(count, 77, np.int8), np.full(count, 77, np.int8)
    # Every school has the same twelve grades here, and who has none sits in the first.
    taught_at, by_grade = np.tile(np.arange(12, dtype=np.int32), (len(facts), 1)), np.full(12, 9, np.int32)
    grade = np.where((offer >= 0) | (kept >= 0), np.maximum(grade, -2), grade)
    kernels.take_seats(
        np.arange(count), grade.astype(np.int8), home.astype(np.int32), minutes, facts, taught_at,
        kept.astype(np.int32), lost, offer, listed, school, boarding, way, reason, unplaced, by_grade,
    )  # fmt: skip
    seated = np.flatnonzero(school >= 0)
    assert by_grade.tolist() == np.bincount(taught_at[school[seated], grade[seated] + 2], minlength=12).tolist()
    for row in range(count):
        at = offer[row] if offer[row] >= 0 else kept[row]
        far = at >= 0 and way_on_paper(minutes, facts, home[row], at) < 0
        assert school[row] == at
        assert boarding[row] == (at if far else -1)
        assert way[row] == (-1 if at < 0 or far else way_on_paper(minutes, facts, home[row], at))
        why = 77 if before[row] < 0 or at >= 0 else kernels.MOVED
        if at >= 0 and (at != before[row] or boarding[row] != beds[row]):
            why = kernels.BOARDS if far else kernels.SEATED
        missing = at < 0 and grade[row] != kernels.NO_GRADE
        if missing:
            why = kernels.NO_SEAT if listed[row] else kernels.NO_SCHOOL
        assert reason[row] == why
        assert unplaced[row] == ((kernels.ALL_FULL if listed[row] else kernels.NONE_IN_REACH) if missing else 0)

"""School years, links and lists against the rules written out one child at a time."""

import datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.draws import identity
from simulation.kernels import schooling as kernels
from simulation.kernels.draws import fold, unit

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
    """Move one person on by a school year: (grade, student, education)."""
    if not one["alive"]:
        return -9, 0, one["education"]
    age = age_on_paper(one["birth_month"], SEPTEMBER)
    wishes = [luck(key, one["uid"]) < share for key, share in zip(KEYS, SHARES, strict=True)]
    education = one["education"]
    left_junior = one["grade"] == 9 and one["school"] >= 0
    if not first and age >= 15 and left_junior:
        education = max(education, 1)
    elif not first and age == 18 and one["student"]:
        education = max(education, 2)
    elif not first and age == 22 and one["student"]:
        education = 3
    grade = {3: -2, 4: -1, 5: 0, **{years: years - 5 for years in range(6, 15)}}.get(age, -9)
    if grade in (-2, -1, 0) and not wishes[0]:
        grade = -9
    was = bool(one["student"])
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
            "student": st.integers(0, 1),
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
    grade, student, education = (column[name].astype(np.int8) for name in ("grade", "student", "education"))
    kernels.begin_school_year(
        SEPTEMBER, first, column["alive"].astype(np.int8), column["birth_month"].astype(np.int32),
        uids(len(everyone)), column["school"].astype(np.int32), SHARES, KEYS, grade, student, education,
    )  # fmt: skip
    expected = [year_on_paper(one, first) for one in everyone]
    assert list(zip(grade.tolist(), student.tolist(), education.tolist(), strict=True)) == expected


def test_the_last_of_august_decides_the_grade():
    august, september = SEPTEMBER - 1 - 72, SEPTEMBER - 72
    assert kernels.age_at_start(august, SEPTEMBER) == 6
    assert kernels.age_at_start(september, SEPTEMBER) == 5


@st.composite
def maps(draw):
    """Draw places, schools and minutes from door to door (-1 out of reach)."""
    places, schools = draw(st.integers(1, 3)), draw(st.integers(1, 6))
    low = draw(st.lists(st.sampled_from([-2, 1, 4, 7]), min_size=schools, max_size=schools))
    high = [{-2: 0, 1: 6, 4: 6, 7: 9}[one] for one in low]
    opened = draw(st.lists(st.integers(0, 1), min_size=schools, max_size=schools))
    span = np.array([low, high, opened], np.int8).T.copy()
    door = np.array(draw(st.lists(st.integers(-1, 9), min_size=places * schools, max_size=places * schools)), np.int16)
    return span, door.reshape(places, schools)


def around(door):
    """Order all schools by nearness at each place, as the world derives it (out of reach last)."""
    order = [sorted(range(door.shape[1]), key=lambda school: (way[school] % 1000, school)) for way in door.tolist()]
    offset = np.arange(0, door.size + 1, door.shape[1], dtype=np.int32)
    return offset, np.array(order, np.int32).ravel()


@given(maps(), st.data())
def test_lists_and_priorities_are_as_on_paper(geography, data):
    span, door = geography
    places, schools = door.shape
    offset, near = around(door)
    stands = data.draw(st.lists(st.integers(0, places - 1), min_size=schools, max_size=schools))
    school_place = np.array(stands, np.int32)
    start, listed = np.empty(places * kernels.GRADES + 1, np.int32), np.empty(kernels.GRADES * near.size, np.int32)
    kernels.list_schools(offset, near, door, span, school_place, start, listed)
    child = st.tuples(st.integers(0, places - 1), st.integers(-2, 9))
    children = data.draw(st.lists(child, min_size=1, max_size=8))
    cell = np.array([place * kernels.GRADES + grade + 2 for place, grade in children], np.int32)
    bounds = np.empty(len(children) + 1, np.int32)
    kernels.count_choices(cell, start, bounds)
    choice, priority = np.empty(bounds[-1], np.int32), np.empty(bounds[-1], np.uint64)
    uid, family, school_uid, keys = uids(len(children)), uids(20)[-len(children) :], uids(schools), KEYS[:2]
    kernels.propose(
        uid, family, cell, start, listed, door, school_place, keys, school_uid, bounds, choice, priority
    )  # fmt: skip
    for row, (place, grade) in enumerate(children):
        teaching = [
            one for one in range(schools)
            if span[one, 0] <= grade <= span[one, 1] and span[one, 2] and door[place, one] >= 0
        ]  # fmt: skip

        def wish(one, row=row, place=place):
            return stands[one] != place, int(door[place, one]), luck(folded(keys[1], school_uid[one]), family[row])

        assert choice[bounds[row] : bounds[row + 1]].tolist() == sorted(teaching, key=wish)
        for entry in range(bounds[row], bounds[row + 1]):
            far, minutes, _ = wish(choice[entry])
            lot = luck(folded(keys[0], school_uid[choice[entry]]), uid[row])
            assert int(priority[entry]) == (int(far) << 63) + (minutes << 52) + int(lot * 2**52)


def folded(key, part):
    """An address and one more part."""
    with np.errstate(over="ignore"):
        return fold(key, part)


@given(maps(), st.data())
def test_links_are_kept_or_dropped_as_on_paper(geography, data):
    span, door = geography
    places, schools = door.shape
    child = st.tuples(
        st.integers(0, 1),
        st.sampled_from([-9, -1, 1, 5, 8]),
        st.integers(0, places - 1),
        st.integers(-1, schools - 1),
        st.booleans(),
    )
    children = data.draw(st.lists(child, min_size=1, max_size=8))
    alive, grade, home, school, boards = (np.array(one) for one in zip(*children, strict=True))
    boarding = np.where(boards, school, -1).astype(np.int32)
    link, minutes, reason = (
        school.astype(np.int32),
        np.full(len(children), -1, np.int16),
        np.zeros(len(children), np.int8),
    )
    kernels.keep_links(
        np.arange(len(children)), alive.astype(np.int8), grade.astype(np.int8), home.astype(np.int32), span, door,
        link, boarding, minutes, reason,
    )  # fmt: skip
    for at, (lives, level, place, held, beds) in enumerate(children):
        if held < 0:
            assert link[at] == -1
            assert reason[at] == 0
            continue
        way = int(door[place, held])
        ends = [
            (not lives, kernels.DIED),
            (not span[held, 0] <= level <= span[held, 1], kernels.OUTGREW),
            (not span[held, 2], kernels.CLOSED),
            (way < 0 and not beds, kernels.MOVED),
        ]
        why = next((code for ended, code in ends if ended), 0)
        assert reason[at] == why
        assert link[at] == (-1 if why else held)
        assert boarding[at] == (held if not why and beds and way < 0 else -1)
        assert minutes[at] == (-1 if why or way < 0 else way)

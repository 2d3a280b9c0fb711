"""Who is in a run, what they hold month by month, and into what groups they fall."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import people as told
from analysis.months import ResultsError
from analysis.people import began_with, chosen, groups_of, held, in_both, read_people, values_at
from experiments.study import run_study
from simulation import recorder, world
from tests.analysis.two_worlds import START, Hand, One, study_of, uid
from tests.experiments.fakes import FakeScenario, fake_run

FAMILY = Hand(
    {
        "ann": One("a", sex=1, age=40, employer="old"),
        "ben": One("a", age=14.5, dies=5),
        "eve": One("b", population=2, sex=1, age=-0.5, registered="village"),
    },
    {"baseline": [(1, "ann", "welfare"), (3, "ann", ""), (3, "eve", "old")], "jobs": []},
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return study_of(FAMILY, tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="module")
def run(study):
    return study.of_arm("baseline")[0]


def named(people):
    """Row of each person by name."""
    return {name: int(np.flatnonzero(people.uid == uid("persons", name))[0]) for name in FAMILY.people}


def test_words_are_those_of_the_simulation():
    assert (told.POPULATIONS, told.SEXES) == (world.POPULATIONS, world.SEXES)
    assert told.AGE_BANDS == recorder.AGE_BANDS


def test_who_lives_is_told_by_births_and_deaths(run):
    people = read_people(run)
    at = named(people)
    assert [people.living(START + month)[at["ben"]] for month in (4, 5, 6)] == [True, False, False]
    assert [people.living(START + month)[at["eve"]] for month in (5, 6)] == [False, True]
    assert people.age(START + 6)[[at["ann"], at["ben"], at["eve"]]].tolist() == [40, 15, 0]
    assert (np.diff(people.uid.astype(object)) > 0).all()


def test_employers_are_rebuilt_month_by_month(study, run):
    people = read_people(run)
    at = named(people)
    found = values_at(study, run, people.uid, "employer", range(START - 1, START + 5))
    expected = [uid("employers", one) for one in ("old", "old", "welfare", "welfare", "", "")]
    assert found[:, at["ann"]].tolist() == expected
    assert found[:, at["eve"]].tolist() == [0, 0, 0, 0, uid("employers", "old"), uid("employers", "old")]
    # Some people, some months.
    assert values_at(study, run, people.uid[[at["ann"]]], "employer", [START + 2]).tolist() == [[expected[2]]]


def test_a_column_that_was_not_watched_is_refused(run):
    with pytest.raises(ResultsError, match=r"persons\.pay.*employer"):
        began_with(run, read_people(run).uid, "pay")


def test_people_fall_into_groups(study, run):
    people = read_people(run)
    at = named(people)
    names = {
        dimension: [groups.names[groups.code[at[name]]] for name in FAMILY.people]
        for dimension in told.DIMENSIONS
        for groups in [groups_of(study, run, people, dimension, START + 6)]
    }
    assert names == {
        "sex": ["female", "male", "female"],
        "age_band": ["40-49", "15-19", "0-2"],
        "population": ["relocated", "relocated", "hosts"],
        "site": ["site", "site", "no site"],
        "origin": ["village"] * 3,
    }


def test_whom_nobody_knows_is_refused_with_the_known(study, run):
    people = read_people(run)
    with pytest.raises(ResultsError, match=r"no sex 'men'.*male, female"):
        chosen(study, run, people, START, {"sex": "men"})
    with pytest.raises(ResultsError, match=r"by 'height' \(there are: sex, age_band"):
        groups_of(study, run, people, "height", START)


def test_records_of_an_older_program_are_refused(tmp_path):
    old = run_study(FakeScenario(), tmp_path, workers=1, run_one=fake_run).study
    with pytest.raises(ResultsError, match="each person's registered, origin, death_month: run the study again"):
        read_people(old.runs[0])
    with pytest.raises(ResultsError, match="kinds of employers: run the study again"):
        old.kinds(old.runs[0], "employers")


def test_everybody_is_in_both_worlds_in_the_same_row(study):
    worlds = in_both(*(read_people(study.of_arm(arm)[0]) for arm in ("baseline", "jobs")))
    assert worlds[0].uid.tolist() == worlds[1].uid.tolist()
    assert len(worlds[0].uid) == 3


CHANGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4), st.integers(0, 6)), max_size=30)


@given(CHANGES, st.sets(st.integers(0, 4), min_size=1))
def test_what_is_held_follows_from_the_changes_one_by_one(rows, units):
    """Beside a slow twin: walk through the months, in the order of the rows."""
    rows = sorted(rows, key=lambda row: row[0])
    month, who, new = (np.array(one, np.int64) for one in (zip(*rows, strict=True) if rows else ([], [], [])))
    uids, start = np.array(sorted(units), np.uint64), np.arange(len(units), dtype=np.int16) + 100
    table = pa.table({"uid": who.astype(np.uint64), "month": month.astype(np.int32)})
    found = held(table, uids, start, new.astype(np.int16), range(10))
    now = dict(zip(sorted(units), start.tolist(), strict=True))
    for at in range(10):
        now.update({unit: to for when, unit, to in rows if when == at and unit in now})
        assert found[at].tolist() == list(now.values())
    assert found.dtype == np.int16

"""Posts fall vacant, stand empty, and are filled at a term; nobody is lost on the way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.draws import descend
from simulation.world import PROGRAMME_KINDS, SCHOOL_KINDS, TEACHER_CHANNELS
from tests.small import small_engine, small_world

START = 12 * 2020 + 8
SITE, TOWN, CENTRAL, POINT = SCHOOL_KINDS
EXCHANGE, SPECIAL_POST = TEACHER_CHANNELS.index("exchange"), TEACHER_CHANNELS.index("special_post")
NOBODY_LEAVES = {"leave_permanent": 0.0, "leave_under_contract": 0.0}
QUIET = {"staffing": {**NOBODY_LEAVES, "filled_share_rural": 1.0}}


def county(staff, kind=SITE, programmes=(), opens=-(2**31), start=START):
    """One school, its teachers, and what pays for more."""
    return small_world(
        {
            "places": [{"id": "site", "kind": "site"}],
            "schools": [{"id": "school", "place": "site", "level": "primary", "kind": kind, "opens_month": opens}],
            "teachers": [{"home_school": "school", **one} for one in staff],
            "programmes": [{"to_school": "school", **one} for one in programmes],
        },
        start=start,
    )


def months(world, count, parameters=QUIET, replicate=0):
    """The engine after some months of staffing and teachers, with every balance demanded."""
    engine = small_engine(
        world, ["staffing", "teachers"], {"teachers.school": [0] * world.tables["teachers"].rows},
        months=count, parameters=parameters, replicate=replicate,
    )  # fmt: skip
    for _ in range(count):
        engine.step()
    return engine


def test_a_post_stands_empty_until_a_term_comes_after_the_shortest_wait():
    # The contract ends in October; three months later is January; the next term begins in March.
    ending = {"channel": EXCHANGE, "contract_end": START + 1}
    parameters = {"staffing": {**NOBODY_LEAVES, "exchange_stays": 0.0}}
    engine = months(county([ending, {}]), 1, parameters)
    empty = []
    for _ in range(7):
        engine.step()
        schools = engine.world.tables["schools"]
        empty.append((int(schools["vacancies"][0]), int(schools["teachers_now"][0]), int(schools["vacant_months"][0])))
    assert empty == [(1, 1, 1), (1, 1, 2), (1, 1, 3), (1, 1, 4), (1, 1, 5), (0, 2, 5), (0, 2, 5)]
    teachers = engine.world.tables["teachers"]
    assert teachers["left_month"].tolist() == [START + 1, -1, -1]
    assert teachers["leave_reason"].tolist() == [2, 0, 0]
    assert teachers["school"].tolist() == [-1, 0, 0]
    assert teachers["since_month"].tolist()[2] == START + 6


def test_who_left_a_month_before_term_is_not_replaced_at_once():
    ending = {"channel": EXCHANGE, "contract_end": START + 5}
    engine = months(county([ending]), 7, {"staffing": {**NOBODY_LEAVES, "exchange_stays": 0.0}})
    assert engine.world.tables["schools"]["vacancies"].tolist() == [1]


def test_the_hired_are_named_by_their_school_and_come_as_its_kind_hires():
    parameters = {"staffing": {**QUIET["staffing"], "exchange_stays": 0.0}}
    for kind, channel, months_bound in ((TOWN, 0, None), (CENTRAL, SPECIAL_POST, 36)):
        engine = months(county([{"channel": EXCHANGE, "contract_end": START + 1}], kind), 7, parameters)
        teachers = engine.world.tables["teachers"]
        school = engine.world.tables["schools"]["uid"]
        assert teachers["uid"][1] == descend(school, "hire", np.zeros(1, np.int64))[0]
        assert teachers["channel"][1] == channel
        assert teachers["contract_end"][1] == (2**31 - 1 if months_bound is None else START + 6 + months_bound)
        assert engine.world.ids["teachers"][1] == f"teachers/{int(teachers['uid'][1]):016x}"


def test_nobody_is_found_where_no_candidate_comes():
    parameters = {"staffing": {**NOBODY_LEAVES, "exchange_stays": 0.0, "filled_share_rural": 0.0}}
    engine = months(county([{"channel": EXCHANGE, "contract_end": START + 1}], POINT), 20, parameters)
    assert engine.world.tables["teachers"].rows == 1
    assert engine.world.tables["schools"]["open"].tolist() == [0]


@pytest.mark.parametrize(("channel", "share"), [(EXCHANGE, 0.1), (SPECIAL_POST, 0.8)])
def test_a_share_stays_for_good_when_contracts_end(channel, share):
    count = 400
    engine = months(county([{"channel": channel, "contract_end": START + 1}] * count), 2)
    stayed = int((engine.world.tables["teachers"]["left_month"] < 0).sum())
    # Six standard deviations of a binomial: a false alarm in 500 million.
    assert abs(stayed - share * count) < 6 * np.sqrt(count * share * (1 - share))


def recruiting(places, **values):
    return {
        "kind": PROGRAMME_KINDS.index("teacher_recruitment"),
        "channel": SPECIAL_POST,
        "contract_months": 24,
        "places": places,
        **values,
    }


def test_recruits_come_on_top_at_a_term_and_leave_when_the_measure_has_ended():
    world = county([{}, {}], programmes=[recruiting(3)], start=START + 1)
    parameters = {"staffing": {**QUIET["staffing"], "special_post_stays": 1.0}}
    engine = months(world, 5, parameters)
    assert engine.world.tables["schools"]["teachers_now"].tolist() == [2]
    assert engine.world.tables["schools"]["vacancies"].tolist() == [0]  # of the own posts; three more are offered
    assert (engine.world.tables["schools"]["posts"] - engine.world.tables["schools"]["own_posts"]).tolist() == [3]
    engine.step()  # March
    assert engine.world.tables["schools"]["teachers_now"].tolist() == [5]
    assert engine.world.tables["programmes"]["teachers_recruited"].tolist() == [3]
    assert (engine.world.tables["teachers"]["funder"] == 0).sum() == 3
    world.tables["programmes"]["places"][0] = 0
    for _ in range(23):
        engine.step()
        assert engine.world.tables["schools"]["teachers_now"].tolist() == [5]
    engine.step()  # their contracts end
    assert engine.world.tables["schools"]["teachers_now"].tolist() == [2]
    assert set(engine.world.tables["teachers"]["leave_reason"].tolist()) == {0, 3}


def test_permanent_recruits_of_a_measure_that_ended_take_up_own_posts():
    staff = [{"channel": EXCHANGE, "contract_end": START + 8}, {}]
    world = county(staff, programmes=[recruiting(1, contract_months=0)])
    engine = months(world, 1, {"staffing": {**QUIET["staffing"], "exchange_stays": 0.0}})
    world.tables["programmes"]["places"][0] = 0
    for _ in range(24):
        engine.step()
    assert engine.world.tables["teachers"].rows == 3  # nobody was hired for the exchange teacher's post
    assert engine.world.tables["schools"]["vacancies"].tolist() == [0]
    # The measure doesn't pay for whom the school has taken on.
    assert engine.world.tables["programmes"]["teachers_recruited"].tolist() == [0]
    assert engine.world.tables["teachers"]["funder"].tolist() == [-1] * 3


def test_a_smaller_measure_pays_its_size_and_running_contracts():
    world = county([{}], programmes=[recruiting(3, contract_months=0), recruiting(3)])
    engine = months(world, 1)
    world.tables["programmes"]["places"][:] = 1
    engine.step()
    assert engine.world.tables["programmes"]["teachers_recruited"].tolist() == [1, 3]
    assert engine.world.tables["schools"]["teachers_now"].tolist() == [7]


def test_a_school_that_is_not_open_hires_nobody():
    engine = months(county([], programmes=[recruiting(2)], opens=START + 60), 13)
    assert engine.world.tables["teachers"].rows == 0
    assert engine.world.tables["schools"]["posts"].tolist() == [0]


def hired_by_the_hundred(count, draws_quality):
    """Five hundred recruits of a school that draws teachers of some quality, after some months."""
    world = county([], programmes=[recruiting(500, contract_months=0)])
    world.tables["schools"]["draws_quality"][:] = draws_quality
    engine = months(world, count, {**QUIET, "teachers": {"novice_shortfall": 0.3, "experience_months": 12}})
    return engine.world.tables


def test_the_hired_are_as_good_as_those_whom_the_school_draws():
    for mean in (0.0, 0.5):
        quality = hired_by_the_hundred(1, mean)["teachers"]["quality"]
        assert len(quality) == 500
        assert abs(quality.mean() - mean) < 6 / np.sqrt(500)


@pytest.mark.parametrize(("count", "lacks"), [(1, 0.3), (7, 0.075), (13, 0.0), (20, 0.0)])
def test_novices_lack_experience_and_gain_it(count, lacks):
    tables = hired_by_the_hundred(count, 0.0)
    lacking = tables["teachers"]["quality"].astype(float).sum() - tables["schools"]["quality_micro"].sum() / 1e6
    assert lacking / 500 == pytest.approx(lacks, abs=1e-6)


def test_posts_that_a_programme_offers_and_nobody_fills_are_no_gap_of_the_school():
    engine = months(county([{}, {}], programmes=[recruiting(3)], start=START + 1), 5)
    schools = engine.world.tables["schools"]
    assert (schools["vacancies"].tolist(), schools["vacant_months"].tolist()) == ([0], [0])


def test_recruits_who_are_there_fill_a_gap():
    ending = {"channel": EXCHANGE, "contract_end": START + 1}
    parameters = {"staffing": {**QUIET["staffing"], "exchange_stays": 0.0}}
    engine = months(county([ending, {}], programmes=[recruiting(1)]), 3, parameters)
    schools = engine.world.tables["schools"]
    assert (schools["vacancies"].tolist(), schools["vacant_months"].tolist()) == ([0], [0])


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_heads_and_quality_balance_whoever_comes_and_goes(data):
    """The audits of both processes run in every month; here they meet wild rates."""
    rate = st.floats(0, 0.2)
    parameters = {
        "staffing": {
            "leave_permanent": data.draw(rate),
            "leave_under_contract": data.draw(rate),
            "exchange_stays": data.draw(st.floats(0, 1)),
            "vacancy_months": data.draw(st.integers(0, 6)),
        }
    }
    teacher = st.fixed_dictionaries(
        {
            "channel": st.integers(0, 5),
            "contract_end": st.sampled_from([START + 3, START + 9, 2**31 - 1]),
            "starts_month": st.sampled_from([0, START + 6]),
        }
    )
    staff = data.draw(st.lists(teacher, min_size=1, max_size=15))
    world = county(staff, data.draw(st.sampled_from([TOWN, CENTRAL])), [recruiting(data.draw(st.integers(0, 4)))])
    engine = months(world, 1, parameters, replicate=data.draw(st.integers(0, 1000)))
    for month in range(18):
        world.tables["programmes"]["places"][0] = data.draw(st.integers(0, 4)) if month % 6 == 5 else 2
        engine.step()


def test_a_school_that_opens_early_shifts_contracts_and_takes_its_hires_along_when_it_closes():
    opening = {"kind": PROGRAMME_KINDS.index("school_opening"), "places": 1}
    staff = [
        {"starts_month": START + 48, "contract_end": START + 60, "channel": EXCHANGE},
        {"starts_month": START + 48},
    ]
    world = county(staff, programmes=[opening, recruiting(1, contract_months=0)], opens=START + 48)
    engine = months(world, 1, {"staffing": {**QUIET["staffing"], "exchange_stays": 1.0}})
    teachers = engine.world.tables["teachers"]
    assert teachers["contract_until"].tolist()[:2] == [START + 12, 2**31 - 1]
    assert engine.world.tables["schools"]["teachers_now"].tolist() == [3]
    world.tables["programmes"]["places"][0] = 0
    engine.step()
    assert engine.world.tables["schools"]["teachers_now"].tolist() == [0]
    assert engine.world.tables["teachers"]["leave_reason"].tolist() == [0, 0, 3]

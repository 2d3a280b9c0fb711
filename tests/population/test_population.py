"""The starting population: figures met exactly, ages that agree, uids free of luck, any scale."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.ages import GENERATION
from simulation.draws import Luck, descend, identity
from simulation.figures import head_counts, read_figures
from simulation.households import (
    CHILD,
    ELDER,
    ELDERS_ONLY,
    GRANDPARENT,
    HEAD,
    PARTNER,
    SKIPPED,
    TEMPLATES,
    YOUNG_GRANDPARENT,
    size_counts,
)
from simulation.months import month_of
from simulation.population import _one, populate
from simulation.raking import apportion
from simulation.world import BASE, EMPLOYER_KINDS, INSURANCE_GROUPS, POPULATIONS
from tests.population.region_files import columns_of, read_region

START = month_of("2018-01")
TABLES = columns_of(read_region())


def scenario(relocated=1.0, stayers=1.0, hosts=1.0):
    scale = {"relocated": relocated, "stayers": stayers, "hosts": hosts}
    return SimpleNamespace(start=START, scale=scale, tables=TABLES)


@pytest.fixture(scope="module")
def full():
    return populate(scenario(), Luck(20220630, 0))


@pytest.fixture(scope="module")
def other():
    return populate(scenario(), Luck(20220630, 1))


def of(made, population):
    """Return the rows of persons and of households of a population."""
    code = POPULATIONS.index(population)
    tables = made.base.tables
    persons, households = (np.flatnonzero(tables[name]["population"] == code) for name in ("persons", "households"))
    return persons, households


@pytest.mark.parametrize(
    ("population", "households", "persons"),
    [("relocated", 4044, 18005), ("stayers", 21700, 76000), ("hosts", 8390, 26000)],
)
def test_totals_are_exact(full, population, households, persons):
    found_persons, found_households = of(full, population)
    assert len(found_households) == households
    factor = read_figures(TABLES, population, START).value("start_factor")
    assert len(found_persons) == int(persons * factor + 0.5)
    # The published count is met at the move, three quarters of a year of births later.
    assert len(found_persons) == pytest.approx(persons, rel=0.015)


def test_every_township_has_its_households(full):
    households = full.base.tables["households"]
    for population in POPULATIONS:
        _, rows = of(full, population)
        count = np.bincount(households["origin"][rows], minlength=27)
        np.testing.assert_array_equal(count, TABLES["places"][f"{population}_households"])


@pytest.mark.parametrize("population", POPULATIONS)
def test_cohorts_are_exact(full, population):
    persons, _ = of(full, population)
    born = full.base.tables["persons"]["birth_month"][persons]
    figures = read_figures(TABLES, population, START)
    found = [np.count_nonzero((born >= first) & (born <= last)) for first, last in figures.births]
    np.testing.assert_array_equal(found, head_counts(figures, len(persons)))


def test_pupils_of_2020_are_there(full):
    persons, _ = of(full, "relocated")
    born = full.base.tables["persons"]["birth_month"][persons]
    for first, last, pupils in (
        ("2007-09", "2013-08", 1978),
        ("2004-09", "2007-08", 958),
        ("2013-09", "2016-08", 828),
    ):
        count = np.count_nonzero((born >= month_of(first)) & (born <= month_of(last)))
        assert count == pytest.approx(pupils, rel=0.01)


def test_labourers_of_2021_are_there(full):
    persons, _ = of(full, "relocated")
    figures = read_figures(TABLES, "relocated", START)
    age = (month_of("2021-10") - full.base.tables["persons"]["birth_month"][persons]) // 12
    working = (age >= 16) & (age < 60)
    students = 0.88 * np.count_nonzero((age >= 16) & (age < 18)) + 0.176 * np.count_nonzero((age >= 18) & (age < 22))
    able = (working.sum() * 0.992 - students) * (1 - figures.value("unable_share"))
    assert able == pytest.approx(figures.value("labourers"), rel=0.02)


def test_households_without_labour_are_as_many_as_published(full):
    persons, households = of(full, "relocated")
    table = full.base.tables["persons"]
    figures = read_figures(TABLES, "relocated", START)
    age = (month_of("2021-10") - table["birth_month"][persons]) // 12
    works = np.where((age >= 16) & (age < 60), 1 - figures.value("unable_share"), 0.0)
    works *= np.where(age < 18, 0.12, np.where(age < 22, 0.824, 1.0))
    none = np.ones(full.base.tables["households"].rows)
    np.multiply.at(none, table["household"][persons], 1 - works)
    # Deaths until then and ability that falls with age, which aren't counted here, add about 0.003.
    assert none[households].mean() + 0.003 == pytest.approx(figures.value("no_labour_household_share"), abs=0.002)


def test_templates_and_insurance_groups_are_exact(full):
    for population in POPULATIONS:
        _, rows = of(full, population)
        figures = read_figures(TABLES, population, START)
        for column, marginal, names in (
            ("template", "template", TEMPLATES),
            ("insurance_group", "insurance_group", INSURANCE_GROUPS),
        ):
            found = np.bincount(full.base.tables["households"][column][rows], minlength=len(names))
            np.testing.assert_array_equal(found, apportion(figures.shares(marginal, names), len(rows)))


def test_the_share_of_men(full):
    for population in POPULATIONS:
        persons, _ = of(full, population)
        assert (full.base.tables["persons"]["sex"][persons] == 0).mean() == pytest.approx(0.511, abs=0.001)


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("scale", [1.0, 0.02, 0.003])
def test_parents_are_a_generation_older(population, scale):
    setting = scenario(**{name: scale if name == population else 0.0 for name in POPULATIONS})
    luck = Luck(7, 3)
    uids = populate(setting, luck).base.tables["places"]["uid"]
    made = _one(setting, population, uids, luck)
    people, homes = made.members, len(made.homes.size)
    youngest = {role: np.full(homes, -(10**6)) for role in (HEAD, PARTNER, GRANDPARENT, YOUNG_GRANDPARENT)}
    for role, found in youngest.items():
        rows = people.role == role
        np.maximum.at(found, people.household[rows], people.birth[rows])
    child = people.role == CHILD
    home = people.household[child]
    skipped = made.homes.template[home] == SKIPPED
    parents = np.maximum(youngest[HEAD], youngest[PARTNER])[home]
    grandparents = np.maximum(youngest[GRANDPARENT], youngest[YOUNG_GRANDPARENT])[home]
    assert (people.birth[child] - parents >= GENERATION).all()
    assert (people.birth[child] - grandparents >= np.where(skipped, 2 * GENERATION, GENERATION)).all()
    headed = youngest[GRANDPARENT] > -(10**6)
    headed &= youngest[HEAD] > -(10**6)
    assert (youngest[HEAD] - youngest[GRANDPARENT] >= GENERATION)[headed].all()


def test_elders_only_are_past_work_in_2021(full):
    table = full.base.tables
    alone = table["households"]["template"][table["persons"]["household"]] == ELDERS_ONLY
    assert ((month_of("2021-10") - table["persons"]["birth_month"][alone]) // 12 >= 60).all()


def test_nobody_is_born_after_the_start(full):
    assert (full.base.tables["persons"]["birth_month"] < START).all()


def test_persons_are_sorted_by_household_and_nobody_lives_in_an_empty_one(full):
    household = full.base.tables["persons"]["household"]
    assert (np.diff(household) >= 0).all()
    assert np.unique(household).size == full.base.tables["households"].rows


def test_uids_are_unique_and_free_of_luck(full, other):
    seen = []
    for name, table in full.base.tables.items():
        np.testing.assert_array_equal(table["uid"], other.base.tables[name]["uid"])
        seen.append(table["uid"])
    together = np.concatenate(seen)
    assert np.unique(together).size == together.size
    place = np.array([identity("place/t01")])
    first = descend(place, "household/relocated", np.array([0]))
    assert full.base.tables["households"]["uid"][0] == first[0]
    assert full.base.tables["persons"]["uid"][0] == descend(first, "member", np.array([0]))[0]
    assert full.base.tables["employers"]["uid"][0] == identity("employer/jinxiu/jinxiu_garment_workshop")


def test_two_replicates_differ(full, other):
    for column in ("template", "batch_month", "attachment"):
        one, two = full.base.tables["households"], other.base.tables["households"]
        assert (one[column] != two[column]).any()
    assert (full.given["households.savings"] != other.given["households.savings"]).mean() > 0.99
    assert (full.base.tables["teachers"]["quality"] != other.base.tables["teachers"]["quality"]).all()


def test_the_same_luck_makes_the_same_start(full):
    again = populate(scenario(), Luck(20220630, 0))
    for name, table in full.base.tables.items():
        for column in table.columns:
            np.testing.assert_array_equal(table[column], again.base.tables[name][column])
    for name, values in full.given.items():
        np.testing.assert_array_equal(values, again.given[name])


def test_arms_share_no_array(full):
    one, two = full.fresh_world(), full.fresh_world()
    one.tables["persons"]["household"][0] = 99
    one.append("places", "place/elsewhere", {"kind": 1})
    assert two.tables["persons"]["household"][0] == 0
    assert len(two.ids["places"]) == full.base.tables["places"].rows == 27
    assert one.start == START
    assert set(one.tables) == set(BASE)
    assert all(tuple(one.tables[name].columns) == tuple(BASE[name]) for name in BASE)


@pytest.mark.parametrize("scales", [(0, 0, 0), (1, 0, 0), (0.02, 0.02, 0.02), (0.0005, 0, 0.3), (0.00025, 0, 0)])
def test_scales(scales):
    setting = scenario(*scales)
    made = populate(setting, Luck(1, 1))
    tables = made.base.tables
    for population, scale in zip(POPULATIONS, scales, strict=True):
        persons, households = of(made, population)
        assert len(households) == int(TABLES["places"][f"{population}_households"].sum() * scale + 0.5)
        assert len(households) <= len(persons) <= 10 * len(households)
    assert (np.diff(tables["persons"]["household"]) >= 0).all()
    for name, values in made.given.items():
        assert len(values) == tables[name.partition(".")[0]].rows
    if not any(scales):
        assert not tables["teachers"].rows
        assert (tables["employers"]["posts"] <= 0).all()


def test_movers_alone_bring_their_share_of_the_town(full):
    alone = populate(scenario(1, 0, 0), Luck(1, 1)).base
    town, site = (alone.row("schools", name) for name in ("town_a_primary", "jinxiu_primary"))
    assert alone.tables["schools"]["classrooms"][town] == 2
    assert alone.tables["schools"]["classrooms"][site] == 44
    assert alone.tables["clinics"]["fte"][alone.row("clinics", "county_tcm_hospital")] == pytest.approx(18)
    assert alone.tables["employers"]["posts"][alone.row("employers", "coast_employers")] == -1


def test_batches_call_everybody_once_in_the_listed_months(full):
    table, (_, rows) = full.base.tables["households"], of(full, "relocated")
    month, count = np.unique(table["batch_month"][rows], return_counts=True)
    np.testing.assert_array_equal(month, TABLES["batches"]["month"])
    np.testing.assert_array_equal(count, TABLES["batches"]["households"])
    assert (np.delete(table["batch_month"], rows) == -1).all()


def test_batches_of_a_named_origin_come_from_there():
    batches = {
        "month": np.array([START + 2, START + 4]),
        "place": np.array(["t20", "all"], object),
        "households": np.array([40, 100]),
    }
    setting = scenario(1, 0, 0)
    setting.tables = TABLES | {"batches": batches}
    world = populate(setting, Luck(1, 1)).base
    table = world.tables["households"]
    assert (table["origin"][table["batch_month"] == START + 2] == world.row("places", "t20")).sum() == 40
    assert (table["batch_month"] == START + 4).sum() == 100
    assert (table["batch_month"] == -1).sum() == 4044 - 140


def test_start_employment(full):
    employer, kinds = full.given["persons.employer"], full.base.tables["employers"]["kind"]
    table = TABLES["start_jobs"]
    for population in POPULATIONS:
        persons, _ = of(full, population)
        has = employer[persons][employer[persons] >= 0]
        for row in np.flatnonzero(table["population"] == population):
            found = np.count_nonzero(kinds[has] == EMPLOYER_KINDS.index(table["kind"][row]))
            assert found == pytest.approx(table["persons"][row], rel=0.01)


def test_employers_take_only_whom_they_would_hire(full):
    tables, given = full.base.tables, full.given
    persons, employers = tables["persons"], tables["employers"]
    works = given["persons.employer"] >= 0
    at = given["persons.employer"][works]
    age = (START - persons["birth_month"][works]) // 12
    assert (age >= employers["min_age"][at]).all()
    assert (age <= employers["max_age"][at]).all()
    assert (given["persons.education"][works] >= employers["min_education"][at]).all()
    assert ((employers["sex"][at] < 0) | (employers["sex"][at] == persons["sex"][works])).all()
    filled = np.bincount(at, minlength=employers.rows)
    assert ((employers["posts"] < 0) | (filled <= employers["posts"])).all()


def test_people_are_at_home_or_at_the_coast(full):
    table, given = full.base.tables, full.given
    home = given["households.home"][table["persons"]["household"]]
    coast = full.base.row("places", "coast")
    away = given["persons.place"] != home
    assert (given["persons.place"][away] == coast).all()
    kind = table["employers"]["kind"][given["persons.employer"][away]]
    assert (kind == EMPLOYER_KINDS.index("coast")).all()


def test_schooling_follows_its_table(full):
    table = full.base.tables["persons"]
    age = (START - table["birth_month"]) // 12
    assert (full.given["persons.education"][age < 15] == 0).all()
    for row in range(len(TABLES["education"]["share"])):
        own = table["population"] == POPULATIONS.index(TABLES["education"]["population"][row])
        own &= (age >= TABLES["education"]["min_age"][row]) & (age <= TABLES["education"]["max_age"][row])
        level = ("primary or less", "junior", "senior", "tertiary").index(TABLES["education"]["education"][row])
        share = TABLES["education"]["share"][row]
        # 6 standard errors of a share
        assert abs((full.given["persons.education"][own] == level).mean() - share) <= 6 * np.sqrt(0.25 / own.sum())


def test_teachers_of_later_years_are_not_at_work_yet(full):
    world = full.base
    primary, junior = (world.row("schools", name) for name in ("jinxiu_primary", "jinxiu_junior"))
    teachers = world.tables["teachers"]
    at = teachers["home_school"] == primary
    assert [
        np.count_nonzero(teachers["starts_month"][at] <= month_of(f"{year}-09")) for year in (2018, 2019, 2020, 2021)
    ] == [76, 82, 88, 95]
    assert (teachers["starts_month"][teachers["home_school"] == junior] == month_of("2022-09")).all()
    late = teachers["starts_month"] > START
    assert (full.given["teachers.school"][late] == -1).all()
    assert (full.given["teachers.school"][~late] == teachers["home_school"][~late]).all()
    assert teachers["quality"].mean() == pytest.approx(0, abs=0.15)
    assert len(set(world.ids["teachers"])) == teachers.rows


def test_ways_lead_both_ways(full):
    world = full.base
    site, town, first, second, coast = (
        world.row("places", name) for name in ("jinxiu", "qianxi_town", "t01", "t02", "coast")
    )
    assert world.minutes[site, town] == world.minutes[town, site] == 15
    assert world.minutes[first, site] == 89
    assert world.minutes[first, town] == 94
    assert world.minutes[first, second] == world.minutes[first, coast] == -1
    assert (np.diag(world.minutes) == 0).all()


def test_wages_are_laid_against_2021(full):
    index = full.base.wage_index
    np.testing.assert_allclose(index[2021 - full.base.first_year], 1.0)
    assert index[2020 - full.base.first_year, 2] == pytest.approx(4549 / 5013)
    assert len(index) == 10


@pytest.mark.parametrize(
    ("households", "persons"), [(0, 0), (1, 1), (1, 10), (167, 744), (4044, 18005), (5, 50), (5, 5), (3, 29)]
)
def test_sizes_are_exact(households, persons):
    counts = size_counts(households, persons, 10)
    assert counts.sum() == households
    assert counts @ np.arange(1, 11) == persons
    assert (counts >= 0).all()


def test_sizes_that_can_not_be(full):
    with pytest.raises(ValueError, match="11 persons don't fit into 1 households of 1 to 10 members"):
        size_counts(1, 11, 10)


def test_the_first_member_is_an_adult(full):
    table = full.base.tables["persons"]
    first = np.flatnonzero(np.diff(table["household"], prepend=-1))
    assert ((START - table["birth_month"][first]) // 12 >= 18).all()
    assert ELDER < CHILD


def test_a_region_may_do_without_recruits_batches_and_a_population():
    places = TABLES["places"] | {
        column: TABLES["places"][column] * 0 for column in ("hosts_households", "hosts_persons")
    }
    without = {
        name: {k: v[TABLES[name]["population"] != "hosts"] for k, v in TABLES[name].items()}
        for name in ("marginals", "cohorts", "education", "start_jobs")
    }
    empty = {name: {column: values[:0] for column, values in TABLES[name].items()} for name in ("recruits", "batches")}
    setting = scenario(0.05, 0.01, 1)
    setting.tables = TABLES | {"places": places} | without | empty
    made = populate(setting, Luck(1, 1))
    households = made.base.tables["households"]
    assert set(np.unique(households["population"])) == {0, 1}
    assert (households["batch_month"] == -1).all()
    assert (made.given["teachers.school"][made.base.tables["teachers"]["starts_month"] <= START] >= 0).all()


def test_an_earlier_start_knows_only_who_is_born_by_then():
    setting = scenario(0.05, 0, 0)
    setting.start = month_of("2017-06")
    born = populate(setting, Luck(1, 1)).base.tables["persons"]["birth_month"]
    assert born.max() < setting.start

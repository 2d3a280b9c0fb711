"""The shipped region: no fault, the dossier's sums; and a message for each way in which tables can disagree."""

import importlib
import pkgutil
from collections import Counter

import pytest
from pydantic import ValidationError

import simulation.outcomes
from simulation.months import month_of
from simulation.scenario.region import ALWAYS, TABLES, check_region
from tests.population.region_files import read_region


@pytest.fixture
def region():
    return read_region()


def change(region, table, number=0, **values):
    """Change a row and return its line."""
    line, row = region[table][number]
    region[table][number] = (line, row.model_copy(update=values))
    return line


def outcomes():
    """Return the modules that measure something."""
    found = [one.name for one in pkgutil.iter_modules(simulation.outcomes.__path__) if not one.name.startswith("_")]
    return [importlib.import_module(f"simulation.outcomes.{name}") for name in found]


def only(region):
    """Return the one fault that a region has, as (table, line, column, message)."""
    faults = check_region(region)
    assert len(faults) == 1, faults
    return faults[0].table, faults[0].line, faults[0].column, faults[0].message


def where(region, table, **values):
    """Return the position of the first row with these values."""
    return next(
        number
        for number, (_, row) in enumerate(region[table])
        if all(getattr(row, column) == value for column, value in values.items())
    )


def test_the_shipped_region_has_no_fault(region):
    assert check_region(region) == []


def test_every_row_has_a_mark(region):
    marks = ("[article]", "[S", "[derived", "[unverified", "[prior]", "[syn]")
    for table, lines in region.items():
        for line, row in lines:
            assert any(mark in row.source for mark in marks), (table, line, row.source)


def test_every_column_has_a_unit_and_a_meaning():
    for name, model in TABLES.items():
        for column, field in model.model_fields.items():
            assert field.description, (name, column)
            assert "unit" in (field.json_schema_extra or {}), (name, column)


def test_the_dossiers_sums(region):
    places = [row for _, row in region["places"]]
    schools = [row for _, row in region["schools"]]
    employers = [row for _, row in region["employers"]]
    clinics = [row for _, row in region["clinics"]]
    assert sum(one.relocated_households for one in places) == 4044
    assert sum(one.relocated_persons for one in places) == 18005
    assert Counter(one.kind for one in places) == {"village": 24, "site": 1, "town": 1, "coast": 1}
    town = [one for one in schools if one.place == "qianxi_town"]
    assert sum(one.classrooms * one.class_cap for one in town if one.level == "primary") == 2400
    assert sum(one.classrooms * one.class_cap for one in town if one.level == "junior") == 1500
    assert sum(one.teachers for one in town if one.level == "junior") == 111
    assert sum(one.outside_pupils for one in town) == 275
    block = next(one for one in schools if one.id == "jinxiu_junior")
    assert (block.classrooms * block.class_cap, block.opens) == (990, month_of("2022-09"))
    assert Counter((one.kind, one.level) for one in schools)["teaching_point", "primary"] == 48
    assert sum(one.posts for one in employers if one.kind == "park") == 3000
    services = [one for one in employers if one.kind == "services"]
    assert sum(one.posts for one in services) == 14600
    assert sum(one.posts * one.pay_month_yuan for one in services) / 14600 == pytest.approx(2500, rel=0.02)
    assert len(clinics) == 4 + 24 + 120
    for hospital in (one for one in clinics if one.level == "county"):
        assert hospital.outside_visits / (hospital.fte * hospital.visits_per_fte) == pytest.approx(0.5, abs=1e-3)


def test_teachers_of_the_site_grow_as_listed(region):
    primary = next(row for _, row in region["schools"] if row.id == "jinxiu_primary")
    starts = {row.starts: row.teachers for _, row in region["recruits"] if row.school == "jinxiu_primary"}
    so_far = [sum(n for at, n in starts.items() if at <= month_of(f"{year}-09")) for year in (2018, 2019, 2020, 2021)]
    assert so_far == [76, 82, 88, 95]
    assert so_far[-1] == primary.teachers


def test_cohorts_sum_to_the_published_counts(region):
    own = [row for _, row in region["cohorts"] if row.population == "relocated"]
    primary = [row.persons for row in own if month_of("2007-09") <= row.born_from < month_of("2013-09")]
    junior = [row.persons for row in own if month_of("2004-09") <= row.born_from < month_of("2007-09")]
    assert (sum(primary), sum(junior)) == (1978, 958)
    until = month_of("2005-10")  # 16 in October 2021
    working = 0.0
    for row in own:
        if row.born_from >= month_of("1961-11") and row.born_from <= until:
            span = row.born_to - row.born_from + 1
            working += row.persons * min(span, until - row.born_from + 1) / span
    assert working / 18005 == pytest.approx(0.588, abs=0.001)


def test_an_unknown_place_is_named_with_its_neighbour(region):
    line = change(region, "clinics", place="jinxui")
    assert only(region) == (
        "clinics",
        line,
        "place",
        "place 'jinxui' is not in the table of places; did you mean 'jinxiu'?",
    )


def test_an_unknown_school(region):
    line = change(region, "recruits", school="jinxiu_primery")
    said = "school 'jinxiu_primery' is not in the table of schools; did you mean 'jinxiu_primary'?"
    assert only(region) == ("recruits", line, "school", said)


def test_a_village_without_a_way_to_a_site(region):
    region["travel"] = [one for one in region["travel"] if {one[1].from_place, one[1].to_place} != {"t02", "jinxiu"}]
    said = "village 't02' has no way to any site in the table of travel times"
    assert only(region) == ("places", region["places"][1][0], "id", said)


def test_a_way_written_backwards_is_a_way(region):
    change(region, "travel", 0, from_place="jinxiu", to_place="t01")
    assert check_region(region) == []


def test_a_place_without_a_longitude_among_places_that_have_one(region):
    line = change(region, "places", 2, lon=None)
    said = "place 't03' has no lon, though coordinates are given; give lon and lat to every place or to none"
    assert only(region) == ("places", line, "lon", said)


def test_no_coordinates_at_all_are_no_fault(region):
    for number in range(len(region["places"])):
        change(region, "places", number, lon=None, lat=None)
    assert check_region(region) == []


def test_latitudes_alone_are_one_fault(region):
    for number in range(len(region["places"])):
        change(region, "places", number, lon=None)
    assert only(region)[2] == "lon"


def test_an_id_that_stands_twice(region):
    first, line = region["employers"][0][0], change(region, "employers", 1, id=region["employers"][0][1].id)
    assert only(region) == ("employers", line, "id", f"'jinxiu_garment_workshop' stands in line {first} already")


def test_grades_that_do_not_fit_the_level(region):
    line = change(region, "schools", where(region, "schools", id="jinxiu_junior"), first_grade=6)
    assert only(region) == ("schools", line, "first_grade", "grades 6 to 9 don't fit level junior, which has 7 to 9")


def test_more_recruits_than_posts(region):
    line = change(region, "recruits", where(region, "recruits", school="jinxiu_junior"), teachers=74)
    assert only(region) == ("recruits", line, "teachers", "74 recruits exceed the 73 teachers of 'jinxiu_junior'")


def test_shares_of_a_capacity(region):
    line = change(region, "clinics", relocated_share=0.5)
    said = "shares of the three populations sum to 0.5, not to 1"
    assert only(region) == ("clinics", line, "relocated_share", said)


def test_ages_the_wrong_way_round(region):
    line = change(region, "employers", min_age=60)
    assert only(region) == ("employers", line, "min_age", "min_age 60 lies above max_age 50")


@pytest.mark.parametrize(("marginal", "total"), [("households", 4044), ("persons", 18005)])
def test_totals_that_do_not_add_up(region, marginal, total):
    line = change(
        region, "marginals", where(region, "marginals", population="relocated", marginal=marginal), value=4000
    )
    said = f"4000 relocated {marginal} don't agree with the {total} in the table of places"
    assert only(region) == ("marginals", line, "value", said)


def test_shares_of_a_marginal(region):
    number = where(region, "marginals", population="hosts", category="other")
    line = change(region, "marginals", number, value=0.2)
    assert only(region) == ("marginals", line, "value", "shares of hosts, template, sum to 1.1, not to 1")


def test_shares_of_schooling(region):
    line = change(region, "education", 3, share=0.3)
    said = "shares of relocated, 15 to 17 years, sum to 1.3, not to 1"
    assert only(region) == ("education", line, "share", said)


def test_batches_that_call_more_than_there_are(region):
    line = change(region, "batches", 8, households=453)
    said = "4045 households are called by then from 'all', where only 4044 are listed"
    assert only(region) == ("batches", line, "households", said)


def test_a_batch_that_calls_more_than_a_village_has(region):
    line = change(region, "batches", 0, place="t20", households=48)
    said = "48 households are called by then from 't20', where only 47 are listed"
    assert only(region) == ("batches", line, "households", said)


def test_cohorts_with_a_gap(region):
    line = change(region, "cohorts", 1, born_from=region["cohorts"][1][1].born_from + 1)
    said = "the cohorts of relocated must follow one another without gap, oldest first"
    assert only(region) == ("cohorts", line, "born_from", said)


def test_a_cohort_the_wrong_way_round(region):
    line = change(region, "cohorts", 0, born_from=region["cohorts"][0][1].born_to + 1)
    assert only(region) == ("cohorts", line, "born_from", "the first month of birth lies after the last")


def test_a_table_that_could_not_be_read_is_no_fault_of_the_others(region):
    for name in TABLES:
        assert check_region({table: lines for table, lines in region.items() if table != name}) == []


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("employers", "posts", -2), ("schools", "classrooms", -1), ("clinics", "fte", -1.0), ("places", "kind", "hamlet")],
)
def test_the_models_refuse_what_can_not_be(region, table, column, value):
    row = region[table][0][1].model_dump() | {column: value}
    with pytest.raises(ValidationError, match=column):
        TABLES[table].model_validate(row)


def test_unknown_columns_are_refused(region):
    with pytest.raises(ValidationError, match="colour"):
        TABLES["places"].model_validate(region["places"][0][1].model_dump() | {"colour": "red"})


def test_an_empty_month_is_always(region):
    row = region["schools"][0][1].model_dump() | {"opens": ""}
    assert TABLES["schools"].model_validate(row).opens == ALWAYS
    with pytest.raises(ValidationError, match="written as YYYY-MM"):
        TABLES["schools"].model_validate(row | {"opens": "09/2022"})


def test_every_target_names_an_outcome(region):
    measured = {name for module in outcomes() for name in module.measure.declaration.indicators}
    assert {row.indicator for _, row in region["targets"]} <= measured


# ---- homes by size


def test_homes_of_an_unknown_site(region):
    line = change(region, "dwellings", place="jinxu")
    assert ("dwellings", line, "place", "place 'jinxu' is not in the table of places; did you mean 'jinxiu'?") in [
        (one.table, one.line, one.column, one.message) for one in check_region(region)
    ]


def test_two_lines_of_one_size(region):
    line = change(region, "dwellings", 1, most_members=2)
    assert only(region) == ("dwellings", line, "place", f"'jinxiu 2' stands in line {line - 1} already")


def test_shares_of_homes_that_do_not_sum_to_1(region):
    change(region, "dwellings", 0, share=0.2)
    line = region["dwellings"][-1][0]
    assert only(region) == ("dwellings", line, "share", "shares of the homes of 'jinxiu' sum to 1.11, not to 1")


def test_homes_by_size_in_a_village(region):
    line, row = region["dwellings"][-1]
    region["dwellings"].append((line + 1, row.model_copy(update={"place": "t02", "share": 1.0})))
    said = "'t02' is a village with no limit of homes; sizes are for sites whose number of homes is given"
    assert only(region) == ("dwellings", line + 1, "place", said)


def test_households_that_no_home_could_hold(region):
    line = change(region, "dwellings", 3, most_members=8)
    said = "the largest homes of 'jinxiu' are meant for 8 members, so households of 10 could never be housed"
    assert only(region) == ("dwellings", line, "most_members", f"{said}; give some homes 10 members or more")


def test_homes_of_size_that_nobody_could_use_are_not_counted(region):
    """A share of 0 houses nobody."""
    change(region, "dwellings", 2, share=0.49)
    line = change(region, "dwellings", 3, share=0.0)
    assert only(region)[:3] == ("dwellings", line - 1, "most_members")


def test_a_second_employer_on_the_coast(region):
    first, row = next((line, row) for line, row in region["employers"] if row.kind == "coast")
    region["employers"].append((99, row.model_copy(update={"id": "other_coast"})))
    said = f"'other_coast' is a second employer of kind coast beside '{row.id}' in line {first}"
    remedy = "one stands for all of the coast, so merge the two"
    assert only(region) == ("employers", 99, "kind", f"{said}; {remedy}")

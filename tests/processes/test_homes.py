"""Homes: who of those called gets one of which size, who waits, and where homes that are given back go."""

from itertools import pairwise

import numpy as np
import pytest

from simulation.engine import MonthError
from tests.small import small_engine, small_world

START = 24216
PLACES = [{"id": "village"}, {"id": "site", "kind": "site"}, {"id": "coast", "kind": "coast"}]


def engine(members, homes, *, months=6, given=None, columns=None, ages=None, processes=("homes", "moves"), **settings):
    """Called households of some sizes, and homes {most members: how many}; the batch is that of the first month."""
    n = len(members)
    columns = columns or {}
    households = [
        {"origin": "village", "registered": "site", "batch_month": START, **{k: v[at] for k, v in columns.items()}}
        for at in range(n)
    ]
    world = small_world(
        {
            "places": PLACES,
            "dwellings": [{"place": "site", "most_members": size, "homes": many} for size, many in homes.items()],
            "households": households,
            "persons": [{"household": at} for at, size in enumerate(members) for _ in range(size)],
        },
        start=START,
    )
    start = {
        "households.members": members,
        "households.home": ["village"] * n,
        "persons.place": [0] * sum(members),
        "persons.age": ages or [30] * sum(members),
        **(given or {}),
    }
    return small_engine(world, processes, start, months=months, parameters={"homes": settings})


def column(run, name, table="households"):
    return run.world.tables[table][name].tolist()


def sizes(run):
    """Members that each household's home is meant for, None without a home."""
    most = column(run, "most_members", "dwellings")
    return [most[one] if one >= 0 else None for one in column(run, "dwelling")]


def test_everybody_gets_the_smallest_home_that_fits():
    run = engine([1, 2, 3, 4, 6], {2: 2, 4: 2, 6: 2})
    run.step()
    assert sizes(run) == [2, 2, 4, 4, 6]
    assert column(run, "occupied", "dwellings") == [2, 2, 1]
    assert column(run, "homes_occupied", "places") == [0, 5, 0]
    assert column(run, "home") == [1] * 5
    assert column(run, "moved_month") == [START] * 5
    assert column(run, "place", "persons") == [1] * 16


def test_a_larger_home_serves_where_the_right_size_is_gone_and_a_smaller_one_never():
    run = engine([2, 2, 4], {2: 1, 4: 2, 6: 0})
    run.step()
    assert sorted(sizes(run)[:2]) == [2, 4]
    assert sizes(run)[2] == 4
    crowd = engine([6, 6], {4: 5, 6: 1})
    crowd.step()
    assert sorted(column(crowd, "dwelling")) == [-1, 1]


@pytest.mark.parametrize(("larger", "found"), [(0, [2]), (1, [2, 4]), (2, [2, 4, 6])])
def test_how_many_sizes_larger_a_home_may_be(larger, found):
    run = engine([1, 1, 1], {2: 1, 4: 1, 6: 1}, larger_sizes=larger)
    run.step()
    assert sorted(size for size in sizes(run) if size) == found


def test_a_size_without_homes_changes_nobody_s_choice():
    for homes in ({2: 0, 4: 0, 6: 1}, {2: 0, 4: 0, 5: 0, 6: 1}):
        run = engine([2], homes)
        run.step()
        assert sizes(run) == [6]


@pytest.mark.parametrize(("crowding", "found"), [(0, None), (1, None), (2, 4)])
def test_a_smaller_home_is_taken_only_where_the_rule_puts_up_with_it(crowding, found):
    run = engine([6], {2: 1, 4: 1, 6: 0}, crowding_members=crowding)
    run.step()
    assert sizes(run) == [found]


def test_earlier_batches_come_first_then_those_with_more_points():
    batch = [START - 1, START, START, START, START]
    ages = [30, 30, 30, 80, 80]
    groups = ["ordinary", "ordinary", "tekun", "ordinary", "dibao"]
    served = []
    for homes in range(1, 6):
        run = engine([1] * 5, {2: homes}, columns={"batch_month": batch, "insurance_group": groups}, ages=ages)
        run.step()
        served.append({row for row, home in enumerate(column(run, "dwelling")) if home >= 0})
    assert served[0] == {0}
    assert served[1] == {0, 4}
    assert served[3] == {0, 2, 3, 4}
    assert all(fewer < more for fewer, more in pairwise(served))


def test_without_points_the_lot_decides():
    ages = [80] + [30] * 39
    first = engine([1] * 40, {2: 20}, ages=ages, elder_points=0)
    other = engine([1] * 40, {2: 20}, ages=ages)
    first.step()
    other.step()
    with_points, by_lot = column(other, "dwelling"), column(first, "dwelling")
    assert with_points[0] == 0
    changed = [row for row in range(40) if with_points[row] != by_lot[row]]
    assert len(changed) in (0, 2), "points move one household up and at most one out"


def test_who_waits_is_counted_and_offered_again_every_month():
    run = engine([2, 2, 2], {2: 1})
    for _ in range(3):
        run.step()
    waits = [home < 0 for home in column(run, "dwelling")]
    assert sum(waits) == 2
    assert column(run, "waits_since") == [START if one else -1 for one in waits]
    assert column(run, "months_waited") == [3 if one else 0 for one in waits]
    assert column(run, "moved_month") == [-1 if one else START for one in waits]


@pytest.mark.parametrize("why", ["return", "death"])
def test_a_home_given_back_goes_to_who_waits_in_the_same_month(why):
    run = engine([2, 2], {2: 1}, given={"households.return_wish": [0, 0], "persons.alive": [1] * 4})
    run.step()
    table = run.world.tables["households"]
    first = column(run, "dwelling").index(0)
    run.step()
    if why == "return":
        table["return_wish"][first] = 1
    else:
        table["members"][first] = 0
        run.world.tables["persons"]["alive"][2 * first : 2 * first + 2] = 0
    run.step()
    assert column(run, "dwelling")[first] == -1
    assert column(run, "dwelling")[1 - first] == 0
    assert column(run, "moved_month")[1 - first] == START + 2
    assert column(run, "months_waited")[1 - first] == 2
    assert column(run, "waits_since") == [-1, -1]
    assert column(run, "home")[first] == (0 if why == "return" else 1)
    assert column(run, "returned_month")[first] == (START + 2 if why == "return" else -1)


def test_whoever_returned_is_not_called_again():
    run = engine([2], {2: 1}, given={"households.return_wish": [0]})
    run.step()
    run.world.tables["households"]["return_wish"][0] = 1
    for _ in range(3):
        run.step()
    assert column(run, "dwelling") == [-1]
    assert column(run, "home") == [0]
    assert column(run, "move_reason") == [2]


def test_nobody_is_offered_a_home_before_the_call_or_without_one():
    run = engine([2, 2], {2: 5}, columns={"batch_month": [START + 1, -1]})
    run.step()
    assert column(run, "dwelling") == [-1, -1]
    assert column(run, "waits_since") == [-1, -1]
    run.step()
    assert column(run, "dwelling") == [0, -1]


def test_more_homes_only_add_moves_month_by_month():
    members = [1, 2, 3, 4, 5, 6, 2, 2, 3]
    few, many = engine(members, {2: 1, 4: 2, 6: 1}), engine(members, {2: 2, 4: 2, 6: 2})
    for _ in range(3):
        few.step()
        many.step()
        assert all(b >= 0 for a, b in zip(column(few, "dwelling"), column(many, "dwelling"), strict=True) if a >= 0)


@pytest.mark.parametrize(
    ("table", "name", "row", "value", "what"),
    [
        ("dwellings", "occupied", 0, 2, "homes held of each size"),
        ("dwellings", "homes", 0, 0, "homes beyond the stock"),
        ("places", "homes_occupied", 1, 0, "homes held at each site"),
    ],
)
def test_a_home_too_many_stops_the_run(table, name, row, value, what):
    run = engine([2], {2: 1})
    run.step()
    run.world.tables[table][name][row] = value
    with pytest.raises(MonthError, match=f"homes breaks the balance of {what}"):
        run.step()


def test_a_home_held_from_afar_stops_the_run():
    run = engine([2], {2: 1})
    run.step()
    run.world.tables["households"]["home"][0] = 0
    with pytest.raises(MonthError, match="moves breaks the balance of households that hold a home at a site"):
        run.step()


def test_the_lot_is_the_same_for_life():
    """Whoever came last in one month comes last in the next."""
    run = engine([1] * 30, {1: 10}, given={"households.return_wish": [0] * 30}, months=8)
    run.step()
    held = np.array(column(run, "dwelling")) >= 0
    assert held.sum() == 10
    twin = engine([1] * 30, {1: 20})
    twin.step()
    run.world.tables["dwellings"]["homes"][0] = 20
    run.step()
    assert column(run, "dwelling") == column(twin, "dwelling")

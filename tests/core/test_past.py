"""What stays of a past without other arms' rows: numbers of rows follow, and what isn't idle is refused."""

from dataclasses import replace

import numpy as np
import pytest

from simulation.catalogue import discover
from simulation.contract import ContractError
from simulation.engine import Engine
from simulation.past import ROW_OF, Past, keeping
from simulation.recorder import Change
from simulation.world import BASE
from tests.small import small_engine, small_world

EMPLOYERS = ["mill", "other", "shop"]
STAY = {"employers": np.array([0, 2])}


def run(employer=("mill", "shop", -1)) -> Engine:
    tables = {
        "places": [{"id": "site", "kind": "site"}],
        "households": [{"id": "h", "origin": "site", "registered": "site"}],
        "employers": [{"id": name, "place": "site", "posts": 10 * at} for at, name in enumerate(EMPLOYERS)],
        "persons": [{"id": f"p{one}", "household": "h", "birth_month": 23000} for one in range(len(employer))],
    }
    given = {"persons.employer": list(employer), "persons.place": ["site"] * 3, "households.home": ["site"]}
    return small_engine(small_world(tables), ["unemployment"], given)


def change(run: Engine, column: str, rows: list[int]) -> Change:
    uid = run.world.tables[column.partition(".")[0]]["uid"][rows]
    return Change(24000, column, uid, uid + np.uint64(1), uid + np.uint64(2), np.arange(len(rows), dtype=np.int8))


def kept(run: Engine, stay=STAY, **more) -> Past:
    return keeping(replace(run.past(), **more), stay, run._owned)


def test_rows_close_up_and_their_numbers_follow():
    past = kept(run())
    base = past.population.base
    assert base.ids["employers"] == ["mill", "shop"]
    assert base.tables["employers"]["posts"].tolist() == [0, 20]
    assert past.population.given["persons.employer"].tolist() == [0, 1, -1]
    assert base.tables["persons"].rows == 3


def test_columns_of_the_rows_that_go_go_too():
    past = kept(run(), {"places": np.array([0])})
    assert past.population.given["places.labourers"].tolist() == [0]
    stay = {"employers": np.array([0, 1, 2])}
    whole = kept(run(), stay).population
    assert {name: one.tolist() for name, one in whole.given.items()} == {
        name: one.tolist() for name, one in run().past().population.given.items()
    }


def test_a_row_in_use_can_not_go():
    with pytest.raises(ContractError) as caught:
        kept(run(("mill", "other", -1)))
    assert str(caught.value) == (
        "persons.employer names a row that another arm brings, which is idle until that arm's month"
    )


def test_a_past_is_a_copy():
    engine = run()
    past = engine.past()
    engine.world.tables["persons"]["employer"][:] = 1
    engine.world.tables["employers"]["posts"][:] = 5
    assert past.population.given["persons.employer"].tolist() == [0, 2, -1]
    assert past.population.base.tables["employers"]["posts"].tolist() == [0, 10, 20]


def test_changes_of_the_rows_that_go_are_forgotten():
    engine = run()
    changes = tuple(change(engine, name, rows) for name, rows in (
        ("employers.posts_now", [0, 1, 2]), ("employers.posts_now", [1]), ("persons.employer", [0, 1]),
    ))  # fmt: skip
    found = kept(engine, changes=changes).changes
    uid = engine.world.tables["employers"]["uid"]
    assert [one.column for one in found] == ["employers.posts_now", "persons.employer"]
    assert found[0].uid.tolist() == uid[[0, 2]].tolist()
    assert found[0].old.tolist() == (uid[[0, 2]] + np.uint64(1)).tolist()
    assert found[0].new.tolist() == (uid[[0, 2]] + np.uint64(2)).tolist()
    assert found[0].reason.tolist() == [0, 2]
    assert found[1].uid.tolist() == changes[2].uid.tolist()


def test_a_change_of_two_rows_of_one_name_belongs_to_nobody():
    engine = run()
    uid = engine.world.tables["employers"]["uid"]
    uid[2] = uid[1]
    with pytest.raises(ContractError) as caught:
        kept(engine, changes=(change(engine, "employers.posts_now", [1]),))
    assert str(caught.value) == (
        "employers.posts_now changes in a row that two arms bring with different values; give it a 'name:' in one of them"
    )
    assert kept(engine).population.base.ids["employers"] == ["mill", "shop"]


def test_every_row_that_a_column_may_name_is_of_a_table():
    owned = [one for step in discover().processes.values() for one in step.owns.values()]
    units = {one.unit for one in (*owned, *(one for columns in BASE.values() for one in columns.values()))}
    named = {unit.removeprefix(ROW_OF) for unit in units if unit.startswith("row")}
    assert named <= set(BASE)
    assert {"employers", "programmes", "schools"} <= named

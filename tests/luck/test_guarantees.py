"""What keyed luck guarantees, each by name (docs/adr/0002)."""

import copy
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from types import ModuleType

import numpy as np
import pytest

from simulation.catalogue import discover
from simulation.contract import Column, process
from simulation.draws import Luck, identity
from simulation.engine import Engine
from simulation.kernels.draws import fill_units, fold, gumbel
from simulation.kernels.matching import deferred_acceptance
from simulation.population import Population
from simulation.world import NOWHERE
from tests.region import any_item, differing, engine, people, region, same_outcomes, state, with_arm

MONTHS = 10


@pytest.fixture(scope="module")
def baseline():
    run = engine(months=MONTHS)
    run.run()
    return run


def equal(run: Engine, baseline: Engine) -> None:
    assert differing(state(run), state(baseline)) == []
    assert same_outcomes(run.result(), baseline.result()) == []


def ended(run: Engine) -> Engine:
    run.run()
    return run


# ---- arms


def test_an_arm_with_no_intervention_is_the_baseline(baseline):
    equal(ended(engine([], MONTHS)), baseline)


@pytest.mark.parametrize("kind", sorted(discover().interventions))
def test_a_facility_or_programme_with_no_places_is_the_baseline(kind, baseline):
    equal(ended(engine([any_item(kind, region().start, size=0)], MONTHS)), baseline)


def test_an_intervention_changes_nothing_before_its_month(baseline):
    early = ended(engine([any_item(kind, region().start + MONTHS) for kind in discover().interventions], MONTHS))
    equal(early, baseline)


def test_an_unrelated_arm_changes_nothing():
    item = any_item("micro_factory", region().start + 2)
    alone = ended(engine([item], MONTHS))
    both = replace(
        with_arm(region(MONTHS), [item]),
        arms={"baseline": (), "other": (any_item("clinic_staff", region().start),), "arm": (item,)},
    )
    equal(ended(Engine(both, "arm", 0, people())), alone)


# ---- what is unrelated


def an_unrelated_step() -> ModuleType:
    """A behaviour that draws a lot and that nobody reads."""
    module = ModuleType("plugins.daydreams")
    module.__doc__ = "Everybody dreams of something."

    def run(world, draws, clock, settings):
        luck = np.empty(world.persons.n)
        fill_units(draws.key("dream"), world.persons.uid, luck)
        world.persons.dream[:] = luck

    module.run = process(
        phase="arrive",
        reads=("persons.uid",),
        owns={"persons.dream": Column("float32", 0.0, "share", "a dream")},
        streams=("dream",),
    )(run)
    return module


def test_an_unrelated_stream_changes_nothing(baseline):
    catalogue = discover([an_unrelated_step()])
    scenario = region(MONTHS)
    settings = {**scenario.parameters, "daydreams": catalogue.processes["daydreams"].Settings()}
    run = ended(Engine(replace(scenario, catalogue=catalogue, parameters=settings), "baseline", 0, people()))
    dreams = state(run).pop("persons.dream")
    assert len(set(dreams)) > 1
    assert differing({name: one for name, one in state(run).items() if name != "persons.dream"}, state(baseline)) == []
    assert same_outcomes(run.result(), baseline.result()) == []


def with_islanders(made: Population) -> Population:
    """One more household, on an island from which no way leads anywhere."""
    world = made.fresh_world()
    rows = {name: table.rows for name, table in world.tables.items()}
    island = rows["places"]
    world.append("places", "island", {"kind": 0})
    home = {
        "origin": island,
        "registered": island,
        "population": 1,
        "batch_month": -1,
        "kin_share": 0.5,
        "attachment": 0.5,
    }
    world.append("households", "household/island", home)
    for number, (sex, birth) in enumerate([(0, 12 * 1980), (1, 12 * 1982), (1, 12 * 2010)]):
        member = {"household": rows["households"], "sex": sex, "birth_month": birth, "population": 1}
        world.append("persons", f"person/island/{number}", member)
    world.minutes = np.pad(world.minutes, ((0, 1), (0, 1)), constant_values=-1)
    world.minutes[island, island] = 0
    extra = {"persons.place": island, "households.home": island, "persons.employer": NOWHERE}
    given = {}
    for full, values in made.given.items():
        more = world.tables[full.partition(".")[0]].rows - rows[full.partition(".")[0]]
        given[full] = np.append(values, np.full(more, extra.get(full, 0), values.dtype))
    return Population(given, world)


def by_uid(run: Engine, table: str, column: str) -> dict[int, float]:
    rows = run.world.tables[table]
    return dict(zip(rows["uid"].tolist(), rows[column].tolist(), strict=True))


def test_an_unrelated_household_changes_nothing_for_others(baseline):
    run = ended(Engine(region(MONTHS), "baseline", 0, with_islanders(people())))
    # Employers are left out: the coast, which has room for everybody, may count an islander.
    for table in ("persons", "households", "schools", "teachers", "clinics"):
        for column in baseline.world.tables[table].columns:
            before, now = by_uid(baseline, table, column), by_uid(run, table, column)
            others = {uid: now[uid] for uid in before}
            assert np.array_equal(list(before.values()), list(others.values()), equal_nan=True), f"{table}.{column}"


# ---- how it is run


def test_the_same_run_twice_gives_the_same_bits(baseline):
    equal(ended(engine(months=MONTHS)), baseline)


def test_eight_threads_give_the_same_bits(baseline):
    with ThreadPoolExecutor(8) as pool:
        for run in pool.map(lambda _: ended(engine(months=MONTHS)), range(8)):
            equal(run, baseline)


def test_a_snapshot_goes_on_as_the_whole_run_does(baseline):
    run = engine(months=MONTHS)
    for _ in range(MONTHS // 2):
        run.step()
    equal(ended(copy.deepcopy(run)), baseline)


PROGRAM = """
from tests.luck.test_guarantees import MONTHS, digest
from tests.region import engine
run = engine(months=MONTHS)
run.run()
print(digest(run))
"""


def digest(run: Engine) -> str:
    """One hash of a run's whole state."""
    return sha256(b"".join(name.encode() + content for name, content in sorted(state(run).items()))).hexdigest()


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_process_gives_the_same_bits(hash_seed, baseline):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": root}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=environment, cwd=root, check=False
    )
    assert done.stdout.strip() == digest(baseline), done.stderr


def test_replicates_differ_and_share_who_is_who():
    one, other = ended(engine(months=3, replicate=0)), ended(engine(months=3, replicate=1))
    assert same_outcomes(one.result(), other.result()) != []
    uids = [people(number).base.tables["households"]["uid"] for number in (0, 1)]
    assert np.array_equal(*uids)


def test_newborns_of_two_arms_are_the_same_people():
    arm = ended(engine([any_item("micro_factory", region().start + 1)], MONTHS))
    base = ended(engine(months=MONTHS))
    old = people().base.tables["persons"].rows
    assert arm.world.tables["persons"]["uid"][old:].tolist() == base.world.tables["persons"]["uid"][old:].tolist()
    assert len(base.world.tables["persons"]["uid"]) > old


# ---- one round of choice and rationing


def a_round(facilities: int, capacity: int, seekers: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Match seekers to facilities by keyed tastes and keyed lots; facility numbers are their identity."""
    key, lot = Luck(5, 0).key("test.taste"), Luck(5, 0).key("test.lot")
    uid = np.array([identity(f"person/{one}") for one in range(seekers)])
    keys, lots_of = (
        [np.uint64(fold(stream, identity(f"school/{at}"))) for at in range(facilities)] for stream in (key, lot)
    )
    tastes = np.array([[gumbel(one, person) for one in keys] for person in uid])
    choice = np.argsort(-tastes, axis=1).astype(np.int32)
    lots = np.array([[np.uint64(fold(one, person)) for one in lots_of] for person in uid])
    priority = np.take_along_axis(lots, choice.astype(np.intp), 1).ravel()
    offset = np.arange(0, seekers * facilities + 1, facilities, dtype=np.int32)
    match = np.empty(seekers, np.int32)
    deferred_acceptance(offset, choice.ravel(), priority, np.full(facilities, capacity, np.int32), match)
    return match, tastes


def test_an_alternative_moves_only_those_who_choose_it():
    """Without rationing, whoever changes goes to the new one."""
    before, _ = a_round(4, -1)
    after, _ = a_round(5, -1)
    moved = before != after
    assert moved.any()
    assert (after[moved] == 4).all()


def test_a_facility_moves_only_people_on_chains_that_start_there():
    before, _ = a_round(4, 40)
    after, _ = a_round(5, 40)
    reached, freed = set(), {4}
    while freed:
        taken = {row for row in np.flatnonzero((before != after) & np.isin(after, list(freed))) if row not in reached}
        reached |= taken
        freed = {int(before[row]) for row in taken} - {NOWHERE}
    assert reached == set(np.flatnonzero(before != after))


def test_nobody_ends_worse_off_by_one_more_facility():
    before, tastes = a_round(4, 40)
    after, wider = a_round(5, 40)
    assert np.array_equal(tastes, wider[:, :4])
    padded = np.concatenate([wider, np.full((len(wider), 1), -np.inf)], axis=1)  # -1 is nowhere, the worst
    rows = np.arange(len(before))
    assert (padded[rows, after] >= padded[rows, before]).all()

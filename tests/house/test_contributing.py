"""The recipes of CONTRIBUTING.md are whole files that run."""

import importlib.util
import re
from types import SimpleNamespace

import numpy as np
import pytest

from simulation.catalogue import discover
from tests.house.source import ROOT
from tests.small import small_engine, small_world

RECIPES = re.findall(
    r"```python\n# (simulation/\w+/\w+\.py)\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.S
)


@pytest.fixture
def recipes(tmp_path):
    return [_loaded(tmp_path, path, text) for path, text in RECIPES]


def _loaded(folder, path, text):
    name = path.rpartition("/")[2]
    (folder / name).write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name.removesuffix(".py"), folder / name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def region():
    return small_world(
        {
            "places": [{"id": "site", "kind": "site"}],
            "households": [{"id": "alone", "kin_share": 1.0}, {"id": "pair", "kin_share": 0.0}],
            "persons": [{"household": "alone"}, {"household": "pair"}, {"household": "pair"}],
            "clinics": [{"id": "station", "place": "site", "fte": 2.0}],
        }
    )


def test_there_is_a_recipe_of_each_kind():
    assert [path.split("/")[1] for path, _ in RECIPES] == ["processes", "interventions", "outcomes", "processes"]


def test_the_recipes_are_discovered_and_run_together(recipes):
    found = discover(recipes)
    visit = found.interventions["visiting_doctors"]
    settings = visit.Settings(clinic="station", doctors=1.5, opens=24001)
    item = SimpleNamespace(kind="visiting_doctors", settings=settings, identity="visiting_doctors/station")
    engine = small_engine(
        region(),
        ["kin_help"],
        {"households.members": [1, 2]},
        months=3,
        arm=[item],
        parameters={"kin_help": {"chance": 1.0}},
        outcomes=["small_homes"],
        known=found,
    )
    engine.step()
    assert engine.world.tables["households"]["helped"].tolist() == [1, 0]
    assert engine.ledger == []
    result = engine.run()
    overall = (result.keys.place == -1) & (result.keys.population == 3) & (result.keys.group == 0)
    assert result.outcomes["single_households_count"][:, overall].ravel().tolist() == [1, 1, 1]
    assert result.outcomes["single_households_share__den"][:, overall].ravel().tolist() == [2, 2, 2]
    assert [one.amount_fen for one in result.ledger] == [1_350_000, 1_350_000]
    assert visit.describe(settings) == "1.5 visiting doctors at station"


def test_the_first_recipe_tells_of_its_decisions(tmp_path):
    path, text = RECIPES[0]
    added = re.search(
        r"```python\n# simulation/processes/kin_help.py, the same file\n(.*?)```",
        (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
        re.S,
    )[1]
    imports = (
        "from simulation.explaining import Account, must_agree\nfrom simulation.kernels.draws import fill_units, unit\n"
    )
    whole = text.replace("from simulation.kernels.draws import fill_units\n", imports) + added
    found = discover([_loaded(tmp_path, path, whole)])
    world = region()
    uids = world.tables["households"]["uid"].tolist()
    engine = small_engine(world, ["kin_help"], {"households.members": [1, 2]}, months=12, known=found, trace=uids)
    engine.run()
    told = [(one.household == uids[0], one.account.chosen, one.account.threshold) for one in engine.told]
    assert len(told) == 24
    assert {chance for first, _, chance in told if not first} == {0.0}
    assert 0 < sum(chosen for first, chosen, _ in told if first) < 12
    assert not any(chosen for first, chosen, _ in told if not first)


def test_more_help_is_only_added(recipes):
    def helped(chance):
        found = discover(recipes)
        engine = small_engine(
            region(),
            ["kin_help"],
            {"households.members": [1, 2]},
            parameters={"kin_help": {"chance": chance}},
            known=found,
        )
        engine.step()
        return engine.world.tables["households"]["helped"].copy()

    assert all(
        (helped(low) <= helped(high)).all() for low, high in np.random.default_rng(1).random((5, 2)).cumsum(1) / 2
    )


def gone(recipes, months, **settings):
    """Run the rival rule on a village of forty households at the site, and count who wishes to go."""
    world = small_world(
        {
            "places": [{"id": "village"}, {"id": "site", "kind": "site"}, {"id": "coast", "kind": "coast"}],
            "dwellings": [{"place": "site", "most_members": 4, "homes": 40}],
            "households": [{"origin": "village", "registered": "site", "batch_month": 24000} for _ in range(40)],
            "persons": [{"household": at} for at in range(40)],
        }
    )
    engine = small_engine(
        world,
        ["homes", "moves", "return_with_neighbours"],
        {"households.members": [1] * 40, "persons.age": [30] * 40},
        months=months,
        parameters={"return_with_neighbours": settings},
        known=discover(recipes),
    )
    engine.run()
    return int((engine.world.tables["households"]["returned_month"] >= 0).sum())


def test_the_rival_rule_is_a_variant_that_goes_by_neighbours(recipes):
    assert discover(recipes).variants("return")[-1] == "return_with_neighbours"
    assert gone(recipes, 12, first=0.0, pull=1.0) == 0
    few, many = gone(recipes, 12, first=0.2, pull=0.2), gone(recipes, 12, first=0.2, pull=1.0)
    assert 0 < few < many <= 40

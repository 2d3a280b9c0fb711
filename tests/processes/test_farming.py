"""Garden and animals: what villagers raise for themselves and sell, and what a move takes from them."""

import pytest

from tests.small import small_engine, small_world

FEBRUARY = 24217  # no harvest and no rent falls into it


def month(home, paid=(0, 0), land=4.0, ages=(40, 38, 8)):
    tables = {
        "places": [{"id": "village"}, {"id": "site", "kind": "site"}],
        "households": [{"id": "h", "origin": "village", "registered": "site", "land_mu": land}],
        "persons": [{"household": "h"}] * 3,
    }
    given = {
        "households.home": [home],
        "households.members": [3],
        "persons.place": [home] * 3,
        "persons.age": list(ages),
        "persons.able": [1, 1, 0],
        "persons.paid": [*paid, 0],
    }
    engine = small_engine(small_world(tables, [[0, 200], [200, 0]], FEBRUARY), ["farming"], given)
    engine.step()
    it = engine.world.tables["households"]
    return int(it["own_produce_month"][0]), int(it["farm_month"][0])


@pytest.mark.parametrize(
    ("paid", "sold"),
    [((0, 0), 2 * 37_500 - 37_500), ((1, 0), 0), ((1, 1), 0)],
    ids=["two free hands", "one free hand", "no free hand"],
)
def test_three_eat_for_125_yuan_each_and_free_hands_sell_the_rest(paid, sold):
    assert month("village", paid) == (37_500, sold)


def test_a_move_out_of_reach_of_the_land_takes_garden_and_animals():
    assert month("site") == (0, 0)


def test_without_land_there_is_no_plot():
    assert month("village", land=0.0) == (0, 0)


def test_without_a_hand_nothing_is_raised():
    assert month("village", ages=(80, 79, 8)) == (0, 0)

"""The coast: what it is worth to whom, and what happens while the way there is closed."""

import numpy as np
import pytest

from simulation.processes.coast import Settings, net_of_separation
from tests.processes.work_world import COAST, SITE, START, WorkWorld, employer

OPEN = employer("coast", COAST, -1, 5013, 12, remitted_share=0.58)


def away(people, settings=None, employers=(OPEN,), **given):
    """Put people of 30 in households of one at the site; half of them work on the coast."""
    n = people
    there = np.arange(n) < n // 2
    return WorkWorld(
        {"household": np.arange(n), "sex": np.zeros(n), "population": np.zeros(n)},
        {"origin": np.zeros(n), "registered": np.full(n, SITE), "population": np.zeros(n)}, list(employers),
        settings={"labour_force": {"unable_at_16": 0.0, "unable_at_59": 0.0}, **(settings or {})},
        given={
            "persons.place": np.where(there, COAST, SITE), "households.home": np.full(n, SITE),
            "persons.employer": np.where(there, 0, -1), **given,
        },
    )  # fmt: skip


def test_what_the_coast_is_worth_is_pay_brought_home_less_what_separation_costs():
    it = Settings(apart_from_child_yuan=400.0, apart_from_elder_yuan=300.0, floor_yuan=350.0)
    worth = np.exp(net_of_separation(2000.0, it))
    assert worth[0, 0] == pytest.approx(2000)
    assert worth[1, 0] == pytest.approx(1600)
    assert worth[2, 1] == pytest.approx(900)
    assert worth[8, 8] == pytest.approx(350)


def test_fewer_go_who_leave_small_children_or_elders_and_more_of_them_come_home():
    def wishes(children, elders):
        n = 4000
        near = {"go_level": -2.0, "home_level": -1.0, "home_gain": 1.0, "apart_from_child_yuan": 1000.0}
        w = away(n, {"coast": near})
        w["persons.labourer"][:] = 1
        w["households.young_children"][:], w["households.elders"][:] = children, elders
        w.turn(START + 2, only=("enterprises", "pay", "coast"))
        return [int((w["persons.coast_wish"] == one).sum()) for one in (1, 2)]

    (go, home), with_child, with_elder = (wishes(*left) for left in ((0, 0), (1, 0), (0, 2)))
    assert with_child[0] < go and with_elder[0] < go
    assert with_child[1] > home and with_elder[1] > home


def test_nobody_sets_out_for_a_closed_coast_and_who_stayed_there_keeps_some_work():
    n = 4000
    w = away(n, {"coast": {"go_level": 4.0}, "wages": {"closed_coast": 0.6}})
    w.turn(START, coast_open=False)
    paid = w["persons.paid"][: n // 2]
    assert not w["persons.coast_wish"].any()
    assert paid.mean() == pytest.approx(0.6, abs=0.04)
    w.turn(START + 2)
    assert w["persons.paid"][: n // 2].all() and w["persons.coast_wish"].any()


@pytest.mark.parametrize(("kept", "share"), [(0.0, 0.0), (1.0, 1.0)])
def test_how_much_work_is_kept_on_a_closed_coast_is_a_parameter(kept, share):
    w = away(40, {"wages": {"closed_coast": kept}})
    w.turn(START + 2, coast_open=False, only=("enterprises", "pay", "wages"))
    assert w["persons.paid"][:20].mean() == share


def test_who_came_home_for_the_festival_goes_back_when_the_way_opens_unless_there_is_a_post_at_home():
    w = away(8, employers=(OPEN, employer("services", SITE, 9, 2500)))
    at_home = np.arange(8) >= 4
    w["persons.coast_wish"][:] = np.where(at_home, 1, 2)
    w["persons.employer"][7] = 1
    for month in (START + 1, START + 2):
        w.turn(month, coast_open=False, only=("enterprises", "pay", "coast"))
        assert w["persons.coast_wish"].tolist() == [0, 0, 0, 0, 1, 1, 1, 0]

"""Rules of an arm: read, hashed and kept apart from its interventions."""

import pickle

RULES = (
    "arms:\n  a:\n    - behaviour: {moving: moving_by_rank}\n    - workshop: {place: jinxiu, posts: 3, opens: 2020-01}\n"
    "  b:\n    - workshop: {place: jinxiu, posts: 3, opens: 2020-01}\n  c: [behaviour: {moving: moving}]\n"
)


def test_rules_stand_beside_the_interventions(loaded):
    scenario = loaded(RULES)
    assert [one.kind for one in scenario.arms["a"]] == ["workshop"]
    assert scenario.arms["c"] == ()
    assert scenario.arm_behaviour == {"a": {"moving": "moving_by_rank"}, "c": {"moving": "moving"}}
    assert scenario.behaviour_of("a") == {"moving": "moving_by_rank"}
    assert scenario.behaviour_of("baseline") == scenario.behaviour_of("b") == {}


def test_the_rules_of_an_arm_go_before_those_of_the_scenario(loaded):
    scenario = loaded("behaviour: {moving: moving_by_rank, births: births}\n" + RULES)
    assert scenario.behaviour_of("c") == {"moving": "moving", "births": "births"}
    assert scenario.behaviour_of("b") == {"moving": "moving_by_rank", "births": "births"}


def test_entries_of_several_slots_add_up(loaded):
    scenario = loaded("arms: {a: [{behaviour: {births: births}}, {behaviour: {moving: moving_by_rank}}]}\n")
    assert scenario.behaviour_of("a") == {"births": "births", "moving": "moving_by_rank"}


def test_an_arm_is_another_run_with_other_rules_and_the_same_with_the_same(loaded):
    scenario, plain = loaded(RULES), loaded()
    prints = {arm: scenario.arm_fingerprint(arm) for arm in scenario.arms}
    assert prints["a"] != prints["b"]
    assert prints["c"] == prints["baseline"] == plain.arm_fingerprint("baseline")
    assert scenario.fingerprint() == plain.fingerprint()


def test_an_arm_with_the_rules_of_another_scenario_is_that_scenario(loaded):
    other = loaded("behaviour: {moving: moving_by_rank}\n")
    scenario = loaded(RULES.replace("    - workshop: {place: jinxiu, posts: 3, opens: 2020-01}\n", "", 1))
    assert scenario.arm_fingerprint("a") == other.arm_fingerprint("baseline")


def test_parameters_count_for_the_arms_that_use_them(loaded):
    """`moving` alone has settings here; the arm that goes by rank doesn't use them."""
    one, other = loaded(RULES), loaded(RULES + "parameters: {moving: {pace: 0.25}}\n")
    changed = {arm for arm in one.arms if one.arm_fingerprint(arm) != other.arm_fingerprint(arm)}
    assert changed == {"baseline", "b", "c"}


def test_the_parameters_of_both_variants_are_checked(mistakes):
    told = mistakes(RULES + "parameters: {moving: {pace: 2}, moving_by_rank: {x: 1}}\n")
    assert len(told) == 2
    assert "parameters.moving.pace: lies outside its range" in told[0]
    assert "parameters.moving_by_rank.x: unknown key 'x'" in told[1]


def test_every_set_of_processes_stands_once_with_the_first_arm_that_runs_it(loaded):
    assert loaded(RULES).rules_in_use() == {("births", "moving"): "baseline", ("births", "moving_by_rank"): "a"}


def test_a_pickled_scenario_keeps_the_rules(loaded):
    scenario = loaded(RULES)
    assert pickle.loads(pickle.dumps(scenario)).arm_behaviour == scenario.arm_behaviour


def test_an_arm_cut_off_before_its_interventions_still_has_its_rules(loaded):
    _, lost = loaded(RULES).truncated(6)
    assert lost == (
        "arm 'a': workshop/jinxiu never starts: it comes into force in 2020-01, the last month is 2018-06",
        "arm 'b': workshop/jinxiu never starts: it comes into force in 2020-01, the last month is 2018-06 "
        "(the whole arm equals the baseline)",
    )

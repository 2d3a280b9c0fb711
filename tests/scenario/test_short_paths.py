"""`--set` names an entry of an arm by its number, its kind, or a setting that it alone has."""

import pytest

WORKSHOP = "{workshop: {place: jinxiu, posts: 3, opens: 2020-01}}"
LENDING = "{lending: {from: mill, to: quarry, starts: 2019-06}}"
RULES = "{behaviour: {moving: moving_by_rank}}"
ONE = f"arms: {{a: [{WORKSHOP}, {LENDING}, {RULES}]}}\n"
TWO = f"arms: {{a: [{WORKSHOP}, {WORKSHOP.replace('3,', '3, name: late,')}, {LENDING}], b: [], c: [{LENDING}]}}\n"

SHORT = {
    ("arms.a.workshop.posts", "38"): "arms.a.0.workshop.posts",
    ("arms.a.posts", "38"): "arms.a.0.workshop.posts",
    ("arms.a.0.posts", "38"): "arms.a.0.workshop.posts",
    ("arms.a.0.workshop.posts", "38"): "arms.a.0.workshop.posts",
    ("arms.a.from", "quarry"): "arms.a.1.lending.from",
    ("arms.a.lending.starts", "2019-07"): "arms.a.1.lending.starts",
    ("arms.a.serves", "[jinxiu]"): "arms.a.0.workshop.serves",
    ("arms.a.workshop", "{place: jinxiu, posts: 5, opens: 2020-01}"): "arms.a.0.workshop",
    ("arms.a.behaviour.moving", "moving"): "arms.a.2.behaviour.moving",
}


@pytest.mark.parametrize(("path", "text"), SHORT)
def test_the_short_form_is_the_value_that_the_long_one_names(loaded, path, text):
    full = SHORT[path, text]
    scenario, same, plain = loaded(ONE, {path: text}), loaded(ONE, {full: text}), loaded(ONE)
    assert scenario.tree == same.tree
    assert scenario.arm_fingerprint("a") == same.arm_fingerprint("a") != plain.arm_fingerprint("a")


def test_a_short_form_deletes_too(loaded):
    text = ONE.replace("posts: 3,", "posts: 3, delay_months: 1,")
    assert loaded(text, {"arms.a.workshop.delay_months": "null"}).arms["a"][0].settings.delay_months == 2


REFUSED = {
    ("arms.a.posts", "9"): (
        TWO,
        "arms.a.posts: 2 entries of arms.a are or have 'posts'; "
        "write one of arms.a.0.workshop.posts, arms.a.1.workshop.posts",
    ),
    ("arms.a.workshop.posts", "9"): (
        TWO,
        "arms.a.workshop.posts: 2 entries of arms.a are or have 'workshop'; "
        "write one of arms.a.0.workshop.posts, arms.a.1.workshop.posts",
    ),
    ("arms.a.opens", "2020-02"): (
        ONE,
        "arms.a.opens: 2 entries of arms.a are or have 'opens'; "
        "write one of arms.a.0.workshop.opens, arms.a.1.lending.opens",
    ),
    ("arms.a.pots", "9"): (
        ONE,
        "arms.a.pots: no entry of arms.a is or has 'pots'; there are: workshop, lending, behaviour; "
        "did you mean 'posts'?",
    ),
    ("arms.a.worksop.posts", "9"): (
        TWO,
        "arms.a.worksop.posts: no entry of arms.a is or has 'worksop'; there are: workshop, lending; "
        "did you mean 'workshop'?",
    ),
    ("arms.b.posts", "9"): (TWO, "arms.b.posts: no entry of arms.b is or has 'posts'; it is empty"),
    ("arms.x.posts", "9"): (TWO, "arms.x.posts: there is no arm 'x'; there are: a, b, c"),
    ("arms.a.posts", "501"): (ONE, "arms.a.0.workshop.posts: lies outside its range, got 501; allowed: 0 to 500 posts"),
    ("arms.a.posts", "9.5"): (
        ONE, "arms.a.0.workshop.posts: must be a whole number, got 9.5; allowed: 0 to 500 posts",
    ),
    ("arms.a.workshop.pots", "9"): (
        ONE,
        "arms.a.0.workshop.pots: unknown key 'pots'; allowed: starts, opens, ends, delay_months, ramp_months, name, "
        "place, posts, pay, serves; did you mean 'posts'?",
    ),
    ("arms.a.to", "quary"): (
        ONE,
        "arms.a.1.lending.to: 'quary' is not in the table of employers; allowed: mill, quarry; did you mean 'quarry'?",
    ),
    ("arms.a.3.posts", "9"): (
        ONE, "arms.a.3.posts: arms.a is a list of 3; name one of its entries by number, from 0, got '3'",
    ),
    ("arms.a.-1.posts", "9"): (
        ONE, "arms.a.-1.posts: arms.a is a list of 3; name one of its entries by number, from 0, got '-1'",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "text"), REFUSED)
def test_what_a_short_form_sets_is_checked_like_the_file(mistakes, path, text):
    file, said = REFUSED[path, text]
    assert mistakes(file, {path: text}) == [f"--set: {said}"]


def test_one_value_is_not_set_twice_in_two_spellings(mistakes):
    told = mistakes(ONE, {"arms.a.posts": "4", "arms.a.workshop.posts": "5"})
    assert told == [
        "--set: arms.a.0.workshop.posts: is set twice, by 'arms.a.posts' and by 'arms.a.workshop.posts'; keep one"
    ]


def test_an_arm_whose_name_holds_a_dot_is_reached(loaded):
    scenario = loaded(f"arms: {{a.b: [{WORKSHOP}], a: [{LENDING}]}}\n", {"arms.a.b.posts": "7"})
    assert scenario.arms["a.b"][0].settings.posts == 7


def test_an_arm_that_is_set_whole_is_there_for_the_next_path(loaded):
    scenario = loaded("", {"arms.new.posts": "8", "arms": f"{{new: [{WORKSHOP}]}}"})
    assert scenario.arms["new"][0].settings.posts == 8

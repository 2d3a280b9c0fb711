"""`branch_at`: the month up to which arms share a run, and the arms that can't."""

import pickle

import pytest

from simulation.months import month_of
from simulation.scenario import effective_text, load, schema
from simulation.scenario.json_schema import MONTH_PATTERN
from tests.scenario import region_small

ARM = "arms:\n  a:\n    - workshop: {place: jinxiu, posts: 3, starts: 2020-01}\n"
RANGE = (
    "lies outside the months after the first; allowed: 2018-02 to 2022-12; "
    "arms can't branch before the second month of the run or after its last"
)
REFUSALS = {
    "branch_at: 2018-01\n": [f"4:12: branch_at: 2018-01 {RANGE}"],
    "branch_at: 2023-01\n": [f"4:12: branch_at: 2023-01 {RANGE}"],
    "branch_at: 2020\n": ["4:12: branch_at: must be a month written YYYY-MM, such as 2020-04, got 2020"],
    "branch_at: true\n": ["4:12: branch_at: must be a month written YYYY-MM, such as 2020-04, got true"],
    "branch_at: [2020-01]\n": ["4:12: branch_at: must be a month written YYYY-MM, such as 2020-04, got a list"],
    # what comes too early
    "branch_at: 2020-02\n" + ARM: [
        "7:7: arms.a.0.workshop: is decided and paid for in 2020-01, before 'branch_at' (2020-02): "
        "start it later or branch earlier"
    ],
    "branch_at: 2021-01\n" + ARM + "  b:\n    - lending: {from: mill, to: quarry, opens: 2020-12}\n"
    "    - lending: {from: quarry, to: mill, opens: 2021-01}\n": [
        "7:7: arms.a.0.workshop: comes into force in 2020-03, before 'branch_at' (2021-01): "
        "start it later or branch earlier",
        "9:7: arms.b.0.lending: comes into force in 2020-12, before 'branch_at' (2021-01): "
        "start it later or branch earlier",
    ],
    # rules of an arm
    "branch_at: 2020-01\narms:\n  a:\n    - behaviour: {moving: moving_by_rank}\n": [
        "7:19: arms.a.0.behaviour.moving: 'moving_by_rank' holds from the first month on, before 'branch_at' (2020-01): "
        "leave out 'branch_at', so that each arm runs as a whole, or leave out this rule"
    ],
    "branch_at: 2020-01\nbehaviour: {moving: moving_by_rank}\narms: {a: [{behaviour: {moving: moving}}]}\n": [
        "6:25: arms.a.0.behaviour.moving: 'moving' holds from the first month on, before 'branch_at' (2020-01): "
        "leave out 'branch_at', so that each arm runs as a whole, or leave out this rule"
    ],
    # of what is wrong anyhow nothing is said twice
    "branch_at: 2021-01\narms: {a: [{worksop: {opens: 2020-01}}, {behaviour: {mvoing: x}}, 3], b: 4}\n": [
        "5:13: arms.a.0.worksop: there is no intervention 'worksop'; "
        "allowed: lending, second_mill, workshop, behaviour; did you mean 'workshop'?",
        "5:54: arms.a.1.behaviour.mvoing: there is no behaviour 'mvoing'; "
        "allowed: births, moving; did you mean 'moving'?",
        "5:67: arms.a.2: an intervention is a map with one key, its kind: '- kind: {settings}', got 3",
        "5:74: arms.b: an arm is a list of interventions, '- kind: {settings}', got 4",
    ],
    "branch_at: 2021-01\nstart: x\n": ["5:8: start: must be a month written YYYY-MM, such as 2020-04, got 'x'"],
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSALS)
def test_a_month_that_arms_can_not_branch_at_is_refused(mistakes, text):
    assert mistakes(text) == REFUSALS[text]


def test_arms_that_wait_are_allowed_up_to_the_month_itself(loaded):
    rules = "    - behaviour: {moving: moving}\n"
    scenario = loaded("branch_at: 2020-01\n" + ARM + rules + "  b: []\n")
    assert scenario.branch_at == month_of("2020-01")
    assert loaded(ARM).branch_at is None
    assert pickle.loads(pickle.dumps(scenario)).branch_at == scenario.branch_at


def test_it_can_be_set_and_taken_back(loaded):
    assert loaded(ARM, {"branch_at": "2019-01"}).branch_at == month_of("2019-01")
    assert loaded("branch_at: 2019-01\n" + ARM, {"branch_at": "null"}).branch_at is None


def test_a_base_does_not_hand_it_down(small, loaded):
    (small / "region.yaml").write_text(region_small.REGION + "branch_at: 2019-01\n", "utf-8")
    assert loaded().branch_at is None


def test_it_changes_no_fingerprint(loaded):
    plain, branched = loaded(ARM), loaded("branch_at: 2020-01\n" + ARM)
    assert branched.fingerprint() == plain.fingerprint()
    assert branched.arm_fingerprint("a") == plain.arm_fingerprint("a")


def test_a_run_cut_before_it_branches_nowhere_and_says_so(small, loaded):
    scenario = loaded("branch_at: 2020-01\n" + ARM)
    short, told = scenario.truncated(24)
    assert short.branch_at is None
    assert told[-1] == (
        "branch_at (2020-01) lies beyond the last month 2019-12: nothing branches, each arm runs as a whole"
    )
    assert "branch_at" not in short.effective
    (small / "short.yaml").write_text(effective_text(loaded("branch_at: 2019-12\n", {"months": "24"})), "utf-8")
    assert load("short.yaml").branch_at == month_of("2019-12")
    kept, told = scenario.truncated(25)
    assert kept.branch_at == month_of("2020-01") == kept.last
    assert not [one for one in told if one.startswith("branch_at")]


def test_the_effective_text_keeps_it(small, loaded):
    scenario = loaded("branch_at: 2020-01\n" + ARM)
    text = effective_text(scenario)
    assert "\nbranch_at: 2020-01 " in text
    (small / "effective.yaml").write_text(text, "utf-8")
    assert load("effective.yaml").branch_at == scenario.branch_at


def test_the_schema_knows_it(small):
    told = schema()["properties"]["branch_at"]
    assert (told["type"], told["pattern"]) == ("string", MONTH_PATTERN)
    assert "[month]" in told["description"]

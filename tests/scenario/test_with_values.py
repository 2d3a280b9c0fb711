"""A copy with other numbers is the scenario that the file with the same `--set` makes, or is refused alike."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.scenario import ScenarioError, effective_text, load, tables, yaml_source
from tests.scenario.test_fuzz import GOOD

SHIPPED = Path(__file__).parents[2] / "scenarios"
JOBS = SHIPPED / "over50_jobs.yaml"


def same(copy, other):
    assert copy.fingerprint() == other.fingerprint()
    assert {arm: copy.arm_fingerprint(arm) for arm in copy.arms} == {
        arm: other.arm_fingerprint(arm) for arm in other.arms
    }
    assert copy.tree == other.tree
    assert (copy.effective, effective_text(copy)) == (other.effective, effective_text(other))
    for name in ("scale", "parameters", "arms", "arm_behaviour", "behaviour", "notes", "months", "report", "seed"):
        assert getattr(copy, name) == getattr(other, name), name


def texts(values):
    return {path: repr(value) for path, value in values.items()}


VALUES = [
    {"parameters.births.children_per_woman": 1.4},
    {"parameters.births.children_per_woman": 1.0, "parameters.insurance.assistance_dibao": 0.75},
    {"parameters.seat_holders.minutes_limit_junior": 50},
    {"scale.hosts": 0.25, "scale.relocated": 0.5},
    {"arms.micro_factories.0.micro_factory.posts": 38},
    {"arms.micro_factories.posts": 38, "arms.training.places": 60, "parameters.commuting.limit": 50},
    {"arms.job_service.job_service.centre_yuan_year": 2e5},
    {"events.epidemic.visit_scale": 0.25},
    {"months": 72},
    {"seed": 5, "scale.stayers": 0.125},
    {"replicates.at_least": 3},
    {},
]


@pytest.mark.parametrize("values", VALUES, ids=lambda one: "+".join(one) or "nothing")
def test_the_copy_is_what_the_file_with_the_same_set_makes(values):
    same(load(JOBS).with_values(values), load(JOBS, texts(values)))


def test_every_number_that_is_declared_can_be_laid_over():
    """Each parameter and each number of each arm at both ends of its range: the same as --set, or the same refusal."""
    scenario = load(JOBS)
    ends = {
        f"parameters.{owner}.{name}": [getattr(bound, side) for bound in field.metadata for side in ("ge", "le")
                                       if getattr(bound, side, None) is not None]
        for owner, one in scenario.parameters.items()
        for name, field in type(one).model_fields.items()
    }  # fmt: skip
    assert len(ends) > 300
    for side in (0, -1):
        values = {path: found[side] for path, found in ends.items() if found}
        # A rule of insurance links two of its numbers, which one end of both ranges may break.
        values = {path: value for path, value in values.items() if not path.startswith("parameters.insurance.")}
        same(scenario.with_values(values), load(JOBS, texts(values)))


def test_whole_numbers_may_come_as_floats_and_from_numpy():
    scenario = load(JOBS)
    copy = scenario.with_values({"arms.training.places": np.float64(60.0), "scale.hosts": np.float32(0.5)})
    same(copy, load(JOBS, {"arms.training.places": "60", "scale.hosts": "0.5"}))
    assert type(copy.effective["arms"]["training"][0]["skills_training"]["places"]) is int


def test_a_copy_of_a_copy_and_a_copy_that_was_sent_elsewhere():
    scenario = load(JOBS)
    scenario.fingerprint()
    sent = pickle.loads(pickle.dumps(scenario))
    copy = sent.with_values({"arms.training.places": 60}).with_values({"scale.hosts": 0.5})
    whole = load(JOBS, {"arms.training.places": "60", "scale.hosts": "0.5"})
    same(copy, whole)
    same(pickle.loads(pickle.dumps(copy)), whole)


def test_the_rows_of_tables_are_those_that_were_read():
    scenario = load(SHIPPED / "teacher_transfer.yaml")
    read = tables.read_tables(scenario.tree.value["tables"], True, yaml_source.Faults())
    for name, lines in read.rows.items():
        if lines and hasattr(lines[0][1], "id"):
            assert scenario.sealed_tables.rows[name] == {row.id: row for _, row in lines}
        assert scenario.sealed_tables.ids(name) == read.ids(name)


def test_no_file_is_read_again_and_tables_are_shared(monkeypatch):
    scenario = load(JOBS)
    first = scenario.fingerprint()

    def refused(*_arguments):
        raise AssertionError("a file is read")

    monkeypatch.setattr("pathlib.Path.read_bytes", refused)
    monkeypatch.setattr("pathlib.Path.open", refused)
    copy = scenario.with_values({"parameters.births.children_per_woman": 1.4, "arms.training.places": 60})
    assert copy.tables is scenario.tables
    assert copy.fingerprint() != first
    assert scenario.with_values({"arms.training.places": 60}).fingerprint() == first
    assert copy.parameters["jobs"] is scenario.parameters["jobs"]
    assert copy.arms["micro_factories"] is scenario.arms["micro_factories"]


def test_the_scenario_itself_stays_as_it_is(loaded):
    scenario = loaded(GOOD, base=False)
    before = (scenario.effective, scenario.fingerprint(), scenario.arm_fingerprint("a"))
    scenario.with_values({"arms.a.posts": 9, "parameters.births.gap": 20, "scale.hosts": 2})
    assert (scenario.effective, scenario.fingerprint(), scenario.arm_fingerprint("a")) == before


PATHS = {
    "parameters.births.fertility": (0.0, 8.0, False),
    "parameters.births.gap": (9, 60, True),
    "parameters.moving.pace": (0.0, 1.0, False),
    "parameters.work.poverty_line_yuan": (0.0, 20000.0, False),
    "scale.hosts": (0.0, 10.0, False),
    "arms.a.posts": (0, 500, True),
    "arms.a.workshop.ramp_months": (0, 60, True),
    "arms.c.workshop.delay_months": (0, 24, True),
    "arms.c.1.lending.delay_months": (0, 60, True),
    "months": (40, 60, True),
    "events.epidemic.visit_scale": (0.0, 2.0, False),
}


@st.composite
def values_of_good(draw):
    chosen = draw(st.lists(st.sampled_from(sorted(PATHS)), unique=True, max_size=5))
    out = {}
    for path in chosen:
        low, high, whole = PATHS[path]
        beyond = draw(st.integers(0, 9)) == 0
        number = st.integers(low, high) if whole else st.floats(low, high)
        out[path] = high + 1 if beyond else draw(number)
    return out


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(values_of_good())
def test_copy_and_set_agree_on_what_is_right_too(small, values):
    (small / "question.yaml").write_text(GOOD, "utf-8")
    scenario = load("question.yaml")
    whole, wrong = made_or_wrong(load, "question.yaml", texts(values))
    copy, wrong_too = made_or_wrong(scenario.with_values, values)
    assert wrong_too == wrong
    if whole is not None:
        same(copy, whole)


def made_or_wrong(thing, *arguments):
    """What a call returns, or where its mistakes are."""
    try:
        return thing(*arguments), []
    except ScenarioError as error:
        return None, [one.where for one in error.faults]


REFUSED = {
    ("parameters.births.gap", 61): "parameters.births.gap: lies outside its range, got 61; allowed: 9 to 60 months",
    ("parameters.births.gap", 9.5): "parameters.births.gap: must be a whole number, got 9.5; allowed: 9 to 60 months",
    ("parameters.births.gpa", 9): (
        "parameters.births.gpa: unknown key 'gpa'; allowed: fertility, gap, first, ward; did you mean 'gap'?"
    ),
    ("parameters.birth.gap", 9): (
        "parameters.birth: there is no process or outcome 'birth'; allowed: births, moving, moving_by_rank, work; "
        "did you mean 'births'?; set here: parameters.birth.gap = 9"
    ),
    ("parameters.births.ward", 3): "parameters.births.ward: must be text, got 3",
    ("scale.host", 1): "scale.host: unknown key 'host'; allowed: relocated, stayers, hosts; did you mean 'hosts'?",
    ("scale.hosts", float("nan")): "scale.hosts: must be a finite number, got nan",
    ("scale.hosts", True): "scale.hosts: must be a finite number, got true",
    ("scale.hosts.x", 1): "scale.hosts.x: scale.hosts is not a map, so it holds no 'x'",
    ("arms.a.posts", 501): "arms.a.0.workshop.posts: lies outside its range, got 501; allowed: 0 to 500 posts",
    ("arms.a.pots", 1): (
        "arms.a.pots: no entry of arms.a is or has 'pots'; there are: workshop, lending; did you mean 'posts'?, got 1"
    ),
    ("arms.a.workshop.delay_months", 24): None,
    ("arms.a.lending.delay_months", 60): (
        "arms.a.1.lending.starts: with a delay of 60 months it comes into force in 2024-06, after the last month "
        "2021-12; start earlier, or run more months; set here: arms.a.1.lending.delay_months = 60"
    ),
    ("months", 0): "months: lies outside its range, got 0; allowed: 1 to 600 months",
    ("months", 24): (
        "report.window: lies outside the run's months, got '2021-01..2021-12'; allowed: 2018-01 to 2019-12; "
        "set here: months = 24"
    ),
}


@pytest.mark.parametrize(("path", "value"), REFUSED, ids=repr)
def test_what_is_refused_names_path_and_value(loaded, path, value):
    scenario = loaded(GOOD, base=False)
    said = REFUSED[path, value]
    if said is None:
        assert scenario.with_values({path: value}).arms["a"][0].settings.delay_months == value
        return
    with pytest.raises(ScenarioError) as caught:
        scenario.with_values({path: value})
    # What was right in the file and isn't any more is told at its place there.
    assert said in [f"{one.where}: {one.what}" for one in caught.value.faults]


def test_a_rule_between_two_numbers_holds_for_the_copy():
    scenario = load(JOBS)
    with pytest.raises(ScenarioError) as caught:
        scenario.with_values({"arms.micro_factories.micro_factory.max_age": 40, "arms.training.places": 60})
    (line,) = str(caught.value).splitlines()
    row = next(
        i for i, said in enumerate(JOBS.read_text("utf-8").splitlines(), 1) if said.startswith("    - micro_factory:")
    )
    assert (
        f"over50_jobs.yaml:{row}:7: arms.micro_factories.0.micro_factory: hires nobody: min_age 50 lies above" in line
    )
    assert line.endswith("; set here: arms.micro_factories.0.micro_factory.max_age = 40")


def test_a_scenario_that_was_cut_keeps_its_cut(loaded):
    """An intervention that never starts within the cut is no mistake, neither before nor after."""
    cut, _ = loaded(GOOD, base=False).truncated(12)
    copy = cut.with_values({"arms.a.posts": 9, "scale.hosts": 2})
    assert (copy.months, copy.last, copy.arms["a"][0].settings.posts) == (12, cut.last, 9)
    slow = cut.with_values({"events.epidemic.visit_scale": 0.25})
    assert (slow.months, slow.effective["months"], slow.events["epidemic"].visit_scale) == (12, 12, 0.25)
    with pytest.raises(ScenarioError, match="after the last month 2021-12"):
        cut.with_values({"arms.a.lending.delay_months": 60})

"""What a study varies besides its arms: read, resolved to full paths, checked against what declares it."""

import pickle
from pathlib import Path

import pytest

from simulation.scenario import ScenarioError, effective_text, load, load_mapping, schema
from simulation.scenario.uncertain import Sensitivity, Uncertain, Uncertainty

ARMS = (
    "arms:\n  a:\n    - workshop: {place: jinxiu, posts: 3, opens: 2020-01}\n"
    "    - behaviour: {moving: moving_by_rank}\n"
)
HEAD = "uncertainty:\n  draws: 8\n  parameters:\n"


def varied(loaded, spread, path="parameters.moving.pace", head=HEAD):
    (one,) = loaded(f"{ARMS}{head}    {path}: {spread}\n").uncertainty.parameters
    return one


PACE = {"path": "parameters.moving.pace", "unit": "share"}
SPREADS = {
    "{low: 0.1, high: 0.3}": Uncertain(distribution="uniform", low=0.1, high=0.3, **PACE),
    "{}": Uncertain(distribution="uniform", low=0.0, high=1.0, **PACE),
    "": Uncertain(distribution="uniform", low=0.0, high=1.0, **PACE),
    "{distribution: uniform}": Uncertain(distribution="uniform", low=0.0, high=1.0, **PACE),
    "{distribution: triangular, low: 0.1, high: 0.3, mode: 0.1}": Uncertain(
        distribution="triangular", low=0.1, high=0.3, mode=0.1, **PACE
    ),
    "{distribution: triangular, mode: 1}": Uncertain(distribution="triangular", low=0.0, high=1.0, mode=1.0, **PACE),
    "{distribution: normal, mean: 0.4, sd: 0.1}": Uncertain(
        distribution="normal", low=0.0, high=1.0, mean=0.4, sd=0.1, **PACE
    ),
    "{distribution: normal, mean: 0.4, sd: 5, low: 0.3, high: 0.5}": Uncertain(
        distribution="normal", low=0.3, high=0.5, mean=0.4, sd=5.0, **PACE
    ),
    "{distribution: log_uniform, low: 0.01, high: 1}": Uncertain(distribution="log_uniform", low=0.01, high=1.0, **PACE),
    "{values: [0.5, 0.1, 1]}": Uncertain(distribution="values", low=0.1, high=1.0, values=(0.5, 0.1, 1.0), **PACE),
    "{values: [0.5]}": Uncertain(distribution="values", low=0.5, high=0.5, values=(0.5,), **PACE),
}  # fmt: skip


@pytest.mark.parametrize("text", SPREADS)
def test_a_spread_is_read(loaded, text):
    assert varied(loaded, text) == SPREADS[text]


NUMBERS = {
    "parameters.births.gap": ("parameters.births.gap", True, "months", 9, 60),
    "parameters.births.fertility": ("parameters.births.fertility", False, "children", 0, 8),
    "parameters.work.poverty_line_yuan": ("parameters.work.poverty_line_yuan", False, "yuan", 0, 20000),
    "scale.hosts": ("scale.hosts", False, "", 0, 10),
    "arms.a.posts": ("arms.a.0.workshop.posts", True, "posts", 0, 500),
    "arms.a.workshop.posts": ("arms.a.0.workshop.posts", True, "posts", 0, 500),
    "arms.a.0.posts": ("arms.a.0.workshop.posts", True, "posts", 0, 500),
    "arms.a.0.workshop.posts": ("arms.a.0.workshop.posts", True, "posts", 0, 500),
    "arms.a.delay_months": ("arms.a.0.workshop.delay_months", True, "months", 0, 24),
}


@pytest.mark.parametrize("path", NUMBERS)
def test_a_path_is_written_out_and_brings_its_unit_and_range(loaded, path):
    one = varied(loaded, "{}", path)
    assert (one.path, one.whole, one.unit, one.low, one.high) == NUMBERS[path]


def test_whole_numbers_stay_whole(loaded):
    one = varied(loaded, "{values: [10, 20.0]}", "parameters.births.gap")
    assert one.values == (10, 20)
    assert {type(value) for value in one.values} == {int}
    assert type(varied(loaded, "{low: 10, high: 20}", "parameters.births.gap").low) is int


def test_draws_and_designs(loaded):
    one = loaded(ARMS + HEAD + "    scale.hosts: {}\n").uncertainty
    assert (one.design, one.draws, one.ensemble) == ("latin_hypercube", 8, ())
    factorial = "uncertainty:\n  design: factorial\n  parameters:\n    scale.hosts: {values: [1, 2, 3]}\n"
    two = loaded(factorial + "    parameters.births.gap: {low: 9, high: 60, levels: 4}\n").uncertainty
    assert (two.design, two.draws) == ("factorial", 12)
    assert two.parameters[1].values == (9, 26, 43, 60)
    log = "    parameters.moving.pace: {distribution: log_uniform, low: 0.01, high: 1, levels: 3}\n"
    three = loaded(factorial + log).uncertainty.parameters[1]
    assert three.values == pytest.approx((0.01, 0.1, 1.0), rel=1e-12)
    assert (three.low, three.high, three.distribution) == (0.01, 1.0, "values")


def test_a_sobol_design_of_fifty_is_noted(loaded):
    text = "uncertainty: {design: sobol, draws: 50, parameters: {scale.hosts: {}}}\n"
    assert loaded(text).notes == (
        "uncertainty: 50 draws of a Sobol sequence lie less evenly than a power of two of them, such as 32 or 64",
    )
    assert loaded(text, {"uncertainty.draws": "64"}).notes == ()


def test_it_changes_no_fingerprint_and_is_not_inherited(small, loaded):
    plain = loaded(ARMS)
    assert plain.uncertainty is plain.sensitivity is None
    other = loaded(ARMS + HEAD + "    scale.hosts: {}\n")
    assert other.arm_fingerprint("a") == plain.arm_fingerprint("a")
    (small / "above.yaml").write_text("format: 1\nname: above\nbase: question.yaml\n", "utf-8")
    assert load("above.yaml").uncertainty is None


def test_it_survives_pickling_other_values_and_the_effective_text(small, loaded):
    scenario = loaded(ARMS + HEAD + "    arms.a.posts: {low: 1, high: 9}\n    scale.hosts:\n")
    assert pickle.loads(pickle.dumps(scenario)).uncertainty == scenario.uncertainty
    assert scenario.with_values({"arms.a.posts": 4}).uncertainty == scenario.uncertainty
    (small / "effective.yaml").write_text(effective_text(scenario), "utf-8")
    again = load("effective.yaml")
    assert again.uncertainty == scenario.uncertainty
    assert again.effective["uncertainty"] == scenario.effective["uncertainty"]


def test_set_reaches_a_spread_by_its_path_and_adds_one(loaded):
    text = ARMS + HEAD + "    parameters.moving.pace: {low: 0.1, high: 0.3}\n"
    path = "uncertainty.parameters.parameters.moving.pace"
    assert loaded(text, {f"{path}.high": "0.5"}).uncertainty.parameters[0].high == 0.5
    more = loaded(text, {"uncertainty.parameters.scale.hosts": "{values: [1, 2]}", path: "null"})
    assert [one.path for one in more.uncertainty.parameters] == ["scale.hosts"]


def at(spread, path="parameters.moving.pace", head=HEAD):
    return f"{head}    {path}: {spread}\n"


P = "uncertainty.parameters.parameters.moving.pace"
G = "uncertainty.parameters.parameters.births.gap"
GAP = "parameters.births.gap"
FACTORIAL = "uncertainty:\n  design: factorial\n  parameters:\n"
ENDS_BEFORE = "ends: 2020-12"
REFUSALS = {
    # paths
    at("{}", "parameters.moving.pcae"): [
        "11:5: uncertainty.parameters.parameters.moving.pcae: unknown key 'pcae'; allowed: pace; did you mean 'pace'?"
    ],
    at("{}", "parameters.mvoing.pace"): [
        "11:5: uncertainty.parameters.parameters.mvoing.pace: there is no process or outcome 'mvoing'; "
        "allowed: births, moving, moving_by_rank, work; did you mean 'moving'?"
    ],
    at("{}", "moving.pace"): [
        "11:5: uncertainty.parameters.moving.pace: is no number that can vary; its path begins with one of "
        "'parameters.', 'scale.', 'arms.'; did you mean 'parameters.moving.pace'?"
    ],
    at("{}", "months"): [
        "11:5: uncertainty.parameters.months: is no number that can vary; its path begins with one of "
        "'parameters.', 'scale.', 'arms.'"
    ],
    at("{}", "parameters.moving"): [
        "11:5: uncertainty.parameters.parameters.moving: names no number; go on with the name of a setting; "
        "allowed: pace"
    ],
    at("{}", "parameters.moving.pace.x"): [
        "11:5: uncertainty.parameters.parameters.moving.pace.x: 'pace' is a number and holds no 'x'"
    ],
    at("{}", "parameters.births.first"): [
        "11:5: uncertainty.parameters.parameters.births.first: 'first' is a month; only numbers vary"
    ],
    at("{}", "parameters.births.ward"): [
        "11:5: uncertainty.parameters.parameters.births.ward: 'ward' is text or a choice; only numbers vary"
    ],
    at("{}", "scale.host"): [
        "11:5: uncertainty.parameters.scale.host: unknown key 'host'; allowed: relocated, stayers, hosts; "
        "did you mean 'hosts'?"
    ],
    at("{}", "arms.a.pots"): [
        "11:5: uncertainty.parameters.arms.a.pots: no entry of arms.a is or has 'pots'; "
        "there are: workshop, behaviour; did you mean 'posts'?"
    ],
    at("{}", "arms.a.opens"): ["11:5: uncertainty.parameters.arms.a.opens: 'opens' is a month; only numbers vary"],
    at("{}", "arms.a.behaviour.moving"): [
        "11:5: uncertainty.parameters.arms.a.behaviour.moving: 'behaviour' holds no numbers; only numbers vary"
    ],
    at("{}", "arms.a"): [
        "11:5: uncertainty.parameters.arms.a: names no entry of an arm; "
        "allowed: arms.a.0.workshop, arms.a.1.behaviour"
    ],
    at("{}", "arms.a.0.lending.x"): [
        "11:5: uncertainty.parameters.arms.a.0.lending.x: names no number; that entry is of the kind 'workshop', "
        "so begin with arms.a.0.workshop"
    ],
    at("{}", "arms.b.posts"): ["11:5: uncertainty.parameters.arms.b.posts: there is no arm 'b'; there are: a"],
    at("{}", "arms.a.posts") + "    arms.a.0.posts: {}\n": [
        "12:5: uncertainty.parameters.arms.a.0.posts: is arms.a.0.workshop.posts, which stands in line 11 already; "
        "keep one"
    ],
    # spreads
    at("3"): [f"11:29: {P}: must be a map of keys and values, got 3"],
    at("{lo: 1}"): [
        f"11:30: {P}.lo: unknown key 'lo'; allowed: distribution, low, high, mode, mean, sd, values, levels; "
        "did you mean 'low'?"
    ],
    at("{low: a, high: true}"): [
        f"11:35: {P}.low: must be a number, got 'a'", f"11:44: {P}.high: must be a number, got true",
    ],
    at("{low: 0.3, high: 0.3}"): [f"11:35: {P}.low: 'low' (0.3) must lie below 'high' (0.3)"],
    at("{low: 0.1, high: 1.5}"): [
        f"11:46: {P}.high: lies outside the range that parameters.moving.pace declares, got 1.5; allowed: 0 to 1 share"
    ],
    at("{low: 0.1}"): [
        f"11:35: {P}.low: 'low' stands without 'high'; write both, or neither for the declared range; "
        "allowed: 0 to 1 share"
    ],
    at("{low: 9.5, high: 20}", GAP): [
        f"11:34: {G}.low: must be a whole number, got 9.5; allowed: 9 to 60 months"
    ],
    at("{low: 1, high: 61}", GAP): [
        f"11:34: {G}.low: lies outside the range that parameters.births.gap declares, got 1; allowed: 9 to 60 months",
        f"11:43: {G}.high: lies outside the range that parameters.births.gap declares, got 61; allowed: 9 to 60 months",
    ],
    at("{distribution: norml, mean: 1, sd: 1}"): [
        f"11:44: {P}.distribution: is not known, got 'norml'; allowed: uniform, triangular, normal, log_uniform; "
        "did you mean 'normal'?"
    ],
    at("{distribution: normal, low: 0.1, high: 0.3}"): [
        f"11:5: {P}: a normal distribution needs 'mean'; mean of a normal distribution before it is cut off",
        f"11:5: {P}: a normal distribution needs 'sd'; standard deviation of a normal distribution before it is cut off",
    ],
    at("{distribution: normal, mean: 0.4, sd: 0}"): [
        f"11:67: {P}.sd: lies outside its range, got 0; allowed: more than 0"
    ],
    at("{distribution: normal, mean: 2, sd: 1}"): [
        f"11:58: {P}.mean: must lie between the ends, got 2.0; allowed: 0.0 to 1.0 share"
    ],
    at("{low: 0.1, high: 0.3, mode: 0.2}"): [
        f"11:57: {P}.mode: 'mode' doesn't belong to a uniform distribution; it takes low, high, levels; "
        "write 'distribution: triangular' for 'mode'"
    ],
    at("{distribution: triangular, low: 0.1, high: 0.3, mode: 0.4}"): [
        f"11:83: {P}.mode: must lie between the ends, got 0.4; allowed: 0.1 to 0.3 share"
    ],
    at("{distribution: log_uniform}"): [
        f"11:5: {P}: a log_uniform distribution begins above 0, got 0.0; the declared range begins there, "
        "so write 'low' and 'high'"
    ],
    at("{distribution: log_uniform, low: 0, high: 1}"): [
        f"11:62: {P}.low: a log_uniform distribution begins above 0, got 0.0"
    ],
    at("{values: []}"): [f"11:38: {P}.values: must not be empty, got a list"],
    at("{values: [0.5, 2, 0.5], low: 0.1}"): [
        f"11:44: {P}.values.1: lies outside the range that parameters.moving.pace declares, got 2.0; "
        "allowed: 0 to 1 share",
        f"11:47: {P}.values.2: 0.5 stands here a second time; keep one",
        f"11:58: {P}.low: 'low' says nothing beside 'values', which are equally likely; keep one of the two",
    ],
    at("{low: 0.1, high: 0.3, levels: 3}"): [
        f"11:59: {P}.levels: 'levels' belongs to 'design: factorial', not to latin_hypercube; "
        "write 'values: [...]' for equally likely ones, or leave it out"
    ],
    # blocks
    "uncertainty: 3\n": ["8:14: uncertainty: must be a map of keys and values, got 3"],
    "uncertainty: {}\n": [
        "8:1: uncertainty.parameters: says nothing of what varies; "
        "write 'parameters: {parameters.job_search.look_on_job: {low: 0.02, high: 0.2}}', or 'ensemble: draws.csv'"
    ],
    "uncertainty: {parameters: {scale.hosts: {}}}\n": [
        "8:1: uncertainty.draws: the required key is missing; it says: how many draws; a factorial and an ensemble "
        "know it themselves; write 'draws: 50'"
    ],
    "uncertainty: {draws: 0, parameters: {scale.hosts: {}}}\n": [
        "8:22: uncertainty.draws: lies outside its range, got 0; allowed: 1 to 100000"
    ],
    "uncertainty: {design: sobl, draws: 4, parameters: {scale.hosts: {}}}\n": [
        "8:23: uncertainty.design: is not known, got 'sobl'; allowed: latin_hypercube, sobol, random, factorial; "
        "did you mean 'sobol'?"
    ],
    at("{low: 0.1, high: 0.3}", head=FACTORIAL): [
        f"11:5: {P}: a factorial design takes every combination of values; write 'values: [...]', "
        "or 'levels: n' for n evenly spaced ones from low to high"
    ],
    at("{low: 10, high: 12, levels: 4}", GAP, FACTORIAL): [
        f"11:56: {G}.levels: 4 values from 10 to 12 aren't all different whole numbers; write fewer"
    ],
    at("{values: [0.1, 0.2]}", head=FACTORIAL) + "  draws: 3\n": [
        "12:10: uncertainty.draws: a factorial of 2 values has 2 draws, got 3; leave 'draws' out"
    ],
    "uncertainty:\n  design: factorial\n  parameters:\n    parameters.moving.pace: {low: 0, high: 1, levels: 1000}\n"
    "    scale.hosts: {low: 0, high: 1, levels: 1000}\n": [
        "8:1: uncertainty.draws: a factorial of 1000 x 1000 values has 1,000,000 draws; allowed: 100,000; "
        "write fewer values"
    ],
    "uncertainty: {draws: 4, parameters: {scale.hosts: {}}}\n"
    "sensitivity: {method: morris, parameters: {scale.hosts: {}}}\n": [
        "9:1: sensitivity: a file holds 'uncertainty' or 'sensitivity', not both; "
        "write one file for each; `base:` shares the region",
        "9:44: sensitivity.parameters.scale.hosts: is scale.hosts, which stands in line 8 already; keep one",
    ],
    # sensitivity
    "sensitivity: {parameters: {scale.hosts: {}}}\n": [
        "8:1: sensitivity.method: the required key is missing; it says: sobol: shares of variance; morris: "
        "elementary effects, for many numbers and few runs"
    ],
    "sensitivity: {method: sobol, samples: 50, levels: 4, parameters: {scale.hosts: {}}}\n": [
        "8:39: sensitivity.samples: the samples of sobol are a power of two, got 50; the nearest are 32 and 64",
        "8:43: sensitivity.levels: 'levels' belongs to 'method: morris', not to sobol; leave it out",
    ],
    "sensitivity: {method: morris, samples: 50, levels: 5, parameters: {scale.host: {}}}\n": [
        "8:52: sensitivity.levels: the grid of morris has an even number of levels, got 5; write 6",
        "8:68: sensitivity.parameters.scale.host: unknown key 'host'; allowed: relocated, stayers, hosts; "
        "did you mean 'hosts'?",
    ],
    "sensitivity: {method: morris, outcomes: [poor_cont], parameters: {}}\n": [
        "8:42: sensitivity.outcomes.0: 'poor_cont' is not an indicator; allowed: employed_share, poor_count; "
        "did you mean 'poor_count'?",
        "8:54: sensitivity.parameters: says nothing of what varies; "
        "write 'parameters: {parameters.job_search.look_on_job: {low: 0.02, high: 0.2}}'",
    ],
    "sensitivity: {method: sobol, parameters: {parameters.moving.pace: {low: 0.1, high: 0.3, levels: 2}}}\n": [
        "8:97: sensitivity.parameters.parameters.moving.pace.levels: 'levels' belongs to 'design: factorial', "
        "not to sobol; write 'values: [...]' for equally likely ones, or leave it out"
    ],
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSALS, ids=[text[-60:] for text in REFUSALS])
def test_the_message_says_where_what_and_what_is_allowed(mistakes, text):
    assert sorted(mistakes(ARMS + text)) == sorted(REFUSALS[text])


def test_an_end_that_the_scenario_refuses_is_refused_at_load(mistakes):
    """Within its range, but with a delay of 24 months the workshop was decided before the first month."""
    arms = ARMS.replace("2020-01", "2019-01")
    told = mistakes(arms + HEAD + "    arms.a.delay_months: {low: 0, high: 24}\n")
    assert told == [
        "11:41: uncertainty.parameters.arms.a.delay_months.high: with 24 the scenario is refused: "
        "arms.a.0.workshop.opens: with a delay of 24 months it is decided and paid for in 2017-01, before the first "
        "month 2018-01; open later, or shorten delay_months; set here: arms.a.0.workshop.delay_months = 24"
    ]
    values = mistakes(arms + HEAD + "    arms.a.delay_months: {values: [1, 24]}\n")
    assert values[0].startswith("11:39: uncertainty.parameters.arms.a.delay_months.values.1: with 24 the scenario")
    declared = mistakes(arms + HEAD + "    arms.a.delay_months: {}\n")
    assert declared[0].startswith("11:5: uncertainty.parameters.arms.a.delay_months: with 24 the scenario is refused")


def test_a_sensitivity_is_read(loaded):
    text = (
        ARMS + "report: {outcomes: [poor_count]}\n"
        "sensitivity: {method: sobol, samples: 128, replicates: 2, outcomes: [employed_share], "
        "parameters: {arms.a.posts: {low: 1, high: 9}}}\n"
    )
    posts = Uncertain("arms.a.0.workshop.posts", "uniform", 1, 9, whole=True, unit="posts")
    found = loaded(text).sensitivity
    assert found == Sensitivity("sobol", 128, 4, 2, ("employed_share",), (posts,))
    assert loaded(text).uncertainty is None
    assert loaded(text, {"sensitivity.outcomes": "null"}).sensitivity.outcomes == ("poor_count",)
    morris = loaded("sensitivity: {method: morris, parameters: {scale.hosts: {values: [1, 2]}}}\n").sensitivity
    assert (morris.samples, morris.levels, morris.replicates, morris.outcomes) == (64, 4, 1, ())
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_mapping_says_it_too(small):
    scenario = load_mapping(
        {
            "format": 1, "name": "q", "base": "region.yaml",
            "uncertainty": {"draws": 3, "parameters": {"scale.hosts": {"values": (1, 2)}}},
        },
        small,
    )  # fmt: skip
    hosts = Uncertain("scale.hosts", "values", 1.0, 2.0, values=(1.0, 2.0))
    assert scenario.uncertainty == Uncertainty("latin_hypercube", 3, (hosts,))


def test_the_schema_names_every_number_that_may_vary(small):
    made = schema()
    names = made["$defs"]["varied"]["properties"]
    assert {"parameters.births.gap", "parameters.work.poverty_line_yuan", "scale.hosts"} <= set(names)
    assert not {"parameters.births.first", "parameters.births.ward"} & set(names)
    for block in ("UncertaintyBlock", "SensitivityBlock"):
        assert made["$defs"][f"file.{block}"]["properties"]["parameters"]["$ref"] == "#/$defs/varied"
    assert set(made["$defs"]["file.Replicates"]["properties"]["until"]["properties"]) == {
        "employed_share",
        "poor_count",
    }


def test_every_number_of_the_shipped_region_may_vary():
    file = Path(__file__).parents[2] / "scenarios" / "over50_jobs.yaml"
    numbers = [name for name in schema()["$defs"]["varied"]["properties"] if "refund_after" not in name]
    assert len(numbers) > 300
    parameters = {name: {} for name in numbers}
    scenario = load(file, {"uncertainty.draws": "2", "uncertainty.parameters": str(parameters)})
    assert [one.path for one in scenario.uncertainty.parameters] == numbers
    with pytest.raises(ScenarioError, match="with 1 the scenario is refused"):
        load(file, {"uncertainty": "{draws: 2, parameters: {parameters.insurance.refund_after_most: {}}}"})

"""`relosim echo`: what is switched off, what is made and kept, and what is said."""

import csv
import dataclasses

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments import cli, outputs, study
from experiments.echo import planned, without
from experiments.faults import DesignError
from experiments.source import Source
from tests.experiments.fakes import FakeScenario, fake_run
from tests.experiments.test_with_engine import SCENARIO

OUTCOME = "employed_50plus_count"
ASKED = {**SCENARIO, "replicates": {"at_least": 5}, "report": {"outcomes": [OUTCOME, "vacancies"]}, "record": {}}
BASIC = ("--mechanism", "search on the job", "--mechanism", "kin at work", "--mechanism", "late refunds")


class Formula:
    """Makes runs by a formula: the effect turns without search on the job, and is halved without kin."""

    def __init__(self):
        self.made = []

    def __call__(self, scenario, arm, replicate):
        self.made.append((arm, replicate))
        search = scenario.parameters["job_search"]
        effect = (6.0 if search.look_on_job > 0 else -6.0) * (1.0 if search.kin_effect > 0 else 0.5)
        luck = 0.3 * np.random.default_rng([replicate, int(search.kin_effect)]).standard_normal()
        value = 100.0 + replicate + ((effect + luck) if arm != "baseline" else 0.0)
        template = fake_run(FakeScenario(start=scenario.start, months=scenario.months), "baseline", replicate)
        told = {name: np.full((scenario.months, 8), value) for name in (OUTCOME, "vacancies")}
        return dataclasses.replace(template, outcomes=told, changes=[], ledger=[])


@pytest.fixture
def formula(monkeypatch, tmp_path):
    one = Formula()
    monkeypatch.setattr(study, "EngineRuns", lambda _code: one)
    monkeypatch.setattr(study, "prepare", lambda *_: None)
    monkeypatch.setattr(study, "warm_mark", lambda: tmp_path / "warm")
    monkeypatch.setattr(outputs, "write_figures", lambda _study: None)
    return one


@pytest.fixture
def file(tmp_path):
    from ruamel.yaml import YAML

    path = tmp_path / "asked.yaml"
    YAML().dump(ASKED, path)
    return path


def echo(file, *more):
    return CliRunner().invoke(cli.app, ["echo", str(file), "--workers", "1", *map(str, more)])


def test_it_names_what_carries_the_sign(formula, file, tmp_path):
    done = echo(file, *BASIC, "--out", tmp_path / "echo")
    assert done.exit_code == 0, done.output
    said = " ".join(done.output.split())
    assert "40 runs: everything on, then each of 3 mechanisms off by itself; 2 arms x 5 replicates each" in said
    assert "The sign hangs on search on the job (without it the effect turns to -" in said
    assert "no difference in any run without: late refunds" in said
    assert "kin at work +" in said
    assert len(formula.made) == 40


def test_the_file_holds_every_effect_and_mechanism(formula, file, tmp_path):
    echo(file, *BASIC, "--out", tmp_path / "echo")
    rows = list(csv.DictReader((tmp_path / "echo" / "echo.csv").read_text().splitlines()))
    assert [(one["outcome"], one["mechanism"]) for one in rows] == [
        (outcome, mechanism)
        for outcome in (OUTCOME, "vacancies")
        for mechanism in ("", "search on the job", "kin at work", "late refunds")
    ]
    turned = rows[1]
    assert (turned["verdict"], turned["declared_in"]) == ("turns the sign", "job_search")
    assert float(turned["part"]) == pytest.approx(float(turned["effect"]) - float(turned["effect_off"]))
    assert float(turned["desk"]) == 20.0
    assert len({one["study_off"] for one in rows[1:4]}) == 3


def test_nothing_that_is_there_is_made_again(formula, file, tmp_path):
    echo(file, *BASIC[:2], "--out", tmp_path / "echo")
    made = len(formula.made)
    done = echo(file, *BASIC[:4], "--out", tmp_path / "echo")
    assert done.exit_code == 0, done.output
    assert len(formula.made) - made == 10  # the second mechanism's alone


def test_a_mechanism_whose_runs_fail_is_left_out_and_said(formula, file, tmp_path, monkeypatch):
    class Failing(Formula):
        def __call__(self, scenario, arm, replicate):
            if scenario.parameters["job_search"].kin_effect == 0:
                raise ValueError("a broken balance")
            return super().__call__(scenario, arm, replicate)

    monkeypatch.setattr(study, "EngineRuns", lambda _code: Failing())
    done = echo(file, *BASIC, "--out", tmp_path / "echo")
    assert done.exit_code == 1
    assert "failed without kin at work, which is left out: ValueError: a broken balance" in done.output
    assert "The sign hangs on search on the job" in " ".join(done.output.split())


def test_plan_lists_mechanisms_and_makes_nothing(formula, file, tmp_path):
    done = echo(file, "--plan", "--out", tmp_path / "echo")
    assert done.exit_code == 0, done.output
    assert "without search on the job: nobody with work looks for another post (job_search)" in done.output
    assert not (tmp_path / "echo").exists()
    assert not formula.made


@pytest.mark.parametrize(
    ("more", "what"),
    [
        (("--mechanism", "kin at wrok"), "no mechanism 'kin at wrok' runs in these arms; did you mean 'kin at work'?"),
        (("--arm", "factries"), "no arm 'factries'; "),
        (("--outcome", "vacancy"), "no outcome 'vacancy' is recorded; did you mean 'vacancies'?"),
    ],
)
def test_refusals_write_nothing(formula, file, tmp_path, more, what):
    done = echo(file, *more, "--out", tmp_path / "echo")
    assert (done.exit_code, what in done.output) == (2, True), done.output
    assert not (tmp_path / "echo").exists()


def test_a_study_stays_as_it_is(formula, file, tmp_path):
    echo(file, *BASIC[:2], "--out", tmp_path / "echo")
    done = echo(file, *BASIC[:2], "--out", tmp_path / "echo" / "everything_on")
    assert done.exit_code == 2
    assert "stays as it is: name another folder with --out" in done.output


def plan(**changes):
    return planned(Source({**ASKED, **changes}))


def test_every_mechanism_of_the_catalogue_can_be_switched_off_in_a_scenario():
    made = plan()
    assert len(made.variants) > 30
    for one in made.variants:
        off = without(made.source, one)
        assert off.fingerprint() != made.scenario.fingerprint(), one.name
        assert (off.seed, off.arms["factory"]) == (made.scenario.seed, made.scenario.arms["factory"])
    assert len({one.folder for one in made.variants}) == len(made.variants)


def test_what_is_off_already_is_left_out_with_its_reason():
    made = plan(parameters={"job_search": {"kin_effect": 0.0}})
    assert made.idle == {"kin at work": "it is off already"}
    with pytest.raises(DesignError, match="can't be switched off here: it is off already"):
        planned(Source({**ASKED, "parameters": {"job_search": {"kin_effect": 0.0}}}), mechanisms=["kin at work"])


def test_an_arm_that_names_the_rule_itself_is_told():
    arms = {"factory": [*ASKED["arms"]["factory"], {"behaviour": {"job_search": "first_offer"}}]}
    made = plan(arms=arms)
    assert made.idle["competition by rank"] == "factory names the rule of job_search itself"


def test_the_rules_of_every_arm_bring_their_mechanisms():
    arms = {"factory": [*ASKED["arms"]["factory"], {"behaviour": {"return": "return_threshold"}}]}
    (both,) = [one for one in plan(arms=arms).variants if one.name == "going back to the village"]
    assert both.processes == ("return_logit", "return_threshold")
    assert set(both.settings) >= {
        "parameters.return_logit.constant",
        "parameters.return_threshold.patience_most_months",
    }


def test_uncertain_parameters_are_held_at_their_values():
    made = plan(uncertainty={"draws": 4, "parameters": {"parameters.job_search.kin_effect": {}}})
    assert made.scenario.uncertainty is None
    assert made.replicates == 5


@pytest.mark.parametrize("name", ["search friction"])
def test_a_real_run(name, tmp_path):
    from ruamel.yaml import YAML

    YAML().dump(SCENARIO, tmp_path / "small.yaml")
    done = echo(tmp_path / "small.yaml", "--mechanism", name, "--out", tmp_path / "echo", "--outcome", OUTCOME)
    assert done.exit_code == 0, done.output
    assert f"without {name}" in done.output
    row = list(csv.DictReader((tmp_path / "echo" / "echo.csv").read_text().splitlines()))[1]
    assert row["effect_off"] != row["effect"]
    assert float(row["runs"]) == 2

"""Why a number changed: each factor's part, known by hand; and what is refused, with nothing written."""

import dataclasses
import re
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

import relosim
from experiments import design, manifest, outputs, study
from experiments.attribution import DATA, PARAMETERS, PROGRAM, SEEDS, WINDOW, splits
from experiments.diff_plan import planned
from experiments.mixed import KEYS, case_of
from simulation.scenario.model import KEYS as SCENARIO_KEYS
from tests.experiments.known import KNOWN, OUTCOME, diff, effect, everything, known_run, level, older_run
from tests.experiments.test_with_engine import REGION

FACTORS = (DATA, PARAMETERS, PROGRAM, SEEDS)
LOOK = {"parameters": {"job_search": {"look_on_job": 0.08}}}
SEED = {"seed": 9}


@pytest.fixture
def other_table(tmp_path):
    """The region's employers with 90 posts in the first row, not 50."""
    text = (REGION.parent / "qianxi" / "employers.csv").read_text("utf-8")
    file = tmp_path / "employers.csv"
    file.write_text(
        text.replace("jinxiu_garment_workshop,jinxiu,workshop,50,", "jinxiu_garment_workshop,jinxiu,workshop,90,")
    )
    return {"tables": {"employers": str(file)}}


@pytest.fixture
def earlier(monkeypatch):
    """Within it, an earlier program is at work."""

    def earlier(make):
        with monkeypatch.context() as patch:
            for module in (design, manifest, study):
                patch.setattr(module, "code_digest", lambda: "0" * 64)
            return make()

    return earlier


def found(first, second, tmp_path, **options):
    """Split by the functions under the command: {arm: Split}."""
    plan = planned(case_of(first), case_of(second), **options)
    made = plan.make(tmp_path / "mixed", study.Silent, 1)
    return {one.arm: one for one in splits(plan, made)}


def means(split):
    return {name: part.mean for name, part in split.parts.items()}


def alone(factor, split):
    """Say that the whole change is one factor's, and that the others are exactly nothing."""
    assert split.parts[factor].mean == pytest.approx(split.change)
    assert abs(split.change) > 0.01
    assert {name: part.mean for name, part in split.parts.items() if name != factor} == dict.fromkeys(
        set(FACTORS) - {factor}, 0.0
    )
    assert split.rest == 0


def test_a_study_doesnt_differ_from_itself(make, tmp_path):
    folder = make("a")
    plan = planned(case_of(folder), case_of(folder))
    assert (plan.factors, plan.missing) == ((), [])
    for split in splits(plan, {}):
        assert means(split) == dict.fromkeys(FACTORS, 0.0)
        assert (split.change, split.rest) == (0, 0)
        assert all(part.nothing for part in split.parts.values())
    done = diff(folder, folder)
    assert done.exit_code == 0, done.output
    assert "nothing differs in what the studies were made from" in done.output
    assert "to be made: nothing" in done.output


@pytest.mark.parametrize(("factor", "changed"), [(SEEDS, SEED), (PARAMETERS, LOOK)])
def test_the_only_factor_that_differs_has_it_all_and_nothing_has_to_be_run(make, tmp_path, factor, changed):
    first, second = make("a"), make("b", **changed)
    plan = planned(case_of(first), case_of(second))
    assert (plan.factors, plan.missing) == ((factor,), [])
    for split in splits(plan, plan.recorded):
        alone(factor, split)


def test_a_table_is_data(make, other_table, tmp_path):
    first, second = make("a"), make("b", **other_table)
    for split in found(first, second, tmp_path).values():
        alone(DATA, split)
    assert "table employers: jinxiu_garment_workshop.posts: 50 -> 90\n" in diff(first, second).output


def test_more_posts_in_an_arm_are_a_parameter_of_its_effect_alone(make, tmp_path):
    arms = {"factory": [{"micro_factory": {"place": "jinxiu", "opens": "2018-06", "posts": 30}}]}
    first, second = make("a"), make("b", arms=arms)
    split = found(first, second, tmp_path)
    alone(PARAMETERS, split["factory"])
    assert means(split["baseline"]) == dict.fromkeys(FACTORS, 0.0)
    said = diff(first, second).output
    assert "arms.factory: micro_factory/jinxiu.posts: 20 -> 30 (posts)" in said


def test_a_plug_in_goes_with_the_rules_that_name_it(make, tmp_path):
    plug_in = tmp_path / "mine.py"
    plug_in.write_text(Path(__file__).with_name("one_outcome.py").read_text())
    first, second = make("a"), make("b", plugins=[str(plug_in)], **LOOK)
    alone(PARAMETERS, found(first, second, tmp_path)["factory"])
    assert "plug-in mine: (none) -> " in diff(first, second).output


def test_an_earlier_programs_part_is_what_it_recorded_otherwise(make, earlier, tmp_path):
    first, second = earlier(lambda: make("a", older_run)), make("b")
    split = found(first, second, tmp_path)
    alone(PROGRAM, split["factory"])
    alone(PROGRAM, split["baseline"])
    assert split["factory"].change == pytest.approx(-2)
    assert split["baseline"].change == pytest.approx(-5)
    done = diff(first, second)
    assert re.search(r"program: code 0{12} -> \w{12} \(this program\)", done.output)
    assert "to be made: nothing" in done.output
    back = found(second, first, tmp_path)["baseline"]
    assert back.parts[PROGRAM].mean == pytest.approx(5)


def test_an_earlier_program_with_another_parameter(make, earlier, tmp_path):
    first, second = earlier(lambda: make("a", older_run)), make("b", **LOOK)
    plan = planned(case_of(first), case_of(second))
    assert plan.missing == [frozenset()]  # the first study as this program makes it
    split = found(first, second, tmp_path)["baseline"]
    assert split.parts[PROGRAM].mean == pytest.approx(-5)
    assert split.parts[PARAMETERS].mean == pytest.approx(10 * 50 * 0.03)
    assert sum(means(split).values()) == pytest.approx(split.change)


def test_one_factor_between_studies_of_one_earlier_program_needs_no_run(make, earlier, tmp_path):
    first, second = (
        earlier(lambda more=more, name=name: make(name, older_run, **more)) for name, more in (("a", {}), ("b", LOOK))
    )
    split = found(first, second, tmp_path)
    alone(PARAMETERS, split["factory"])
    done = diff(first, second)
    assert "to be made: nothing" in done.output
    assert "program: code 000000000000 in both; this one, which makes mixed cases, is " in done.output


def by_hand(number):
    """Average the steps of data, parameters and seed over their six orders; `number(posts, look, seed)`."""
    values = {DATA: (50, 90), PARAMETERS: (0.05, 0.08), SEEDS: (3, 9)}
    steps = {name: [] for name in values}
    for order in permutations(values):
        at = {name: pair[0] for name, pair in values.items()}
        for name in order:
            before = number(*at.values())
            at[name] = values[name][1]
            steps[name].append(number(*at.values()) - before)
    return {name: float(np.mean(part)) for name, part in steps.items()}


def test_three_factors_at_once_are_split_as_by_hand(make, other_table, tmp_path):
    first, second = make("a"), make("b", **other_table, **LOOK, **SEED)
    before = everything(first, second)
    split = found(first, second, tmp_path)
    assert everything(first, second) == before
    for arm, number in (
        ("baseline", lambda *at: np.mean([level(*at, one) for one in range(4)])),
        ("factory", lambda *at: np.mean([effect(20, *at, one) for one in range(4)])),
    ):
        assert means(split[arm]) == pytest.approx({**by_hand(number), PROGRAM: 0}), arm
        assert sum(means(split[arm]).values()) == pytest.approx(split[arm].change)
        assert split[arm].rest == 0
    assert split["baseline"].parts[SEEDS].low < split["baseline"].parts[SEEDS].high


def test_the_command_prints_the_split_and_writes_nothing_into_the_studies(make, other_table, tmp_path):
    first, second = make("a"), make("b b [red]", **other_table, **SEED)
    before = everything(first, second)
    done = diff(first, second, "--out", tmp_path / "mixed cases")
    assert done.exit_code == 0, done.output
    assert everything(first, second) == before
    assert "to be made: 16 runs by this program (2 mixed cases x 2 arms x 4 replicates)" in done.output
    assert f"second study: {second}\n" in done.output
    assert {one.name for one in (tmp_path / "mixed cases").iterdir()} == {"data", "seeds"}
    again = diff(first, second, "--out", tmp_path / "mixed cases")
    assert again.stderr.count("8 runs, 8 of them there already") == 2
    assert again.stdout == done.stdout


def test_replicates_that_only_one_study_has_are_told_apart(make, tmp_path):
    first, second = make("a"), make("b", replicates={"at_least": 7}, **LOOK)
    split = found(first, second, tmp_path)["baseline"]
    assert split.parts[PARAMETERS].mean == pytest.approx(10 * 50 * 0.03)
    lucks = [level(0, 0, 3, one) for one in range(7)]
    assert split.rest == pytest.approx(np.mean(lucks) - np.mean(lucks[:4]))
    assert sum(means(split).values()) + split.rest == pytest.approx(split.change)
    fewer = found(first, second, tmp_path, replicates=2)["baseline"]
    assert fewer.parts[PARAMETERS].mean == pytest.approx(10 * 50 * 0.03)
    assert "replicates and draws not in both" in diff(first, second).output


def test_other_months_are_a_part_of_their_own(make, tmp_path):
    first, second = make("a", months=14), make("b", months=20, **LOOK)
    for arm, split in found(first, second, tmp_path).items():
        # The last twelve months lie six months later; a month adds 2, and 1 to the effect.
        assert split.parts[WINDOW].mean == pytest.approx(12 if arm == "baseline" else 6)
        assert sum(means(split).values()) == pytest.approx(split.change)
        assert split.rest == 0
    assert found(first, second, tmp_path)["baseline"].parts[PARAMETERS].mean == pytest.approx(15)
    said = diff(first, second).output
    assert "months: 14 -> 20" in said
    assert "report's window: 2018-03..2019-02 -> 2018-09..2019-08" in said
    assert "months that are reported" in said


def test_a_later_start_is_data(make, tmp_path):
    arms = {"factory": [{"micro_factory": {"place": "jinxiu", "opens": "2018-09", "posts": 20}}]}
    first, second = make("a", arms=arms, months=14), make("b", arms=arms, start="2018-03", months=14, **SEED)
    split = found(first, second, tmp_path)["baseline"]
    assert sum(means(split).values()) == pytest.approx(split.change)
    assert split.parts[DATA].mean == 0  # the formula doesn't care, and the months are the same
    assert "start: 2018-01 -> 2018-03" in diff(first, second).output


@dataclasses.dataclass(frozen=True)
class Failing:
    """Fails in one replicate, where a parameter and the seed are these."""

    replicate: int
    seed: int = 3

    def __call__(self, scenario, arm, replicate):
        if (replicate, scenario.seed, arm) == (self.replicate, self.seed, "factory"):
            raise ValueError("a broken balance")
        return known_run(scenario, arm, replicate)


def test_a_replicate_that_failed_in_one_study_is_left_out_of_both(make, monkeypatch, other_table, tmp_path):
    first, second = make("a", Failing(1)), make("b", **other_table, **SEED)
    # It would fail in a mixed case too, so it isn't made there.
    monkeypatch.setattr(study, "EngineRuns", lambda _code: Failing(1))
    plan = planned(case_of(first), case_of(second))
    assert plan.replicates == (0, 2, 3)
    split = found(first, second, tmp_path)["factory"]
    assert split.parts[DATA].n == 3
    assert sum(means(split).values()) + split.rest == pytest.approx(split.change)
    done = diff(first, second)
    assert done.exit_code == 0, done.output
    assert "to be made: 12 runs" in done.output
    assert "finished runs: 7 -> 8" in done.output


def test_a_mixed_case_that_fails_says_so(make, monkeypatch, other_table, tmp_path):
    first, second = make("a"), make("b", **other_table, **SEED)
    monkeypatch.setattr(study, "EngineRuns", lambda _code: Failing(2))
    done = diff(first, second)
    assert done.exit_code == 1
    assert (
        f"1 runs of {first} with the data of {second} failed, the first by: ValueError: a broken balance" in done.stderr
    )
    assert "Traceback" not in done.output
    assert "change" not in done.stdout.rpartition("to be made")[2]


def test_interrupted_it_drops_what_it_made_or_goes_on_where_it_was(make, monkeypatch, other_table, tmp_path):
    first, second = make("a"), make("b", **other_table, **SEED)
    before = everything(first, second)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))

    def pressed(scenario, arm, replicate):
        if replicate == 2:
            raise KeyboardInterrupt
        return known_run(scenario, arm, replicate)

    monkeypatch.setattr(study, "EngineRuns", lambda _code: pressed)
    for more, said in (((), "are dropped"), (("--out", tmp_path / "kept"), f"is kept in {tmp_path / 'kept'}, where")):
        done = diff(first, second, *more)
        assert done.exit_code == 130
        assert "interrupted: both studies are as they were; " in done.stderr
        assert said in done.stderr
    assert list(scratch.iterdir()) == []
    assert everything(first, second) == before
    monkeypatch.setattr(study, "EngineRuns", lambda _code: known_run)
    done = diff(first, second, "--out", tmp_path / "kept")
    assert done.exit_code == 0, done.output
    assert "8 runs, 4 of them there already" in done.stderr


@pytest.mark.parametrize("undefined", [(2,), (0, 1, 2, 3)])
def test_replicates_that_dont_define_a_number_are_left_out(make, undefined, tmp_path):
    def sometimes(scenario, arm, replicate):
        result = known_run(scenario, arm, replicate)
        if replicate in undefined:
            # Not the same undefined figures in two replicates, which would be refused as the same luck.
            result.outcomes[OUTCOME][-12 - replicate :] = np.nan
        return result

    first, second = make("a", months=20), make("b", sometimes, months=20, **LOOK)
    split = found(first, second, tmp_path)["baseline"]
    assert split.parts[PARAMETERS].n == 4 - len(undefined)
    done = diff(first, second)
    assert done.exit_code == 0, done.output
    if len(undefined) == 1:
        assert split.parts[PARAMETERS].mean == pytest.approx(15)
        assert sum(means(split).values()) + split.rest == pytest.approx(split.change)
    else:
        assert done.stdout.count("undefined") > 10
        assert "nan" not in done.stdout


def test_how_a_study_was_run_and_what_else_it_recorded_makes_no_difference(make):
    first = make("a", months=12, branch_at="2018-02")
    second = make(
        "b", months=12, record={"outcomes": "overall"}, report={"outcomes": [OUTCOME], "window": "2018-06..2018-06"}
    )
    plan = planned(case_of(first), case_of(second))
    assert (plan.factors, plan.missing) == ((), [])
    third = make("c", months=12, record={"outcomes": "overall"}, **SEED)
    assert planned(case_of(first), case_of(third)).missing == []


def test_one_replicate_has_no_interval(make, other_table):
    first, second = make("a"), make("b", **other_table)
    done = diff(first, second, "--replicates", "1")
    assert done.exit_code == 0, done.output
    assert "one run" in done.stdout


DRAWN = {
    "uncertainty": {"draws": 4, "parameters": {"parameters.job_search.look_on_job": {"low": 0.02, "high": 0.2}}},
    "replicates": {"at_least": 8},
}


def test_uncertain_parameters_in_both_studies(make, other_table, tmp_path):
    first, second = make("a", **DRAWN), make("b", **DRAWN, **other_table)
    split = found(first, second, tmp_path)["baseline"]
    looks = [
        run.values["parameters.job_search.look_on_job"] for run in case_of(first).results.runs if run.arm == "baseline"
    ]
    alone(DATA, split)
    assert split.change == pytest.approx(400 * np.mean(looks))
    assert split.parts[DATA].n == 4  # replicates r and r + 4 share their parameters
    four = np.array(looks[:4]) * 400
    assert split.parts[DATA].high - split.parts[DATA].mean == pytest.approx(3.182446 * four.std(ddof=1) / 2)


def test_held_fixed_before_and_drawn_now_is_a_change_of_parameters(make, tmp_path):
    first, second = make("a", replicates={"at_least": 8}), make("b", **DRAWN)
    alone(PARAMETERS, found(first, second, tmp_path)["baseline"])
    more = make("c", **{**DRAWN, "uncertainty": {**DRAWN["uncertainty"], "draws": 8}})
    alone(PARAMETERS, found(second, more, tmp_path)["baseline"])
    said = diff(second, more).output
    assert "uncertainty: draws: 4 -> 8" in said


def test_another_seed_draws_other_parameters_which_is_the_seeds_part(make, tmp_path):
    first, second = make("a", **DRAWN), make("b", **DRAWN, **SEED)
    alone(SEEDS, found(first, second, tmp_path)["baseline"])


def test_an_ensemble_is_known_by_its_values(make, tmp_path):
    def of(name, text):
        file = tmp_path / f"{name}.csv"
        file.write_text(f"parameters.job_search.look_on_job\n{text}\n")
        return make(name, uncertainty={"ensemble": str(file)}, replicates={"at_least": 4})

    first, second = of("a", "0.05\n0.1"), of("b", "0.05\n0.2")
    split = found(first, second, tmp_path)["baseline"]
    alone(PARAMETERS, split)
    assert split.change == pytest.approx(10 * 50 * 0.05)
    assert "uncertainty: ensemble: " in diff(first, second).output


NAME = "[bold]50 & more: 'x' 厂, a name that is about as long as a name may be, 80 signs"


def test_an_arm_may_be_called_anything(make, other_table, tmp_path):
    arms = {NAME: KNOWN["arms"]["factory"], "second": KNOWN["arms"]["factory"]}
    first, second = make("a", arms=arms), make("b", arms=arms, **other_table, **SEED)
    done = diff(first, second, "--arm", NAME)
    assert done.exit_code == 0, done.output
    assert f"effect of {NAME} " in done.output
    assert "effect of second" not in done.output


def test_arms_that_only_one_study_ran_are_told_and_left_out(make, tmp_path):
    more = {**KNOWN["arms"], "second": KNOWN["arms"]["factory"]}
    first, second = make("a"), make("b", arms=more, **LOOK)
    done = diff(first, second)
    assert done.exit_code == 0, done.output
    assert "arms: baseline, factory -> baseline, factory, second" in done.output
    assert "effect of second" not in done.output


def test_a_difference_beyond_the_tenth_digit_is_a_difference(make):
    first, second = make("a"), make("b", parameters={"job_search": {"look_on_job": 0.05000000000001}})
    assert planned(case_of(first), case_of(second)).factors == (PARAMETERS,)


def test_marks_of_sources_and_names_make_no_difference(make, tmp_path):
    text = (REGION.parent / "qianxi" / "employers.csv").read_text("utf-8")
    file = tmp_path / "employers.csv"
    file.write_text(text.replace("[syn]", "[new mark]"))
    first, second = make("a"), make("b", name="other", why="why not", tables={"employers": str(file)})
    assert planned(case_of(first), case_of(second)).factors == ()


def test_every_key_that_changes_a_figure_belongs_to_a_factor():
    others = {
        "format", "name", "names", "why", "base",  # say what it is
        "months", "replicates", "report", "record", "branch_at",  # how much is run and kept of it
        "sensitivity",  # is refused
    }  # fmt: skip
    known = [key for keys in KEYS.values() for key in keys]
    assert len(known) == len(set(known))
    assert set(known) | others == set(SCENARIO_KEYS)
    assert not set(known) & others


def test_a_mixed_case_is_the_study_that_one_would_make_by_hand(monkeypatch, tmp_path):
    monkeypatch.setattr(outputs, "write_figures", lambda _study: None)
    scale = {"relocated": 0.05, "stayers": 0, "hosts": 0}
    small = {**KNOWN, "replicates": {"at_least": 1}, "scale": scale}
    first = relosim.run(small, out=tmp_path / "a", workers=1)
    second = relosim.run({**small, **LOOK, **SEED}, out=tmp_path / "b", workers=1)
    by_hand = relosim.run({**small, **SEED}, out=tmp_path / "c", workers=1)
    plan = planned(case_of(first.folder), case_of(second.folder))
    made = plan.make(tmp_path / "mixed", study.Silent, 1)
    assert sorted(map(sorted, plan.missing)) == [[PARAMETERS], [SEEDS]]
    assert [run.hash for run in made[frozenset({SEEDS})].runs] == [run.hash for run in by_hand.runs]
    for split in splits(plan, made):
        assert sum(means(split).values()) == pytest.approx(split.change)
        assert split.parts[PROGRAM].nothing

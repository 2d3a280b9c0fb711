"""Two replicates that record the same are no two pieces of luck: the second is refused."""

from experiments.study import run_study
from tests.experiments.fakes import FakeScenario, fake_run


def stuck_run(scenario, arm, replicate):
    """Forget the replicate."""
    return fake_run(scenario, arm, 0)


def test_a_replicate_that_repeats_another_is_refused(tmp_path):
    done = run_study(FakeScenario(), tmp_path, workers=1, run_one=stuck_run)
    assert [run.replicate for run in done.study.runs] == [0, 0, 0]
    assert len(done.failures) == 6
    said = (tmp_path / "failures" / "jobs-r0001.txt").read_text()
    assert "jobs-r0001 recorded exactly what jobs-r0000 did" in said


def test_it_is_refused_in_a_later_call_too(tmp_path):
    run_study(FakeScenario(), tmp_path, replicates=1, workers=1, run_one=stuck_run)
    done = run_study(FakeScenario(), tmp_path, replicates=2, workers=1, run_one=stuck_run)
    assert len(done.failures) == 3


def test_arms_that_do_the_same_are_not_refused(tmp_path):
    assert not run_study(FakeScenario(), tmp_path, workers=1, run_one=fake_run).failures

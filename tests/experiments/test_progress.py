"""What is told while runs are made: done, failed, rate, time left, and how the first outcome stands."""

import io
import json

from rich.console import Console

from experiments.console import Events, Lines, Tally, watch_on
from experiments.design import Planned
from experiments.study import run_study
from experiments.watch import Report, Silent
from tests.experiments.fakes import FakeScenario, failing_run, fake_run


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def told(run_one, **options):
    console = Console(file=io.StringIO(), width=200)
    run_study(FakeScenario(), options.pop("folder"), workers=1, run_one=run_one, watch=Lines(console), **options)
    return console.file.getvalue().splitlines()


def test_lines_tell_done_rate_time_left_and_the_first_outcome(tmp_path):
    lines = told(fake_run, folder=tmp_path)
    assert lines[0] == "9 runs, 0 of them there already"
    assert lines[1].startswith("1 of 9 runs, ")
    assert "runs/min, about" in lines[1]
    assert lines[-1].endswith("; jobs: employed +3.000 (+1.758 to +4.242, 3 pairs)")
    assert "left" not in lines[-1]


def test_lines_tell_failures(tmp_path):
    lines = told(failing_run, folder=tmp_path)
    assert "jobs-r0001 failed" in lines
    assert "9 of 9 runs, 1 failed" in lines[-1]


def test_events_are_one_json_object_a_line(tmp_path):
    lines = []
    run_study(FakeScenario(), tmp_path, workers=1, run_one=failing_run, watch=Events(lines.append))
    events = [json.loads(line) for line in lines]
    assert events[0] == {"event": "begin", "runs": 9, "kept": 0}
    runs = [one for one in events if one["event"] == "run"]
    assert len(runs) == 9
    assert (runs[-1]["done"], runs[-1]["failures"], runs[-1]["runs"]) == (8, 1, 9)
    assert [one["arm"] for one in runs if one["failed"]] == ["jobs"]
    assert runs[-1]["standing"].startswith("jobs: employed")


def test_rate_and_time_left_are_of_the_runs_that_were_made_now():
    clock = Clock()
    tally = Tally(clock)
    tally.begin(10, 4)
    tally.made, clock.now = 2, 30.0
    assert tally.ended == 6
    assert tally.per_minute == 4
    assert tally.minutes_left == 1


def test_what_lay_before_the_first_run_is_no_part_of_the_rate():
    clock = Clock()
    tally = Tally(clock)
    tally.begin(10, 0)
    run = Planned("id", "baseline", 0)
    for clock.now, took in ((300.0, 6.0), (301.0, 6.0), (306.0, 5.0)):
        tally.done(Report(run, "hash", circumstances={"started": 1e9, "ended": 1e9 + took}))
    assert tally.per_minute == 60 * 3 / 12
    unknown = Tally(clock)
    unknown.begin(10, 0)
    clock.now += 30.0
    unknown.done(Report(run, "hash"))
    assert unknown.per_minute == 2


def test_more_planned_runs_do_not_count_the_made_ones_twice():
    tally = Tally(Clock())
    tally.begin(4, 0)
    tally.made = 4
    tally.begin(8, 4)
    assert (tally.ended, tally.total) == (4, 8)


def test_how_it_is_told_depends_on_where():
    assert isinstance(watch_on(Console(file=io.StringIO()), quiet=True), Silent)
    assert isinstance(watch_on(Console(file=io.StringIO()), quiet=False), Lines)
    assert isinstance(watch_on(Console(file=io.StringIO()), quiet=False, json_lines=print), Events)

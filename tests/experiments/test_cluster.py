"""A real Dask scheduler on loopback: the same bits as here, and what becomes of a study when parts of it die."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.study import load
from experiments import cli, cluster, study
from experiments.engines import Here, SchedulerGoneError, SchedulerLostError, WorkerLostError
from experiments.source import Source
from experiments.study import run_study
from experiments.watch import Silent
from experiments.work import EngineRuns
from tests.experiments.fakes import DyingRun, FakeScenario, MeetingRun, brief_run

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    **os.environ,
    # The root first: a package `tests` of somebody else's may be installed.
    "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
}
PATIENCE = 60.0


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Bed:
    """A scheduler and its workers, each a process of its own group; each waits for the scheduler by itself."""

    def __init__(self, folder, nanny=False, allowed_failures=1):
        self.folder, self.nanny, self.port = folder, nanny, free_port()
        self.allowed_failures = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(allowed_failures)}
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.workers = []
        self.started = []
        self.start()

    def start(self):
        self.scheduler = self._command("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")

    def join(self):
        kind = "--nanny" if self.nanny else "--no-nanny"
        worker = self._command("worker", self.address, "--nthreads", "1", kind, "--no-dashboard")
        self.workers.append(worker)
        return worker

    def _command(self, *words):
        with (self.folder / f"{len(self.started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words], cwd=self.folder,
                env=ENVIRONMENT | self.allowed_failures, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.started.append(process)
        return process

    def logs(self):
        return "\n".join(file.read_text() for file in sorted(self.folder.glob("*.log")))

    def end(self):
        for process in self.started:
            # The group: a nanny's worker is its child.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(autouse=True)
def alarm():
    """Let a study that hangs fail."""

    def late(_signal, _frame):
        pytest.fail("the study hangs")  # no Exception, which a study might take for a lost connection

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(int(3 * PATIENCE))
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Start one scheduler for all tests that leave it as they found it."""
    made = Bed(tmp_path_factory.mktemp("dask"))
    yield made
    made.end()


@pytest.fixture
def dask(shared):
    """Lend the scheduler with two workers at least: those that a test before killed are replaced."""
    shared.workers = [one for one in shared.workers if one.poll() is None]
    while len(shared.workers) < 2:
        shared.join()
    return shared


@pytest.fixture
def bed(tmp_path_factory):
    """Start a scheduler and workers for one test, and end them."""
    made = []

    def started(workers, **how):
        made.append(Bed(tmp_path_factory.mktemp("dask"), **how))
        for _ in range(workers):
            made[0].join()
        return made[0]

    yield started
    for one in made:
        one.end()


class Meddling(Silent):
    """Does something when so many runs have ended, and keeps the notes."""

    def __init__(self, after, act):
        self.after, self.act, self.notes, self.ended = after, act, [], 0

    def note(self, text):
        self.notes.append(text)

    def done(self, report, standing):
        self.ended += 1
        if self.ended == self.after:
            self.act()


def contents(folder):
    files = [file for kind in ("outcomes", "persons", "units") for file in (folder / kind).iterdir()]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def complete(finished, runs):
    assert not finished.failures, finished.failures[0].read_text()
    assert len(finished.study.runs) == runs
    return True


def test_a_cluster_writes_the_bytes_that_one_process_writes(dask, tmp_path):
    there = run_study(FakeScenario(), tmp_path / "there", workers=dask.address, run_one=brief_run)
    here = run_study(FakeScenario(), tmp_path / "here", workers=1, run_one=brief_run)
    assert complete(there, 9) and complete(here, 9)
    assert contents(tmp_path / "there") == contents(tmp_path / "here")
    assert (tmp_path / "there" / "summary.csv").read_bytes() == (tmp_path / "here" / "summary.csv").read_bytes()


def test_a_worker_killed_midway_costs_no_run(dask, tmp_path):
    killed = dask.workers[0]
    watch = Meddling(3, killed.kill)
    finished = run_study(FakeScenario(), tmp_path, workers=dask.address, run_one=brief_run, replicates=6, watch=watch)
    assert complete(finished, 18)
    assert killed.wait() == -signal.SIGKILL


def test_a_scheduler_killed_midway_and_started_again_goes_on(dask, tmp_path):
    def replaced():
        for process in (dask.scheduler, *dask.workers):
            process.kill()
            process.wait()
        dask.start()

    class Joining(Meddling):
        """Starts workers when there is none."""

        def note(self, text):
            super().note(text)
            if text.startswith("no worker"):
                dask.join()
                dask.join()

    watch = Joining(3, replaced)
    finished = run_study(FakeScenario(), tmp_path, workers=dask.address, run_one=brief_run, replicates=6, watch=watch)
    assert complete(finished, 18)
    assert len(finished.reports) == 18
    assert watch.notes[-1] == (
        f"no worker has joined the scheduler at {dask.address}; waiting for one: `dask worker {dask.address}`"
    )


def test_a_worker_that_joins_late_is_used(dask, tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    run_one = MeetingRun(marks, len(dask.workers) + 1, PATIENCE)
    watch = Meddling(1, dask.join)
    finished = run_study(FakeScenario(), tmp_path / "out", workers=dask.address, run_one=run_one, watch=watch)
    assert complete(finished, 9)
    assert {int(file.name) for file in marks.iterdir()} == {process.pid for process in dask.workers}


@pytest.fixture
def command(monkeypatch, tmp_path):
    """Let the command load the fake scenario; returns how to call it."""
    monkeypatch.setattr(Source, "load", lambda _self: (FakeScenario(), (), 6))
    monkeypatch.setattr(study, "EngineRuns", lambda _code: brief_run)
    monkeypatch.setattr(cluster, "_FIRST_PATIENCE", 0.5)
    out = tmp_path / "results" / "out"
    return lambda *more: CliRunner().invoke(cli.app, ["run", "any.yaml", "--out", str(out), *more])


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "tcp://nowhere.invalid:8786", "pigeon://127.0.0.1:1"])
def test_no_scheduler_is_status_2_and_nothing_is_written(command, tmp_path, address):
    address = address.format(port=free_port())
    done = command("--workers", address)
    assert done.exit_code == 2, done.output
    assert f"no scheduler answers at {address}" in done.stderr
    assert "`dask scheduler`" in done.stderr
    assert "Traceback" not in done.output
    assert not list(tmp_path.iterdir())


class Vanishing(Here):
    """Makes four runs, then is gone for good."""

    def __init__(self, _address, _say):
        self.made = 0

    def submit(self, do, /, *args):
        self.made += 1
        if self.made <= 4:
            return super().submit(do, *args)
        return failed(SchedulerLostError("gone"))

    def lost(self):
        raise SchedulerGoneError("no scheduler answers")


def test_a_scheduler_that_stays_away_is_status_1_and_what_finished_is_a_study(command, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "check_scheduler", lambda _address: None)
    monkeypatch.setattr(cluster, "Cluster", Vanishing)
    done = command("--workers", "tcp://127.0.0.1:1")
    assert done.exit_code == 1, done.output
    assert "no scheduler answers" in done.stderr
    assert "Traceback" not in done.output
    assert len(load(tmp_path / "results" / "out").runs) == 4


def test_an_error_of_the_run_is_not_taken_for_a_lost_scheduler():
    told = Future()
    cluster._hand_on(failed(FileNotFoundError("a file that the worker lacks")), told)
    assert isinstance(told.exception(), FileNotFoundError)


def test_a_run_that_killed_its_workers_may_be_tried_again():
    told = Future()
    last = distributed.scheduler.WorkerState(
        address="tcp://127.0.0.1:1", status=distributed.Status.closed, pid=1, name="", nthreads=1, memory_limit=0,
        local_directory="", nanny="", server_id="",
    )  # fmt: skip
    cluster._hand_on(failed(distributed.scheduler.KilledWorker("make-1", last, 3)), told)
    assert type(told.exception()) is WorkerLostError


def failed(error):
    one = Future()
    one.set_exception(error)
    return one


def test_a_worker_of_another_version_fails_its_runs_with_the_remedy(dask, tmp_path):
    finished = run_study(FakeScenario(), tmp_path, workers=dask.address, run_one=EngineRuns("another"), replicates=1)
    assert len(finished.failures) == 3
    assert all("install the same version everywhere" in file.read_text() for file in finished.failures)


def test_a_run_that_kills_every_worker_fails_alone(bed, tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    dask = bed(2, nanny=True, allowed_failures=0)
    finished = run_study(FakeScenario(), tmp_path / "out", workers=dask.address, run_one=DyingRun(marks, 99))
    assert [file.stem for file in finished.failures] == ["jobs-r0001"], dask.logs()
    assert "KilledWorker" in finished.failures[0].read_text()
    assert len(finished.study.runs) == 8


_INTERRUPTED = """
import signal
import sys
from pathlib import Path
from experiments import cli, study
from experiments.source import Source
from tests.experiments.fakes import FakeScenario, slow_run
if __name__ == "__main__":
    # What a shell starts in the background ignores Ctrl-C from birth, these tests included.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    Source.load = lambda _self: (FakeScenario(), (), 6)
    study.EngineRuns = lambda _code: slow_run
    sys.argv[1:] = ["run", "any.yaml", "--out", sys.argv[1], "--workers", sys.argv[2], "--quiet"]
    cli.main()
"""


def until(true):
    limit = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.1)


def test_ctrl_c_leaves_nothing_on_the_scheduler(dask, tmp_path):
    script, out = tmp_path / "interrupted.py", tmp_path / "out"
    script.write_text(_INTERRUPTED)
    child = subprocess.Popen(
        [sys.executable, str(script), str(out), dask.address],
        env=ENVIRONMENT, start_new_session=True, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        until(lambda: list(out.glob("outcomes/*.parquet")) or child.poll() is not None)
        os.killpg(child.pid, signal.SIGINT)
        _, said = child.communicate(timeout=PATIENCE)
    finally:
        child.kill()
    assert child.returncode == 130, said
    assert b"Traceback" not in said, said
    assert len(load(out).runs) == 1
    with distributed.Client(dask.address, timeout=PATIENCE, set_as_default=False) as client:
        until(lambda: client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0)
    # What a worker computes can't be taken from it; the next test isn't to wait for it.
    for worker in dask.workers:
        worker.kill()
        worker.wait()

"""Worker processes that die: idle, in the midst of a call, in the midst of an answer."""

import gc
import os
import pickle
import signal
import struct
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from experiments.engines import Lanes, WorkerLostError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills by a POSIX signal")
PATIENCE = 30


def own_pid():
    return os.getpid()


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def die_in_the_midst_of_the_answer():
    """Send the head of an answer of 1,000 bytes and ten of them, as a kill during a long answer does."""
    for pipe in [one for one in gc.get_objects() if isinstance(one, Connection) and one.writable]:
        os.write(pipe.fileno(), struct.pack("!i", 1000) + b"x" * 10)
    die()


def broken():
    raise ValueError("a broken balance")


def unpicklable():
    return lambda: None


@pytest.fixture
def lanes():
    made = Lanes(1)
    yield made
    made.close(at_once=True)


def asked(lanes, do, *args):
    return lanes.submit(do, *args).result(PATIENCE)


@pytest.mark.parametrize("death", [die, die_in_the_midst_of_the_answer])
def test_a_worker_that_dies_is_told_and_another_takes_its_place(lanes, death):
    before = asked(lanes, own_pid)
    with pytest.raises(WorkerLostError, match="status -9"):
        asked(lanes, death)
    assert asked(lanes, own_pid) not in (before, os.getpid())


def test_a_worker_that_dies_while_it_makes_nothing_costs_nothing(lanes):
    pid = asked(lanes, own_pid)
    os.kill(pid, signal.SIGKILL)
    lanes._lanes[0].process.join(PATIENCE)
    assert asked(lanes, own_pid) != pid


def test_what_is_raised_comes_back_with_its_traceback_and_the_worker_stays(lanes):
    pid = asked(lanes, own_pid)
    with pytest.raises(RuntimeError, match="a broken balance"):
        asked(lanes, broken)
    with pytest.raises(RuntimeError, match="pickle"):
        asked(lanes, unpicklable)
    with pytest.raises((pickle.PicklingError, AttributeError)):
        asked(lanes, lambda: None)
    assert asked(lanes, own_pid) == pid


def test_large_calls_and_answers_travel_whole(lanes):
    content = os.urandom(20 * 2**20)
    assert asked(lanes, bytes, content) == content


_SCRIPT = """
import os, sys
print("script in", os.getpid(), flush=True)
from experiments.engines import Lanes
lanes = Lanes(2)
print(lanes.submit(abs, -3).result(30))
lanes.close(at_once=False)
print(__file__ == sys.argv[0])
"""


def test_a_script_without_a_guard_is_run_once(tmp_path):
    script = tmp_path / "study.py"
    script.write_text(_SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    first, *rest = done.stdout.splitlines()
    assert first.startswith("script in")
    assert rest == ["3", "True"]


@pytest.mark.parametrize("at_once", [True, False])
def test_closing_leaves_no_process(at_once):
    lanes = Lanes(2)
    pids = {lane.process.pid for lane in lanes._lanes}
    lanes.close(at_once=at_once)
    assert all(not lane.process.is_alive() for lane in lanes._lanes)
    assert len(pids) == 2

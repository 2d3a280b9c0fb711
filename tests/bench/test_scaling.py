"""The timing harness: what it fits and prints, never how long anything takes."""

import pytest

from tests.bench import scaling as harness
from tests.bench.__main__ import names


def test_the_exponent_is_that_of_a_power_law():
    timed = [harness.Timed(size, 3e-9 * size**1.5, 0.0) for size in (10, 100, 1_000)]
    assert harness.exponent(timed) == pytest.approx(1.5)


def test_nanoseconds_are_per_unit_of_size():
    assert harness.Timed(500, 1e-6, 0.0).nanoseconds == pytest.approx(2.0)


def test_a_row_for_each_size_and_one_exponent(monkeypatch, capsys):
    monkeypatch.setattr(harness, "_probe_once", lambda: 0.5)
    monkeypatch.setattr(harness, "seconds_of", lambda run: run() * 1e-6)
    found = harness.scaling("doubling", (1, 10), lambda size: lambda: 2 * size)
    assert [one.size for one in found] == [1, 10]
    assert [one.probes for one in found] == pytest.approx([4e-6, 4e-5])
    head, *rows, last = capsys.readouterr().out.strip().split("\n")
    assert head == "doubling"
    assert [row.split()[0] for row in rows] == ["size", "1", "10"]
    assert last == "exponent 1.00"


def test_a_call_warms_up_before_it_is_timed(monkeypatch):
    calls = []
    monkeypatch.setattr(harness, "_LONG_ENOUGH", 0.0)
    harness.seconds_of(lambda: calls.append(1))
    assert len(calls) == 2 + harness._REPEATS


def test_every_bench_can_be_run_by_name():
    assert {"access", "queues", "region"} <= set(names())
    assert not {"scaling", "test_scaling", "__main__"} & set(names())

"""The queue kernel against a truncated Markov chain solved as a system of equations, and the laws of a queue."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm, solve

from simulation.kernels.queues import erlang_a, queue_all

COUNTS = st.integers(1, 40)
LOADS = st.floats(0.02, 3.0)
MINUTES = st.floats(2.0, 60.0)
PATIENCE = st.floats(5.0, 600.0)
LIMITS = st.floats(0.0, 120.0)


def steady(servers, load, minutes, patience, limit):
    """Mean wait, share who leave, share over the limit, by the kernel; the load is offered work per doctor."""
    out = np.empty(3)
    erlang_a(float(servers), load * servers * 60 / minutes, minutes, patience, limit, out)
    return out


def stationary(servers, come, serve, leave, most):
    """Solve pi Q = 0 for people in the house, 0 to `most`."""
    n = np.arange(most + 1)
    down = np.minimum(n, servers) * serve + np.maximum(n - servers, 0) * leave
    up = np.where(n < most, come, 0.0)
    generator = np.diag(up[:-1], 1) + np.diag(down[1:], -1) - np.diag(up + down)
    generator[:, 0] = 1.0
    right = np.zeros(most + 1)
    right[0] = 1.0
    return solve(generator.T, right)


def on_paper(servers, load, minutes, patience, limit):
    """Everything by linear algebra: the chain of the house, and the chain of those ahead for the wait of one."""
    serve, leave = 1 / minutes, 1 / patience
    come = load * servers * serve
    most = int(servers + come * patience + 12 * math.sqrt(come * patience) + 40)
    share = stationary(servers, come, serve, leave, most)
    ahead = np.arange(most - servers + 1)
    queue = float((share[servers:] * ahead).sum())
    # One who finds j ahead waits through j + 1 departures: a chain that only moves down, -1 meaning "in service".
    rate = servers * serve + ahead * leave
    down = np.diag(-rate) + np.diag(rate[1:], -1)
    waiting = expm(down * limit).sum(1)
    over = float((share[servers:] * waiting).sum()) * math.exp(-limit * leave)
    return queue / come, leave * queue / come, over


@pytest.mark.parametrize("servers", [1, 2, 8, 25])
@pytest.mark.parametrize("load", [0.05, 0.7, 1.0, 1.02, 1.19, 3.0])
@pytest.mark.parametrize(("patience", "limit"), [(5.0, 10.0), (60.0, 30.0), (120.0, 0.0)])
def test_the_kernel_agrees_with_paper(servers, load, patience, limit):
    found = steady(servers, load, 10.0, patience, limit)
    np.testing.assert_allclose(found, on_paper(servers, load, 10.0, patience, limit), rtol=1e-7, atol=1e-12)


def erlang_c_on_paper(servers, load, minutes, limit):
    """The formula of the textbooks, by sums of factorials."""
    work = load * servers
    last = work**servers / math.factorial(servers) / (1 - load)
    waits = last / (sum(work**n / math.factorial(n) for n in range(servers)) + last)
    return waits * minutes / (servers - work), 0.0, waits * math.exp(-(servers - work) * limit / minutes)


@pytest.mark.parametrize("servers", [1, 3, 18, 60])
@pytest.mark.parametrize("load", [0.1, 0.85, 0.97])
@pytest.mark.parametrize("patience", [0.0, -1.0, math.inf, math.nan, 1e8])
def test_without_patience_it_is_erlang_c(servers, load, patience):
    found = steady(servers, load, 12.0, patience, 20.0)
    np.testing.assert_allclose(found, erlang_c_on_paper(servers, load, 12.0, 20.0), rtol=1e-3, atol=1e-5)


def test_a_queue_that_nobody_leaves_has_no_end_at_full_load():
    assert steady(4, 1.0, 10.0, 0.0, 30.0).tolist() == [math.inf, 0.0, 1.0]
    assert steady(4.5, 0.95, 10.0, 0.0, 30.0)[0] == math.inf  # with 4 doctors half of the time it has no end


def test_nobody_comes_and_nobody_is_there():
    assert steady(3, 0.0, 10.0, 60.0, 30.0).tolist() == [0.0, 0.0, 0.0]
    out = np.empty(3)
    erlang_a(0.0, 5.0, 10.0, 60.0, 30.0, out)
    np.testing.assert_allclose(out, [60.0, 1.0, math.exp(-0.5)])


def test_an_empty_clinic_has_no_queue():
    assert steady(8, 1e-6, 10.0, 60.0, 0.0).max() < 1e-12


@pytest.mark.parametrize("patience", [30.0, 240.0])
def test_between_whole_numbers_it_is_linear(patience):
    out = [np.empty(3) for _ in range(3)]
    for servers, one in zip((5.0, 5.25, 6.0), out, strict=True):
        erlang_a(servers, 33.0, 10.0, patience, 30.0, one)
    np.testing.assert_allclose(out[1], 0.75 * out[0] + 0.25 * out[2], rtol=1e-12)


@pytest.mark.parametrize("servers", [200, 1000])
@pytest.mark.parametrize("load", [0.0, 0.5, 0.999, 1.0, 1.001, 1.5, 3.0])
@pytest.mark.parametrize("patience", [0.01, 60.0, 1e6])
def test_large_houses_stay_finite_and_in_range(servers, load, patience):
    wait, leave, over = steady(servers, load, 10.0, patience, 30.0)
    assert 0.0 <= wait <= patience
    assert 0.0 <= leave <= 1.0 and 0.0 <= over <= 1.0
    assert leave >= 1.0 - 1.0 / max(load, 1e-9) - 1e-9  # doctors can't see more than they can


@given(COUNTS, LOADS, MINUTES, PATIENCE, LIMITS)
def test_as_many_leave_as_their_patience_ends_while_they_wait(servers, load, minutes, patience, limit):
    wait, leave, over = steady(servers, load, minutes, patience, limit)
    assert wait == pytest.approx(leave * patience, rel=1e-12)
    assert over * limit <= wait * (1.0 + 1e-9)  # Markov's inequality


@given(st.floats(0.5, 40.0), st.floats(0.1, 5.0), st.floats(1.0, 200.0), MINUTES, PATIENCE, LIMITS)
def test_more_doctors_never_lengthen_the_queue(servers, more, offered, minutes, patience, limit):
    before, after = np.empty(3), np.empty(3)
    erlang_a(servers, offered, minutes, patience, limit, before)
    erlang_a(servers + more, offered, minutes, patience, limit, after)
    assert (after <= before * (1.0 + 1e-9) + 1e-13).all()


@given(COUNTS, LOADS, st.floats(1.0, 2.0), MINUTES, PATIENCE, LIMITS)
def test_more_people_never_shorten_the_queue(servers, load, more, minutes, patience, limit):
    before = steady(servers, load, minutes, patience, limit)
    after = steady(servers, load * more, minutes, patience, limit)
    assert (after >= before * (1.0 - 1e-9) - 1e-13).all()


@given(COUNTS, LOADS, MINUTES, PATIENCE, st.lists(LIMITS, min_size=2, max_size=2))
def test_fewer_wait_longer(servers, load, minutes, patience, limits):
    low, high = (steady(servers, load, minutes, patience, limit)[2] for limit in sorted(limits))
    assert high <= low * (1.0 + 1e-9)


def test_many_queues_are_each_their_own():
    servers, offered, minutes = np.array([2.0, 7.5, 0.0]), np.array([20.0, 40.0, 3.0]), np.array([10.0, 9.0, 12.0])
    out, one = np.empty((3, 3)), np.empty(3)
    queue_all(servers, offered, minutes, 45.0, 30.0, out)
    for row in range(3):
        erlang_a(servers[row], offered[row], minutes[row], 45.0, 30.0, one)
        assert out[row].tolist() == one.tolist()

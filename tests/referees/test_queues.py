"""Queues with impatient people: the steady state by formula against `ciw`, which plays the queue through.

The seeds are fixed: with fresh ones a bound of 3 standard errors would be crossed by one run of 370 without any fault.
"""

import ciw
import numpy as np
import pytest

from simulation.kernels.queues import erlang_a
from tests.referees.finding import Finding, package

SERVERS, MINUTES, PATIENCE, LIMIT = 4, 10.0, 60.0, 15.0
LOADS = {0.5: 11, 0.85: 12, 1.0: 13, 1.25: 14}
"""Offered work per doctor, and the seed."""
WARM_UP, BATCH, BATCHES = 1_000.0, 800.0, 25
"""Minutes; a batch is many times longer than the queue remembers, so that the means of batches are independent."""


def played(load, seed):
    """Play the queue; return for each batch the mean wait of all who came, the share who left, the share over the limit."""
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(load * SERVERS / MINUTES)],
        service_distributions=[ciw.dists.Exponential(1 / MINUTES)],
        number_of_servers=[SERVERS],
        reneging_time_distributions=[ciw.dists.Exponential(1 / PATIENCE)],
    )
    run = ciw.Simulation(network)
    run.simulate_until_max_time(WARM_UP + BATCH * BATCHES + 4 * PATIENCE)
    who = [one for one in run.get_all_records() if WARM_UP <= one.arrival_date < WARM_UP + BATCH * BATCHES]
    batch = np.array([int((one.arrival_date - WARM_UP) // BATCH) for one in who])
    wait = np.array([one.waiting_time for one in who])
    left = np.array([one.record_type == "renege" for one in who])
    came = np.bincount(batch, minlength=BATCHES)
    return np.stack([np.bincount(batch, weights=one, minlength=BATCHES) / came for one in (wait, left, wait > LIMIT)])


def standard_errors(load, seed):
    """How far the formula lies from the mean of the batches, in standard errors of that mean, float64[3]."""
    batches = played(load, seed)
    found = np.empty(3)
    erlang_a(float(SERVERS), load * SERVERS * 60 / MINUTES, MINUTES, PATIENCE, LIMIT, found)
    return np.abs(batches.mean(1) - found) / (batches.std(1, ddof=1) / np.sqrt(BATCHES))


def compare_queues():
    worst = max(float(standard_errors(*one).max()) for one in LOADS.items())
    return Finding("queue with impatient people (Erlang A)", package("ciw"), len(LOADS), worst, "standard errors", 3.0)


def test_queues():
    found = compare_queues()
    print(found)
    assert found.holds


def test_a_wrong_formula_is_found_out():
    batches = played(1.0, 13)
    other = np.empty(3)
    erlang_a(float(SERVERS), SERVERS * 60 / MINUTES, MINUTES, 2 * PATIENCE, LIMIT, other)  # twice as patient
    error = batches.std(1, ddof=1) / np.sqrt(BATCHES)
    assert (np.abs(batches.mean(1) - other)[:2] / error[:2]).min() > 4.0


@pytest.mark.parametrize("load", [0.5, 1.25])
def test_batches_are_long_enough(load):
    batches = played(load, LOADS[load])[0]
    around = batches - batches.mean()
    assert abs((around[1:] * around[:-1]).mean() / around.var()) < 3 / np.sqrt(BATCHES)

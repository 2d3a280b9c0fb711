"""Time the steady state of a month's queues: a district's clinics, a province's, and large houses.

Run it with `python -m tests.bench queues`.
"""

from collections.abc import Callable

import numpy as np

from simulation.kernels.queues import queue_all
from tests.bench.scaling import scaling


def clinics(count: int) -> Callable[[], None]:
    """Clinics of 1 to 20 doctors at loads of 0.3 to 1.5."""
    rng = np.random.default_rng(1)
    servers = rng.integers(1, 21, count) + rng.integers(0, 4, count) / 4
    return _solved(servers, rng.uniform(0.3, 1.5, count))


def hospitals(doctors: int) -> Callable[[], None]:
    """One house of many doctors, 19 of 20 of them at work at any time."""
    return _solved(np.array([float(doctors)]), np.array([0.95]))


def _solved(servers: np.ndarray, load: np.ndarray) -> Callable[[], None]:
    minutes = np.full(len(servers), 12.0)
    out = np.empty((len(servers), 3))
    return lambda: queue_all(servers, load * servers * 5.0, minutes, 60.0, 30.0, out)


def main() -> None:
    """Print both tables."""
    scaling("queues: clinics of a month", (120, 1_200, 12_000), clinics)
    scaling("queues: doctors of one house", (10, 100, 1_000), hospitals)


if __name__ == "__main__":
    main()

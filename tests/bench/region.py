"""Time one run of the reference region, warm, its parts told apart, against a probe of the machine.

Run it with `python -m tests.bench.region`. Seconds depend on the machine; the ratio to the probe (a
compiled keyed draw, 100 million times, in the same run) does so far less.
"""

import statistics
import sys

from simulation.engine import Engine, Timings
from simulation.scenario import load
from tests.bench.scaling import probe


def run(replicate: int) -> tuple[Timings, int]:
    """Run the baseline once; return its timings and person-months."""
    result = Engine(load("scenarios/qianxi.yaml"), "baseline", replicate).run()
    return result.timings, result.person_months


def main(repeats: int = 5) -> None:
    """Print the median of `repeats` runs after one that warms up."""
    run(0)
    found = [(*run(replicate), probe()) for replicate in range(repeats)]
    median = {
        part: statistics.median(getattr(timings, part) for timings, _, _ in found)
        for part in ("synthesis", "simulation", "recording")
    }
    unit = statistics.median(seconds for _, _, seconds in found)
    months = statistics.median(count for _, count, _ in found)
    for part, seconds in {**median, "all": sum(median.values())}.items():
        sys.stdout.write(f"{part:<11}{seconds:7.2f} s {seconds / unit:7.1f} probes\n")
    sys.stdout.write(f"{months / median['simulation']:,.0f} person-months a second of simulation\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

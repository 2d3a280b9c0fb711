"""Loops of the population synthesis: ages that fit between parents and children, savings."""

from simulation.kernels.draws import exponential, normal
from simulation.kernels.jit import kernel


@kernel
def mend(least, value):
    """Exchange values between slots until each is at least what its slot asks for.

    least   int64[n]  smallest value a slot may hold
    value   int64[n]  its value; exchanged in place, so that the set of values stays what it was

    A slot that can't be helped by one exchange keeps its value. Start from values in any order.
    """
    n = value.size
    for slot in range(n):
        if value[slot] < least[slot]:
            for step in range(1, n):
                other = (slot + step) % n
                if value[other] >= least[slot] and value[slot] >= least[other]:
                    value[slot], value[other] = value[other], value[slot]
                    break


@kernel
def fill_lognormal(key, uid, median, sigma, out):
    """Lognormal draws: key uint64, uid uint64[n], median float64, sigma float64, out float64[n] written here."""
    for row in range(uid.size):
        out[row] = median * exponential(sigma * normal(key, uid[row]))


@kernel
def survivors(age_months, months, level, slope, floor, out):
    """Share of people still alive after some months under a Gompertz-Makeham risk.

    age_months  float64[n]  age at the beginning
    months      int64[n]    how long they have to live
    level, slope, floor     risk a year at age x is floor + level * exp(slope * x)
    out         float64[n]  share alive; written here
    """
    for row in range(age_months.size):
        alive = 1.0
        for month in range(months[row]):
            years = (age_months[row] + month) / 12.0
            alive *= max(0.0, 1.0 - (floor + level * exponential(slope * years)) / 12.0)
        out[row] = alive

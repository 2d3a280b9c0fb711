"""A market of jobs drawn at random for tests: seekers at two places, six employers, and whatever decides who meets whom."""

import numpy as np
from hypothesis import strategies as st

from simulation.kernels import job_search as search

EMPLOYERS, PLACES = 6, 2


def rules_of(rng, employers=EMPLOYERS):
    """Draw windows, wide ones more often than not."""
    return np.stack([
        rng.integers(16, 35, employers), rng.integers(35, 61, employers), rng.integers(0, 2, employers),
        rng.integers(-1, 2, employers), rng.random(employers) < 0.2, rng.random(employers) < 0.6,
        rng.integers(0, 2, employers), np.ones(employers),
    ], axis=1).astype(np.int32)  # fmt: skip


def traits_of(rng, seekers, employers=EMPLOYERS):
    """Draw seekers."""
    traits = np.zeros((seekers, 8), np.int32)
    for column, top in ((search.SEX, 2), (search.EDUCATION, 4), (search.TRAINED, 2), (search.CARER, 2)):
        traits[:, column] = rng.integers(0, top, seekers)
    traits[:, search.AGE] = rng.integers(16, 60, seekers)
    traits[:, search.PLACE] = rng.integers(0, PLACES, seekers)
    traits[:, search.ORIGIN] = rng.integers(0, PLACES, seekers)
    traits[:, search.BEFORE] = rng.integers(-1, employers, seekers)
    return traits


def skill_of(education, trained):
    """Count classes of skill up from the best."""
    return 0 if trained or education >= 2 else 1 if education == 1 else 2


@st.composite
def markets(draw, most=40):
    """Draw a market as the kernels take it."""
    rng, m = np.random.default_rng(draw(st.integers(0, 10_000))), draw(st.integers(1, most))
    sigma = np.array([0.0, 0.0, 0.5, 0.0, 0.0, 0.0])
    return {
        "m": m, "rng": rng, "traits": traits_of(rng, m), "uid": rng.integers(1, 2**63, m).astype(np.uint64),
        "luck": rng.random((m, 2)) + 0.5, "least": np.exp(rng.normal(6.8, 0.5, m)), "z": rng.normal(size=m),
        "start": np.array([0, 6, 10], np.int32), "near": np.array([2, 0, 3, 1, 5, 4, 3, 0, 5, 4], np.int32),
        "rules": rules_of(rng), "rate": rng.random((PLACES, EMPLOYERS)) + 0.2, "kin": 1 + rng.random((PLACES, EMPLOYERS)),
        "barred": rng.integers(-1, EMPLOYERS, m).astype(np.int32),
        "value": np.exp(rng.normal(7, 0.5, (PLACES, EMPLOYERS))), "sigma": sigma, "scale": 0.3,
        "meet": rng.integers(1, 2**63, EMPLOYERS).astype(np.uint64), "taste": rng.integers(1, 2**63, EMPLOYERS).astype(np.uint64),
        "lot": rng.integers(1, 2**63, EMPLOYERS).astype(np.uint64), "employer_uid": rng.integers(1, 2**63, EMPLOYERS).astype(np.uint64),
        "vacancies": np.array([*rng.integers(0, 5, 2), -1, *rng.integers(1, 9, 3)], np.int32),
        "idle_first": rng.integers(0, 2, EMPLOYERS).astype(np.int8), "working": rng.integers(0, 2, m).astype(np.int16),
    }  # fmt: skip


def meet(s):
    """Run the kernel `meetings`; return offsets, choices and counts."""
    counts = np.zeros((5, EMPLOYERS), np.int32)
    offset, choice = np.empty(s["m"] + 1, np.int32), np.empty(s["m"] * EMPLOYERS, np.int32)
    search.meetings(
        s["traits"], s["uid"], s["luck"], s["least"], s["z"], s["barred"], s["start"], s["near"], s["rules"], s["rate"],
        s["kin"], s["value"], s["sigma"], s["meet"], counts, offset, choice,
    )  # fmt: skip
    return offset, choice, counts


def lists(offset, choice):
    """Split compressed rows into lists."""
    return [choice[offset[i] : offset[i + 1]].tolist() for i in range(len(offset) - 1)]

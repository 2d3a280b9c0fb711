"""Luck by address: known answers, quality, and independence of streams that are mixed, never added."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import special, stats

from simulation.draws import Draws, Luck, UndeclaredStreamError, descend, identity
from simulation.kernels import draws as kernels

FALSE_ALARM = 1e-6
"""Rate at which a right generator would fail a test here; the draws are fixed, so it never flickers."""
ROWS = np.arange(2**16, dtype=np.uint64)

# Written down once; a change of any of them changes every result.
EMPLOYER_UID = 1530245371498119185
KEY = 161826917495282419
UNIFORMS = [0.8101945964358493, 0.5050843581232417, 0.9610460660480405]
NORMALS = [0.8786136218106351, 0.012744940870154098, 1.7629562570990382]


# ---- known answers


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (0, 0xE220A8397B1DCDAF),
        (0x9E3779B97F4A7C15, 0x6E789E6AA1B965F4),
        (1234567, 6457827717110365317),
        ((1234567 + 0x9E3779B97F4A7C15) % 2**64, 3203168211198807973),
    ],
)
def test_the_hash_is_splitmix64(state, expected):
    assert int(kernels.mix(np.uint64(state))) == expected


def test_an_identity_is_the_same_on_every_machine():
    assert int(identity("employer/jinxiu/micro_factory")) == EMPLOYER_UID


def test_an_address_gives_the_same_number_on_every_machine():
    luck = Luck(seed=20180101, replicate=3)
    assert int(luck.key("jobs.search", 24240, 2)) == KEY
    assert luck.uniform("jobs.search", ROWS[:3], 24240, 2).tolist() == UNIFORMS
    assert luck.normal("jobs.search", ROWS[:3], 24240, 2).tolist() == NORMALS


# ---- quality


def test_uniform_numbers_fill_the_interval_evenly():
    u = Luck(1, 0).uniform("a.b", ROWS, 24000)
    counts = np.bincount((u * 256).astype(int), minlength=256)
    assert stats.chisquare(counts).pvalue > FALSE_ALARM
    assert u.min() > 0
    assert u.max() < 1


@pytest.mark.parametrize("what", ["neighbours", "streams", "months", "ks", "replicates", "seeds"])
def test_draws_side_by_side_are_unrelated(what):
    first = Luck(1, 0).uniform("a.b", ROWS, 24000)
    second = {
        "neighbours": lambda: np.roll(first, 1),
        "streams": lambda: Luck(1, 0).uniform("a.c", ROWS, 24000),
        "months": lambda: Luck(1, 0).uniform("a.b", ROWS, 24001),
        "ks": lambda: Luck(1, 0).uniform("a.b", ROWS, 24000, 1),
        "replicates": lambda: Luck(1, 1).uniform("a.b", ROWS, 24000),
        "seeds": lambda: Luck(2, 0).uniform("a.b", ROWS, 24000),
    }[what]()
    squares = np.histogram2d(first, second, bins=16, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(squares.ravel()).pvalue > FALSE_ALARM


def test_seed_and_replicate_are_not_added():
    assert Luck(1, 2).key("a.b", 24000) != Luck(2, 1).key("a.b", 24000)
    assert Luck(1, 2).key("a.b", 24000) != Luck(3, 0).key("a.b", 24000)


def test_streams_never_run_into_one_another():
    """Where seeds are added, unit i of one stream has the luck of unit i + k of another."""
    luck = Luck(7, 0)
    rows = ROWS[:4000]
    drawn = np.concatenate([luck.uniform(f"file.{stream}", rows, 24000) for stream in range(120)])
    assert len(np.unique(drawn)) == len(drawn)


def test_a_flipped_bit_flips_half_of_the_others():
    for bit in range(64):
        flips = [
            (int(kernels.mix(np.uint64(row))) ^ int(kernels.mix(np.uint64(row ^ (1 << bit))))).bit_count()
            for row in range(1, 257)
        ]
        assert 30.5 < np.mean(flips) < 33.5


def test_raising_a_probability_only_adds_events():
    u = Luck(1, 0).uniform("a.b", ROWS, 24000)
    assert all(((u < low) <= (u < high)).all() for low, high in pairwise(np.linspace(0, 1, 11)))


def test_normal_numbers_are_normal():
    drawn = Luck(1, 0).normal("a.b", ROWS, 24000)
    assert stats.kstest(drawn, "norm").pvalue > FALSE_ALARM


def test_tastes_are_gumbel():
    drawn = [kernels.gumbel(Luck(1, 0).key("a.b"), uid) for uid in ROWS[:20_000]]
    assert stats.kstest(drawn, "gumbel_r").pvalue > FALSE_ALARM


# ---- functions of our own


def _worst(ours, theirs, values):
    return max(abs(ours(np.float64(x)) - theirs(x)) / abs(theirs(x)) for x in values if theirs(x) != 0)


def test_logarithm_and_exponential_to_the_last_digits():
    grid = np.concatenate([10.0 ** np.linspace(-300, 300, 4001), 1 + np.linspace(-0.4, 0.6, 4001), [5e-17, 1 - 1e-16]])
    assert _worst(kernels.logarithm, math.log, grid) < 1e-15
    assert _worst(kernels.exponential, math.exp, np.linspace(-699, 699, 8001)) < 1e-15
    assert _worst(kernels.exponential, math.exp, np.linspace(-1, 1, 2001)) < 1e-15


def test_exponential_beyond_its_range():
    assert kernels.exponential(np.float64(-701.0)) == 0.0
    assert kernels.exponential(np.float64(900.0)) == kernels.exponential(np.float64(700.0))


def test_normal_quantile_against_scipy():
    p = np.concatenate([np.linspace(1e-6, 1 - 1e-6, 20_001), 10.0 ** np.linspace(-15, -3, 400)])
    ours = np.array([kernels.normal_quantile(one) for one in p])
    np.testing.assert_allclose(ours, special.ndtri(p), rtol=2e-9, atol=1e-9)


def test_poisson_counts_never_fall_when_the_mean_rises():
    means = np.linspace(0, 8, 161)
    for u in np.linspace(0.001, 0.999, 37):
        counts = [kernels.poisson(mean, u) for mean in means]
        assert counts == sorted(counts)


def test_poisson_against_scipy():
    u = Luck(1, 0).uniform("a.b", ROWS[:5000], 24000)
    for mean in (0.0, 0.2, 1.7, 6.0):
        assert [kernels.poisson(mean, one) for one in u] == stats.poisson.ppf(u, mean).tolist()


# ---- doors


def test_a_step_draws_from_declared_streams_alone():
    draws = Draws(Luck(1, 0), "jobs", frozenset({"search"}), 24000)
    assert draws.key("search") == Luck(1, 0).key("jobs.search", 24000)
    with pytest.raises(UndeclaredStreamError, match=r"jobs draws from 'serch' but declares only \['search'\]"):
        draws.key("serch")


def test_a_trait_for_life_has_no_month():
    luck = Luck(1, 0)
    early, late = (Draws(luck, "jobs", frozenset({"taste"}), month) for month in (24000, 24001))
    assert early.for_life("taste") == late.for_life("taste") == luck.key("jobs.taste")
    assert early.key("taste") != late.key("taste")


def test_descendants_are_named_by_parent_kind_and_ordinal():
    parents = np.array([5, 5, 6], np.uint64)
    named = descend(parents, "birth", np.array([0, 1, 0]))
    again = descend(parents[::-1].copy(), "birth", np.array([0, 1, 0])[::-1].copy())
    assert len(set(named.tolist())) == 3
    assert (named == again[::-1]).all()
    assert (named != descend(parents, "member", np.array([0, 1, 0]))).all()

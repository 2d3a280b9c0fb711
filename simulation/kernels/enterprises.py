"""The life of employers: orders that drift, posts and days that follow them, closures."""

import numpy as np

from simulation.kernels.draws import exponential, logarithm, normal, unit
from simulation.kernels.jit import kernel


@kernel
def drift_orders(uid, kind, volatility, persistence, common, common_key, own_key, first, orders):
    """Let orders drift by a month: an AR(1) in logs around a mean of 1, moved by a shock of the kind and one's own.

    uid          uint64[e]
    kind         int8[e]
    volatility   float64[kinds]   long-run SD of log orders; 0 where work doesn't hang on orders
    persistence  float            of log orders from month to month, 0 to below 1
    common       float            share of the shock's variance that all of a kind have in common
    common_key, own_key   uint64  of this month
    first        bool             True draws from the long run, whatever went before
    orders       float32[e]       against usual orders; written here
    """
    of_kind, of_own = np.sqrt(common), np.sqrt(1.0 - common)
    for one in range(uid.size):
        spread = volatility[kind[one]]
        if spread <= 0.0:
            orders[one] = 1.0
            continue
        shock = of_kind * normal(common_key, np.uint64(kind[one])) + of_own * normal(own_key, uid[one])
        half_variance = 0.5 * spread * spread
        level = spread * shock
        if not first:
            before = logarithm(np.float64(orders[one])) + half_variance
            level = persistence * before + np.sqrt(1.0 - persistence * persistence) * level
        orders[one] = exponential(level - half_variance)


@kernel
def close_down(uid, posts, subsidy_ends, yearly, key, month, closed):
    """Close employers whose support has ended, by a chance a month; one without posts has nothing to close.

    uid           uint64[e]
    posts         float64[e]   posts by region and policy
    subsidy_ends  int32[e]     first month without support
    yearly        float64[e]   share that closes in a year: 1 - (1 - share)^(1/12) a month
    key           uint64       of this month
    month         int
    closed        int32[e]     month of the closure, -1 while open; written here
    """
    for one in range(uid.size):
        at_risk = (closed[one] < 0) & (month >= subsidy_ends[one]) & (posts[one] > 0.0)
        if not at_risk:
            continue
        stays = exponential(logarithm(max(1.0 - yearly[one], 1e-300)) / 12.0)
        if unit(key, uid[one]) < 1.0 - stays:
            closed[one] = month


@kernel
def share_slump(base, posts, orders, as_days, closed, posts_now, days_now):
    """Split a slump between fewer posts and fewer days; more orders than usual bring neither.

    With `s` the orders below usual, posts are floor(posts x s^(1-d)) and days s^d for a share d of days, so
    that posts and days together make s of the usual work.

    base       int32[e]     posts before any policy; -1 without a limit
    posts      float64[e]   posts by region and policy
    orders     float32[e]
    as_days    float64[e]   share of a slump, in logs, that all bear as fewer days
    closed     int32[e]     month, -1 while open
    posts_now  int32[e]     written here
    days_now   float32[e]   share of the usual days; written here
    """
    for one in range(base.size):
        slump = logarithm(np.float64(min(orders[one], np.float32(1.0))))
        days_now[one] = exponential(as_days[one] * slump)
        if base[one] < 0:
            posts_now[one] = -1
        elif closed[one] >= 0:
            posts_now[one] = 0
        else:
            # A hair above: orders are kept in single precision, whose last bits must not cost a post.
            posts_now[one] = np.int32(np.floor(posts[one] * exponential((1.0 - as_days[one]) * slump) + 1e-4))

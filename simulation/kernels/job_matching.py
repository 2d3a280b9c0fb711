"""One round between seekers and posts: deferred acceptance with tastes and lots drawn only where they decide.

A taste is a Gumbel g of scale s, one per (seeker, employer, month). With g = -log(E), E = -log(u), the best of
log v + s g is the least of E * (1 / v) ** (1 / s): one logarithm instead of two, and 1 - u <= E says without any
that an employer can't be the best.
"""

import numpy as np

from simulation.kernels.draws import exponential, logarithm, mix, unit
from simulation.kernels.heaps import heapify, replace_worst
from simulation.kernels.jit import kernel, small
from simulation.kernels.job_search import EDUCATION, PLACE, SKILLS, TRAINED, skill_class

_SAFE = 1.0 - 1e-9
_CLASS_BIT, _LOT_BITS = np.uint64(56), np.uint64(8)


@small
def _weight(one, place, z, dislike, sigma, scale):
    weight = dislike[place, one]
    if sigma[one] > 0.0:
        weight *= exponential(-sigma[one] * (z - 0.5 * sigma[one]) / scale)
    return weight


@small
def score_of(one, place, uid, z, dislike, sigma, scale, taste_key):
    """Score of an employer for a seeker, less is better: a unit exponential draw over his liking of it."""
    return -logarithm(unit(taste_key[one], uid)) * _weight(one, place, z, dislike, sigma, scale)


@small
def bound_scores(choice, score, first, last, place, uid, z, dislike, sigma, scale, taste_key):
    """Set the score of each of choice[first:last] to its least, negative to say that it's no more than that."""
    for at in range(first, last):
        one = choice[at]
        score[at] = -(1.0 - unit(taste_key[one], uid)) * _weight(one, place, z, dislike, sigma, scale)


@small
def to_front(choice, score, first, last, place, uid, z, dislike, sigma, scale, taste_key, employer_uid):
    """Bring the best (least score) of choice[first:last] to `first`; equal ones go by the employer's uid."""
    best, least = first, np.inf
    for at in range(first, last):
        if abs(score[at]) * _SAFE > least:
            continue
        one = choice[at]
        if score[at] < 0.0:
            score[at] = score_of(one, place, uid, z, dislike, sigma, scale, taste_key)
        if score[at] < least or (score[at] == least and employer_uid[one] < employer_uid[choice[best]]):
            best, least = at, score[at]
    choice[first], choice[best] = choice[best], choice[first]
    score[first], score[best] = score[best], score[first]


@small
def priority_of(skill, working, idle_first, lot_key, uid):
    """Return how an employer ranks a seeker, lower is better: 1 of 6 classes in the top 8 bits, a lot below.

    Households without work come first where the employer takes them first; then skill, in 3 classes. More
    classes of skill would leave nothing to the lot.
    """
    behind = SKILLS if idle_first != 0 and working > 0 else 0
    return (np.uint64(behind + skill) << _CLASS_BIT) | (mix(lot_key ^ uid) >> _LOT_BITS)


@small
def _ask(free, one, room, traits, uid, working, idle_first, lot_key, begin, held, heaped, priority, who):
    """Let seeker `free` ask employer `one`; return who goes without, -1 if nobody does."""
    if room < 0:
        return np.int64(-1)
    if held[one] < room:
        who[begin + held[one]] = free
        held[one] += 1
        return np.int64(-1)
    if room == 0:
        return np.int64(free)
    if heaped[one] == 0:
        for at in range(begin, begin + room):
            other = who[at]
            skill = skill_class(traits[other, EDUCATION], traits[other, TRAINED])
            priority[at] = priority_of(skill, working[other], idle_first[one], lot_key[one], uid[other])
        heapify(priority, who, uid, begin, room)
        heaped[one] = 1
    skill = skill_class(traits[free, EDUCATION], traits[free, TRAINED])
    mine = priority_of(skill, working[free], idle_first[one], lot_key[one], uid[free])
    return replace_worst(priority, who, uid, begin, room, mine, np.int64(free))


@kernel
def match_posts(
    traits, uid, working, z, offset, choice, vacancies, idle_first, dislike, sigma, scale, taste_key, lot_key,
    employer_uid, match,
):  # fmt: skip
    """Match seekers to posts, stably and as well for the seekers as stability allows (Gale and Shapley 1962).

    Employers rank by class, then lot, then uid. Who asks first can't change the outcome.

    traits     int32[m, 8]
    uid        uint64[m]
    working    int16[m]        members of the seeker's household who stay in a job
    z          float64[m]      flair
    offset     int32[m + 1]    seeker i may have choice[offset[i]:offset[i + 1]]
    choice     int32[...]      rows of employers, in any order; put into the order of proposals as far as needed
    vacancies  int32[e]        -1 where there is no limit
    idle_first int8[e]         1 where households without work come first
    dislike    float64[places, e]   of `values_of_posts`
    sigma      float64[e]
    scale      float           of tastes, log points
    taste_key, lot_key   uint64[e]   keys of this month, folded with the employer's uid
    employer_uid   uint64[e]
    match      int32[m]        row of employers, -1 none; written here
    """
    base = np.zeros(vacancies.size + 1, np.int64)
    for entry in range(offset[-1]):
        base[choice[entry] + 1] += 1
    for one in range(vacancies.size):
        base[one + 1] += base[one]
    held, heaped = np.zeros(vacancies.size, np.int64), np.zeros(vacancies.size, np.int8)
    priority, who = np.empty(offset[-1], np.uint64), np.empty(offset[-1], np.int64)
    score, following = np.empty(offset[-1]), offset.copy()
    waiting, pending = np.ones(match.size, np.int8), match.size
    while pending > 0:  # sweeps in the order of memory, which finds its way to people faster than chains do
        for row in range(match.size):
            if waiting[row] == 0:
                continue
            waiting[row], match[row] = 0, -1
            pending -= 1
            last = offset[row + 1]
            if following[row] == offset[row] and last - offset[row] > 1:
                bound_scores(
                    choice, score, offset[row], last, traits[row, PLACE], uid[row], z[row], dislike, sigma, scale,
                    taste_key,
                )  # fmt: skip
            while match[row] < 0 and following[row] < last:
                first = following[row]
                if last - first > 1:
                    to_front(
                        choice, score, first, last, traits[row, PLACE], uid[row], z[row], dislike, sigma, scale,
                        taste_key, employer_uid,
                    )  # fmt: skip
                one = choice[first]
                following[row] += 1
                out = _ask(
                    row, one, vacancies[one], traits, uid, working, idle_first, lot_key, base[one], held, heaped,
                    priority, who,
                )  # fmt: skip
                if out != row:
                    match[row] = one
                if out >= 0 and out != row:
                    waiting[out] = 1
                    pending += 1


@kernel
def take_first(order, uid, offset, choice, vacancies, order_key, employer_uid, match):
    """Let seekers come one by one; each takes the first post still open of those he met, in an order by lot.

    order      int64[m]        in which seekers come
    uid        uint64[m]
    offset     int32[m + 1]    seeker i may have choice[offset[i]:offset[i + 1]]
    choice     int32[...]      rows of employers
    vacancies  int32[e]        -1 where there is no limit
    order_key  uint64[e]       key of this month, folded with the employer's uid
    employer_uid   uint64[e]
    match      int32[m]        row of employers, -1 none; written here
    """
    left = vacancies.copy()
    for i in order:
        match[i] = -1
        soonest, tie = np.uint64(0), np.uint64(0)
        for at in range(offset[i], offset[i + 1]):
            one = choice[at]
            if left[one] == 0:
                continue
            when = mix(order_key[one] ^ uid[i])
            if match[i] < 0 or when < soonest or (when == soonest and employer_uid[one] < tie):
                match[i], soonest, tie = one, when, employer_uid[one]
        if match[i] >= 0 and left[match[i]] > 0:
            left[match[i]] -= 1

"""Links between people and employers: which hold, which end, and who looks for which post."""

import numpy as np

from simulation.kernels.draws import exponential, gumbel, logarithm, mix, normal, unit
from simulation.kernels.jit import kernel, small

HIRED, DIED, RETIRED, STUDIES, UNFIT, AWAY, HAS_TO_CARE, ENDED, POST_LOST, WENT_OUT, CAME_HOME = range(11)
OUTSIDE, CLOSED_TO_CARERS, OPEN_TO_CARERS, ON_THE_COAST = 0, 1, 2, -1
_WHY = (HIRED, DIED, RETIRED, UNFIT, STUDIES, UNFIT)
"""Reason by `labour_status`."""
_CLASS_BITS, _LOT_BITS = np.uint64(56), np.uint64(8)


@small
def _reason_to_leave(status, carer, reach, u, leave_share):
    if status != 0:
        return _WHY[status]
    if reach == ON_THE_COAST:
        return CAME_HOME
    if reach == OUTSIDE:
        return AWAY
    if carer != 0 and reach == CLOSED_TO_CARERS:
        return HAS_TO_CARE
    return ENDED if u < leave_share else HIRED


@kernel
def release(status, carer, place, uid, reach, coast_of, leave_share, key, month, employer, reason, since):
    """Drop the links that no longer hold, and those that end this month; the coast's follow the place.

    status       int8[n]            `labour_status`
    carer        int8[n]
    place        int32[n]           row of places, negative for nowhere
    uid          uint64[n]
    reach        int8[places, e]    OUTSIDE, CLOSED_TO_CARERS, OPEN_TO_CARERS, ON_THE_COAST
    coast_of     int32[places]      the employer of those who stay at a coast place; -1 elsewhere
    leave_share  float64[e]         share of the links that end this month
    key          uint64             of this month
    month        int                this month
    employer     int32[n]           row of employers, -1 none; written here
    reason       int8[n]            why the last link ended; written here
    since        int32[n]           month in which the link began; written here
    """
    rows = np.empty(status.size, np.int32)
    count = 0
    for row in range(status.size):
        rows[count] = row
        count += (employer[row] >= 0) | ((place[row] >= 0) & (coast_of[place[row]] >= 0))
    for row in rows[:count]:
        link = employer[row]
        here = place[row]
        coast = coast_of[here] if here >= 0 else -1
        if coast >= 0 and status[row] == 0:
            if link != coast:
                employer[row] = coast
                reason[row] = WENT_OUT
                since[row] = month
        elif link >= 0:
            near = reach[here, link] if here >= 0 else OUTSIDE
            why = _reason_to_leave(status[row], carer[row], near, unit(key, uid[row]), leave_share[link])
            if why != HIRED:
                employer[row] = -1
                reason[row] = why
                since[row] = -1


@kernel
def count_links(status, employer, household, month, jobless_since, filled, employed):
    """Count links by employer and by household, and note since when a labourer has had none.

    status, employer, household   [n]
    month          int          this month
    jobless_since  int32[n]     month; -1 with a link or outside the labour force; written here
    filled         int32[e + 1] starts clean; the last stays so
    employed       int16[h]     starts clean
    """
    for row in range(status.size):
        link = employer[row]
        linked = link >= 0
        filled[link] += linked
        employed[household[row]] += linked
        since = month if jobless_since[row] < 0 else jobless_since[row]
        jobless_since[row] = -1 if linked | (status[row] != 0) else since


@kernel
def own_earnings(before, employer, uid, sigma, key, factor):
    """Set what each new link pays against the employer's pay: a lognormal for life where earnings are one's own.

    before    int32[n]     last month's link
    employer  int32[n]
    uid       uint64[n]
    sigma     float64[e]   log SD between persons; 0 where everybody is paid alike
    key       uint64       of a draw for life
    factor    float32[n]   mean 1; written here
    """
    for row in range(employer.size):
        link = employer[row]
        if link == before[row]:
            continue
        factor[row] = 1.0
        if link >= 0 and sigma[link] > 0.0:
            factor[row] = exponential(sigma[link] * normal(key, uid[row]) - 0.5 * sigma[link] * sigma[link])


@kernel
def log_worth(pay_fen, months, remitted, out):
    """Log of the yuan a month of the year that reach the household; [e] each, out float64[e] written here."""
    for one in range(out.size):
        out[one] = logarithm(max(pay_fen[one] * months[one] * remitted[one] / 1200.0, 0.01))


@kernel
def find_seekers(status, employer, programme, place, last_farm, uid, looks_out, village, key, share, month, rows):
    """List those who look for work; return how many.

    Whoever has no link looks, but a villager who farmed within a year and whoever works for himself
    do so only now and then; participants of a programme don't.

    status     int8[n]        `labour_status`
    employer   int32[n]
    programme  int32[n]       row of programmes, -1 none
    place      int32[n]
    last_farm  int32[n]       month
    uid        uint64[n]
    looks_out  int8[e + 1]    1 where people keep an eye open for something better, and at last, for none
    village    int8[places]   1 for villages
    key        uint64         of this month
    share      float          of those who look now and then
    month      int
    rows       int32[n]       written here
    """
    count = 0
    for row in range(status.size):
        link = employer[row]
        looks = (status[row] == 0) & (programme[row] < 0) & (place[row] >= 0) & (looks_out[link] != 0)
        eager = (link < 0) & ((village[place[row]] == 0) | (last_farm[row] <= month - 12))
        rows[count] = row
        count += looks & (eager | (unit(key, uid[row]) < share))
    return count


@kernel
def reservations(age, carer, jobless_since, employer, factor, worth, month, terms, out):
    """Log of the least yuan a month that a seeker accepts (McCall's reservation wage, in a reduced form).

    age            int16[m]     years
    carer          int8[m]
    jobless_since  int32[m]     month, -1 with a link
    employer       int32[m]     a seeker with a link wants more than it pays
    factor         float32[m]   of `own_earnings`
    worth          float64[e]   of `log_worth`
    month          int
    terms          float64[6]   log level, fall a month, months of fall, 50 and over, carers, gain wanted
    out            float64[m]   written here
    """
    for i in range(out.size):
        if employer[i] >= 0:
            out[i] = worth[employer[i]] + logarithm(np.float64(factor[i])) + terms[5]
            continue
        waited = max(month - jobless_since[i], 0) if jobless_since[i] >= 0 else 0
        level = terms[0] - terms[1] * min(waited, terms[2])
        if age[i] >= 50:
            level += terms[3]
        if carer[i] != 0:
            level += terms[4]
        out[i] = level


@small
def _eligible(traits, rule):
    age, sex, education, trained, carer = traits[0], traits[1], traits[2], traits[3], traits[4]
    return (
        rule[0] <= age
        and age <= rule[1]
        and rule[2] <= education
        and (rule[3] < 0 or rule[3] == sex)
        and (rule[4] == 0 or trained != 0)
        and (carer == 0 or rule[5] != 0)
    )


@kernel
def meetings(place, uid, traits, luck, before, start, near, rules, meet_key, meet, offset, choice):
    """List, for each seeker, the employers that would hire him and that he hears of this month.

    place     int32[m]
    uid       uint64[m]
    traits    int32[m, 5]   age, sex, education, trained, carer
    luck      float64[m, 2] what the share who meet is multiplied by for this seeker: brokered posts, the market's
    before    int32[m]      last month's employer, whom he doesn't meet
    start     int32[places + 1], near int32[...]   open employers within reach of a place
    rules     int32[e, 7]   youngest, oldest, least education, sex or -1, needs training, takes carers, 1 on the market
    meet_key  uint64[e]     key of this month, folded with the employer's uid
    meet      float64[e]    share of seekers who meet the employer this month
    offset    int32[m + 1]  written here
    choice    int32[...]    room for all; written here
    """
    filled = 0
    offset[0] = 0
    for i in range(place.size):
        for at in range(start[place[i]], start[place[i] + 1]):
            one = near[at]
            if one == before[i] or not _eligible(traits[i], rules[one]):
                continue
            if unit(meet_key[one], uid[i]) < meet[one] * luck[i, rules[one, 6]]:
                choice[filled] = one
                filled += 1
        offset[i + 1] = filled


@small
def _insert(choice, score, first, last, one, value):
    """Put `one` into choice[first:last], best score first; equal scores keep their order."""
    at = last
    while at > first and score[at - 1] < value:
        choice[at] = choice[at - 1]
        score[at] = score[at - 1]
        at -= 1
    choice[at] = one
    score[at] = value


@kernel
def rank(place, uid, reservation, minutes, worth, sigma, taste_key, flair_key, terms, score, offset, choice):
    """Keep the offers that are worth it and put each seeker's best first.

    place        int32[m]
    uid          uint64[m]
    reservation  float64[m]           log yuan a month
    minutes      int16[places, e]     one way
    worth, sigma float64[e]           log yuan a month, log SD of one's own earnings
    taste_key    uint64[e]            key of this month, folded with the employer's uid
    flair_key    uint64               of a draw for life
    terms        float64[2]           log points a minute of the way costs, scale of tastes
    score        float64[...]         scratch as long as choice
    offset, choice   of `meetings`; shortened in place
    """
    first = 0
    begin = offset[0]
    for i in range(place.size):
        end = offset[i + 1]
        last = first
        flair = normal(flair_key, uid[i]) if end > begin else 0.0
        for at in range(begin, end):
            one = choice[at]
            value = worth[one] + sigma[one] * (flair - 0.5 * sigma[one]) - terms[0] * minutes[place[i], one]
            if value >= reservation[i]:
                _insert(choice, score, first, last, one, value + terms[1] * gumbel(taste_key[one], uid[i]))
                last += 1
        begin = end
        offset[i + 1] = last
        first = last


@kernel
def priorities(uid, skill, idle_home, idle_first, lot_key, offset, choice, priority):
    """Say how each employer ranks the seekers on its list: class, then a lot; lower is better.

    uid         uint64[m]
    skill       int8[m]     0 best to 2
    idle_home   int8[m]     1 if nobody in the household has a link
    idle_first  int8[e]     1 if such households come first
    lot_key     uint64[e]   key of this month, folded with the employer's uid
    offset, choice   of `rank`
    priority    uint64[...]   class in the top 8 bits, lot below; written here
    """
    for i in range(uid.size):
        for at in range(offset[i], offset[i + 1]):
            one = choice[at]
            behind = 3 if idle_first[one] != 0 and idle_home[i] == 0 else 0
            lot = mix(lot_key[one] ^ uid[i]) >> _LOT_BITS
            priority[at] = (np.uint64(behind + skill[i]) << _CLASS_BITS) | lot


@kernel
def hire(rows, match, month, household, employer, reason, since, jobless_since, filled, employed):
    """Carry out a match, and keep the counts of `count_links` true.

    rows, match     int32[m]   row of the seeker; row of the employer, -1 none
    month           int
    household       int32[n]
    employer, reason, since, jobless_since   [n]   written here
    filled          int32[e]   written here
    employed        int16[h]   written here
    """
    for i in range(rows.size):
        if match[i] < 0:
            continue
        row = rows[i]
        if employer[row] >= 0:
            filled[employer[row]] -= 1
        else:
            employed[household[row]] += 1
        filled[match[i]] += 1
        employer[row] = match[i]
        reason[row] = HIRED
        since[row] = month
        jobless_since[row] = -1

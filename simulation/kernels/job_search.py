"""Who looks for work, what a post is worth to him, and which posts he meets this month."""

import numpy as np

from simulation.kernels.draws import exponential, logarithm, unit
from simulation.kernels.jit import kernel, small
from simulation.kernels.jobs import own_factor

AGE, SEX, EDUCATION, TRAINED, CARER, PLACE, BEFORE, ORIGIN = range(8)
"""Columns of `traits`."""
MIN_AGE, MAX_AGE, MIN_EDUCATION, WANTED_SEX, NEEDS_TRAINING, TAKES_CARERS, ON_MARKET, LIMITED = range(8)
"""Columns of `rules`."""
ELIGIBLE, NEAR, SEARCHING, ACCEPTING, MET = range(5)
"""Rows of `counts`."""
YOUNGEST, AGES, GROUPS = 16, 44, 32
"""Labourers are 16 to 59; a group is what `group_of` says."""
SKILLS, OLDER = 3, 50
PARTS = 1 << 20
"""Parts of a meeting in which `expected_meetings` counts: whole ones, whose sum hangs on no order of rows."""


@small
def skill_class(education, trained):
    """Class in which employers rank a seeker: 0 trained or senior school, 1 junior school, 2 less."""
    return 0 if trained != 0 else 2 - min(education, 2)


@small
def group_of(sex, education, trained, carer):
    """Group of those whom employers, age left aside, can't tell apart, 0 to 31."""
    return ((sex * 4 + education) * 2 + trained) * 2 + (carer != 0)


@small
def stays(link, left):
    """Say whether somebody with this employer (-1 none) and reason to leave it (0 none) has a post to compare with."""
    return link >= 0 and left == 0


@small
def eligible(traits, rule):
    """Say whether somebody of these traits fits an employer's window; without branches, which would be guessed."""
    return (
        (rule[MIN_AGE] <= traits[AGE])
        & (traits[AGE] <= rule[MAX_AGE])
        & (rule[MIN_EDUCATION] <= traits[EDUCATION])
        & ((rule[WANTED_SEX] < 0) | (rule[WANTED_SEX] == traits[SEX]))
        & ((rule[NEEDS_TRAINING] == 0) | (traits[TRAINED] != 0))
        & ((traits[CARER] == 0) | (rule[TAKES_CARERS] != 0))
    )


@kernel
def values_of_posts(pay_fen, months, remitted, minutes, minute_cost, taste_scale, reference, value, dislike):
    """Set what each post is worth at each place, in yuan a month of the year net of the way.

    pay_fen, months, remitted   float64[e]
    minutes      int16[places, e]     one way; negative where there is none
    minute_cost  float                log points a minute
    taste_scale  float                log points; scale of the Gumbel tastes
    reference    float                yuan; a constant that keeps `dislike` within range
    value        float64[places, e]   yuan, 0 where there is no way; written here
    dislike      float64[places, e]   (reference / value) ** (1 / taste_scale); written here
    """
    for one in range(pay_fen.size):
        log_pay = logarithm(max(pay_fen[one] * months[one] * remitted[one] / 1200.0, 0.01))
        for place in range(minutes.shape[0]):
            value[place, one], dislike[place, one] = 0.0, 0.0
            if minutes[place, one] >= 0:
                worth = log_pay - minute_cost * minutes[place, one]
                value[place, one] = exponential(worth)
                dislike[place, one] = exponential((logarithm(reference) - worth) / taste_scale)


@kernel
def take_stock(employer, leaves, household, origin, working, staff):
    """Count who stays in a job, by household, and by employer and origin.

    employer   int32[n]      last month's link, -1 none
    leaves     int8[n]       reason to leave, 0 stays
    household  int32[n]
    origin     int32[h]      row of places
    working    int16[h]      starts clean
    staff      int32[places, e]   by origin; starts clean
    """
    for row in range(employer.size):
        link = employer[row]
        if stays(link, leaves[row]):
            home = household[row]
            working[home] += 1
            staff[origin[home], link] += 1


@kernel
def find_seekers(status, employer, leaves, programme, place, last_farm, uid, share, village, key, month, rows):
    """List those who look for work; return how many.

    Whoever has no link looks, but a villager who farmed within a year, like whoever has a link, does
    so only now and then; participants of a programme don't.

    status     int8[n]          `labour_status`
    employer   int32[n]         last month's link
    leaves     int8[n]          reason to leave it, 0 stays
    programme  int32[n]         row of programmes, -1 none
    place      int32[n]
    last_farm  int32[n]         month
    uid        uint64[n]
    share      float64[e + 1]   of those who work there, the share who look; the last for farmers
    village    int8[places]     1 for villages
    key        uint64           of this month
    month      int
    rows       int32[n]         written here
    """
    count = 0
    for row in range(status.size):
        link = employer[row] if leaves[row] == 0 else -1
        looks = (status[row] == 0) & (programme[row] < 0) & (place[row] >= 0)
        eager = (link < 0) & ((village[place[row]] == 0) | (last_farm[row] <= month - 12))
        rows[count] = row
        count += looks & (eager | (unit(key, uid[row]) < share[link]))
    return count


@kernel
def profile(
    rows, age, sex, education, trained, carer, place, employer, household, origin, moved, terms, settling, month,
    traits, luck,
):  # fmt: skip
    """Gather what employers ask of seekers, and what multiplies the seekers' meetings.

    rows       int32[m]     row of each seeker
    age, sex, education, trained, carer, place, employer, household   [n]
    origin     int32[h]     row of places
    moved      int32[h]     month of the move, negative for who hasn't moved
    terms      float64[3]   factors of meetings: 50 and over, carers, trained
    settling   float64[...]  factor of meetings with the market's posts so many months after a move, while away from
                            the origin; the last for all later ones
    month      int
    traits     int32[m, 8]  written here
    luck       float64[m, 2]   for posts brought to the door and one's own, for the market's; written here
    """
    for i in range(rows.size):
        row = rows[i]
        mine = traits[i]
        mine[AGE], mine[SEX], mine[EDUCATION] = age[row], sex[row], education[row]
        mine[TRAINED], mine[CARER] = trained[row], carer[row]
        mine[PLACE], mine[BEFORE], mine[ORIGIN] = place[row], employer[row], origin[household[row]]
        here = (terms[0] if age[row] >= OLDER else 1.0) * (terms[1] if carer[row] != 0 else 1.0)
        here *= terms[2] if trained[row] != 0 else 1.0
        luck[i, 0] = here
        since = month - moved[household[row]]
        new = moved[household[row]] >= 0 and place[row] != mine[ORIGIN]
        luck[i, 1] = here * (settling[min(since, settling.size - 1)] if new else 1.0)


@kernel
def least_accepted(rows, traits, leaves, jobless_since, factor, flair, value, wages, falls, gain, month, out, z):
    """Set the least yuan a month that each seeker accepts.

    rows           int32[m]
    traits         int32[m, 8]
    leaves         int8[n]
    jobless_since  int32[n]         month, -1 with a link
    factor         float32[n]       own earnings against the employer's pay
    flair          float32[n]       standard normal, for life
    value          float64[places, e]   of `values_of_posts`
    wages          float64[m]       reservation wage of each, had he just lost a job; read where he has none
    falls          float64[...]     factor after so many months without work; the last for all later ones
    gain           float            factor by which a new post must beat the one held
    month          int
    out            float64[m]       yuan a month of the year; written here
    z              float64[m]       flair of the seekers; written here
    """
    for i in range(rows.size):
        row = rows[i]
        z[i] = flair[row]
        link = traits[i, BEFORE]
        if stays(link, leaves[row]):
            out[i] = value[traits[i, PLACE], link] * np.float64(factor[row]) * gain
            continue
        waited = month - jobless_since[row] if jobless_since[row] >= 0 else 0
        out[i] = wages[i] * falls[min(max(waited, 0), falls.size - 1)]


@kernel
def meetings(
    traits, uid, luck, least, z, barred, start, near, rules, rate, kin, value, sigma, meet_key, counts, offset, choice
):  # fmt: skip
    """List, for each seeker, the posts that he meets this month, that fit and that are worth it.

    traits    int32[m, 8]
    uid       uint64[m]
    luck      float64[m, 2]
    least     float64[m]      yuan, of `least_accepted`
    z         float64[m]      flair
    barred    int32[m]        employer that doesn't take the seeker back yet, -1 none
    start     int32[places + 1], near int32[...]   open employers within reach of a place
    rules     int32[e, 8]
    rate      float64[places, e]   share of seekers at a place who meet the employer, before `luck` and `kin`
    kin       float64[places, e]   what kin at the employer multiply that by, by origin
    value     float64[places, e]   yuan, of `values_of_posts`
    sigma     float64[e]      log SD of one's own earnings
    meet_key  uint64[e]       key of this month, folded with the employer's uid
    counts    int32[5, e]     rows SEARCHING, ACCEPTING and MET are added to
    offset    int32[m + 1]    written here
    choice    int32[...]      room for all; written here
    """
    filled = 0
    offset[0] = 0
    for i in range(uid.size):
        mine = traits[i]
        place = mine[PLACE]
        for at in range(start[place], start[place + 1]):
            one = near[at]
            rule = rules[one]
            fits = eligible(mine, rule) & (one != mine[BEFORE]) & (one != barred[i])
            worth = value[place, one]
            if sigma[one] > 0.0:
                worth *= own_factor(sigma[one], z[i])
            accepts = fits & (worth >= least[i])
            chance = rate[place, one] * luck[i, rule[ON_MARKET]] * kin[mine[ORIGIN], one]
            met = accepts & (unit(meet_key[one], uid[i]) < chance)
            counts[SEARCHING, one] += fits
            counts[ACCEPTING, one] += accepts
            counts[MET, one] += met
            choice[filled] = one
            filled += met
        offset[i + 1] = filled


@kernel
def expected_meetings(traits, luck, start, near, rules, rate, unknown, expected):
    """Count the meetings to expect at employers of which nothing is known yet.

    traits    int32[m, 8]
    luck      float64[m, 2]
    start     int32[places + 1], near int32[...]   open employers within reach of a place
    rules     int32[e, 8]
    rate      float64[places, e]   share of seekers at a place who meet the employer, before `luck`
    unknown   int8[e]         1 for the employers in question
    expected  int64[e]        meetings times PARTS; starts clean
    """
    for i in range(traits.shape[0]):
        mine = traits[i]
        place = mine[PLACE]
        for at in range(start[place], start[place + 1]):
            one = near[at]
            if unknown[one] != 0 and one != mine[BEFORE] and eligible(mine, rules[one]):
                chance = min(rate[place, one] * luck[i, rules[one, ON_MARKET]], 1.0)
                expected[one] += np.int64(chance * PARTS + 0.5)


@small
def _open_to(place, only_at):
    """Say whether people of a place may come to an employer: all may, or its residents alone."""
    return (only_at < 0) | (only_at == place)


@kernel
def count_labourers(
    status, age, sex, education, trained, carer, place, employer, barred, rules, only_at, reach, groups, counts
):
    """Count labourers by place, group and age, and take those at an employer, or barred from it, out of its counts.

    status, age, sex, education, trained, carer, place   [n]
    employer  int32[n]       last month's link, -1 none
    barred    int32[n]       employer that doesn't take the person back yet, -1 none
    rules     int32[e, 8]
    only_at   int32[e]       the place whose residents alone may come, -1 where all may
    reach     int8[places, e]   1 where the employer has open posts for people there
    groups    int32[places, GROUPS, AGES]   starts clean
    counts    int32[5, e]    rows ELIGIBLE and NEAR are taken from
    """
    mine = np.zeros(8, np.int64)
    for row in range(status.size):
        here = place[row]
        if status[row] != 0 or here < 0:
            continue
        group = group_of(sex[row], education[row], trained[row], carer[row])
        groups[here, group, age[row] - YOUNGEST] += 1
        other = barred[row] if barred[row] != employer[row] else np.int32(-1)
        for one in (employer[row], other):
            if one < 0 or rules[one, LIMITED] == 0:
                continue
            mine[AGE], mine[SEX], mine[EDUCATION] = age[row], sex[row], education[row]
            mine[TRAINED], mine[CARER] = trained[row], carer[row]
            if eligible(mine, rules[one]):
                may = _open_to(here, only_at[one])
                counts[ELIGIBLE, one] -= may
                counts[NEAR, one] -= reach[here, one] * may


@small
def _fits(group, rule):
    """Say whether a group fits an employer's window, age left aside."""
    return (
        rule[MIN_EDUCATION] <= (group >> 2) % 4
        and (rule[WANTED_SEX] < 0 or rule[WANTED_SEX] == group >> 4)
        and (rule[NEEDS_TRAINING] == 0 or (group >> 1) % 2 != 0)
        and (group % 2 == 0 or rule[TAKES_CARERS] != 0)
    )


@kernel
def count_eligible(groups, rules, only_at, vacancies, reach, counts):
    """Add to each employer with limited open posts the labourers who fit its window, and those of them within reach.

    groups     int32[places, GROUPS, AGES]   of `count_labourers`; turned into sums up to each age
    rules      int32[e, 8]
    only_at    int32[e]        the place whose residents alone may come, -1 where all may
    vacancies  int32[e]        -1 where there is no limit
    reach      int8[places, e]
    counts     int32[5, e]     rows ELIGIBLE and NEAR are added to; all rows of other employers are set to 0
    """
    for place in range(groups.shape[0]):
        for group in range(GROUPS):
            for age in range(1, AGES):
                groups[place, group, age] += groups[place, group, age - 1]
    for one in range(vacancies.size):
        if vacancies[one] <= 0:
            counts[:, one] = 0
            continue
        low = max(rules[one, MIN_AGE] - YOUNGEST, 0)
        high = min(rules[one, MAX_AGE] - YOUNGEST, AGES - 1)
        for group in range(GROUPS):
            if high < low or not _fits(group, rules[one]):
                continue
            for place in range(groups.shape[0]):
                if not _open_to(place, only_at[one]):
                    continue
                fit = groups[place, group, high] - (groups[place, group, low - 1] if low > 0 else 0)
                counts[ELIGIBLE, one] += fit
                counts[NEAR, one] += fit * reach[place, one]

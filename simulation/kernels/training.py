"""Courses: who finishes, who leaves, who may be admitted."""

from simulation.kernels.draws import unit
from simulation.kernels.jit import kernel


@kernel
def finish(labourer, place, uid, site, completion, key, month, programme, until, trained, participants, completions):
    """End participations that are over or can't go on; count the others.

    labourer     int8[n]
    place        int32[n]     row of places
    uid          uint64[n]
    site         int32[p]     place of each programme
    completion   float32[p]   share of those who stay to the end that completes
    key          uint64       of this month
    month        int
    programme    int32[n]     row of programmes, -1 none; written here
    until        int32[n]     first month after the course; written here
    trained      int8[n]      written here
    participants, completions   int32[p]   start clean
    """
    for row in range(labourer.size):
        one = programme[row]
        if one < 0:
            continue
        over = month >= until[row]
        there = labourer[row] != 0 and place[row] == site[one]
        if over and there and unit(key, uid[row]) < completion[one]:
            trained[row] = 1
            completions[one] += 1
        if over or not there:
            programme[row] = -1
            until[row] = -1
        else:
            participants[one] += 1


@kernel
def applicants(labourer, age, place, employer, programme, trained, uid, rule, key, uptake, rows):
    """List those who may and would join one programme; return how many.

    labourer, trained   int8[n]
    age        int16[n]
    place, employer, programme   int32[n]
    uid        uint64[n]
    rule       int32[4]   place, youngest, oldest, only without work
    key        uint64     of a draw for life: who would ever join a course
    uptake     float      share who would
    rows       int32[n]   written here
    """
    count = 0
    for row in range(labourer.size):
        if labourer[row] == 0 or trained[row] != 0 or programme[row] >= 0 or place[row] != rule[0]:
            continue
        if age[row] < rule[1] or age[row] > rule[2] or (rule[3] != 0 and employer[row] >= 0):
            continue
        if unit(key, uid[row]) < uptake:
            rows[count] = row
            count += 1
    return count

"""Teachers who leave: one pass over those at work, an event for each and every month."""

from simulation.kernels.draws import unit
from simulation.kernels.jit import kernel

STAYS, RESIGNED, NOT_RENEWED, POST_ENDED = range(4)


@kernel
def leave(
    month, keys, uid, employed, home_school, rural, channel, contract_end, funder, funded, hazard, stays, left, reason
):
    """Say who leaves this month: by the month's hazard, or when a contract ends.

    month         int
    keys          uint64[2]    of the month's draw, and of the draw for life at the end of a contract
    uid           uint64[n]
    employed      bool[n]      at work so far
    home_school   int32[n]     row of schools
    rural         bool[schools]
    channel       int8[n]
    contract_end  int32[n]     first month after the contract
    funder        int32[n]     row of the programme that pays the post, -1 for the school's own
    funded        bool[programmes + 1]  the programme still offers posts; the last is for the school's own
    hazard        float64[2, 2, channels]  chance a month: rural, under contract
    stays         float64[channels]  share who stay for good when the contract ends
    left          int32[n]     first month not at work, written here
    reason        int8[n]      RESIGNED, NOT_RENEWED, POST_ENDED; written here
    """
    for row in range(uid.size):
        if not employed[row]:
            continue
        why = STAYS
        if contract_end[row] == month:
            if not funded[funder[row]]:
                why = POST_ENDED
            elif unit(keys[1], uid[row]) >= stays[channel[row]]:
                why = NOT_RENEWED
        far, bound = int(rural[home_school[row]]), int(contract_end[row] > month and contract_end[row] < 2147483647)
        if why == STAYS and unit(keys[0], uid[row]) < hazard[far, bound, channel[row]]:
            why = RESIGNED
        if why != STAYS:
            left[row] = month
            reason[row] = why

"""Catchments, lists, priorities and turns against the rules written out one family at a time."""

import math
from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.draws import identity
from simulation.kernels import school_market as kernels
from simulation.kernels import school_reach as reach
from simulation.kernels.draws import gumbel, mix, unit
from simulation.kernels.matching import deferred_acceptance
from simulation.kernels.schooling import BOUND, EXTRA, HIGHEST, LODGES, LOWEST, OPEN, PLACE
from tests.twins.test_schooling import maps, rows_of_grades, way_on_paper

FAR = 100
TASTE = np.array([0.1, 1.5, 1.0, 1.0])


def uids(what, count):
    """Make some identities."""
    return np.array([identity(f"{what}/{one}") for one in range(count)], np.uint64)


def around(minutes, facts):
    """List all schools with a way to each place, nearest first, ties by row: offset, rows, minutes."""
    offset, rows, way = [0], [], []
    for place in range(len(minutes)):
        total = {at: int(minutes[place, one[PLACE]]) + int(one[EXTRA]) for at, one in enumerate(facts)}
        reached = [at for at, one in enumerate(facts) if minutes[place, one[PLACE]] >= 0]
        rows += sorted(reached, key=lambda at: (total[at], at))
        way += sorted(total[at] for at in reached)
        offset.append(len(rows))
    return np.array(offset, np.int32), np.array(rows, np.int32), np.array(way, np.int16)


def of_places(minutes, facts):
    """List the schools of each place by row: offset, rows."""
    rows = sorted(range(len(facts)), key=lambda at: (facts[at][PLACE], at))
    offset = np.searchsorted([facts[at][PLACE] for at in rows], np.arange(len(minutes) + 1))
    return offset.astype(np.int32), np.array(rows, np.int32)


def teaching(facts, at, grade):
    """Say whether a school is open to a grade."""
    return bool(facts[at][OPEN]) and facts[at][LOWEST] <= grade <= facts[at][HIGHEST]


@settings(deadline=None)
@given(maps(), st.data())
def test_catchments_are_raced_for(geography, data):
    minutes, facts = geography
    grade = np.array(data.draw(st.lists(st.integers(-2, 9), min_size=1, max_size=6)), np.int8)
    home = np.array(data.draw(st.lists(st.integers(0, len(minutes) - 1), min_size=6, max_size=6)), np.int32)
    weight = np.array(data.draw(st.lists(st.sampled_from([0.0, 20.0, 100.0]), min_size=5, max_size=5)))[: len(facts)]
    family, key, out = uids("family", len(grade)), uids("key", len(facts)), np.zeros(len(grade), np.int32)
    offset, own = of_places(minutes, facts)
    rows = np.arange(len(grade))
    reach.catchments(rows, grade, home[: len(grade)], family, offset, own, facts, weight, key, out)
    for row in rows:
        runners = {
            at: -math.log(unit(key[at], family[row])) / weight[at]
            for at in range(len(facts))
            if facts[at][PLACE] == home[row] and weight[at] > 0 and teaching(facts, at, grade[row])
        }
        assert out[row] == min(runners, key=runners.get, default=-1)


def test_a_race_is_won_in_proportion_to_weight():
    """Of 4,000 families a school with a weight of 1 in 4 has 1,000, within five standard errors."""
    facts = np.zeros((2, 8), np.int32)
    facts[:, LOWEST], facts[:, HIGHEST], facts[:, OPEN] = 1, 6, 1
    out, count = np.zeros(4000, np.int32), 4000
    reach.catchments(
        np.arange(count), np.ones(count, np.int8), np.zeros(count, np.int32), uids("family", count),
        np.array([0, 2], np.int32), np.array([0, 1], np.int32), facts, np.array([25.0, 75.0]), uids("key", 2), out,
    )  # fmt: skip
    assert abs((out == 0).sum() - 1000) < 5 * math.sqrt(4000 * 0.25 * 0.75)


CHILD = st.fixed_dictionaries(
    {
        "home": st.integers(0, 2),
        "origin": st.integers(0, 2),
        "grade": st.integers(-2, 9),
        "held": st.integers(-1, 4),
        "mine": st.integers(-1, 4),
        "sibling": st.integers(-1, 4),
    }
)


@st.composite
def markets(draw):
    """Draw a geography and children who look for a seat, each perhaps with a sibling who sits somewhere."""
    minutes, facts = draw(maps())
    children = draw(st.lists(CHILD, min_size=1, max_size=6))
    for one in children:
        one["home"], one["origin"] = one["home"] % len(minutes), one["origin"] % len(minutes)
        for link in ("held", "mine", "sibling"):
            one[link] = one[link] if one[link] < len(facts) else -1
        if one["held"] >= 0:
            low, high = facts[one["held"]][[LOWEST, HIGHEST]]
            one["grade"] = int(np.clip(one["grade"], low, high))
            facts[one["held"]][OPEN] = 1
    offers = np.array(draw(st.lists(st.booleans(), min_size=5, max_size=5)), np.bool_)[: len(facts)]
    return minutes, facts, offers, children


def written(market):
    """Let the kernels write the lists: (offset, choice, priority) and what they were made of."""
    minutes, facts, offers, children = market
    column = {name: np.array([one[name] for one in children]) for name in children[0]}
    near_offset, near, way = around(minutes, facts)
    own_offset, own = of_places(minutes, facts)
    cell = column["home"] * 12 + column["grade"] + 2
    used = np.zeros(12 * len(minutes), np.bool_)
    used[cell] = True
    start, middle = np.zeros(len(used) + 1, np.int32), np.zeros(len(used), np.int32)
    listed, door = np.zeros(24 * len(near) + 1, np.int32), np.zeros(24 * len(near) + 1, np.int16)
    reach.list_cells(
        used, near_offset, near, way, facts, offers, np.full(len(facts), FAR, np.int32), start, middle, listed, door
    )
    count = len(children)
    head, following = np.zeros(count, np.int32), np.zeros(count, np.int32)
    # Child k is person k of household k; its sibling is person count + k.
    kept = np.concatenate([column["held"], column["sibling"]]).astype(np.int32)
    household = np.tile(np.arange(count), 2).astype(np.int32)
    holders = np.flatnonzero(kept >= 0)
    following = np.zeros(len(holders), np.int32)
    kernels.link_siblings(holders, household, head, following)
    who = np.column_stack([column[name] for name in ("home", "origin", "grade", "held", "mine")] + [head])
    key = SimpleNamespace(
        uid=uids("child", count), family=uids("family", count), taste=uids("taste", len(facts)),
        lot=uids("lot", len(facts)), worth=np.arange(len(facts)) * 0.3,
    )  # fmt: skip
    taught_at, _ = rows_of_grades(facts)
    cost = np.zeros(start[-1])
    kernels.weigh_cells(start, middle, listed, door, key.worth, TASTE, cost)
    room = count * (2 * len(facts) + 2)
    offset, choice = np.zeros(count + 1, np.int32), np.zeros(room, np.int32)
    priority = np.zeros(room, np.uint64)
    kernels.propose(
        who.astype(np.int32), key.uid, key.family, minutes, facts, offers, taught_at, TASTE, key.taste, key.lot,
        own_offset, own, start, middle, listed, door, cost, holders, following, kept, offset, choice, priority,
    )  # fmt: skip
    return SimpleNamespace(offset=offset, choice=choice, priority=priority, key=key, taught_at=taught_at)


def list_on_paper(market, key, row):
    """What one family lists: (school, boards, minutes, outside) in its order."""
    minutes, facts, offers, children = market
    one = children[row]
    open_to = [at for at in range(len(facts)) if offers[at] and teaching(facts, at, one["grade"])]
    day = [at for at in open_to if way_on_paper(minutes, facts, one["home"], at) >= 0]
    wanted = [at for at in day if not facts[at][BOUND] or at in (one["mine"], one["held"])]

    def liking(at):
        u = key.worth[at] - TASTE[0] * way_on_paper(minutes, facts, one["home"], at)
        own_taste = float(gumbel(key.taste[at], key.family[row])) if len(day) > 1 else 0.0
        return u + TASTE[1] * (at == one["mine"]) + TASTE[2] * (at == one["held"]) + TASTE[3] * own_taste

    wanted.sort(key=liking, reverse=True)
    out = [(at, False, way_on_paper(minutes, facts, one["home"], at), at != one["mine"]) for at in wanted]
    for spot, entry in enumerate(out):
        if entry[0] == one["held"]:
            return out[: spot + 1]
    return out + beds_on_paper(market, row, [at for at in open_to if at not in day])


def beds_on_paper(market, row, elsewhere):
    """The origin's beds, then all others, nearest first; whoever holds a bed ends with it."""
    minutes, facts, _, children = market
    one = children[row]
    places = {at: int(facts[at][PLACE]) for at in range(len(facts))}
    ways = {at: int(minutes[one["home"], place]) for at, place in places.items()}
    total = {at: way + int(facts[at][EXTRA]) if way >= 0 else 2047 for at, way in ways.items()}
    elsewhere = [at for at in elsewhere if facts[at][LODGES] and one["grade"] >= 1]
    away = one["origin"] != one["home"]
    out = [(at, True, total[at], False) for at in elsewhere if away and places[at] == one["origin"]]
    for spot, entry in enumerate(out):
        if entry[0] == one["held"]:
            return out[: spot + 1]
    if one["held"] >= 0:
        return [*out, (one["held"], True, 0, True)]
    there = [at for at in elsewhere if total[at] <= FAR]
    there = sorted(there, key=lambda at: (total[at], at))
    return out + [(at, True, total[at], True) for at in there if places[at] != one["origin"]]


@settings(deadline=None)
@given(markets())
def test_lists_and_priorities_are_as_on_paper(market):
    found = written(market)
    for row, one in enumerate(market[3]):
        entries = list_on_paper(market, found.key, row)
        mine = slice(found.offset[row], found.offset[row + 1])
        column = one["grade"] + 2
        assert found.choice[mine].tolist() == [found.taught_at[entry[0], column] for entry in entries]
        for (at, boards, way, outside), rank in zip(entries, found.priority[mine].tolist(), strict=True):
            sibling = not boards and at in (one["sibling"], one["held"])
            lot = int(mix(found.key.lot[at] ^ found.key.uid[row])) >> 15
            bits = ((at != one["held"]) << 63) | (boards << 62) | (outside << 61) | ((not sibling) << 60)
            assert rank == bits | (max(way, 0) << 49) | lot


@settings(deadline=None)
@given(markets())
def test_every_school_with_beds_in_reach_is_listed_by_whoever_has_no_seat(market):
    """By day where the way allows it or the place is one's own, else to board: boarding comes before going without."""
    minutes, facts, offers, children = market
    found = written(market)
    for row, one in enumerate(children):
        if one["held"] >= 0 or one["grade"] < 1:
            continue
        mine = set(found.choice[found.offset[row] : found.offset[row + 1]].tolist())
        for at in (at for at in range(len(facts)) if offers[at] and facts[at][LODGES]):
            way = int(minutes[one["home"], facts[at][PLACE]])
            by_day = way_on_paper(minutes, facts, one["home"], at) >= 0
            another_hamlet = by_day and facts[at][BOUND] and at != one["mine"]
            if teaching(facts, at, one["grade"]) and 0 <= way <= FAR - facts[at][EXTRA] and not another_hamlet:
                assert found.taught_at[at, one["grade"] + 2] in mine


@settings(deadline=None)
@given(markets())
def test_heads_of_day_lists_are_counted(market):
    found, wanted = written(market), np.zeros(80, np.int32)
    kernels.count_lists(found.offset, found.choice, found.priority, wanted)
    expected = np.zeros(80, int)
    for row, one in enumerate(market[3]):
        entries = list_on_paper(market, found.key, row)
        if entries and not entries[0][1]:
            expected[found.taught_at[entries[0][0], one["grade"] + 2]] += 1
    assert wanted.tolist() == expected.tolist()


@settings(deadline=None)
@given(markets())
def test_lists_by_nearness_are_as_on_paper(market):
    found = written(market)
    nearest, turn = np.zeros_like(found.choice), np.zeros_like(found.priority)
    kernels.by_nearness(found.offset, found.choice, found.priority, nearest, turn)
    for row, one in enumerate(market[3]):
        entries = list_on_paper(market, found.key, row)
        # Python's sort is stable: equally near ones stay as the family likes them.
        entries.sort(
            key=lambda entry, one=one: (entry[0] == one["held"], entry[1], *((0, 0) if entry[1] else entry[2:]))
        )
        mine = slice(found.offset[row], found.offset[row + 1])
        column = one["grade"] + 2
        assert nearest[mine].tolist() == [found.taught_at[entry[0], column] for entry in entries]
        for asked, ((at, boards, way, _), rank) in enumerate(zip(entries, turn[mine].tolist(), strict=True)):
            held, lot = at == one["held"], int(mix(found.key.lot[at] ^ found.key.uid[row])) >> 15
            bits = ((not held) << 63) | (asked << 51) | (boards << 50) | (max(way, 0) << 39)
            assert rank == bits | (lot & (2**39 - 1))


def boston(lists, ranks, capacity):
    """Immediate acceptance in turns: what a school gives is given for good."""
    left, out = list(capacity), [-1] * len(lists)
    for asked in range(max(map(len, lists), default=0)):
        ask = [row for row, chosen in enumerate(lists) if out[row] < 0 and asked < len(chosen)]
        for school in range(len(capacity)):
            queue = [row for row in ask if lists[row][asked] == school]
            for row in sorted(queue, key=lambda row, school=school: ranks[row][school])[: left[school]]:
                out[row] = school
                left[school] -= 1
    return out


@settings(deadline=None)
@given(st.data())
def test_turns_first_is_immediate_acceptance(data):
    """Deferred acceptance where an earlier turn ranks before all else gives what is given for good in turns."""
    schools, count = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 10))
    order = data.draw(st.lists(st.permutations(range(schools)), min_size=count, max_size=count))
    lists = [list(one[: data.draw(st.integers(0, schools))]) for one in order]
    ranks = np.array(data.draw(st.permutations(range(count * schools)))).reshape(count, schools)
    capacity = data.draw(st.lists(st.integers(0, 3), min_size=schools, max_size=schools))
    offset = np.cumsum([0, *map(len, lists)]).astype(np.int32)
    choice = np.array([at for chosen in lists for at in chosen], np.int32)
    low = [int(ranks[row][at]) for row, chosen in enumerate(lists) for at in chosen]
    # Minutes stand in bits 49 and up, lots below: here the lot decides alone, nobody holds a seat.
    priority = np.array([(1 << 63) | one for one in low], np.uint64)
    nearest, turn, match = np.zeros_like(choice), np.zeros_like(priority), np.zeros(count, np.int32)
    kernels.by_nearness(offset, choice, priority, nearest, turn)
    assert nearest.tolist() == choice.tolist()
    deferred_acceptance(offset, nearest, turn, np.array(capacity, np.int32), match)
    assert match.tolist() == boston(lists, ranks, capacity)


def beds_of_the_far(minutes, facts, place, grade):
    """Where children of a place have to board: at all schools with beds within the limit, if none takes them by day."""
    open_to = [at for at in range(len(facts)) if teaching(facts, at, grade)]
    day = [at for at in open_to if way_on_paper(minutes, facts, place, at) >= 0]
    if grade < 1 or any(not facts[at][BOUND] or facts[at][PLACE] == place for at in day):
        return []
    ways = {at: int(minutes[place, facts[at][PLACE]]) for at in open_to if at not in day and facts[at][LODGES]}
    return [at for at, way in ways.items() if way >= 0 and way + facts[at][EXTRA] <= FAR]


@settings(deadline=None)
@given(maps(), st.data())
def test_who_could_come_is_counted_as_on_paper(geography, data):
    minutes, facts = geography
    cells = 12 * len(minutes)
    counts = st.lists(st.integers(0, 3), min_size=cells, max_size=cells)
    here = np.array(data.draw(counts), np.int32)
    mover = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(-2, 9))
    movers = [(one % len(minutes), other % len(minutes), grade) for one, other, grade in data.draw(st.lists(mover))]
    away, home, grades = (np.array([one[k] for one in movers], np.int32) for k in range(3))
    taught_at, rows = rows_of_grades(facts)
    np.add.at(here, home.astype(np.int64) * 12 + grades + 2, 1)
    out, limit = np.full(rows, 9, np.int32), np.full(len(facts), FAR, np.int32)
    geography = (minutes, *around(minutes, facts), *of_places(minutes, facts), facts)
    reach.count_around(here, away, home, grades.astype(np.int8), *geography, limit, taught_at, out)
    expected = np.zeros(rows, int)
    for place in range(len(minutes)):
        for grade in range(-2, 10):
            cell = place * 12 + grade + 2
            for at in (at for at in range(len(facts)) if teaching(facts, at, grade)):
                if way_on_paper(minutes, facts, place, at) >= 0 and not facts[at][BOUND]:
                    expected[taught_at[at, grade + 2]] += here[cell]
            for at in beds_of_the_far(minutes, facts, place, grade):
                expected[taught_at[at, grade + 2]] += here[cell]
    for origin, place, grade in movers:
        for at in (at for at in range(len(facts)) if teaching(facts, at, grade)):
            # Whoever reaches the origin's school by day is counted among its day pupils, and only there.
            beds = facts[at][PLACE] == origin and facts[at][LODGES] and grade >= 1
            counted = at in beds_of_the_far(minutes, facts, place, grade)
            if beds and not counted and way_on_paper(minutes, facts, place, at) < 0:
                expected[taught_at[at, grade + 2]] += 1
    assert out.tolist() == expected.tolist()


def test_offers_are_handed_out():
    offer, listed = np.full(4, -1, np.int32), np.zeros(4, np.int16)
    kernels.hand_out(
        np.array([3, 1]), np.array([0, 2, 2], np.int32), np.array([5, -1], np.int32), np.arange(10, 20, dtype=np.int32),
        offer, listed,
    )  # fmt: skip
    assert offer.tolist() == [-1, -1, -1, 15]
    assert listed.tolist() == [0, 0, 0, 2]


def test_a_way_has_a_limit_in_a_priority():
    """More than 2,047 minutes count as 2,047, so that they don't spill into the bits above."""
    assert int(kernels._rank(False, False, False, False, 9999, np.uint64(1), np.uint64(2))) >> 49 == (1 << 14) | 2047


def test_turns_are_told_apart_beyond_the_hundred_and_twenty_seventh():
    """Two children ask at school 150: in their 131st and their 151st turn. The earlier turn ranks first."""
    schools, choice, priority = 200, [], []
    for child in range(2):
        order = [one for one in range(schools) if one != 150]
        order.insert(150 if child == 0 else 130, 150)
        choice += order
        priority += [(1 << 63) | ((10 + turn) << 49) | (7 + child) for turn in range(schools)]
    offset, choice = np.array([0, 200, 400], np.int32), np.array(choice, np.int32)
    nearest, turn = np.zeros_like(choice), np.zeros(400, np.uint64)
    kernels.by_nearness(offset, choice, np.array(priority, np.uint64), nearest, turn)
    first, second = (int(turn[k * 200 + np.flatnonzero(nearest[k * 200 : k * 200 + 200] == 150)[0]]) for k in range(2))
    assert second < first


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 2047), st.integers(0, 2**49 - 1))
def test_a_priority_is_taken_apart_as_the_head_of_the_file_says(held, boards, outside, alone, minutes, lot):
    bits = ((not held) << 63) | (boards << 62) | (outside << 61) | (alone << 60) | (minutes << 49) | lot
    told = kernels.parts_of_priority(np.uint64(bits))
    assert told == (held, boards, outside, alone, minutes, lot / 2**49)
    assert (np.uint64(bits) < kernels.HELD_BELOW) == told.held

"""Who teaches where at the start: channels in their shares, quality by channel, contracts that end in the run."""

import numpy as np

from simulation.world import NEVER, SCHOOL_KINDS, TEACHER_CHANNELS
from tests.region import people, region

START = region().start


def staff():
    """Teachers of the whole region: kind of school, channel, quality, contract, start."""
    tables = people(scale=1.0).base.tables
    teachers = tables["teachers"]
    kind = tables["schools"]["kind"][teachers["home_school"]]
    return kind, teachers["channel"], teachers["quality"], teachers["contract_end"], teachers["starts_month"]


def expected():
    """The region's table: (kind, channel) -> share, months, mean quality."""
    table = region().tables["channels"]
    names = zip(table["kind"], table["channel"], strict=True)
    figures = zip(table["share"], table["contract_months"], table["quality_mean"], strict=True)
    return {
        (SCHOOL_KINDS.index(str(kind)), TEACHER_CHANNELS.index(str(channel))): one
        for (kind, channel), one in zip(names, figures, strict=True)
    }


def test_channels_have_their_shares_and_nobody_came_otherwise():
    kind, channel, *_ = staff()
    for (of, by), (share, _, _) in expected().items():
        assert abs(np.count_nonzero((kind == of) & (channel == by)) - share * np.count_nonzero(kind == of)) <= 1
    assert set(zip(kind.tolist(), channel.tolist(), strict=True)) == set(expected())


def test_quality_is_that_of_the_channel():
    kind, channel, quality, _, _ = staff()
    for (of, by), (_, _, mean) in expected().items():
        some = quality[(kind == of) & (channel == by)]
        # Six standard errors of a mean of draws with SD 1.
        assert abs(some.mean() - mean) < 6 / np.sqrt(len(some))


def test_the_countys_quality_is_near_0():
    quality = staff()[2]
    assert abs(quality.mean()) < 0.02 + 6 / np.sqrt(len(quality))


def test_a_school_draws_teachers_as_good_as_those_it_has():
    tables = people(scale=1.0).base.tables
    teachers, schools = tables["teachers"], tables["schools"]
    channels = expected()
    for kind in range(len(SCHOOL_KINDS)):
        mean = sum(share * better for (of, _), (share, _, better) in channels.items() if of == kind)
        assert np.allclose(schools["draws_quality"][schools["kind"] == kind], mean)
    drawn = schools["draws_quality"][teachers["home_school"]]
    assert abs((teachers["quality"] - drawn).mean()) < 6 / np.sqrt(teachers.rows)


def test_contracts_end_within_their_length_and_permanent_posts_never():
    kind, channel, _, end, starts = staff()
    for (of, by), (_, months, _) in expected().items():
        some = (kind == of) & (channel == by)
        if months == 0:
            assert (end[some] == NEVER).all()
        else:
            begins = np.maximum(starts[some], START)
            assert ((end[some] > START) & (end[some] <= begins + months)).all()

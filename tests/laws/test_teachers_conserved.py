"""What transfers can't do: make or lose a teacher, or any of what the county's teachers can."""

import pytest

from tests.region import any_item, engine, region

MONTHS = 40


def _counted(engine, column):
    """A column of schools; the gaps are own posts without a teacher less teachers beyond the own posts."""
    schools = engine.world.tables["schools"]
    if column == "gaps":
        return schools["vacancies"].astype(int) - schools["teachers_beyond"]
    return schools[column].astype(int)


@pytest.mark.parametrize("select", ["outstanding", "random"])
@pytest.mark.parametrize("term_months", [0, 12])
def test_a_transfer_changes_the_county_by_nothing_in_any_month(select, term_months):
    """Heads and quality in whole millionths, in every month: 0 different from the baseline, turnover included."""
    lent = any_item("teacher_transfer", region().start + 8, select=select, term_months=term_months)
    base, arm = engine(months=MONTHS), engine([lent], MONTHS)
    moved = 0
    for _ in range(MONTHS):
        base.step()
        arm.step()
        for column in ("teachers_now", "quality_micro", "posts", "own_posts", "gaps", "teachers_left"):
            difference = _counted(arm, column) - _counted(base, column)
            assert difference.sum() == 0, column
            moved += int(abs(difference).sum())
    assert moved > 0  # the law isn't kept by doing nothing


def test_recruits_add_heads_and_their_own_quality():
    """The county has the recruits more, and nobody else differs."""
    item = any_item("teacher_recruitment", region().start + 8)
    base, arm = engine(months=24), engine([item], 24)
    base.run()
    arm.run()
    teachers = arm.world.tables["teachers"]
    recruits = (teachers["funder"] >= 0) & (teachers["left_month"] < 0)
    schools, before = arm.world.tables["schools"], base.world.tables["schools"]
    assert recruits.sum() > 0
    assert schools["teachers_now"].sum() - before["teachers_now"].sum() == recruits.sum()
    gain = schools["quality_micro"].sum() - before["quality_micro"].sum()
    assert gain == teachers["quality_micro"][recruits].sum()

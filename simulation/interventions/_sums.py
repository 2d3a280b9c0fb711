"""The sums that planners do for posts and teachers, shared by the measures that bring them."""

from simulation.desk import Desk

PUPILS_PER_TEACHER = 19
"""Pupils for whom a teacher counts on paper: the unified norm of 2014 for primary schools."""
_OLDER = 50


def counts_of_jobs(youngest: int) -> dict[str, int]:
    """Name the counts that a job adds to, {outcome: least age}: all at work, and those over 50 if nobody younger is hired."""
    return {"employed_count": 0} | ({"employed_50plus_count": _OLDER} if youngest >= _OLDER else {})


def jobs_of_posts(posts: int, pay_month_yuan: float, youngest: int, as_if: str) -> tuple[Desk, ...]:
    """Each post is a job; where nobody under 50 is hired, also one of somebody over 50."""
    text = f"{posts} posts = {posts} jobs, {posts * pay_month_yuan * 12:,.0f} yuan a year"
    return tuple(
        Desk(outcome, float(posts), text, "posts", as_if=as_if, least_age=age)
        for outcome, age in counts_of_jobs(youngest).items()
    )


def seats_of_teachers(teachers: int, yuan_year: float, as_if: str) -> Desk:
    """Each teacher is seats for a norm's pupils, whoever stood in a classroom before."""
    seats = teachers * PUPILS_PER_TEACHER
    text = (
        f"{teachers} teachers x {PUPILS_PER_TEACHER} pupils (norm of primary schools) = seats for {seats:,}, "
        f"{teachers * yuan_year:,.0f} yuan a year"
    )
    return Desk("standard_seats_count", float(seats), text, as_if=as_if)

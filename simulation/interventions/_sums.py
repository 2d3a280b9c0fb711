"""The sums that planners do for posts and teachers, shared by the measures that bring them."""

from simulation.desk import Desk

PUPILS_PER_TEACHER = 19
"""Pupils for whom a teacher counts on paper: the unified norm of 2014 for primary schools."""
_OLDER = 50


def counts_of_jobs(youngest: int) -> tuple[str, ...]:
    """Name the counts that a job adds to: all at work, and those over 50 where nobody younger gets one."""
    return ("employed_count", *(("employed_50plus_count",) if youngest >= _OLDER else ()))


def jobs_of_posts(posts: int, pay_month_yuan: float, youngest: int) -> tuple[Desk, ...]:
    """Each post is a job; where nobody under 50 is hired, also one of somebody over 50."""
    text = f"{posts} posts = {posts} jobs, {posts * pay_month_yuan * 12:,.0f} yuan a year"
    return tuple(Desk(outcome, float(posts), text, "posts") for outcome in counts_of_jobs(youngest))


def seats_of_teachers(teachers: int) -> Desk:
    """Each teacher is seats for a norm's pupils, whoever stood in a classroom before."""
    seats = teachers * PUPILS_PER_TEACHER
    text = f"{teachers} teachers x {PUPILS_PER_TEACHER} pupils (norm of primary schools) = seats for {seats:,}"
    return Desk("standard_seats_count", float(seats), text)

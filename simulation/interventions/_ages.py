"""The window of ages that an employer hires."""


def check_ages(youngest: int, oldest: int) -> None:
    """Raise ValueError for a window that is empty: its posts would be paid for and never filled."""
    if youngest > oldest:
        raise ValueError(f"hires nobody: min_age {youngest} lies above max_age {oldest}")

"""Months and spans in Chinese, for descriptions."""

from simulation.contract import Phasing


def month_zh(month: int) -> str:
    """Write an absolute month as 2020年4月."""
    return f"{month // 12}年{month % 12 + 1}月"


def span_zh(settings: Phasing) -> str:
    """Say from when on an intervention is in force, and until when if it ends."""
    since = f"自{month_zh(settings.first_month)}起"
    return since if settings.ends is None else f"{since}，至{month_zh(settings.ends)}前"

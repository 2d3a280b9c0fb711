"""How long the public supports an employer, and from when on it may close for want of support."""

from typing import Any

from simulation.contract import Phasing
from simulation.interventions._chinese import month_zh
from simulation.months import date_of
from simulation.parameters import parameter
from simulation.world import NEVER


def months_of_support() -> Any:
    """Declare the setting `subsidy_months`."""
    return parameter(
        None,
        "months",
        0,
        600,
        "scenario",
        "months from the opening for which support is paid, after which it may close; as long as it is in force if left out",
    )


def subsidy_ends(settings: Phasing, months: int | None) -> int:
    """First month without support: of an employer whose support isn't limited, that in which it is gone anyway."""
    gone = NEVER if settings.ends is None else settings.ends
    return gone if months is None else min(gone, settings.first_month + months)


def support_text(settings: Phasing, months: int | None) -> str:
    """Say when support ends, for a description; nothing if it lasts."""
    ends = subsidy_ends(settings, months)
    return (
        ""
        if months is None or ends == settings.ends
        else f", supported until {date_of(ends)} and at risk to close then"
    )


def support_text_zh(settings: Phasing, months: int | None) -> str:
    """Say the same in Chinese."""
    ends = subsidy_ends(settings, months)
    return "" if months is None or ends == settings.ends else f"，补贴至{month_zh(ends)}前，其后可能关闭"

"""Mechanisms that can be switched off: what a process declares so that its part in an answer can be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mechanism:
    """A mechanism of the model, and what stands in its place when it is switched off.

    Attributes
    ----------
    name
        what it is called, `search on the job`; no two processes that run together share one.
    off
        what holds without it, in words that go on after 'without it', `nobody with work looks for another post`.
    values
        {parameter: value} of the file that declares it, inside the parameters' ranges. Where no value switches it off
        altogether, the end of the range at which it does least, and `off` says so.
    rule
        a variant of the declaring process's slot that does without it; instead of `values`.
    """

    name: str
    off: str
    values: Mapping[str, float] = field(default_factory=dict)
    rule: str = ""

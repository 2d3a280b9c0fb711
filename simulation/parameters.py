"""Parameters: a value, a unit, a range and a source for every number that a behaviour rests on."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """A frozen set of named values, read from YAML or left at their defaults; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def parameter(value: Any, unit: str, low: float, high: float, source: str, doc: str) -> Any:
    """Declare a number: its value, unit, allowed range (both ends included) and source.

    `source` is the mark that domain.md gives it: [article], [Sxx], [derived], [unverified: ...],
    [prior] or [syn]; an assumption is called one.
    """
    return Field(value, ge=low, le=high, description=doc, json_schema_extra={"unit": unit, "source": source})


def quantity(unit: str, low: float, high: float, doc: str) -> Any:
    """Declare a number that the writer of a scenario must give: no value, no source, but a unit and a range."""
    return Field(ge=low, le=high, description=doc, json_schema_extra={"unit": unit, "source": "scenario"})


def option(value: Any, doc: str, source: str = "scenario") -> Any:
    """Declare a choice that isn't a number (a `Literal`, a flag) with its default."""
    return Field(value, description=doc, json_schema_extra={"unit": "", "source": source})


def reference(table: str, doc: str, value: Any = ...) -> Any:
    """Declare the id of a row of a table: `place: jinxiu`; the loader checks that it exists."""
    return Field(value, description=doc, json_schema_extra={"unit": "", "source": "scenario", "table": table})

"""A declared number as people read it: its value, unit, range, source and meaning."""

from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from simulation.months import date_of
from simulation.scenario.validate import field_name, is_month

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

HEADINGS = ("parameter", "value", "unit", "range", "source", "meaning")


def declared_rows(model: type["BaseModel"], values: "BaseModel | None" = None) -> list[tuple[str, ...]]:
    """Write the fields of a settings class, a row of HEADINGS for each: `values`, or what it declares.

    A field that the writer of a scenario must give has no declared value; its cell is empty.
    """
    return [
        (
            field_name(field, name),
            _written(field.get_default(call_default_factory=True) if values is None else getattr(values, name), field),
            *_told(field),
        )
        for name, field in model.model_fields.items()
    ]


def _told(field: "FieldInfo") -> tuple[str, str, str, str]:
    told: Any = field.json_schema_extra or {}
    return told.get("unit", ""), bounds(field), told.get("source", ""), field.description or ""


def bounds(field: "FieldInfo") -> str:
    """Write the range of a field, both ends included, or the words that it takes; empty where it declares none."""
    if get_origin(field.annotation) is Literal:
        return ", ".join(map(str, get_args(field.annotation)))
    found = {
        name: getattr(part, name)
        for part in field.metadata
        for name in ("ge", "le")
        if getattr(part, name, None) is not None
    }
    return f"{found['ge']:g} to {found['le']:g}" if len(found) == 2 else ""


def _written(value: object, field: "FieldInfo") -> str:
    """Write a value as a scenario would: a month as YYYY-MM, a number without needless digits."""
    if repr(value) == "PydanticUndefined":
        return ""
    if value is None or (is_month(field) and value == -1):
        return "none"
    if is_month(field) and isinstance(value, int):
        return date_of(value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)

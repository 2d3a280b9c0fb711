"""Values with places -> a pydantic model, or its complaints as mistakes with places."""

import json
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from simulation.months import month_of
from simulation.scenario.errors import hint, listed, nearest, shown
from simulation.scenario.items import BROKEN, Faults, Item, Path_, deepest, plain
from simulation.scenario.model import KEYS, LATER, SOLVE, ScenarioFile

Model = TypeVar("Model", bound=BaseModel)

_KINDS = {
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "dict_type": "must be a map of keys and values",
    "model_type": "must be a map of keys and values",
    "model_attributes_type": "must be a map of keys and values",
    "list_type": "must be a list, such as [a, b]",
    "tuple_type": "must be a list, such as [a, b]",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
}
_LIMITS = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")


def validated(model: type[Model], item: Item, path: Path_, faults: Faults) -> Model | None:
    """Build a model from a map; None, and a mistake for each complaint, if it can't be.

    Parameters
    ----------
    model
        the settings class. Its fields of unit `month` are written `2020-04` and become absolute months.
    item
        the map.
    path
        where it stands, for the mistakes' names.
    faults
        where mistakes go.
    """
    before = len(faults.found)
    text = json.dumps(_with_months(model, item, path, faults))
    try:
        made = model.model_validate_json(text)
    except ValidationError as error:
        # A month that can't be read has no order, so nothing is said of how it stands to the others.
        unread = len(faults.found) > before
        complaints = [one for one in error.errors(include_url=False) if not (unread and one["type"] == "value_error")]
        _complain(model, complaints, item, path, faults)
        return None
    return made if len(faults.found) == before and not _holds_broken(item) else None


def _holds_broken(item: Item) -> bool:
    if isinstance(item.value, dict):
        return any(_holds_broken(one) for one in item.value.values())
    if isinstance(item.value, list):
        return any(_holds_broken(one) for one in item.value)
    return item.value is BROKEN


def field_name(field: FieldInfo, name: str) -> str:
    """Return the name under which a file gives a field."""
    return field.alias or name


def is_month(field: FieldInfo) -> bool:
    """Say whether a field is a month, written `2020-04` and kept as an absolute month."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and extra.get("unit") == "month" and int in _types(field.annotation)


def holds_whole(field: FieldInfo | None) -> bool:
    """Say whether a field is a whole number."""
    return field is not None and holds(field, int)


def holds(field: FieldInfo, *kinds: type) -> bool:
    """Say whether a value of one of these types belongs in a field."""
    return any(kind in _types(field.annotation) for kind in kinds)


def _types(annotation: Any) -> tuple[Any, ...]:
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        return tuple(one for part in typing.get_args(annotation) for one in _types(part))
    return (annotation,)


def model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model of keys and values that a field holds, if it holds one."""
    return next((one for one in _types(annotation) if isinstance(one, type) and issubclass(one, BaseModel)), None)


def _with_months(model: type[BaseModel], item: Item, path: Path_, faults: Faults) -> Any:
    value = plain(item)
    if not isinstance(value, dict):
        return value
    for name, field in model.model_fields.items():
        key = field_name(field, name)
        part = item.value.get(key)
        if part is None or part.value is None or part.value is BROKEN:
            continue
        inner = model_in(field.annotation)
        if inner is not None:
            value[key] = _with_months(inner, part, (*path, key), faults)
        elif is_month(field):
            value[key] = _month(part, (*path, key), faults)
    return value


def _month(part: Item, path: Path_, faults: Faults) -> int:
    try:
        return month_of(part.value)
    except (ValueError, AttributeError):
        faults.add(part.spot, path, f"must be a month written YYYY-MM, such as 2020-04, got {shown(part.value)}")
        return 12 * 2000


def _complain(model: type[BaseModel], complaints: Iterable[Any], item: Item, path: Path_, faults: Faults) -> None:
    said: set[Path_] = set()
    for one in complaints:
        found, gone = deepest(item, one["loc"])
        wanted = (*gone, one["loc"][-1]) if one["type"] == "missing" else gone
        if wanted in said or (found.value is BROKEN and one["type"] != "extra_forbidden"):
            continue  # one complaint a value: each branch of a union makes its own
        said.add(wanted)
        _one_complaint(model, one, found, gone, path, faults)


def _one_complaint(
    model: type[BaseModel], one: Mapping[str, Any], found: Item, gone: Path_, path: Path_, faults: Faults
) -> None:
    kind, loc = one["type"], tuple(one["loc"])
    if kind == "missing":
        faults.add(found.named_at, (*path, *loc), "the required key is missing" + _wanted(field_at(model, loc)))
    elif kind == "extra_forbidden":
        faults.add(found.named_at, (*path, *gone), unknown_key(str(loc[-1]), _names(model, loc[:-1])))
    elif kind == "value_error":
        spot = found.named_at if isinstance(found.value, dict) else found.spot
        got = "" if isinstance(found.value, dict) else f", got {shown(found.value)}"
        faults.add(spot, (*path, *gone), str(one["ctx"]["error"]) + got)
    else:
        faults.add(found.spot, (*path, *gone), _wrong(kind, one, found.value, field_at(model, loc)))


def unknown_key(name: str, allowed: tuple[str, ...]) -> str:
    """Say that a key isn't known; of a key of a later version, say what to write instead."""
    if name in LATER:
        return f"'{name}' is not supported yet; {LATER[name]}"
    return f"unknown key '{name}'" + hint(name, allowed)


def _names(model: type[BaseModel], loc: Path_) -> tuple[str, ...]:
    owner = _owner(model, loc)
    if owner is ScenarioFile:
        return KEYS
    return tuple(field_name(field, name) for name, field in owner.model_fields.items())


def _owner(model: type[BaseModel], loc: Path_) -> type[BaseModel]:
    for part in loc:
        field = _of(model, part)
        inner = model_in(field.annotation) if field else None
        model = inner or model
    return model


def _of(model: type[BaseModel], part: Any) -> FieldInfo | None:
    named = {field_name(field, name): field for name, field in model.model_fields.items()}
    return named.get(part)


def field_at(model: type[BaseModel], loc: Path_) -> FieldInfo | None:
    """Return the field of a model that a path leads to, or the last one on its way; None if there is none."""
    for number in range(len(loc) - 1, -1, -1):
        field = _of(_owner(model, loc[:number]), loc[number])
        if field is not None:
            return field
    return None


def _wrong(kind: str, one: Mapping[str, Any], value: Any, field: FieldInfo | None) -> str:
    if value == "solve" and kind.startswith(("int", "float")):
        return f"'solve' is not supported yet; {SOLVE}"
    if kind == "literal_error":
        options = _options(field)
        return f"is not known, got {shown(value)}" + listed(options) + nearest(value, options)
    if kind in _LIMITS:
        return f"lies outside its range, got {shown(value)}{allowed_range(field)}"
    said = _KINDS.get(kind) or one["msg"]
    return f"{said}, got {shown(value)}{allowed_range(field)}"


def _options(field: FieldInfo | None) -> tuple[Any, ...]:
    found: list[Any] = []
    waiting = [field.annotation if field else None]
    while waiting:
        one = waiting.pop()
        if typing.get_origin(one) is Literal:
            found += typing.get_args(one)
        else:
            waiting += typing.get_args(one)
    return tuple(found)


def limits(field: FieldInfo | None) -> dict[str, Any]:
    """Return the bounds of a field: of ge, gt, le, lt those that it has."""
    found: dict[str, Any] = {}
    for one in field.metadata if field else ():
        named = {name: getattr(one, name, None) for name in ("ge", "gt", "le", "lt")}
        found.update({name: value for name, value in named.items() if value is not None})
    return found


def allowed_range(field: FieldInfo | None) -> str:
    """Write a field's range and unit: `; allowed: 1 to 600 months`."""
    found = limits(field)
    low = _brief(found["ge"]) if "ge" in found else f"more than {_brief(found['gt'])}" if "gt" in found else ""
    high = _brief(found["le"]) if "le" in found else f"less than {_brief(found['lt'])}" if "lt" in found else ""
    if low and high:
        text = f"{low} to {high}"
    else:
        text = (f"at least {low}" if "ge" in found else low) or (f"at most {high}" if "le" in found else high)
    return f"; allowed: {text} {unit_of(field)}".rstrip() if text else ""


def _brief(bound: float) -> str:
    return f"{bound:g}" if isinstance(bound, float) else str(bound)


def unit_of(field: FieldInfo | None) -> str:
    """Return the unit that a field declares, or nothing."""
    extra = field.json_schema_extra if field else None
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def _wanted(field: FieldInfo | None) -> str:
    if field is None:
        return ""
    written = " (a month, YYYY-MM)" if is_month(field) else ""
    return f"; it says: {field.description}{written}{allowed_range(field)}" if field.description else ""

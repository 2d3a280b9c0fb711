"""The JSON schema of a scenario file, generated from the declarations: for editors, and for reading."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulation.catalogue import Catalogue, discover
from simulation.contract import Indicator, Outcome, Process
from simulation.scenario import region
from simulation.scenario.indicators import indicators_of
from simulation.scenario.items import Item, Spot
from simulation.scenario.model import ScenarioFile
from simulation.scenario.numbers import number_paths
from simulation.scenario.study_model import Spread
from simulation.scenario.validate import field_name, is_month

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MONTH_PATTERN = r"^\d{4}-(0[1-9]|1[0-2])$"


def schema(catalogue: Catalogue | None = None) -> dict[str, Any]:
    """Return the JSON schema (Draft 2020-12) of a scenario file.

    Every parameter's description holds its meaning, unit and source; its range is in `minimum` and
    `maximum`. `catalogue` adds a user's own declarations to the shipped ones.
    """
    known = catalogue or discover()
    defs: dict[str, Any] = {}
    file = _model(ScenarioFile, "file", defs)
    properties = file["properties"]
    properties["format"] = {"const": 1, "description": "version of this format"}
    properties["base"] = {"type": "string", "description": "a region's file; this one's values are laid over it"}
    properties["tables"] = _closed({name: _table(name) for name in region.TABLES})
    properties["parameters"] = _closed(_parameters(known, defs))
    properties["behaviour"] = _closed(_behaviour(known))
    properties["arms"] = _arms(known, defs)
    _name_indicators(indicators_of(known), defs)
    _name_numbers(known, defs)
    return {
        "$schema": DIALECT,
        "title": "relosim scenario",
        **file,
        "required": ["format", "name"],
        "$defs": defs,
    }


def _name_indicators(indicators: Mapping[str, Indicator], defs: dict[str, Any]) -> None:
    """Put every indicator's name where a file may name one."""
    if indicators:
        for block in ("Report", "SensitivityBlock"):
            defs[f"file.{block}"]["properties"]["outcomes"]["items"] = {"oneOf": _consts(indicators)}
    widths = {
        name: {"type": "number", "exclusiveMinimum": 0, "description": f"{one.meaning} [{one.unit}]"}
        for name, one in sorted(indicators.items())
    }
    until = defs["file.Replicates"]["properties"]["until"]
    until.update(_closed(widths))


def _name_numbers(known: Catalogue, defs: dict[str, Any]) -> None:
    """Put the path of every number that may vary where a file may name one; those of arms by their beginning."""
    defs["spread"] = _model(Spread, "spread", defs)
    spread = {"anyOf": [{"$ref": "#/$defs/spread"}, {"type": "null"}]}
    paths = number_paths(Item({}, Spot("", 0, 0, Path())), known)
    varied = {**_closed(dict.fromkeys(paths, spread)), "patternProperties": {r"^arms\..+\..+": spread}}
    defs["varied"] = varied
    for block in ("UncertaintyBlock", "SensitivityBlock"):
        part = defs[f"file.{block}"]["properties"]["parameters"]
        defs[f"file.{block}"]["properties"]["parameters"] = {
            "$ref": "#/$defs/varied",
            "description": part["description"],
        }


def _closed(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}


def _table(name: str) -> dict[str, Any]:
    meaning = " ".join((region.TABLES[name].__doc__ or "").split())
    return {"type": ["string", "null"], "description": f"path of a CSV file. {meaning}"}


def _parameters(known: Catalogue, defs: dict[str, Any]) -> dict[str, Any]:
    declared: Mapping[str, Process | Outcome] = {**known.processes, **known.outcomes}
    parts = {name: _model(one.Settings, f"parameters.{name}", defs) for name, one in sorted(declared.items())}
    for part in parts.values():
        part.pop("required", None)
    return parts


def _behaviour(known: Catalogue) -> dict[str, Any]:
    slots = sorted({one.slot for one in known.processes.values()})
    return {slot: {"enum": list(known.variants(slot)), "default": known.variants(slot)[0]} for slot in slots}


def _arms(known: Catalogue, defs: dict[str, Any]) -> dict[str, Any]:
    kinds = []
    for name, one in sorted(known.interventions.items()):
        settings = _model(one.Settings, f"arms.{name}", defs)
        settings["description"] = one.doc
        kinds.append({**_closed({name: settings}), "required": [name]})
    rules = {**_closed(_behaviour(known)), "description": "rules that run in this arm instead of the scenario's"}
    kinds.append({**_closed({"behaviour": rules}), "required": ["behaviour"]})
    defs["intervention"] = {"oneOf": kinds}
    arm = {"type": ["array", "null"], "items": {"$ref": "#/$defs/intervention"}}
    meaning = "what is compared; 'baseline' is always among them"
    return {"type": "object", "additionalProperties": arm, "description": meaning}


def _consts(indicators: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"const": name, "description": f"{one.meaning} [{one.unit}]"} for name, one in sorted(indicators.items())]


def _model(model: type[BaseModel], prefix: str, defs: dict[str, Any]) -> dict[str, Any]:
    made = model.model_json_schema(by_alias=True, ref_template=f"#/$defs/{prefix}.{{model}}")
    for name, part in made.pop("$defs", {}).items():
        defs[f"{prefix}.{name}"] = part
    made.pop("title", None)
    _describe(model, made, defs, prefix)
    return made


def _describe(model: type[BaseModel], made: dict[str, Any], defs: dict[str, Any], prefix: str) -> None:
    for name, field in model.model_fields.items():
        part = made["properties"][field_name(field, name)]
        for key in ("title", "unit", "source", "table"):
            part.pop(key, None)
        part["description"] = _described(field)
        if is_month(field):
            _as_month(part)
        for inner in _models_of(field):
            _describe(inner, defs[f"{prefix}.{inner.__name__}"], defs, prefix)


def _models_of(field: FieldInfo) -> list[type[BaseModel]]:
    waiting, found = [field.annotation], []
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            found.append(one)
        else:
            waiting += getattr(one, "__args__", ())
    return found


def _as_month(part: dict[str, Any]) -> None:
    part.pop("anyOf", None)
    part.pop("default", None)
    part.update({"type": "string", "pattern": MONTH_PATTERN})


def _described(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    told: Mapping[str, Any] = extra if isinstance(extra, dict) else {}
    text = field.description or ""
    text += f" [{told['unit']}]" if told.get("unit") else ""
    text += f"; id of a row of the table '{told['table']}'" if told.get("table") else ""
    return text + (f"; source: {told['source']}" if told.get("source") else "")

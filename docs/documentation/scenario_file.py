"""The reference of a scenario file: every key, read from its JSON schema."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from documentation.markdown import code, heading, page, plain, table
from simulation.scenario.json_schema import MONTH_PATTERN, schema
from simulation.scenario.model import KEYS

_ELSEWHERE = {
    "parameters": "see [parameters](parameters.md)",
    "arms": "see [interventions](interventions.md)",
    "tables": "see [tables of a region](tables.md)",
    "behaviour": "which of rival rules runs: see [rules](../model/odd.md#adaptation)",
}
"""Keys whose content has a page of its own."""
_WORDS = {
    "string": "text", "integer": "whole number", "number": "number", "object": "map", "array": "list",
    "boolean": "true or false",
}  # fmt: skip
"""What a type of JSON is called in a YAML file."""


def schema_text() -> str:
    """Return the JSON schema of a scenario file as `relosim schema` prints it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def scenario_file_page() -> str:
    """Write the page of the keys of a scenario file."""
    known = schema()
    return page(
        heading(1, "Keys of a scenario file"),
        "[A scenario file](../scenario.md) says how to write one. This table is made from its JSON schema, which "
        "`relosim schema` prints and which [stands here](scenario.schema.json) for an editor.",
        table(
            ("key", "holds", "left out", "meaning"),
            [
                (code(path), _kind(part), _default(part), _meaning(path, part))
                for path, part in sorted(
                    keys(known, known["$defs"]), key=lambda one: KEYS.index(one[0].partition(".")[0])
                )
            ],
        ),
        heading(2, "A spread"),
        "What a path under `uncertainty.parameters` and `sensitivity.parameters` may hold.",
        table(
            ("key", "holds", "left out", "meaning"),
            [
                (code(name), _kind(part), _default(part), plain(part.get("description", "")))
                for name, part in known["$defs"]["spread"]["properties"].items()
            ],
        ),
    )


def keys(part: Mapping[str, Any], defs: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """List the keys of a schema and of what stands in them, each with its path; what has a page of its own stays closed."""
    for name, inner in part.get("properties", {}).items():
        path = f"{before}{name}"
        whole = _resolved(inner, defs)
        yield path, {**whole, **{key: value for key, value in inner.items() if key != "$ref"}}
        if path not in _ELSEWHERE and not path.endswith((".parameters", ".until")):
            yield from keys(whole, defs, f"{path}.")


def _resolved(part: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference, also one that may be null instead."""
    for one in (part, *part.get("anyOf", ())):
        if "$ref" in one:
            found: Mapping[str, Any] = defs[one["$ref"].removeprefix("#/$defs/")]
            return found
    return part


def _meaning(path: str, part: Mapping[str, Any]) -> str:
    said = plain(part.get("description", ""))
    return "; ".join(filter(None, (said, _ELSEWHERE.get(path, ""))))


def _kind(part: Mapping[str, Any]) -> str:
    if "const" in part:
        return code(part["const"])
    if part.get("pattern") == MONTH_PATTERN:
        return f"month, {code('2020-04')}"
    words = _first(part, "enum") or part.get("items", {}).get("enum")
    if words:
        return ", ".join(code(one) for one in words)
    kinds = [str(one.get("type", "")) for one in part.get("anyOf", ())] or [part.get("type", "")]
    flat = [one for kind in kinds for one in ([kind] if isinstance(kind, str) else kind)]
    return " or ".join(_WORDS[one] for one in dict.fromkeys(flat) if one in _WORDS) + _limits(part)


def _first(part: Mapping[str, Any], key: str) -> Any:
    """Return what a schema says under a key, itself or in one of its alternatives."""
    return next((one[key] for one in (part, *part.get("anyOf", ())) if key in one), None)


def _limits(part: Mapping[str, Any]) -> str:
    low, high = _first(part, "minimum"), _first(part, "maximum")
    return f", {low:g} to {high:g}" if low is not None and high is not None and high < 2**53 else ""


def _default(part: Mapping[str, Any]) -> str:
    value = part.get("default")
    if isinstance(value, bool):
        return code(str(value).lower())
    return "" if value in (None, [], "") or isinstance(value, dict) else code(value)

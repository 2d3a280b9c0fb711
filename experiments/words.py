"""A study in words for its readers: what arms do, what things are called, what the model leaves out."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from simulation.limits import NOT_MODELLED
from simulation.scenario.names import NAMED_TABLES

if TYPE_CHECKING:
    from simulation.scenario import ArmItem, Scenario

_RULES = {
    "en": {"job_search": "jobs are found by", "school_choice": "seats go by", "return": "households go back by"},
    "zh": {"job_search": "求职规则为", "school_choice": "学位分配规则为", "return": "返迁规则为"},
}
"""What a slot of behaviour decides."""


def words_of(scenario: "Scenario", arms: Iterable[str]) -> dict[str, Any]:
    """Return what a manifest tells of a scenario in words.

    `does`: {arm: [{language: what one of its measures does}]}; `names`: {arm, outcome or id: {language: name}};
    `not_modelled`: [{language: sentence}].
    """
    names = names_of(scenario)
    return {
        "does": {arm: [*_rules(scenario, arm), *_measures(scenario, arm, names)] for arm in arms},
        "names": names,
        "not_modelled": [dict(one) for one in NOT_MODELLED],
    }


def names_of(scenario: "Scenario") -> dict[str, dict[str, str]]:
    """Return the names of outcomes and places as declared and tabled, the scenario's own laid over them."""
    found: dict[str, dict[str, str]] = {}
    for family in scenario.catalogue.outcomes.values():
        for language, labels in getattr(family, "labels", {}).items():
            for name, text in labels.items():
                found.setdefault(name, {})[language] = text
    places = scenario.tables.get("places", {})
    for one, name in zip(places.get("id", ()), places.get("name", ()), strict=True):
        found.setdefault(str(one), {})["en"] = str(name)
    for one, texts in getattr(scenario, "names", {}).items():
        found.setdefault(one, {}).update(texts)
    return found


def _rules(scenario: "Scenario", arm: str) -> list[dict[str, str]]:
    """Say by which rules something goes in an arm, and by which in the baseline."""
    rules = scenario.arm_behaviour.get(arm, {})
    return [_rule(scenario, slot, variant) for slot, variant in rules.items()]


def _rule(scenario: "Scenario", slot: str, variant: str) -> dict[str, str]:
    usual = scenario.behaviour.get(slot, scenario.catalogue.variants(slot)[0])
    english = f"instead of {usual}" if variant != usual else "as in the baseline"
    chinese = f"而非{usual}" if variant != usual else "与基准相同"
    return {
        "en": f"{_RULES['en'].get(slot, f'{slot} goes by')} {variant} {english}",
        "zh": f"{_RULES['zh'].get(slot, f'{slot}规则为')}{variant}，{chinese}",
    }


def _measures(scenario: "Scenario", arm: str, names: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:
    return [_measure(scenario, item, names) for item in scenario.arms[arm]]


def _measure(scenario: "Scenario", item: "ArmItem", names: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    kind = getattr(scenario.catalogue, "interventions", {}).get(getattr(item, "kind", ""))
    if kind is None or not hasattr(kind, "describe"):
        return {"en": str(item)}
    told = {"en": kind.describe, **kind.describe_in}
    return {language: _named(say(item.settings), item.settings, language, names) for language, say in told.items()}


def _named(text: str, settings: Any, language: str, names: Mapping[str, Mapping[str, str]]) -> str:
    """Write names for the ids that the settings refer to; elsewhere in the text the same letters may be a word."""
    for field, told in type(settings).model_fields.items():
        extra = told.json_schema_extra
        table = extra.get("table") if isinstance(extra, Mapping) else None
        one = str(getattr(settings, field))
        name = names.get(one, {}).get(language)
        if table in NAMED_TABLES and name:
            text = name.join(re.split(rf"(?<![A-Za-z0-9_]){re.escape(one)}(?![A-Za-z0-9_])", text))
    return text

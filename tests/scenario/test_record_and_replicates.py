"""`record:` and `replicates:`: what they hold, what they refuse."""

import pytest

from simulation.scenario import schema


def test_what_is_recorded(loaded):
    assert loaded().record == {"units": None, "outcomes": "all"}
    for units in ("keep", "allow"):
        assert loaded(f"record: {{units: {units}}}\n").record["units"] == units
        assert loaded(f"record: {{units: {units}}}\n").fingerprint() == loaded().fingerprint()
    assert loaded("record: {outcomes: overall}\n").record["outcomes"] == "overall"


def test_only_overall_outcomes_move_the_fingerprint(loaded):
    plain = loaded()
    assert loaded("record: {outcomes: all}\n").fingerprint() == plain.fingerprint()
    overall = loaded("record: {outcomes: overall}\n")
    assert overall.fingerprint() != plain.fingerprint()
    assert overall.arm_fingerprint("baseline") != plain.arm_fingerprint("baseline")


def test_a_base_hands_down_what_is_recorded(small, loaded):
    text = (small / "region.yaml").read_text("utf-8")
    (small / "region.yaml").write_text(text + "record: {outcomes: overall, units: keep}\n", "utf-8")
    assert loaded("record: {units: null}\n").record == {"units": None, "outcomes": "overall"}


def test_until_which_precision_and_how_long(loaded):
    text = "replicates: {at_least: 5, at_most: 9, until: {poor_count: 3, employed_share: 0.004}, minutes: 90}\n"
    assert loaded(text).replicates == {
        "at_least": 5, "at_most": 9, "until": {"poor_count": 3.0, "employed_share": 0.004}, "minutes": 90.0,
    }  # fmt: skip
    assert loaded(text).fingerprint() == loaded().fingerprint()
    assert loaded("replicates: {minutes: null}\n").replicates["minutes"] is None


REFUSALS = {
    "replicates: {until: {poor_cont: 3, poor_count: 0, employed_share: -1}, minutes: 0}\n": [
        "4:22: replicates.until.poor_cont: 'poor_cont' is not an indicator; allowed: employed_share, poor_count; "
        "did you mean 'poor_count'?",
        "4:48: replicates.until.poor_count: half the width of an interval lies above 0, got 0 households",
        "4:67: replicates.until.employed_share: half the width of an interval lies above 0, got -1 share",
        "4:81: replicates.minutes: lies outside its range, got 0; allowed: more than 0 to 100000 minutes",
    ],
    "replicates: {until: {poor_count: few}, minutes: long}\n": [
        "4:34: replicates.until.poor_count: must be a number, got 'few'",
        "4:49: replicates.minutes: must be a number, got 'long'; allowed: more than 0 to 100000 minutes",
    ],
    "replicates: {until: [poor_count]}\n": ["4:21: replicates.until: must be a map of keys and values, got a list"],
    "record: {outcomes: overal, units: no}\n": [
        "4:20: record.outcomes: is not known, got 'overal'; allowed: all, overall; did you mean 'overall'?",
        "4:35: record.units: is not known, got 'no'; allowed: allow, keep",
    ],
    "record: {outcomes: overall}\nreport: {by: [population, place, sex]}\n": [
        "5:27: report.by.1: 'record: {outcomes: overall}' records nothing by place; "
        "write 'record: {outcomes: all}', or leave it out",
        "5:34: report.by.2: 'record: {outcomes: overall}' records nothing by sex; "
        "write 'record: {outcomes: all}', or leave it out",
    ],
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSALS, ids=[text[:50] for text in REFUSALS])
def test_the_message_says_where_what_and_what_is_allowed(mistakes, text):
    assert sorted(mistakes(text)) == sorted(REFUSALS[text])


def test_the_schema_knows_the_units_of_half_widths(small):
    until = schema()["$defs"]["file.Replicates"]["properties"]["until"]
    assert until["additionalProperties"] is False
    assert until["properties"]["poor_count"] == {
        "type": "number", "exclusiveMinimum": 0, "description": "households below the line [households]",
    }  # fmt: skip

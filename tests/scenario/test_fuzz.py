"""Whatever a file holds, it loads or is refused with ScenarioError; never any other exception."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from simulation.scenario import ScenarioError, load, load_mapping

GOOD = """\
format: 1
name: a question
why: >-
  does it
  help?
base: region.yaml
months: 48
scale: {hosts: 0.5, stayers: 1}
parameters: {births: {fertility: 2.5, first: 2018-03}}
behaviour: {moving: moving_by_rank}
events: {epidemic: {from: 2020-02, to: 2020-04, visit_scale: 0.5, coast_open: false}}
arms:
  a: &a
    - workshop: {place: jinxiu, posts: 3, opens: 2020-01, serves: [upper_village]}
    - lending: {from: mill, to: quarry, starts: 2019-06, name: "b"}
  c: *a
replicates: {at_least: 3, at_most: 9}
report: {outcomes: [poor_count], window: 2021-01..2021-12, by: [place, sex]}
record: {units: allow}
uncertainty:
  design: sobol
  draws: 8
  parameters:
    parameters.births.gap: {low: 12, high: 20}
    arms.a.posts: {}
    scale.hosts: {distribution: triangular, low: 0.1, high: 1, mode: 0.5}
    parameters.moving.pace: {values: [0.25, 0.5]}
"""
PIECES = [
    "null", "~", "[]", "{}", "true", "-1", "1e999", ".nan", "0x1F", "0o8", "0b2", "1_0", "_", "solve", "2020-04",
    "2020-99", "*a", "&b", "&a", "<<: *a", "!!set {}", "!!binary x", "!!int x", "!!float x", "!!bool x", "!!str",
    "!x y", "? ", "- ", "---\n", "...\n", "%YAML 1.1\n---\n", "\t", "\x00", "\ud83d", "\U0001f986", "\\ud800",
    '"\\ud800"', "'", '"', "|", ">", "#", ":", ": ", ",", "[", "]", "{", "}", "\n", "  ", "@", "`", "=", "yes",
    "baseline: [x]\n", "base: .\n", "base: /dev/zero\n", "tables: {places: /dev/zero}\n", 'base: "a\\0b"\n',
    "base: " + "x" * 5000 + "\n", "plugins: [region.yaml]\n", "\u2028", "\x85", "\ufeff", "12:30:00",
]  # fmt: skip

cut = st.tuples(st.integers(0, len(GOOD)), st.integers(0, 12), st.sampled_from(PIECES) | st.text(max_size=6))


def mutated(edits):
    text = GOOD
    for at, length, piece in edits:
        text = text[:at] + piece + text[at + length :]
    return text.encode("utf-8", "surrogatepass")


def loads_or_refuses(thing, *arguments):
    faults = ()
    try:
        thing(*arguments)
    except ScenarioError as error:
        faults = error.faults or [None]
    for one in faults:
        assert one.what
        assert (one.line > 0) == (one.column > 0)


def test_the_text_that_is_mutated_is_right(small):
    (small / "question.yaml").write_text(GOOD, "utf-8")
    load("question.yaml")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(cut, min_size=1, max_size=4))
@example([(0, len(GOOD), "base: question.yaml\n")])
@example([(0, len(GOOD), "? [a]\n: b\n")])
@example([(0, 0, "%YAML 1.1\n---\n")])
def test_a_mutated_file_loads_or_is_refused(small, edits):
    (small / "question.yaml").write_bytes(mutated(edits))
    loads_or_refuses(load, "question.yaml")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.binary(max_size=60))
def test_bytes_load_or_are_refused(small, raw):
    (small / "question.yaml").write_bytes(raw)
    loads_or_refuses(load, "question.yaml")
    (small / "places.csv").write_bytes(raw)
    loads_or_refuses(load, "region.yaml")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(alphabet='id,kndhomesl\n"\r1.-\x00', max_size=80))
def test_a_table_loads_or_is_refused(small, text):
    (small / "places.csv").write_bytes(("id,kind,homes,lon\n" + text).encode())
    loads_or_refuses(load, "region.yaml")


PATHS = st.sampled_from(
    (
        "months",
        "arms",
        "arms.a",
        "arms.a.0.workshop.posts",
        "arms.a.posts",
        "arms.a.workshop",
        "arms.a.-1.x",
        "arms.²",
        "arms.a.².posts",
        "tables.places",
        "parameters.births",
        "plugins",
        "uncertainty.parameters.scale.hosts",
        "",
        ".",
        "x.0.y",
    )
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.dictionaries(PATHS, st.sampled_from(PIECES) | st.text(max_size=6), max_size=3))
def test_an_override_is_taken_or_refused(small, overrides):
    (small / "question.yaml").write_text(GOOD, "utf-8")
    loads_or_refuses(load, "question.yaml", overrides)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        "name",
        "base",
        "months",
        "arms",
        "tables",
        "parameters",
        "report",
        "events",
        "plugins",
        "scale",
        "uncertainty",
        "sensitivity",
        "replicates",
        "x",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_a_mapping_loads_or_is_refused(small, mapping):
    loads_or_refuses(load_mapping, {"format": 1, "name": "q", "base": "region.yaml", **mapping}, small)


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize(
    "key",
    [
        "name",
        "base",
        "start",
        "seed",
        "scale",
        "tables",
        "parameters",
        "arms",
        "plugins",
        "report",
        "uncertainty",
        "sensitivity",
    ],
)
def test_no_piece_at_any_key_breaks_the_loader(small, key, piece):
    text = f"format: 1\n{key}: {piece}\n"
    (small / "question.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    loads_or_refuses(load, "question.yaml")

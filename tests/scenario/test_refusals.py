"""Every refusal of a scenario file: where it points, what it says, what it offers."""

import pytest

from simulation.scenario import ScenarioError, load

WORKSHOP = "arms:\n  a:\n    - workshop: "
KEYS = (
    "format, name, why, names, base, start, months, branch_at, seed, scale, tables, parameters, behaviour, events, "
    "arms, replicates, report, plugins, record, uncertainty, sensitivity"
)
A = "arms.a.0.workshop"
LIMIT = 9223372036854775807

REFUSALS = {
    # strict types
    "seed: true\n": [f"4:7: seed: must be a whole number, got true; allowed: 0 to {LIMIT}"],
    'months: "12"\n': ["4:9: months: must be a whole number, got '12'; allowed: 1 to 600 months"],
    "months: 12.0\n": ["4:9: months: must be a whole number, got 12.0; allowed: 1 to 600 months"],
    "seed: -1\n": [f"4:7: seed: lies outside its range, got -1; allowed: 0 to {LIMIT}"],
    f"seed: {LIMIT + 1}\n": [
        f"4:7: seed: is too large a whole number; allowed: up to {LIMIT}, got {LIMIT + 1}",
    ],
    "months: .inf\n": ["4:9: months: is not a finite number; write a number, got .inf"],
    "scale: {hosts: .nan}\n": ["4:16: scale.hosts: is not a finite number; write a number, got .nan"],
    "scale: {hosts: 11}\n": ["4:16: scale.hosts: lies outside its range, got 11; allowed: 0 to 10"],
    "scale: 3\n": ["4:8: scale: must be a map of keys and values, got 3"],
    "why: 3\n": ["4:6: why: must be text, got 3"],
    "why: |\n  " + "x" * 3 + "\nseed: a\n": [f"6:7: seed: must be a whole number, got 'a'; allowed: 0 to {LIMIT}"],
    # keys
    "seeed: 1\n": [f"4:1: seeed: unknown key 'seeed'; allowed: {KEYS}; did you mean 'seed'?"],
    "name: x\n": ["4:1: name: the key 'name' stands here a second time, first in line 2; keep one"],
    "<<: {a: 1}\n": ["4:1: '<<' is not supported; name a region in 'base:', or write the keys out"],
    "1: 2\n": ["4:1: a key must be text, got '1'; put it in quotes"],
    "{a: 1}: 2\n": ["4:1: a key must be text, got a map or list; put it in quotes"],
    "x: !!python/object:os.system y\n": [
        "4:4: x: the tag 'tag:yaml.org,2002:python/object:os.system' is not allowed; "
        "a scenario holds text, numbers, true, false, maps and lists",
        f"4:1: x: unknown key 'x'; allowed: {KEYS}",
    ],
    # where a map or a list belongs
    "arms: [a]\n": ["4:7: arms: must be a map of keys and values, got a list"],
    "tables: [a]\n": ["4:9: tables: must be a map of keys and values, got a list"],
    "parameters: {births: [1]}\n": ["4:22: parameters.births: must be a map of keys and values, got a list"],
    "report: {outcomes: poor_count}\n": ["4:20: report.outcomes: must be a list, such as [a, b], got 'poor_count'"],
    # YAML
    "a\n": [
        "5:1: isn't YAML: could not find expected ':'; a key without ':'; write 'key: value', "
        "or put text that goes over lines in quotes"
    ],
    "a: [1\n": ["5:1: isn't YAML: expected ',' or ']', but got '<stream end>'; a bracket isn't closed"],
    "a: b: c\n": [
        "4:5: isn't YAML: mapping values are not allowed here; ':' where no key can be; "
        "put text with ': ' in quotes, or check the indentation"
    ],
    "\ta: 1\n": [
        r"4:1: isn't YAML: found character '\t' that cannot start any token; a tab or a reserved character; "
        "indent with spaces, put such text in quotes"
    ],
    "a: 'x\n": ["5:1: isn't YAML: found unexpected end of stream; a quote isn't closed"],
    "why: *no\n": ["4:6: isn't YAML: found undefined alias 'no'; an alias (*name) has no anchor (&name) before it"],
    "---\nb: 1\n": [
        "4:1: isn't YAML: but found another document; a file holds one scenario; remove the '---' between two"
    ],
    "a: \x07\n": [r"4:4: isn't YAML: the character '\x07' is not allowed; remove it"],
    # months
    "start: 2020-13\n": ["4:8: start: must be a month written YYYY-MM, such as 2020-04, got '2020-13'"],
    "start: 2020-04-01\n": ["4:8: start: must be a month written YYYY-MM, such as 2020-04, got '2020-04-01'"],
    "start: 24240\n": ["4:8: start: must be a month written YYYY-MM, such as 2020-04, got 24240"],
    WORKSHOP + "{place: jinxiu, posts: 3}\n": [
        f"6:7: {A}: give exactly one of 'starts' (month of the decision) and 'opens' (first month in force)"
    ],
    WORKSHOP + "{place: jinxiu, posts: 3, opens: 2020-01, ends: 2019-01}\n": [
        f"6:7: {A}: 'ends' must lie after the first month in force"
    ],
    WORKSHOP + "{place: jinxiu, posts: 3, opens: 2020-01, ends: 2020}\n": [
        f"6:65: {A}.ends: must be a month written YYYY-MM, such as 2020-04, got 2020"
    ],
    WORKSHOP + "{place: jinxiu, posts: 3, starts: 2030-01}\n": [
        f"6:51: {A}.starts: 2030-01 lies outside the run's months; allowed: 2018-01 to 2022-12"
    ],
    WORKSHOP + "{place: jinxiu, posts: 3, opens: 2020-01, ends: 2023-02}\n": [
        f"6:65: {A}.ends: 2023-02 lies outside the run's months; allowed: 2018-02 to 2023-01"
    ],
    WORKSHOP + "{place: jinxiu, posts: 3, starts: 2022-12}\n": [
        f"6:51: {A}.starts: with a delay of 2 months it comes into force in 2023-02, after the last month 2022-12; "
        "start earlier, or run more months"
    ],
    WORKSHOP + "{place: jinxiu, posts: 3, opens: 2018-01}\n": [
        f"6:50: {A}.opens: with a delay of 2 months it is decided and paid for in 2017-11, before the first month "
        "2018-01; open later, or shorten delay_months"
    ],
    # keys of later versions
    "match_cost: 1\n": [
        "4:1: match_cost: 'match_cost' is not supported yet; "
        "write the size at which an arm costs the same as a number; "
        "'relosim check' prints what each costs"
    ],
    "decompose: true\n": [
        "4:1: decompose: 'decompose' is not supported yet; write an arm for each measure alone, and one for all of them"
    ],
    WORKSHOP + "{place: jinxiu, posts: solve, opens: 2020-01}\n": [
        f"6:40: {A}.posts: 'solve' is not supported yet; "
        "write a number, and an arm for each size you want to compare"
    ],
    WORKSHOP + "{place: jinxiu, posts: 3, opens: 2020-01, until: 2021-01, when: x}\n": [
        f"6:59: {A}.until: 'until' is not supported yet; write 'ends: YYYY-MM'",
        f"6:75: {A}.when: 'when' is not supported yet; "
        "write 'starts: YYYY-MM' and, where it should stop, 'ends: YYYY-MM'",
    ],
    # arms
    "arms: {baseline: [{workshop: {}}]}\n": [
        "4:18: arms.baseline: the baseline is the region without any intervention; give this arm another name"
    ],
    "arms: {a/b: []}\n": [
        "4:8: arms.a/b: an arm's name is text without '/', '\\' or line breaks, at most 80 long; it names files"
    ],
    "arms: {a: {workshop: {}}}\n": [
        "4:11: arms.a: an arm is a list of interventions, '- kind: {settings}', got a map"
    ],
    "arms: {a: [workshop]}\n": [
        "4:12: arms.a.0: an intervention is a map with one key, its kind: '- kind: {settings}', got 'workshop'"
    ],
    "arms: {a: [{workshop: {}, lending: {}}]}\n": [
        "4:12: arms.a.0: an intervention is a map with one key, its kind: '- kind: {settings}', got a map of 2 keys"
    ],
    "arms: {a: [{worksop: {}}]}\n": [
        "4:13: arms.a.0.worksop: there is no intervention 'worksop'; "
        "allowed: lending, second_mill, workshop, behaviour; did you mean 'workshop'?"
    ],
    "arms: {a: [{behavior: {moving: moving}}]}\n": [
        "4:13: arms.a.0.behavior: there is no intervention 'behavior'; "
        "allowed: lending, second_mill, workshop, behaviour; did you mean 'behaviour'?"
    ],
    "arms: {a: [{behaviour: {moving: moving_by_rnk, mvoing: x}}]}\n": [
        "4:33: arms.a.0.behaviour.moving: 'moving_by_rnk' is not a variant of moving; "
        "allowed: moving, moving_by_rank; did you mean 'moving_by_rank'?",
        "4:48: arms.a.0.behaviour.mvoing: there is no behaviour 'mvoing'; "
        "allowed: births, moving; did you mean 'moving'?",
    ],
    "arms:\n  a:\n  - behaviour: {moving: moving}\n  - behaviour: {moving: moving_by_rank}\n": [
        "7:17: arms.a.1.behaviour.moving: this arm names a variant of moving twice, the first in line 6; keep one"
    ],
    "arms: {a: [{behaviour: moving_by_rank}]}\n": [
        "4:24: arms.a.0.behaviour: must be a map of a behaviour and its variant, "
        "'- behaviour: {slot: variant}', got 'moving_by_rank'"
    ],
    "arms: {a: [{behaviour: {}}]}\n": [
        "4:24: arms.a.0.behaviour: must be a map of a behaviour and its variant, "
        "'- behaviour: {slot: variant}', got an empty map"
    ],
    "arms: {a: [{behaviour: {moving: 3}}]}\n": [
        "4:33: arms.a.0.behaviour.moving: must be text, the name of a variant, got 3"
    ],
    "arms: {a: [{behaviour: {moving: }}]}\n": [
        "4:32: arms.a.0.behaviour.moving: must be text, the name of a variant, got nothing"
    ],
    "arms: {a: [{workshop: 3}]}\n": ["4:23: arms.a.0.workshop: must be a map of keys and values, got 3"],
    WORKSHOP + "{posts: 501, opens: 2020-01, pay: our, serves: [jinxiu, uper_village]}\n": [
        f"6:7: {A}.place: the required key is missing; it says: where it stands",
        f"6:25: {A}.posts: lies outside its range, got 501; allowed: 0 to 500 posts",
        f"6:51: {A}.pay: is not known, got 'our'; allowed: piece, hour; did you mean 'hour'?",
        f"6:73: {A}.serves.1: 'uper_village' is not in the table of places; "
        "allowed: upper_village, jinxiu; did you mean 'upper_village'?",
    ],
    "arms: {a: [{lending: {from: mil, to: quarry, opens: 2020-01}}]}\n": [
        "4:29: arms.a.0.lending.from: 'mil' is not in the table of employers; "
        "allowed: mill, quarry; did you mean 'mill'?"
    ],
    WORKSHOP + "{place: jinxiu, posts: 3, opens: 2020-01}\n"
    "    - workshop: {place: jinxiu, posts: 4, opens: 2020-01}\n": [
        "7:7: arms.a.1.workshop: there are two of 'workshop/jinxiu' in this arm, the first in line 6; give one a name:"
    ],
    "arms:\n  a:\n  - second_mill: {place: jinxiu, posts: 1, opens: 2020-01}\n": [
        "6:5: arms.a.0.second_mill: it brings 'employer/jinxiu/mill', which the region brings already; "
        "give one a name:"
    ],
    "arms:\n  a:\n  - workshop: {place: jinxiu, posts: 1, opens: 2020-01}\n"
    "  b:\n  - second_mill: {place: jinxiu, posts: 1, opens: 2020-01, name: x}\n": [
        "8:5: arms.b.0.second_mill: it brings 'employer/jinxiu/mill', which the region brings already; "
        "give one a name:"
    ],
    # parameters, behaviour
    "parameters: {births: {fertility: 9, gap: 1.5, gpa: 3, first: x, ward: jinxi}}\n": [
        "4:34: parameters.births.fertility: lies outside its range, got 9; allowed: 0 to 8 children",
        "4:42: parameters.births.gap: must be a whole number, got 1.5; allowed: 9 to 60 months",
        "4:47: parameters.births.gpa: unknown key 'gpa'; allowed: fertility, gap, first, ward; did you mean 'gap'?",
        "4:62: parameters.births.first: must be a month written YYYY-MM, such as 2020-04, got 'x'",
        "4:71: parameters.births.ward: 'jinxi' is not in the table of places; "
        "allowed: upper_village, jinxiu; did you mean 'jinxiu'?",
    ],
    "parameters: {birth: {fertility: 2}}\n": [
        "4:14: parameters.birth: there is no process or outcome 'birth'; "
        "allowed: births, moving, moving_by_rank, work; did you mean 'births'?"
    ],
    "behaviour: {moving: moving_by_rnk, mvoing: x}\n": [
        "4:21: behaviour.moving: 'moving_by_rnk' is not a variant of moving; "
        "allowed: moving, moving_by_rank; did you mean 'moving_by_rank'?",
        "4:36: behaviour.mvoing: there is no behaviour 'mvoing'; allowed: births, moving; did you mean 'moving'?",
    ],
    # report, replicates, events, record
    "report: {outcomes: [poor_cont, employed_share, employed_share], window: 2017-01..2018-01, by: [sx]}\n": [
        "4:21: report.outcomes.0: 'poor_cont' is not an indicator; "
        "allowed: employed_share, poor_count; did you mean 'poor_count'?",
        "4:48: report.outcomes.2: 'employed_share' stands here a second time; keep one",
        "4:73: report.window: lies outside the run's months, got '2017-01..2018-01'; allowed: 2018-01 to 2022-12",
        "4:96: report.by.0: is not known, got 'sx'; allowed: place, population, sex, age_band; did you mean 'sex'?",
    ],
    "report: {window: 2019-01..2018-01}\n": [
        "4:18: report.window: ends before it begins, got '2019-01..2018-01'; write the earlier month first"
    ],
    "report: {window: 2019-01}\n": [
        "4:18: report.window: must be two months with '..' between them, such as 2021-01..2021-12, got '2019-01'"
    ],
    "replicates: {at_least: 0, at_most: many}\n": [
        "4:24: replicates.at_least: lies outside its range, got 0; allowed: 1 to 100000",
        "4:36: replicates.at_most: must be a whole number, got 'many'; allowed: 1 to 100000",
    ],
    "replicates: {at_least: 10, at_most: 5}\n": [
        "4:1: replicates: 'at_most' (5) is less than 'at_least' (10); write both"
    ],
    "events: {epidemic: {from: 2020-04, to: 2020-02}}\n": [
        "4:10: events.epidemic: 'to' (2020-02) lies before 'from' (2020-04)"
    ],
    "events: {epidemic: {to: 2020-02, visit_scale: 3}}\n": [
        "4:10: events.epidemic.from: the required key is missing; it says: first month (a month, YYYY-MM)",
        "4:47: events.epidemic.visit_scale: lies outside its range, got 3; allowed: 0 to 2",
    ],
    "events: {epidemic: {from: 2020-04, to: 2020-14}}\n": [
        "4:40: events.epidemic.to: must be a month written YYYY-MM, such as 2020-04, got '2020-14'"
    ],
    "events: {flood: {}}\n": ["4:10: events.flood: unknown key 'flood'; allowed: epidemic"],
    "record: {units: alow}\n": [
        "4:17: record.units: is not known, got 'alow'; allowed: allow, keep; did you mean 'allow'?"
    ],
    # files
    "tables: {places: no.csv, plces: x.csv}\n": [
        "4:18: tables.places: there is no file 'no.csv'; paths start from the folder of the file that names them",
        "4:26: tables.plces: unknown table 'plces'; allowed: places, employers, targets; did you mean 'places'?",
    ],
    "tables: {places: null}\n": ["4:1: tables: the table 'places' is missing; write 'places: places.csv'"],
    "plugins: [x.py, y.txt, 3]\n": [
        "4:11: plugins.0: there is no file 'x.py'; paths start from the folder of the file that names them",
        "4:17: plugins.1: must be a Python file, got 'y.txt'; its name ends in .py",
        "4:24: plugins.2: must be text, got 3",
    ],
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSALS, ids=[repr(text)[:50] for text in REFUSALS])
def test_the_message_says_where_what_and_what_is_allowed(mistakes, text):
    assert sorted(mistakes(text)) == sorted(REFUSALS[text])


WHOLE = {
    "": ["the file is empty; a scenario begins with 'format: 1' and 'name: ...'"],
    "# only a comment\n": ["the file is empty; a scenario begins with 'format: 1' and 'name: ...'"],
    "[1]\n": ["1:1: a scenario is a map of keys and values, got a list; begin with 'format: 1'"],
    "words\n": ["1:1: a scenario is a map of keys and values, got 'words'; begin with 'format: 1'"],
    "format: 2\nname: x\nbase: region.yaml\n": [
        "1:9: format: this relosim reads format 1, got 2; this file was written for a later relosim, update it"
    ],
    "format: true\nname: x\nbase: region.yaml\n": [
        "1:9: format: this relosim reads format 1, got true; write 'format: 1'"
    ],
    "name: x\nbase: region.yaml\n": ["1:1: format: the required key is missing; write 'format: 1' as the first line"],
    "format: 1\nbase: region.yaml\n": [
        "1:1: name: the required key is missing; it says: what the scenario is called in reports"
    ],
    "format: 1\nname: ''\nbase: region.yaml\n": ["2:7: name: must not be empty, got ''"],
    "format: 1\nname: x\n": [
        "1:1: months: the required key is missing; it says: months to run; allowed: 1 to 600 months",
        "1:1: start: the required key is missing; it says: first month, written 2020-01 (a month, YYYY-MM)",
        "1:1: tables: the table 'employers' is missing; write 'employers: employers.csv'",
        "1:1: tables: the table 'places' is missing; write 'places: places.csv'",
    ],
    "format: 1\nname: x\nbase: [a]\n": [
        "3:7: base: must be the path of one scenario file, got a list; that file may have a base itself"
    ],
    "format: 1\nname: x\nbase: no.yaml\n": [
        "3:7: base: there is no file 'no.yaml'; paths start from the folder of question.yaml"
    ],
    "format: 1\nname: x\nbase: question.yaml\n": [
        "3:7: base: the bases go round in a circle: question.yaml -> question.yaml; "
        "a base must not rest on a file that rests on it"
    ],
    "a: &a [*a]\n": ["1:4: an alias refers to a value that holds it; write the value out"],
    "a: " + "[" * 60 + "]" * 60: ["1:44: is nested too deeply; allowed: 40 levels"],
    "a: " + "[" * 900: ["is nested too deeply; allowed: 40 levels"],
}  # fmt: skip


@pytest.mark.parametrize("text", WHOLE, ids=[repr(text)[:50] for text in WHOLE])
def test_a_file_that_is_wrong_as_a_whole(mistakes, text):
    assert mistakes(text, base=False) == WHOLE[text]


def test_an_alias_bomb_is_counted_and_never_expanded(mistakes):
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for old, new in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]")
    told = mistakes("\n".join(lines), base=False)
    assert told == ["1:1: holds 490,329,064 values once its aliases are written out; allowed: 100,000"]


def test_a_modest_alias_is_a_plain_copy(loaded):
    scenario = loaded("arms:\n  a: &a\n    - workshop: {place: jinxiu, posts: 3, opens: 2020-01}\n  b: *a\n")
    assert scenario.arms["a"] == scenario.arms["b"]
    assert scenario.arm_fingerprint("a") == scenario.arm_fingerprint("b")


def test_a_file_that_is_not_utf8_names_byte_and_line(small):
    (small / "question.yaml").write_bytes(b"format: 1\nname: " + "锦绣".encode("gbk") + b"\n")
    with pytest.raises(ScenarioError) as caught:
        load("question.yaml")
    assert str(caught.value) == "question.yaml:2:7: isn't UTF-8: byte 0xbd at offset 16; save the file as UTF-8"


def test_a_byte_order_mark_is_accepted(small):
    text = "format: 1\nname: 锦绣\nbase: region.yaml\n"
    (small / "question.yaml").write_text(text, "utf-8-sig")
    assert load("question.yaml").name == "锦绣"


def test_a_missing_file_and_a_folder_are_refused(small):
    said = {
        "nowhere.yaml": "there is no file 'nowhere.yaml'; name a scenario file",
        "regoin.yaml": "there is no file 'regoin.yaml'; name a scenario file; did you mean 'region.yaml'?",
        ".": "'.' is a folder; name a file in it",
    }
    for name, what in said.items():
        with pytest.raises(ScenarioError) as caught:
            load(name)
        assert str(caught.value) == f"{name}: {what}"


def test_an_unreadable_file_is_refused(small, monkeypatch):
    def denied(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", denied)
    with pytest.raises(ScenarioError) as caught:
        load("region.yaml")
    assert str(caught.value) == "region.yaml: 'region.yaml' can't be read: Permission denied"


def test_a_file_of_megabytes_is_refused_unread(mistakes):
    told = mistakes("why: " + "x" * 4_000_000, base=False)
    assert told == ["is 4,000,005 bytes long; allowed: 4,000,000; long lists belong in a CSV table"]


OVERRIDES = {
    ("months", "ten"): "--set: months: must be a whole number, got 'ten'; allowed: 1 to 600 months",
    ("months.x", "1"): "--set: months.x: months is not a map, so it holds no 'x'",
    ("seed", "[1"): "--set: seed: isn't YAML: expected ',' or ']', but got '<stream end>'; a bracket isn't closed",
    ("seed", ".nan"): "--set: seed: is not a finite number; write a number, got .nan",
    ("base", "x"): "--set: base: 'base' can't be set from the command line; write it into the file",
    ("a..b", "1"): (
        "--set: a..b: a path is names with a '.' between them, such as arms.training.0.skills_training.places"
    ),
    ("sed", "1"): f"--set: sed: unknown key 'sed'; allowed: {KEYS}; did you mean 'seed'?",
    ("arms.a.1.workshop.posts", "3"): (
        "--set: arms.a.1.workshop.posts: arms.a is a list of 1; name one of its entries by number, from 0, got '1'"
    ),
    ("arms.a.0.workshop.posts", "900"): (
        "--set: arms.a.0.workshop.posts: lies outside its range, got 900; allowed: 0 to 500 posts"
    ),
    ("tables.places", "zz.csv"): (
        "--set: tables.places: there is no file 'zz.csv'; paths start from the folder of the file that names them"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value"), OVERRIDES)
def test_what_set_says_is_checked_alike(mistakes, path, value):
    text = "arms: {a: [{workshop: {place: jinxiu, posts: 3, opens: 2020-01}}]}\n"
    assert mistakes(text, {path: value}) == [OVERRIDES[(path, value)]]

"""Ten different mistakes in a question, its base and a table are ten lines, each with place and remedy."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments import cli

SHIPPED = Path(__file__).parents[2] / "scenarios"
QUESTION = """\
# Ten different mistakes: eight here, one in base.yaml, one in region/places.csv
format: 1
name: ten mistakes
base: base.yaml
months: twelve
sceed: 7
arms:
  more_posts:
    - micro_factory: {place: jinxu, opens: 2020-04, posts: 76}
    - micro_factry: {place: jinxiu, opens: 2020-04, posts: 10}
  later:
    - clinic_staff: {clinic: jinxiu_station, fte: -3, opens: 2020-04}
    - school_seats: {school: jinxiu_primary, opens: 2020-13, classrooms: 4}
replicates: {at_least: 10, at_most: 5}
report:
  outcomes: [employed_50plus_count, settled_household_share]
"""
BROKEN = "  births: {children_per_woman: 9}"
LINES = (
    ("base.yaml", None, 32, "parameters.births.children_per_woman: lies outside its range, got 9; allowed: 0.8 to 3"),
    ("region/places.csv", 4, 33, "relocated_persons: lies outside its range, got -780; allowed: 0 to"),
    ("ten.yaml", 5, 9, "months: must be a whole number, got 'twelve'; allowed: 1 to 600 months"),
    ("ten.yaml", 6, 1, "sceed: unknown key 'sceed'; allowed: format, name,"),
    ("ten.yaml", 9, 30, "arms.more_posts.0.micro_factory.place: 'jinxu' is not in the table of places; allowed: t01,"),
    ("ten.yaml", 10, 7, "arms.more_posts.1.micro_factry: there is no intervention 'micro_factry'; allowed:"),
    ("ten.yaml", 12, 51, "arms.later.0.clinic_staff.fte: lies outside its range, got -3; allowed: 0 to 200"),
    ("ten.yaml", 13, 53, "arms.later.1.school_seats.opens: must be a month written YYYY-MM, such as 2020-04, got"),
    ("ten.yaml", 14, 1, "replicates: 'at_most' (5) is less than 'at_least' (10); write both"),
    ("ten.yaml", 16, 37, "report.outcomes.1: 'settled_household_share' is not an indicator; allowed:"),
)


@pytest.fixture
def ten(tmp_path, monkeypatch):
    """A folder with the question, its base and the tables of the shipped region, one row of which is wrong."""
    monkeypatch.chdir(tmp_path)
    region = tmp_path / "region"
    region.mkdir()
    for file in (SHIPPED / "qianxi").glob("*.csv"):
        (region / file.name).write_text(file.read_text("utf-8"), "utf-8")
    places = (region / "places.csv").read_text("utf-8").splitlines()
    cells = places[3].split(",")
    cells[places[0].split(",").index("relocated_persons")] = "-780"
    (region / "places.csv").write_text("\n".join([*places[:3], ",".join(cells), *places[4:], ""]), "utf-8")
    base = (SHIPPED / "qianxi.yaml").read_text("utf-8").replace("qianxi/", "region/")
    base = base.replace("\nevents:", f"\nparameters:\n{BROKEN}\nevents:")
    (tmp_path / "base.yaml").write_text(base, "utf-8")
    (tmp_path / "ten.yaml").write_text(QUESTION, "utf-8")
    return tmp_path


@pytest.mark.parametrize("command", [["check", "ten.yaml"], ["run", "ten.yaml"], ["explain", "ten.yaml"]])
def test_ten_mistakes_are_ten_lines_and_nothing_is_written(ten, command):
    before = sorted(ten.rglob("*"))
    done = CliRunner().invoke(cli.app, command)
    assert done.exit_code == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == len(LINES)
    broken = (ten / "base.yaml").read_text("utf-8").splitlines().index(BROKEN) + 1
    for line, (file, row, column, said) in zip(lines, LINES, strict=True):
        assert line.startswith(f"{file}:{row or broken}:{column}: {said}")
    assert sorted(ten.rglob("*")) == before

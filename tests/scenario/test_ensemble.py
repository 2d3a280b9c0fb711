"""Draws that are given in a file: every cell is checked when the scenario is read."""

import pickle
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.scenario import ScenarioError, effective_text, load
from tests.scenario.test_fuzz import loads_or_refuses

ROOT = Path(__file__).parents[2]
ARMS = "arms: {a: [{workshop: {place: jinxiu, posts: 3, opens: 2020-01}}]}\n"
TEXT = "parameters.births.gap,arms.a.posts,scale.hosts\n10,38,0.5\n20,0,1\n30.0,500,2e0\n"
DRAWS = (
    {"parameters.births.gap": 10, "arms.a.0.workshop.posts": 38, "scale.hosts": 0.5},
    {"parameters.births.gap": 20, "arms.a.0.workshop.posts": 0, "scale.hosts": 1.0},
    {"parameters.births.gap": 30, "arms.a.0.workshop.posts": 500, "scale.hosts": 2.0},
)


@pytest.fixture
def of(small, loaded):
    """A function: the text of a CSV file of draws -> the scenario."""

    def made(text, name="draws.csv"):
        (small / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return loaded(f"{ARMS}uncertainty: {{ensemble: {name}}}\n")

    return made


@pytest.fixture
def told(of):
    """A function: the text of a CSV file of draws -> its mistakes."""

    def made(text, name="draws.csv"):
        with pytest.raises(ScenarioError) as caught:
            of(text, name)
        return str(caught.value).splitlines()

    return made


def parquet(columns):
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue().to_pybytes()


def test_a_row_is_a_draw_and_whole_numbers_stay_whole(of):
    found = of(TEXT).uncertainty
    assert (found.design, found.draws, found.parameters, found.ensemble) == ("ensemble", 3, (), DRAWS)
    assert {type(one["parameters.births.gap"]) for one in found.ensemble} == {int}
    assert pickle.loads(pickle.dumps(found)) == found


def test_parquet_says_the_same(of):
    columns = {
        "parameters.births.gap": pa.array([10, 20, 30], pa.int16()),
        "arms.a.workshop.posts": pa.array([38.0, 0.0, 500.0]),
        "scale.hosts": pa.array([0.5, 1.0, 2.0], pa.float32()),
    }
    assert of(parquet(columns), "draws.parquet").uncertainty.ensemble == DRAWS


def test_each_draw_can_be_laid_over_the_scenario(of):
    scenario = of(TEXT)
    posts = [scenario.with_values(one).arms["a"][0].settings.posts for one in scenario.uncertainty.ensemble]
    assert posts == [38, 0, 500]


def test_the_path_starts_from_the_folder_of_the_file_and_survives_as_effective_text(small, of):
    scenario = of(TEXT)
    (small / "results").mkdir()
    (small / "results" / "effective.yaml").write_text(effective_text(scenario, small / "results"), "utf-8")
    assert '"../draws.csv"' in effective_text(scenario, small / "results")
    assert load("results/effective.yaml").uncertainty == scenario.uncertainty


MISTAKES = {
    "parameters.births.gpa,scale.hosts\n10,1\n": [
        "draws.csv: column 'parameters.births.gpa': unknown key 'gpa'; allowed: fertility, gap, first, ward; "
        "did you mean 'gap'?"
    ],
    "scale.hosts,parameters.births.gap\n1,10\n11,61\n1,9.5\n": [
        "draws.csv: row 2, column 'parameters.births.gap': lies outside its range, got 61.0; allowed: 9 to 60 months",
        "draws.csv: row 2, column 'scale.hosts': lies outside its range, got 11; allowed: 0 to 10",
        "draws.csv: row 3, column 'parameters.births.gap': must be a whole number, got 9.5; allowed: 9 to 60 months",
    ],
    "scale.hosts\n1\nx\n\nnan\n": [
        "draws.csv: row 2, column 'scale.hosts': must be a number, got 'x'; allowed: 0 to 10",
        "draws.csv: row 3, column 'scale.hosts': must be a number, got ''; allowed: 0 to 10",
        "draws.csv: row 4, column 'scale.hosts': must be a number, got 'nan'; allowed: 0 to 10",
    ],
    "scale.hosts\ntrue\n": ["draws.csv: row 1, column 'scale.hosts': must be a number, got true; allowed: 0 to 10"],
    "scale.hosts\n2020-01-01\n": [
        "draws.csv: column 'scale.hosts': holds values of the type date32[day]; write numbers"
    ],
    "scale.hosts\n" + "11\n" * 12: [
        "draws.csv: column 'scale.hosts': 2 more rows are wrong; allowed: 0 to 10",
        *(
            f"draws.csv: row {row}, column 'scale.hosts': lies outside its range, got 11; allowed: 0 to 10"
            for row in (1, 10, 2, 3, 4, 5, 6, 7, 8, 9)
        ),
    ],
    "arms.a.posts,arms.a.0.posts\n1,1\n": [
        "draws.csv: column 'arms.a.0.posts': stands for arms.a.0.workshop.posts, like the column 'arms.a.posts'; "
        "keep one"
    ],
    "scale.hosts\n": ["draws.csv: holds 0 draws; allowed: 1 to 100,000 rows below the names"],
    "": ["draws.csv: can't be read as CSV with a line of paths above the draws: Empty CSV file"],
    "scale.hosts\n1,2\n": [
        "draws.csv: can't be read as CSV with a line of paths above the draws: CSV parse error: "
        "Expected 1 columns, got 2: 1,2"
    ],
}  # fmt: skip


@pytest.mark.parametrize("text", MISTAKES, ids=[text[:40] for text in MISTAKES])
def test_a_mistake_names_file_row_column_and_what_is_right(told, text):
    assert told(text) == MISTAKES[text]


def test_what_is_no_parquet_is_refused(told):
    (line,) = told(b"PAR1nonsense", "draws.parquet")
    assert line.startswith("draws.parquet: can't be read as Parquet: ")


def test_nothing_else_stands_beside_an_ensemble(small, mistakes):
    (small / "draws.csv").write_text(TEXT, "utf-8")
    block = "uncertainty: {ensemble: draws.csv, draws: 5, design: sobol, parameters: {scale.hosts: {}}}\n"
    assert sorted(mistakes(ARMS + block)) == [
        "5:36: uncertainty.draws: an ensemble brings its draws itself, and as many draws as rows, 3; "
        "write 'ensemble:' or 'draws:', not both",
        "5:46: uncertainty.design: an ensemble brings its draws itself; write 'ensemble:' or 'design:', not both",
        "5:61: uncertainty.parameters: an ensemble brings its draws itself; "
        "write 'ensemble:' or 'parameters:', not both",
    ]


def test_a_file_that_is_missing_or_of_another_kind(small, mistakes):
    (small / "draws.csv").write_text(TEXT, "utf-8")
    assert mistakes(ARMS + "uncertainty: {ensemble: drws.csv}\n") == [
        "5:25: uncertainty.ensemble: there is no file 'drws.csv'; paths start from the folder of the file that names "
        "them; did you mean 'draws.csv'?"
    ]
    assert mistakes(ARMS + "uncertainty: {ensemble: draws.xlsx}\n") == [
        "5:25: uncertainty.ensemble: must be a file of draws, got 'draws.xlsx'; its name ends in .csv or .parquet"
    ]
    assert mistakes(ARMS + "uncertainty: {ensemble: 3}\n") == ["5:25: uncertainty.ensemble: must be text, got 3"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.binary(max_size=60) | st.text(alphabet='scale.hosts,"\n\r1.-e\x00', max_size=60).map(str.encode))
def test_any_file_loads_or_is_refused(small, loaded, raw):
    for name in ("draws.csv", "draws.parquet"):
        for text in (raw, b"scale.hosts\n" + raw):
            (small / name).write_bytes(text)
            loads_or_refuses(loaded, f"{ARMS}uncertainty: {{ensemble: {name}}}\n")


def test_only_an_ensemble_imports_pyarrow(small):
    (small / "question.yaml").write_text(
        "format: 1\nname: q\nbase: region.yaml\nuncertainty: {draws: 2, parameters: {scale.hosts: {}}}\n", "utf-8"
    )
    code = (
        "import sys\nimport tests.scenario.region_small as small\nfrom simulation.scenario import load, plugins, region"
    )
    code += "\nregion.TABLES, region.check_region, plugins.discover = small.TABLES, small.check_region, small.catalogue"
    code += "\nassert load('question.yaml').uncertainty.draws == 2\nsys.exit('pyarrow' in sys.modules)"
    # The root goes first: a package that is installed may be called `tests` too.
    code = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{code}"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=small).returncode == 0

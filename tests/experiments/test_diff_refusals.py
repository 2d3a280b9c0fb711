"""What `relosim diff` refuses: one clear message, exit status 2, and nothing is written anywhere."""

import json

import pytest

from experiments.share import share
from experiments.store import sha256_of
from tests.experiments.known import KNOWN, diff, everything, known_run
from tests.experiments.test_with_engine import REGION

FACTORY = KNOWN["arms"]["factory"]


def refused(tmp_path, *arguments):
    """Return what is said on standard error."""
    before = everything(tmp_path)
    done = diff(*arguments)
    assert everything(tmp_path) == before
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output
    assert "effect of" not in done.stdout
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr.strip()


@pytest.fixture
def two(make):
    return make("a"), make("b", seed=9)


def test_a_folder_that_isnt_there(two, tmp_path):
    said = refused(tmp_path, two[0], tmp_path / "c")
    assert f"{tmp_path / 'c'} is no result folder with a manifest.json" in said


def test_a_file_and_an_empty_folder(two, tmp_path):
    (tmp_path / "empty").mkdir()
    for wrong in (tmp_path / "empty", two[1] / "effective.yaml"):
        assert f"{wrong} is no result folder with a manifest.json" in refused(tmp_path, wrong, two[0])


def test_no_manifest(two, tmp_path):
    (two[1] / "manifest.json").unlink()
    assert f"{two[1]} is no result folder with a manifest.json" in refused(tmp_path, *two)


@pytest.mark.parametrize(
    ("text", "what"),
    [("", "is torn"), ('{"format": ', "is torn"), ("{}", "tells no design"), ("[]", "tells no design")],
)
def test_a_manifest_that_is_torn(two, tmp_path, text, what):
    (two[1] / "manifest.json").write_text(text)
    assert f"{two[1] / 'manifest.json'} {what}" in refused(tmp_path, *two)


def test_a_torn_table_of_runs(two, tmp_path):
    (two[0] / "design.parquet").write_bytes(b"PAR1")
    assert f"{two[0] / 'design.parquet'} is torn" in refused(tmp_path, *two)


@pytest.mark.parametrize("name", ["inputs/employers.csv", "effective.yaml", "outcomes"])
def test_what_was_changed_afterwards(two, tmp_path, name):
    file = two[1] / name if name != "outcomes" else next((two[1] / name).iterdir())
    if file.suffix == ".parquet":
        file.rename(file.with_name("other.parquet"))
        said = refused(tmp_path, *two)
        assert "other.parquet isn't listed: it doesn't belong to the study" in said
        return
    file.write_bytes(file.read_bytes() + b"\n")
    said = refused(tmp_path, *two)
    assert f"{file} was changed: its SHA-256 differs, so nobody knows what the numbers come from" in said
    file.unlink()
    assert f"{file} is gone" in refused(tmp_path, *two)


def test_a_copy_to_hand_on(two, tmp_path):
    share(two[0], tmp_path / "copy")
    assert f"{tmp_path / 'copy'} is a copy to hand on, without inputs" in refused(tmp_path, tmp_path / "copy", two[1])


def test_a_sensitivity_design(make, two, tmp_path):
    varied = {"parameters.job_search.look_on_job": {"low": 0.02, "high": 0.2}}
    folder = make("c", sensitivity={"method": "morris", "samples": 2, "parameters": varied})
    assert f"{folder} is a sensitivity design, whose runs don't pair" in refused(tmp_path, two[0], folder)


def test_an_arm_that_only_one_ran(make, two, tmp_path):
    more = make("c", arms={"factory": FACTORY, "second": FACTORY})
    said = refused(tmp_path, two[0], more, "--arm", "second")
    assert said == "arm 'second' wasn't run in both studies (both ran: baseline, factory)"


def test_no_baseline_in_common(make, two, tmp_path):
    def failing(scenario, arm, replicate):
        if arm == "baseline":
            raise ValueError("a broken balance")
        return known_run(scenario, arm, replicate)

    said = refused(tmp_path, two[0], make("c", failing))
    assert said == "the studies have no finished baseline in common, so there is no number to compare"


def test_no_replicate_in_common(make, two, tmp_path):
    def failing(scenario, arm, replicate):
        if (arm == "baseline") == (replicate < 2):
            raise ValueError("a broken balance")
        return known_run(scenario, arm, replicate)

    said = refused(tmp_path, make("c", failing), two[1])
    assert said == "no replicate of baseline, factory is finished in both studies"


def test_no_run_at_all(make, two, tmp_path):
    def failing(scenario, arm, replicate):
        raise ValueError("a broken balance")

    folder = make("c", failing)
    assert str(folder) in refused(tmp_path, folder, two[1])


def test_no_month_in_common(make, two, tmp_path):
    later = [{"micro_factory": {"place": "jinxiu", "opens": "2019-06", "posts": 20}}]
    folder = make("c", start="2019-01", arms={"factory": later})
    said = refused(tmp_path, two[0], folder)
    assert said == "the studies have no month in common: 2018-01..2018-08 and 2019-01..2019-08"


def test_an_outcome_that_nobody_recorded(two, tmp_path):
    said = refused(tmp_path, *two, "--outcome", "employed_50plus_cuont")
    assert said.startswith("no outcome 'employed_50plus_cuont' was recorded")


def test_data_and_arms_that_dont_fit_together(make, two, tmp_path):
    text = (REGION.parent / "qianxi" / "places.csv").read_text("utf-8")
    header, *rows = text.splitlines()
    site = next(row for row in rows if row.startswith("jinxiu,"))
    places, travel = tmp_path / "places.csv", tmp_path / "travel.csv"
    places.write_text("\n".join([header, *rows, site.replace("jinxiu", "new_site", 1)]) + "\n")
    old = (REGION.parent / "qianxi" / "travel.csv").read_text("utf-8").splitlines()
    own = [row.replace("jinxiu", "new_site") for row in old[1:] if "jinxiu" in row.split(",")[:2]]
    travel.write_text("\n".join([*old, *own]) + "\n")
    arms = {"factory": [{"micro_factory": {"place": "new_site", "opens": "2018-06", "posts": 20}}]}
    folder = make("c", tables={"places": str(places), "travel": str(travel)}, arms=arms)
    said = refused(tmp_path, two[0], folder)
    assert said.startswith(
        f"{two[0]} with the parameters of {folder} can't be run: arms.factory.0.micro_factory.place: "
    )


def test_a_scenario_that_this_program_cant_read(two, tmp_path):
    file, manifest = two[0] / "effective.yaml", two[0] / "manifest.json"
    file.write_text(file.read_text("utf-8") + "gone: 1\n", "utf-8")
    told = json.loads(manifest.read_text("utf-8"))
    told["outputs"]["effective.yaml"] = sha256_of(file)
    manifest.write_text(json.dumps(told), "utf-8")
    said = refused(tmp_path, *two)
    assert said.startswith(f"this program can't read the scenario of {two[0]}: gone: unknown key 'gone'")


def test_mixed_cases_within_a_study(make, two, tmp_path):
    for study, place in ((two[0], two[0]), (two[1], two[1] / "mixed"), (make("c"), tmp_path / "c" / "x" / "mixed")):
        assert f"{place} lies in the study {study}, which stays as it is" in refused(tmp_path, *two, "--out", place)


def test_a_file_in_the_place_of_a_folder(two, tmp_path):
    (tmp_path / "file").touch()
    assert f"{tmp_path / 'file'} is a file" in refused(tmp_path, *two, "--out", tmp_path / "file")


def test_workers_that_are_no_number(two, tmp_path):
    assert refused(tmp_path, *two, "--workers", "many").startswith("--workers many: write a number")

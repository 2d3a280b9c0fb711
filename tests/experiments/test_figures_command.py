"""`relosim figures`: which files are written, what can't be drawn and why, and what is refused."""

import pytest

from analysis.gallery import KINDS
from analysis.lists import read_manifest
from experiments.commands.figures import _KINDS
from experiments.manifest import broken_files
from tests.analysis.small_study import small_run, small_study


@pytest.fixture
def folder(tmp_path):
    small_study(tmp_path / "study")
    return tmp_path / "study"


def drawn(place):
    return sorted({file.stem for file in place.iterdir()})


def test_the_help_names_every_kind():
    assert _KINDS.replace(" or ", ", ").split(", ") == list(KINDS)


def test_figures_are_written_beside_the_study_and_the_study_stays_whole(command, folder, tmp_path):
    done = command("figures", folder, "--kind", "heat", "--kind", "residence", run_one=small_run)
    assert done.exit_code == 0, done.output
    place = tmp_path / "study-figures"
    assert drawn(place) == ["heat", "residence-baseline"]
    assert done.stdout.split() == [str(place / f"{name}.{end}") for name in drawn(place) for end in ("png", "svg")]
    assert broken_files(folder, read_manifest(folder)) == []


def test_all_that_can_be_drawn_is_and_the_rest_is_told_once(command, folder, tmp_path):
    done = command("figures", folder, "--outcome", "employed", "--out", tmp_path / "all")
    assert done.exit_code == 0, done.output
    assert {"trajectory-employed", "forest", "map-baseline", "activity-jobs", "plane-employed"} <= set(
        drawn(tmp_path / "all")
    )
    told = [line for line in done.stderr.splitlines() if "held fixed" in line]
    assert len(told) == 2
    assert told[0].startswith("not drawn: tornado-employed-baseline, tornado-employed-jobs: parameters were held fixed")


def test_arms_are_chosen(command, folder, tmp_path):
    done = command("figures", folder, "--kind", "map", "--arm", "jobs", "--out", tmp_path / "one")
    assert done.exit_code == 0, done.output
    assert drawn(tmp_path / "one") == ["map-jobs"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--kind", "pie"), "there is no figure 'pie' (there are: trajectory, forest"),
        (("--arm", "job"), "no finished run of arm 'job' (there are: baseline, jobs)"),
        (("--outcome", "employd"), "no outcome 'employd' was recorded; did you mean 'employed'?"),
        (
            ("--kind", "acceptability", "--outcome", "employed"),
            "not drawn: acceptability-employed: parameters were held",
        ),
        (("--kind", "plane", "--outcome", "income_gini"), "'income_gini' (Gini) can't be added up"),
    ],
)
def test_what_cannot_be_drawn_is_refused(command, folder, tmp_path, arguments, said):
    done = command("figures", folder, *arguments, "--out", tmp_path / "none")
    assert done.exit_code == 2
    assert said in done.stderr

"""What all figures share: words in both files, letters of any name, settings of whoever draws them."""

import warnings
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text
from PIL import Image

from analysis import fonts
from analysis.acceptability_curve import acceptability_curve
from analysis.compare import compare
from analysis.cost_effectiveness import cost_effectiveness
from analysis.cost_plane import cost_plane
from analysis.drawing import saved
from analysis.figures import figure
from analysis.flows import RESIDENCE, between_months
from analysis.heat import heat
from analysis.metamodel import metamodel
from analysis.months import ResultsError
from analysis.movement_map import movement_map
from analysis.reproduce import command
from analysis.sankey import sankey
from analysis.tornado import tornado
from analysis.words import number, signed
from tests.analysis.small_study import pictures, small_study, with_draws

SVG = "{http://www.w3.org/2000/svg}"
SCRIPT, FORMULA, CHINESE = "<script>alert(1)</script>", r"$\frac{a}{b}$ $x_1", "微型工厂"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return small_study(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def strange(tmp_path_factory):
    """A study whose arms have names that are no words."""
    arms = {"baseline": (), **dict.fromkeys((SCRIPT, FORMULA, CHINESE), ("jobs",))}
    return small_study(tmp_path_factory.mktemp("strange"), arms=arms, name=f"{SCRIPT} {FORMULA}")


def strictly(picture, folder):
    """Save it, and let every warning be an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return saved(picture, folder, "one")


def test_both_files_say_what_is_seen(study, tmp_path):
    for kind, picture in pictures(study).items():
        png, svg = strictly(picture, tmp_path)
        assert Image.open(png).text["Description"] == picture.alt, kind
        root = ElementTree.parse(svg).getroot()
        assert root.get("role") == "img"
        assert [one.text for one in root if one.tag == f"{SVG}desc"] == [picture.alt]
        assert len(picture.alt) > 60


def test_below_every_figure_stands_what_it_rests_on(study):
    for kind, picture in pictures(study).items():
        small = picture.get_supxlabel()
        assert "6 runs of each arm" in small, kind
        assert f"study {study.hash}" in small or "6 draws" in small
        assert "relosim run effective.yaml" in " ".join(small.split())
        assert "2020-0" in small + picture.get_suptitle() + picture.axes[0].get_title(loc="left")


def test_the_words_hold_the_figures_of_the_interface(study):
    gap = compare(study, "employed", "jobs").difference
    effect = signed(gap.mean, "persons")
    assert f"jobs {effect} ({gap.verdict})" in figure(study, "employed").alt
    assert f"jobs {effect} employed (persons)" in heat(study, ["employed"]).alt
    options = {one.arm: one for one in cost_effectiveness(study, "employed")}
    jobs = options["jobs"]
    said = f"jobs {number(jobs.cost)} yuan and {signed(jobs.effect, 'persons')} person-years, {jobs.state}"
    assert said in cost_plane(study, "employed").alt
    swing = max(metamodel(with_draws(study), "employed", "jobs").swings, key=lambda one: abs(one.swing)).swing
    assert f"a swing of {signed(swing)}" in tornado(with_draws(study), "employed", "jobs").alt


def test_names_stay_text(strange, tmp_path):
    for picture in (figure(strange, "employed"), heat(strange, ["employed"]), cost_plane(strange, "employed")):
        _, svg = strictly(picture, tmp_path)
        assert not any(one.get_parse_math() for one in picture.findobj(Text) if "$" in one.get_text())
        assert "<script" not in svg.read_text("utf-8").lower()
        words = ElementTree.parse(svg).getroot().find(f"{SVG}desc").text
        assert SCRIPT in words
        assert FORMULA in words
        assert CHINESE in words


def test_where_no_font_has_a_character_a_number_stands_in_its_place(strange, tmp_path, monkeypatch):
    monkeypatch.setitem(matplotlib.rcParams, "font.family", ["DejaVu Sans"])
    picture = figure(strange, "employed", style={"font.family": ["DejaVu Sans"]})
    written = [one.get_text() for one in picture.findobj(Text)]
    assert "name 1" in written
    assert not any(one in text for text in written for one in CHINESE)
    assert (
        "no font here has the characters (by Unicode number) of name 1: 5FAE 578B 5DE5 5382" in picture.get_supxlabel()
    )
    assert CHINESE in picture.alt
    strictly(picture, tmp_path)


def test_a_font_that_has_the_characters_is_used(monkeypatch):
    monkeypatch.setattr(fonts, "_characters", lambda family: set(map(ord, CHINESE)) if "CJK" in family else {ord("a")})
    assert fonts.lacks(f"a{CHINESE}", ("DejaVu Sans", "Noto Sans CJK SC")) == ""
    assert fonts.lacks(f"a{CHINESE}b", ("DejaVu Sans",)) == f"{CHINESE}b"


def test_the_same_figure_is_the_same_bytes_and_can_still_be_changed(study, tmp_path):
    picture = heat(study, ["employed"])
    first = [file.read_bytes() for file in strictly(picture, tmp_path)]
    assert picture.get_layout_engine() is not None
    assert [file.read_bytes() for file in strictly(heat(study, ["employed"]), tmp_path)] == first
    picture.axes[0].set_title("mine")
    assert [file.read_bytes() for file in strictly(picture, tmp_path)] != first


STYLE, OWN = {"font.size": 14.0, "axes.facecolor": "#FFFFE0"}, "#123456"
RESTYLED = {
    "trajectory": lambda study, more: figure(study, "employed", colours={"jobs": OWN}, **more),
    "forest": lambda study, more: study.compare(outcomes=["employed"]).plot(colours={"jobs": OWN}, **more),
    "heat": lambda study, more: heat(study, ["employed"], colours={"better": OWN}, **more),
    "map": lambda study, more: movement_map(study, colours={"site": OWN}, **more),
    "residence": lambda study, more: sankey(
        study, between_months(study, RESIDENCE, "jobs"), colours={"site": OWN}, **more
    ),
    "tornado": lambda study, more: tornado(with_draws(study), "employed", colours={"low": OWN}, **more),
    "plane": lambda study, more: cost_plane(study, "employed", colours={"jobs": OWN}, **more),
    "acceptability": lambda study, more: acceptability_curve(
        with_draws(study), "employed", colours={"jobs": OWN}, **more
    ),
}


@pytest.mark.parametrize("kind", RESTYLED)
def test_settings_and_colours_are_those_of_whoever_draws(study, kind, tmp_path):
    plain, own = (RESTYLED[kind](study, {"style": style}) for style in (None, STYLE))
    assert own._suptitle.get_fontsize() == pytest.approx(plain._suptitle.get_fontsize() * 14 / 9)
    assert to_hex(own.axes[0].get_facecolor()) == "#ffffe0"
    _, svg = strictly(own, tmp_path)
    assert OWN in svg.read_text("utf-8").lower()


def test_a_figure_leaves_the_settings_of_others_alone(study):
    before = matplotlib.rcParams.copy()
    cost_plane(study, "employed", style=STYLE)
    assert matplotlib.rcParams.copy() == before


def test_frontier_and_quadrants_stand_on_the_plane(study):
    axes = cost_plane(study, "employed").axes[0]
    options = cost_effectiveness(study, "employed")
    line = next(one for one in axes.get_lines() if one.get_label() == "on the frontier")
    assert line.get_ydata() == pytest.approx([one.cost for one in options])
    texts = {one.get_text() for one in axes.texts}
    assert {"does more, costs more", "does less, costs less", "4,000 yuan per\nperson-year"} <= texts


def test_what_has_no_draws_says_so(study):
    assert "parameters were held fixed: how sure the choice is" in cost_plane(study, "employed").get_supxlabel()
    with pytest.raises(ResultsError, match="block `uncertainty:`"):
        acceptability_curve(study, "employed")


def test_curves_share_every_draw_among_the_arms(study):
    axes = acceptability_curve(with_draws(study), "employed", [0.0, 3_000.0, 100_000.0]).axes[0]
    lines = [one.get_ydata() for one in axes.get_lines() if not one.get_label().startswith("_")]
    assert np.sum(lines, axis=0) == pytest.approx([1, 1, 1])
    assert [one[0] for one in lines] == [1, 0]
    assert [one[-1] for one in lines] == [0, 1]


def test_the_command_below_a_figure_is_the_one_that_makes_the_study(study):
    assert command(study) in " ".join(figure(study, "employed").get_supxlabel().split())

"""The report as a file: its figures are the API's, its texts stay text, and nothing is loaded from elsewhere."""

import base64
import hashlib
import json
import math
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from analysis import load
from analysis.cost import cost
from analysis.desk import all_gaps
from analysis.months import ResultsError
from analysis.paired import of_differences
from analysis.report import page_of, report
from analysis.report import section as sections_of
from analysis.report.language import LANGUAGES, places_for
from analysis.report.reading import Reading
from analysis.report.words import WORDS
from experiments import cli
from experiments.study import run_study
from tests.analysis.pages import read
from tests.analysis.small_study import small_study, with_draws
from tests.experiments.fakes import JOBS, FakeScenario, fake_run

EVIL = "</script><script>alert(1)</script>"
QUOTED = "\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"
SECTIONS = sections_of.sections()
NAMES = {
    "scenario": {"en": "Six people", "zh": "六个人"}, "why": {"zh": "新岗位带来什么？"}, "jobs": {"en": "New posts", "zh": "新岗位"},
    "employed": {"zh": "就业人数：有工作的人"}, "v1": {"zh": "上村"},
}  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return small_study(
        tmp_path_factory.mktemp("study") / "out",
        names=NAMES,
        report={"outcomes": ["employed", "employed_share", "income_gini"], "by": ["place"]},
    )


@pytest.fixture(scope="module")
def pages(study):
    return {lang: read(study.report(lang).html) for lang in LANGUAGES}


def numbers(element, name):
    """What stands in a data attribute, as floats."""
    return [
        float(one.attributes[name]) for one in element.all(**{name.replace("-", "_"): True}) if one.attributes[name]
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_section_stands_in_the_page_with_its_title(pages, lang):
    page = pages[lang]
    found = {one.attributes["id"]: one.one("h2").text for one in page.one("main").all("section")}
    assert found == {one.name: one.titles[lang] for one in SECTIONS}
    assert [one.attributes["href"] for one in page.one("nav").all("a")] == [f"#{one.name}" for one in SECTIONS]
    assert page.one("html").attributes["lang"] == LANGUAGES[lang].tag


@pytest.mark.parametrize("one", SECTIONS, ids=lambda one: one.name)
def test_a_section_says_the_same_in_both_languages(one):
    def names(told):
        return {
            key: names(value) if isinstance(value, dict) and key in ("facts", "reasons", "kinds") else None
            for key, value in told.items()
        }

    assert names(one.words["en"]) == names(one.words["zh"])
    assert set(one.titles) == set(LANGUAGES)


def test_shared_words_are_there_in_both_languages():
    assert WORDS["en"].keys() == WORDS["zh"].keys()


def test_effects_are_those_of_the_api(study, pages):
    for page in pages.values():
        cells = list(page.one("section", id="effects").all("td", data_outcome=True, data_arm=True, data_low=True))
        assert len(cells) == len(study.outcomes)
        for cell in cells:
            row = study.compare(cell.attributes["data-arm"], [cell.attributes["data-outcome"]]).by().iloc[0]
            for name in ("estimate", "low", "high"):
                assert cell.attributes[f"data-{name}"] == repr(float(row[name]))


def test_effects_by_people_and_place_are_those_of_the_api(study, pages):
    rows = [
        one
        for one in pages["en"].one("section", id="effects").all("td", data_population=True)
        if one.attributes["data-place"] == "all"
    ]
    assert {one.attributes["data-population"] for one in rows} == {"relocated", "stayers", "hosts"}
    for cell in rows:
        table = study.compare("jobs", [cell.attributes["data-outcome"]]).by("population")
        row = table[table["population"] == cell.attributes["data-population"]].iloc[0]
        assert float(cell.attributes["data-estimate"]) == row["estimate"]


def test_the_answer_is_the_best_arms_effect_on_the_first_outcome(study, pages):
    answer = pages["en"].one("p", **{"class": "answer"})
    row = study.compare("jobs", [study.outcomes[0]]).by().iloc[0]
    assert answer.attributes["data-estimate"] == repr(float(row["estimate"]))
    # 3 and half a person up or down by replicate, two of each: the mean is 3, its interval by hand.
    half = of_differences(np.array([2.5, 3.0, 3.5] * 2)).high - 3.0
    assert (
        answer.text
        == f"With “New posts”, “Employed” is 3.0 persons higher (95% interval {3 - half:.1f} to {3 + half:.1f}) than the baseline's 110 persons."
    )


def test_the_answer_in_chinese_uses_the_names_of_the_scenario(pages):
    text = pages["zh"].one("p", **{"class": "answer"}).text
    assert text.startswith("“新岗位”使就业人数增加3.0人（95%区间 ")
    assert pages["zh"].one("h1").text == "六个人"
    assert "新岗位带来什么？" in pages["zh"].one("section", id="question").text
    assert "上村" in pages["zh"].one("section", id="effects").text


def test_courses_are_those_of_the_api(study, pages):
    told = json.loads(pages["en"].one("script", id="courses-data").text)
    outcome = told["outcomes"][study.outcomes.index("employed")]["cells"][0]
    from analysis.trajectories import trajectory

    table = trajectory(study, "employed", ["jobs"])
    for found, column in (
        (outcome["base"], "baseline"),
        *zip(outcome["arms"][0], ("estimate", "low", "high"), strict=True),
    ):
        np.testing.assert_allclose(found, table[column], rtol=1e-4, atol=1e-9)
    rows = list(next(pages["en"].one("section", id="courses").all("table")).one("tbody").all("tr"))
    assert len(rows) == study.months
    written = [next(row.all("td")).text for row in rows]
    assert [float(one) for one in written] == pytest.approx(list(table["baseline"]), abs=0.5)


def test_costs_and_desk_are_those_of_the_api(study, pages):
    section = pages["en"].one("section", id="costs")
    assert numbers(section, "data-cost") == [cost(study, "jobs").total]
    gaps = all_gaps(study)
    desk = pages["en"].one("section", id="desk")
    assert numbers(desk, "data-desk") == [one.desk.mean for one in gaps]
    assert numbers(desk, "data-model") == [one.model.mean for one in gaps]


def test_the_steps_from_paper_to_model_add_up_in_the_page(pages):
    for table in list(pages["en"].one("section", id="desk").all("table"))[1:]:
        *steps, model = numbers(table, "data-value")
        assert math.fsum(steps) == pytest.approx(model)


def test_the_hash_and_the_command_stand_in_it(study, pages):
    section = pages["en"].one("section", id="reproduce")
    assert section.one("code", data_study=study.hash).text == study.hash
    assert next(section.all("pre")).text.startswith("relosim run effective.yaml --arm jobs")


def test_what_few_stand_for_is_left_out(pages):
    """Six people in as many households: nothing of them may be told."""
    rows = list(pages["en"].one("section", id="gains").all("td", data_of=True))
    assert rows
    assert {one.attributes["data-gains"] for one in rows} == {""}
    assert {one.text for one in rows} == {"–"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_laid_out_for_screen_readers(pages, lang):
    page = pages[lang]
    levels = [int(one.tag[1]) for one in page.all() if re.fullmatch("h[1-6]", one.tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    tables = list(page.all("table"))
    assert all(list(one.all("caption")) for one in tables)
    assert all(one.attributes.get("scope") in ("col", "row") for one in page.all("th"))
    assert all(one.attributes.get("aria-label") for one in page.all(role="region"))
    assert all(one.attributes.get("alt") for one in page.all("img"))
    ids = [one.attributes["id"] for one in page.all() if "id" in one.attributes]
    assert len(ids) == len(set(ids))


def test_nothing_is_loaded_from_elsewhere(study, pages):
    for lang, page in pages.items():
        assert not re.search(r"https?://", study.report(lang).html)
        for one in page.all():
            assert one.tag not in ("link", "iframe", "object", "embed", "base", "form")
            assert not [name for name in one.attributes if name.startswith("on") or name == "style"]
            assert one.attributes.get("src", "data:").startswith("data:")
            assert one.attributes.get("href", "#").startswith("#")


def test_only_its_own_script_and_style_count(pages):
    page = pages["en"]
    policy = next(page.all("meta", http_equiv="Content-Security-Policy")).attributes["content"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    script = [one for one in page.all("script") if one.attributes.get("type") != "application/json"]
    for one, kind in ((script[0], "script-src"), (page.one("style"), "style-src")):
        digest = base64.b64encode(hashlib.sha256(one.text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy
    assert len(script) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_scenario_says_stays_text(tmp_path, lang):
    names = {one: {"en": EVIL, "zh": EVIL} for one in ("jobs", "employed")}
    made = small_study(tmp_path / "out", name=EVIL, why=QUOTED, names=names)
    page = read(report(made, lang).html)
    assert page.one("title").text.startswith(EVIL)
    assert page.one("h1").text == EVIL
    assert QUOTED in page.one("section", id="question").text
    assert EVIL in page.one("p", **{"class": "answer"}).text
    assert len(list(page.all("script"))) == 2
    told = json.loads(page.one("script", id="courses-data").text)
    assert told["arms"] == [EVIL]
    assert not list(page.all(src="x"))
    assert "alert(1)" not in [one for one in page.all("script") if "type" not in one.attributes][0].text


def test_a_study_with_draws_tells_their_range_and_ranks_its_parameters(study):
    drawn = with_draws(study)
    page = read(report(drawn).html)
    assert not list(page.all(**{"class": "banner"}))
    assert "draws" in page.one("section", id="answer").text
    one = study.compare("jobs", ["employed"])
    assert one
    assert page.one("section", id="method").text.count("6 times") == 1


def test_parameters_held_fixed_are_told_at_the_answer(pages):
    assert "held fixed" in pages["en"].one(**{"class": "banner"}).text
    assert "固定值" in pages["zh"].one(**{"class": "banner"}).text


def test_a_sensitivity_design_sorts_what_the_answer_rests_on(tmp_path):
    from tests.experiments.test_sensitivity_study import study_of

    found = study_of(tmp_path / "out").study
    section = read(report(found, "en", ["assumptions"]).html).one("section", id="assumptions")
    paths = [one.text for one in section.all("code")]
    assert paths[:2] == ["effect", "other"]
    assert "Sobol' index in total" in section.text


def test_a_study_without_arms_has_a_report(tmp_path):
    alone = run_study(FakeScenario(arms={"baseline": ()}), tmp_path / "out", workers=1, run_one=fake_run).study
    page = read(alone.report().html)
    assert page.one("p", **{"class": "answer"}).text.startswith("In the baseline, Employed is 10")
    assert "effects" not in [one.attributes["id"] for one in page.all("section")]


def test_a_study_of_one_run_gives_no_interval(tmp_path):
    once = run_study(FakeScenario(), tmp_path / "out", workers=1, run_one=fake_run, replicates=1).study
    page = read(once.report().html)
    assert "in the only run" in page.one("p", **{"class": "answer"}).text
    assert "one run only" in page.one("section", id="effects").text


def test_a_study_of_an_older_program_has_a_report(tmp_path):
    """Without words, names, parameters and unit records in its folder."""
    made = run_study(FakeScenario(record={}), tmp_path / "out", workers=1, run_one=fake_run).study
    manifest = json.loads((made.folder / "manifest.json").read_text())
    for key in ("words", "table_marks", "desk"):
        manifest.pop(key)
    (made.folder / "manifest.json").write_text(json.dumps(manifest))
    (made.folder / "parameters.csv").unlink()
    page = read(load(made.folder).report("zh").html)
    assert {one.attributes["id"] for one in page.all("section")} == {one.name for one in SECTIONS}
    assert "relosim units" in page.one("section", id="gains").text


def test_an_arm_without_effect_is_said_to_have_none(tmp_path):
    arms = {"baseline": (), "empty": ()}
    same = run_study(FakeScenario(arms=arms), tmp_path / "out", workers=1, run_one=fake_run).study
    assert read(same.report().html).one("p", **{"class": "answer"}).text == "No arm makes a difference to “Employed”."


def test_an_arm_that_harms_is_not_called_an_answer(tmp_path):
    arms = {"baseline": (), "jobs": JOBS}
    worse = run_study(FakeScenario(arms=arms, effect=-3.0), tmp_path / "out", workers=1, run_one=fake_run).study
    text = read(worse.report().html).one("p", **{"class": "answer"}).text
    assert text.startswith("No arm makes “Employed” better. The least harm is done by “Jobs”: −3.0 persons")


def test_large_studies_leave_courses_by_people_out(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.report.sections.courses._MOST_FIGURES", 10)
    page = read(small_study(tmp_path / "out").report().html)
    told = json.loads(page.one("script", id="courses-data").text)
    assert {len(one["cells"]) for one in told["outcomes"]} == {1}
    assert "left out" in page.one("section", id="courses").text


def test_a_section_is_added_by_adding_a_file(study, tmp_path, monkeypatch):
    (tmp_path / "weather.py").write_text(
        'ORDER = 35\nTITLES = {"en": "Weather", "zh": "天气"}\nWORDS = {"en": {"x": "rain"}, "zh": {"x": "雨"}}\n'
        'TEMPLATE = "<p>{{ w.x }} {{ told }}</p>"\n\ndef data(reading):\n    return {"told": "<b>" + reading.study.hash}\n'
    )
    package = sys.modules["analysis.report.sections"]
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    page = read(report(study).html)
    order = [one.attributes["id"] for one in page.all("section")]
    assert order.index("weather") == order.index("effects") + 1
    assert page.one("section", id="weather").one("p").text == f"rain <b>{study.hash}"


def test_a_section_that_lacks_a_part_is_named(study, tmp_path, monkeypatch):
    (tmp_path / "torn.py").write_text("ORDER = 1\n")
    package = sys.modules["analysis.report.sections"]
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    with pytest.raises(ResultsError, match="torn: a section has .*; it lacks TITLES"):
        report(study)


def test_sections_may_be_chosen(study):
    page = read(report(study, sections=["answer", "costs"]).html)
    assert [one.attributes["id"] for one in page.all("section")] == ["answer", "costs"]
    with pytest.raises(ResultsError, match="no section 'weather'"):
        report(study, sections=["weather"])


def test_a_notebook_shows_it_in_a_frame(study):
    shown = read(study.report()._repr_html_())
    assert read(shown.one("iframe").attributes["srcdoc"]).one("h1").text == "Six people"


def test_the_command_writes_it_beside_the_folder(study):
    runner = CliRunner()
    done = runner.invoke(cli.app, ["report", str(study.folder)])
    assert done.exit_code == 0, done.output
    assert Path(done.output.strip()) == study.folder.with_name("out-report.html")
    assert study.folder.with_name("out-report.html").read_text("utf-8") == study.report().html
    done = runner.invoke(cli.app, ["report", str(study.folder), "--lang", "zh"])
    assert Path(done.output.strip()).name == "out-report-zh.html"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{out}", "--lang", "fr"], "--lang fr: reports are written in en and zh"),
        (["{nothing}"], "holds no finished run"),
        (["{out}", "--out", "{out}/page.html"], "lies in the result folder"),
        (["{out}", "--out", "{nothing}"], "is a folder: name a file"),
        (["{out}", "--out", "{nothing}/no/page.html"], "can't be written"),
    ],
)
def test_the_command_refuses_in_one_line(study, tmp_path, arguments, said):
    place = {"out": str(study.folder), "nothing": str(tmp_path)}
    done = CliRunner().invoke(cli.app, ["report", *(one.format(**place) for one in arguments)])
    assert done.exit_code == 2
    assert said in done.output
    assert len(done.output.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_folder_without_a_baseline_is_refused(study):
    lonely = SimpleNamespace(arms=("jobs",), folder=study.folder)
    with pytest.raises(ResultsError, match="baseline .* has no finished run"):
        report(lonely)


def test_a_report_is_the_same_bytes_twice(study):
    assert load(study.folder).report("zh").html == load(study.folder).report("zh").html


def test_page_of_takes_a_file(study, tmp_path):
    assert page_of(study.folder, "en", tmp_path / "x.html").read_text("utf-8").startswith("<!DOCTYPE html>")


@given(
    st.floats(-1e7, 1e7),
    st.sampled_from(["persons", "share", "yuan", "minutes", ""]),
    st.sampled_from(sorted(LANGUAGES)),
)
def test_a_written_figure_is_the_figure_rounded(value, unit, lang):
    scale = LANGUAGES[lang].scale((value,), unit)
    written = scale.text(value).replace(",", "").replace("−", "-")
    assert float(written) == pytest.approx(value * scale.factor, abs=0.5001 * 10**-scale.places)
    signed = scale.signed(value).replace(",", "")
    assert signed == "0" or signed[0] == ("−" if value < 0 else "+")


@given(st.floats(1e-4, 1e6))
def test_decimals_show_one_or_two_digits_of_the_half_width(half):
    places = places_for(0.0, half)
    shown = round(half, places)
    assert 0 <= places <= 6
    assert shown == pytest.approx(half, rel=0.51)


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        (132_000.0, "yuan", "132,000 yuan", "13.20万元"),
        (18_005.0, "persons", "18,005 persons", "1.80万人"),
        (0.0432, "share", "4.32%", "4.32%"),
        (9_293.0, "persons", "9,293 persons", "9293人"),
        (float("nan"), "persons", "undefined", "无定义"),
    ],
)
def test_figures_in_the_readers_manner(value, unit, english, chinese):
    found = []
    for language in (LANGUAGES["en"], LANGUAGES["zh"]):
        scale = language.scale((value,), unit)
        text = scale.text(value)
        found.append(text if math.isnan(value) else language.with_unit(text, scale.unit))
    assert found[0] == english
    assert found[1] == chinese


def test_months_and_windows_in_the_readers_manner():
    month = 12 * 2021 + 3
    assert LANGUAGES["en"].month(month) == "April 2021"
    assert LANGUAGES["zh"].window((month, month + 12)) == "2021年4月至2022年4月"


def test_arms_are_compared_with_one_another_by_their_shared_runs(study):
    reading = Reading(study, LANGUAGES["en"])
    gap = reading.between("employed", "jobs", "baseline")
    assert gap.mean == pytest.approx(reading.compared("employed", "jobs").difference.mean)
    assert gap.low == pytest.approx(reading.compared("employed", "jobs").difference.low)

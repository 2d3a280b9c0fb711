"""The report in a browser without network: it loads, answers to mouse and keyboard, prints, and fits a phone.

Needs Chromium (Debian's package `chromium`, or RELOSIM_CHROMIUM names another one) and the packages of the extra `test`.
"""

import os
import re
import shutil
import unicodedata
from io import BytesIO

import pytest

from analysis.report import section
from analysis.report.language import LANGUAGES
from tests.analysis.small_study import small_study

CHROMIUM = os.environ.get("RELOSIM_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian's package `chromium`)")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = {"scenario": {"en": "Six people", "zh": "六个人"}, "jobs": {"en": "New posts", "zh": "新岗位"}}
REPORT = {"outcomes": ["employed", "employed_share", "income_gini"], "by": ["place"]}
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """One page in each language, of a small study."""
    folder = tmp_path_factory.mktemp("report")
    study = small_study(folder / "out", names=NAMES, report=REPORT)
    return {lang: study.report(lang).write(folder / f"{lang}.html") for lang in LANGUAGES}


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield made
        made.close()


class Visit:
    """A page that was opened without network, and what it asked for and complained of."""

    def __init__(self, browser, file, **options):
        self.context = browser.new_context(**{"viewport": DESK, **options})
        self.context.set_offline(True)
        self.asked, self.said = [], []
        self.page = self.context.new_page()
        self.page.on("request", lambda one: self.asked.append(one.url))
        self.page.on("console", lambda one: self.said.append(one.text))
        self.page.on("pageerror", lambda one: self.said.append(str(one)))
        self.page.goto(file.as_uri())


@pytest.fixture
def visit(browser, files):
    opened = []

    def open_page(lang="en", **options):
        opened.append(Visit(browser, files[lang], **options))
        return opened[-1]

    yield open_page
    for one in opened:
        one.context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_opens_without_network_and_without_a_complaint(visit, files, lang):
    seen = visit(lang)
    seen.page.wait_for_timeout(100)
    assert [one for one in seen.asked if not one.startswith("data:")] == [files[lang].as_uri()]
    assert seen.said == []
    assert seen.page.locator("h1").inner_text() == NAMES["scenario"][lang]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_no_violation(visit, lang, scheme, viewport):
    from axe_playwright_python.sync_playwright import Axe

    seen = visit(lang, color_scheme=scheme, viewport=viewport)
    seen.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    # The policy of the page forbids axe's own script too: it is run from outside.
    found = Axe().run(seen.page, options={"resultTypes": ["violations"]})
    told = [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found.response["violations"]]
    assert told == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_nothing_scrolls_sideways_but_tables_in_their_box(visit, lang, width):
    seen = visit(lang, viewport={"width": width, "height": 740})
    seen.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowX") == "auto"


def readout(seen):
    return seen.page.locator("#ex-read").inner_text()


def test_the_explorer_answers_to_choices(visit):
    seen = visit()
    page = seen.page
    first = readout(seen)
    assert "New posts +" in first
    page.select_option("#ex-what", "level")
    assert "baseline" in readout(seen)
    page.select_option("#ex-outcome", label="Employed share")
    assert "[%]" in readout(seen)
    page.select_option("#ex-cell", index=1)
    page.uncheck("input[name=ex-arm]")
    assert "New posts" not in readout(seen)
    assert seen.said == []


def test_the_explorer_says_the_figures_of_the_tables(visit):
    seen = visit()
    page = seen.page
    page.evaluate("for (const one of document.querySelectorAll('#courses details')) one.open = true")
    rows = page.locator("#courses table").first.locator("tbody tr")
    for month in range(rows.count()):
        page.locator("#ex-month").fill(str(month))
        name, _, effect = rows.nth(month).locator("th, td").all_inner_texts()
        told = readout(seen)
        assert told.startswith(name)
        figure = re.match(r"\S+", effect)[0]
        assert f"New posts {figure}" in told


def test_the_explorer_follows_the_pointer(visit):
    seen = visit()
    chart = seen.page.locator("#ex-chart svg")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    before = readout(seen)
    seen.page.mouse.move(box["x"] + box["width"] * 0.15, box["y"] + box["height"] / 2)
    left = readout(seen)
    seen.page.mouse.move(box["x"] + box["width"] * 0.97, box["y"] + box["height"] / 2)
    right = readout(seen)
    assert left.startswith("January 2020")
    assert right.startswith("June 2020")
    assert before


def test_everything_can_be_reached_and_moved_by_keyboard(visit):
    seen = visit()
    page = seen.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#answer"
    page.locator("#ex-month").focus()
    before = readout(seen)
    page.keyboard.press("ArrowRight")
    after = readout(seen)
    assert before != after
    page.keyboard.press("Home")
    assert readout(seen).startswith("January 2020")
    assert page.locator("#ex-month").get_attribute("aria-valuetext") == "January 2020"
    page.locator("input[name=ex-arm]").focus()
    page.keyboard.press("Space")
    assert "New posts" not in readout(seen)
    page.locator("#courses summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#courses details").first.get_attribute("open") is not None
    page.locator("#ex-outcome").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#ex-outcome").input_value() == "1"


def test_focus_is_seen(visit):
    seen = visit()
    for _ in range(3):
        seen.page.keyboard.press("Tab")
    style = seen.page.evaluate(
        "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth"
    )
    assert style == "solid3px"


def test_parameters_are_filtered_by_words(browser, tmp_path):
    from dataclasses import dataclass, field
    from typing import Any

    from analysis import load
    from experiments.study import run_study
    from simulation.parameters import Settings, parameter
    from tests.analysis.small_study import SmallScenario, small_run
    from tests.experiments.fakes import Family

    class Work(Settings):
        pay: float = parameter(2.0, "yuan", 0.0, 9.0, "[prior]", "what work pays")
        hours: float = parameter(8.0, "hours", 0.0, 24.0, "[syn]", "how long it lasts")

    @dataclass(frozen=True)
    class Asking(SmallScenario):
        parameters: dict[str, Any] = field(default_factory=lambda: {"work": Work()})

    assert Family
    run_study(Asking(), tmp_path / "out", workers=1, run_one=small_run)
    seen = Visit(browser, load(tmp_path / "out").report().write(tmp_path / "page.html"))
    page = seen.page
    page.locator("#assumptions details summary").click()
    rows = page.locator("#assumptions details tbody tr")
    everything = rows.count()
    assert page.locator("#as-count").inner_text() == str(everything)
    page.fill("#as-filter", "work LASTS")
    assert page.locator("#as-count").inner_text() == "1"
    assert rows.locator("visible=true").count() == 1
    assert "work.hours" in rows.locator("visible=true").inner_text()
    seen.context.close()


def flat(outline):
    """The titles of an outline, in order."""
    for one in outline:
        if isinstance(one, list):
            yield from flat(one)
        else:
            yield unicodedata.normalize("NFKC", one.title)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_print_holds_every_section(visit, lang):
    from pypdf import PdfReader

    seen = visit(lang)
    pdf = PdfReader(BytesIO(seen.page.pdf(format="A4", outline=True, tagged=True)))
    # By its outline, which doesn't hang on the fonts that are installed.
    headings = list(flat(pdf.outline))
    titles = [one.titles[lang] for one in section.sections()]
    assert [one for one in headings if one in titles] == titles
    assert not {"Look closer", "细看"} & set(headings)
    assert len(pdf.pages) < 20
    if lang == "en":
        text = unicodedata.normalize("NFKC", "".join(one.extract_text() for one in pdf.pages))
        assert "With “New posts”, “Employed” is 3.0 persons higher" in " ".join(text.split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_tells_everything_without_javascript(visit, lang):
    seen = visit(lang, java_script_enabled=False)
    page = seen.page
    assert page.locator("#explorer").is_hidden()
    assert page.locator("#courses table").count() > 0
    assert page.locator(".answer").is_visible()
    assert page.locator("noscript").count() == 1


def test_a_foreign_script_or_style_does_not_run(browser, files, tmp_path):
    """What somebody slips into the file is stopped by its policy."""
    bad = (
        files["en"]
        .read_text("utf-8")
        .replace("</main>", "<script>document.title = 'taken'</script><p style='display:none' id='x'>x</p></main>")
    )
    (tmp_path / "bad.html").write_text(bad, "utf-8")
    seen = Visit(browser, tmp_path / "bad.html")
    assert seen.page.title() != "taken"
    assert seen.page.locator("#x").is_visible()
    assert len([one for one in seen.said if "Content Security Policy" in one]) == 2
    seen.context.close()

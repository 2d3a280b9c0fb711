"""The page around the sections: one file, nothing loaded from elsewhere, only its own script may run."""

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from markupsafe import Markup, escape

from analysis.months import ResultsError
from analysis.report.charts import key
from analysis.report.language import Language, language_of, texts
from analysis.report.reading import Reading
from analysis.report.section import Missing, Section, chosen
from analysis.study import BASELINE, Study, load

WORDS = {
    "en": {
        "skip": "Skip to the answer", "contents": "Contents", "kind": "Report of a simulation study",
        "foot": "Made by relosim from study", "no_script": "Without JavaScript every figure stands in the tables.",
        "missing": "Not told here", "of_language": "In English",
    },
    "zh": {
        "skip": "跳到结论", "contents": "目录", "kind": "模拟研究报告", "foot": "由 relosim 根据研究生成：",
        "no_script": "未启用 JavaScript 时，全部数值见各表。", "missing": "此处未说明", "of_language": "原文为英文",
    },
}  # fmt: skip

TEMPLATE = """\
<!DOCTYPE html>
<html lang="{{ language.tag }}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="relosim">
<title>{{ title }} · {{ w.kind }}</title>
<style>{{ style }}</style>
</head>
<body>
<a class="skip" href="#answer">{{ w.skip }}</a>
<header>
<p class="kind">{{ w.kind }}</p>
<h1>{{ title }}</h1>
</header>
<nav aria-label="{{ w.contents }}">
<ol>
{% for one in parts %}<li><a href="#{{ one.name }}">{{ one.title }}</a></li>
{% endfor %}</ol>
</nav>
<main>
{% for one in parts %}
<section id="{{ one.name }}" aria-labelledby="{{ one.name }}-title">
<h2 id="{{ one.name }}-title">{{ one.title }}</h2>
{{ one.body }}
</section>
{% endfor %}
</main>
<footer>
<p>{{ w.foot }} <code>{{ hash }}</code></p>
<noscript><p>{{ w.no_script }}</p></noscript>
</footer>
<script>{{ script }}</script>
</body>
</html>
"""
_MISSING = '<p class="missing">{{ why }}</p>\n'


@dataclass(frozen=True)
class Part:
    """A section as it stands in the page."""

    name: str
    title: str
    body: Markup


@dataclass(frozen=True)
class Report:
    """A study as one HTML file."""

    study: Study
    language: Language
    sections: tuple[Section, ...]

    @cached_property
    def html(self) -> str:
        """The page."""
        reading = Reading(self.study, self.language)
        reading.prepare()
        parts = [part for one in self.sections if (part := _part(one, reading)) is not None]
        style, script = _own("page.css"), _own("page.js")
        return _ENVIRONMENT.from_string(TEMPLATE).render(
            language=self.language, w=texts(WORDS, self.language), title=reading.own("scenario"), parts=parts,
            policy=policy(style, script), style=Markup(style), script=Markup(script), hash=self.study.hash,
        )  # fmt: skip

    def write(self, file: str | Path) -> Path:
        """Write the page, whole or not at all; ResultsError if it can't be written."""
        place = Path(file)
        draft = place.with_name(f".{place.name}.{os.getpid()}.tmp")
        try:
            draft.write_text(self.html, "utf-8")
            draft.replace(place)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise ResultsError(f"{place} can't be written: {error.strerror or error}; name another file") from None
        return place

    def _repr_html_(self) -> str:
        """Show it in a notebook, in a frame of its own."""
        return f'<iframe srcdoc="{escape(self.html)}" width="100%" height="720" title="relosim"></iframe>'

    def __repr__(self) -> str:
        """Say what it is of, without making it."""
        return f"<Report of study {self.study.hash} ({self.language.code}); .write(file) writes it>"


def report(study: Study, lang: str = "en", sections: Iterable[str] | None = None) -> Report:
    """Make a report of a study.

    Parameters
    ----------
    study
        an open result folder.
    lang
        `en` or `zh`.
    sections
        names of sections, such as `answer`; all of them where left out.

    Raises ResultsError for another language, an unknown section, or a study whose baseline has no finished run.
    """
    language, parts = language_of(lang), chosen(sections)
    if BASELINE not in study.arms:
        raise ResultsError(f"the baseline in {study.folder} has no finished run, so there is nothing to report against")
    return Report(study, language, parts)


def page_of(folder: Path, lang: str = "en", out: Path | None = None) -> Path:
    """Write the report of a result folder and return its file.

    Parameters
    ----------
    folder
        a result folder.
    lang
        `en` or `zh`.
    out
        the file; beside the folder, as `<folder>-report.html` or `<folder>-report-zh.html`, where left out.

    Raises ResultsError as `report` does, for a folder without finished runs, and for a file that can't be written or
    lies in the result folder, to whose study it doesn't belong.
    """
    language = language_of(lang)
    name = f"{folder.resolve().name}-report{'' if language.code == 'en' else f'-{language.code}'}.html"
    place = out or folder.resolve().with_name(name)
    if folder.resolve() in place.resolve().parents:
        raise ResultsError(
            f"{place} lies in the result folder, whose files are those of the study alone: --out names one beside it"
        )
    if place.is_dir():
        raise ResultsError(f"{place} is a folder: name a file with --out")
    return report(load(folder), lang).write(place)


def policy(style: str, script: str) -> str:
    """Return a Content Security Policy under which this style and this script alone count, and nothing is loaded."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _own(name: str) -> str:
    return files("analysis.report").joinpath(name).read_text("utf-8")


def _part(section: Section, reading: Reading) -> Part | None:
    told = section.data(reading)
    if told is None:
        return None
    template, variables = (_MISSING, {"why": told.why}) if isinstance(told, Missing) else (section.template, dict(told))
    words = texts(section.words, reading.language)
    body = _ENVIRONMENT.from_string(template).render(w=words, r=reading, language=reading.language, **variables)
    return Part(section.name, section.titles[reading.language.code], Markup(body))


def _exact(value: float) -> str:
    """Write a figure as it was computed, for who reads the page by machine; nothing where undefined."""
    return repr(float(value)) if np.isfinite(value) else ""


def _attributes(told: Mapping[str, Any]) -> Markup:
    """Write data attributes, `{"outcome": "x"}` as data-outcome="x"; figures as they were computed."""
    written = {name: _exact(one) if isinstance(one, float) else str(one) for name, one in told.items()}
    return Markup("").join(Markup(' data-{}="{}"').format(name, one) for name, one in written.items())


def breaks(path: str) -> Markup:
    """Write a dotted name so that it breaks at its joints in a narrow column."""
    return Markup("<wbr>").join(re.findall(r"[^._]+[._]*|[._]+", path))


_ENVIRONMENT = jinja2.Environment(
    autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_ENVIRONMENT.globals.update(data=lambda **told: _attributes(told), key=key, breaks=breaks)

"""One figure per outcome: every arm's course above, its paired difference from the baseline below."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib import dates as mdates
from matplotlib.ticker import StrMethodFormatter
from numpy.typing import NDArray

from analysis.compare import Comparison, compare
from analysis.drawing import (
    BASELINE_COLOUR,
    COLOURS,
    FOOTER_COLOUR,
    LINES,
    Line,
    Picture,
    saved,
    styled,
    with_title_and_footer,
)  # fmt: skip
from analysis.meaning import Cell, Meaning
from analysis.months import Window, window_text
from analysis.series import Series, matched
from analysis.small_print import closing, level_of, people_of, unit_of
from analysis.study import BASELINE, Study
from analysis.trajectories import Course, by_draw, mean_course, spread_course
from analysis.words import signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_THOUSANDS_FROM = 1000


def _dates(start: int, months: int) -> NDArray[np.datetime64]:
    first = np.datetime64(f"{start // 12:04d}-{start % 12 + 1:02d}", "M")
    return (first + np.arange(months)).astype("datetime64[D]")


def _draw(axes: "Axes", dates: Any, band: Course, colour: str, line: Line, label: str, wide: bool = True) -> None:
    # Wide enough to be seen below an arm that lies on it.
    width = 3.0 if label == BASELINE and wide else 1.6
    axes.fill_between(dates, band.low, band.high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(dates, band.middle, color=colour, linestyle=line, linewidth=width, label=label)


def _difference(base: Series, arm: Series) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the paired differences month by month, float64[runs, months], and the draw of each, int64[runs]."""
    both = matched(base, arm)
    return both.differences, both.draws


def _draw_difference(
    axes: "Axes", dates: Any, values: NDArray[np.float64], draws: NDArray[np.int64], colour: str, line: Line, arm: str
) -> None:
    """Draw the mean difference with its computing error, and dotted the range over draws where there are several."""
    _draw(axes, dates, mean_course(values, draws), colour, line, arm)
    if len(np.unique(draws)) > 1:
        over = spread_course(by_draw(values, draws))
        for end in (over.low, over.high):
            axes.plot(dates, end, color=colour, linestyle=":", linewidth=1.0)


def _footer(study: Study, outcome: str, cell: Cell, compared: list[Comparison]) -> list[str]:
    lines = [
        f"baseline mean {level_of(study, outcome, cell)} over {window_text(study.window)} (shaded)",
        people_of(study.meaning(outcome), cell),
        f"{'above' if compared else 'line'}: median of the runs, band from 5 % to 95 % of them",
    ]
    if compared:
        lines.append("below: mean paired difference, band 95 % interval: computing error, shrinks with more runs")
        if study.draws > 1:
            lines.append("dotted: 5 % to 95 % of the draws, which more runs don't narrow")
    return [*lines, *closing(study, [one.arm for one in compared])]


def _alt(study: Study, outcome: str, cell: Cell, compared: list[Comparison]) -> str:
    meaning, window = study.meaning(outcome), window_text(study.window)
    head = f"Lines of {meaning.text or meaning.name} month by month"
    told = f"{head}. Baseline: {level_of(study, outcome, cell)} in {window}"
    gaps = [f"{one.arm} {signed(one.difference.mean, meaning.counted)} ({one.difference.verdict})" for one in compared]
    return f"{told}; difference from it: {', '.join(gaps)}." if gaps else f"{told}."


def _title(study: Study, meaning: Meaning, cell: Cell) -> str:
    said = f"{meaning.name}: {meaning.text}" if meaning.text else meaning.name
    where = "" if cell == Cell() else f" ({cell})"
    study_name = study.manifest.get("name", "")
    return "\n".join([said + where, *([study_name] if study_name else [])])


def _never_differs(base: Series, arm: Series) -> bool:
    difference, _ = _difference(base, arm)
    return bool((np.nan_to_num(difference) == 0).all())


def _shade(axes: "Axes", window: Window) -> None:
    first, last = _dates(window[0], 1)[0], _dates(window[1] + 1, 1)[0]
    axes.axvspan(first, last, color="#000000", alpha=0.05, linewidth=0)


def figure(
    study: Study,
    outcome: str,
    cell: Cell | None = None,
    arms: Iterable[str] | None = None,
    colours: Mapping[str, str] | None = None,
    style: Mapping[str, Any] | None = None,
) -> Picture:
    """Draw one outcome month by month, and what arms change of it.

    Parameters
    ----------
    study
        an open result folder.
    outcome
        a recorded outcome.
    cell
        whom it counts; everybody where left out.
    arms
        arms beside the baseline; all of them where left out.
    colours
        {arm: colour} in place of our own.
    style
        Matplotlib's settings, laid over ours.

    Raises ResultsError for a name or cell that wasn't recorded.
    """
    where, meaning = cell or Cell(), study.meaning(outcome)
    beside = [arm for arm in (study.arms if arms is None else arms) if arm != BASELINE]
    chosen = {arm: COLOURS[at % len(COLOURS)] for at, arm in enumerate(beside)} | dict(colours or {})
    with matplotlib.rc_context(styled(style)):
        picture = Picture(figsize=(8.0, 4.9), layout="constrained")
        one = picture.subplots(2, 1, sharex=True, height_ratios=(3, 2)) if beside else (picture.subplots(), None)
        _fill(study, outcome, where, chosen, *one)
        one[0].set_ylabel(unit_of(meaning))
        compared = [compare(study, outcome, arm, cell=where) for arm in beside]
        told = [said(study, outcome, where, compared) for said in (_footer, _alt)]
        with_title_and_footer(picture, _title(study, meaning, where), *told)
    return picture


def _fill(
    study: Study, outcome: str, where: Cell, arms: Mapping[str, str], above: "Axes", below: "Axes | None"
) -> None:
    dates = _dates(study.start, study.months)
    base = study.series(outcome, BASELINE, where)
    _draw(above, dates, spread_course(base.monthly()), BASELINE_COLOUR, "-", BASELINE, wide=bool(arms))
    same = 0
    for at, (arm, colour) in enumerate(arms.items()):
        series = study.series(outcome, arm, where)
        still = _never_differs(base, series)
        same += still
        line = LINES[at % len(LINES)]
        label = f"{arm}\n(no difference)" if still else arm
        _draw(above, dates, spread_course(series.monthly()), colour, line, label)
        if below is not None:
            _draw_difference(below, dates, *_difference(base, series), colour, line, arm)
    if below is not None:
        _finish_below(below, unit_of(study.meaning(outcome)), same == len(arms))
    for axes in (above, below) if below is not None else (above,):
        _shade(axes, study.window)
        _ticks(axes)
    above.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _finish_below(axes: "Axes", unit: str, empty: bool) -> None:
    axes.axhline(0, color=BASELINE_COLOUR, linewidth=1)
    axes.set_ylabel(f"difference from baseline,\n{unit}")
    if empty:
        axes.set_yticks([0.0])
        axes.text(0.02, 0.6, "no difference in any run and month", transform=axes.transAxes, color=FOOTER_COLOUR)


def _ticks(axes: "Axes") -> None:
    """Write months along, figures with thousands apart up."""
    axes.margins(x=0)
    ticks = mdates.AutoDateLocator(minticks=4, maxticks=10)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(ticks)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ticks))  # type: ignore[no-untyped-call]
    heights = np.concatenate([np.ravel(line.get_ydata()) for line in axes.get_lines()]).astype(float)
    heights = heights[np.isfinite(heights)]
    if len(heights) and np.ptp(heights) == 0:
        # Nothing lies below a flat line, no persons below 0 for one.
        axes.set_yticks([heights[0]])
    elif max(abs(end) for end in axes.get_ylim()) >= _THOUSANDS_FROM:
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def _cells(study: Study, outcome: str) -> list[Cell]:
    """List whom an outcome is drawn for: everybody, and for facilities the place where the arms differ most.

    A transfer between places is no difference in all of them together.
    """
    arms = [arm for arm in study.arms if arm != BASELINE]
    if study.meaning(outcome).of != "place" or not arms:
        return [Cell()]
    places = [cell for cell in study.cells(("place",)) if cell != Cell()]
    sizes = {
        cell: max(abs(np.nan_to_num(compare(study, outcome, arm, cell=cell).difference.mean)) for arm in arms)
        for cell in places
    }
    most = max(places, key=lambda cell: sizes[cell], default=Cell())
    return [Cell(), most] if sizes.get(most, 0.0) > 0 else [Cell()]


def write_figures(study: Study, outcomes: Iterable[str] | None = None, folder: Path | None = None) -> list[Path]:
    """Write `figures/<outcome>.png` and `.svg`, the same bytes for the same study; return the files.

    Of what is counted at facilities there is also `<outcome>-<place>`, for the place where the arms differ most.
    """
    place = folder or study.folder / "figures"
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for outcome in outcomes or study.outcomes:
        for cell in _cells(study, outcome):
            name = outcome if cell == Cell() else f"{outcome}-{cell.place}"
            written += saved(figure(study, outcome, cell), place, name)
    return written

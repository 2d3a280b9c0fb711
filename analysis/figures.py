"""One figure per outcome: every arm's course above, its paired difference from the baseline below."""

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib

matplotlib.use("Agg")
import numpy as np
from matplotlib import dates as mdates
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter
from numpy.typing import NDArray
from scipy import stats

from analysis.compare import Comparison, compare, shared_runs
from analysis.load import BASELINE, Cell, Meaning, Series, Study
from analysis.months import Window, window_text
from analysis.paired import LEVEL
from analysis.words import number, whom

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's colours: told apart with any kind of colour vision; the baseline is grey.
BASELINE_COLOUR = "#8A8A8A"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
# Broken lines let an arm that equals another be seen through it.
LINES = ("-", (0, (5, 2)), (0, (2, 1.5)), (0, (7, 2, 1, 2)))
Line = str | tuple[int, tuple[float, ...]]
_TITLE_WIDTH = 96
_THOUSANDS_FROM = 1000
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "relosim", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 9.0,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.25, "axes.axisbelow": True,
}  # fmt: skip


def _dates(start: int, months: int) -> NDArray[np.datetime64]:
    first = np.datetime64(f"{start // 12:04d}-{start % 12 + 1:02d}", "M")
    return (first + np.arange(months)).astype("datetime64[D]")


def _interval(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and 95 % t interval of each month, from float64[replicates, months]."""
    mean = values.mean(axis=0)
    if len(values) < 2:
        return mean, mean, mean
    half = stats.sem(values, axis=0) * stats.t.ppf((1 + LEVEL) / 2, len(values) - 1)
    return mean, mean - half, mean + half


def _spread(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return median, 5th and 95th percentile of each month over the replicates."""
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), axis=0)
    return middle, low, high


def _draw(
    axes: "Axes", dates: Any, band: tuple[Any, Any, Any], colour: str, line: Line, label: str, wide: bool = True
) -> None:
    middle, low, high = band
    # Wide enough to be seen below an arm that lies on it.
    width = 3.0 if label == BASELINE and wide else 1.6
    axes.fill_between(dates, low, high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(dates, middle, color=colour, linestyle=line, linewidth=width, label=label)


def _difference(base: Series, arm: Series) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the paired differences month by month, float64[runs, months], and the draw of each, int64[runs]."""
    in_base, in_arm = shared_runs(base, arm)
    return arm.monthly()[in_arm] - base.monthly()[in_base], arm.draws[in_arm]


def _by_draw(values: NDArray[np.float64], draws: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the means of draws, which are independent of each other, float64[draws, months]; runs if there is one."""
    known = np.unique(draws)
    return np.array([values[draws == draw].mean(axis=0) for draw in known]) if len(known) > 1 else values


def _draw_difference(
    axes: "Axes", dates: Any, values: NDArray[np.float64], draws: NDArray[np.int64], colour: str, line: Line, arm: str
) -> None:
    """Draw the mean difference with its computing error, and dotted the range over draws where there are several."""
    means = _by_draw(values, draws)
    _draw(axes, dates, _interval(means), colour, line, arm)
    if len(np.unique(draws)) > 1:
        for end in _spread(means)[1:]:
            axes.plot(dates, end, color=colour, linestyle=":", linewidth=1.0)


def _unit(meaning: Meaning) -> str:
    return "share" if meaning.kind == "ratio" and not meaning.unit else meaning.unit


def _footer(study: Study, outcome: str, cell: Cell, compared: list[Comparison]) -> str:
    meaning = study.meaning(outcome)
    runs = len(study.of_arm(BASELINE))
    mean = study.series(outcome, BASELINE, cell).pooled(study.window)
    known = mean[np.isfinite(mean)]
    level = f"baseline mean {number(float(known.mean()) if len(known) else np.nan, meaning.counted)} {_unit(meaning)}"
    people = meaning.denominator or meaning.unit
    whose = whom(people, meaning.of) if cell == Cell() else f"{people}; {cell}"
    lines = [
        f"{level} over {window_text(study.window)} (shaded); {runs} run{'s' if runs > 1 else ''} of each arm",
        whose,
    ]
    above = "above" if compared else "line"
    lines.append(f"{above}: median of the runs, band from 5 % to 95 % of them")
    if compared:
        lines.append("below: mean paired difference, band 95 % interval: computing error, shrinks with more runs")
        if study.draws > 1:
            lines.append("dotted: 5 % to 95 % of the draws, which more runs don't narrow")
    drawn = f"{study.draws} draws of uncertain parameters" if study.varies else "parameters held fixed"
    return "\n".join([*lines, f"{drawn}; study {study.hash}"])


def _title(study: Study, meaning: Meaning, cell: Cell) -> str:
    said = f"{meaning.name}: {meaning.text}" if meaning.text else meaning.name
    where = "" if cell == Cell() else f" ({cell})"
    study_name = study.manifest.get("name", "")
    return "\n".join([*textwrap.wrap(said + where, _TITLE_WIDTH), *([study_name] if study_name else [])])


def _never_differs(base: Series, arm: Series) -> bool:
    difference, _ = _difference(base, arm)
    return bool((np.nan_to_num(difference) == 0).all())


def _shade(axes: "Axes", window: Window) -> None:
    first, last = _dates(window[0], 1)[0], _dates(window[1] + 1, 1)[0]
    axes.axvspan(first, last, color="#000000", alpha=0.05, linewidth=0)


def figure(study: Study, outcome: str, cell: Cell | None = None) -> Figure:
    """Draw one outcome of every arm; ResultsError for an outcome or cell that wasn't recorded."""
    where = cell or Cell()
    meaning = study.meaning(outcome)
    arms = [arm for arm in study.arms if arm != BASELINE]
    with matplotlib.rc_context(STYLE):
        picture = Figure(figsize=(8.0, 6.2), layout="constrained")
        above, below = picture.subplots(2, 1, sharex=True, height_ratios=(3, 2)) if arms else (picture.subplots(), None)
        _fill(study, outcome, where, arms, above, below)
        above.set_ylabel(_unit(meaning))
        picture.suptitle(_title(study, meaning, where), fontsize=10.5, x=0.01, ha="left")
        compared = [compare(study, outcome, arm, cell=where) for arm in arms]
        picture.supxlabel(
            _footer(study, outcome, where, compared), fontsize=6.8, x=0.01, ha="left", color="#444444", linespacing=1.5
        )
    return picture


def _fill(study: Study, outcome: str, where: Cell, arms: list[str], above: "Axes", below: "Axes | None") -> None:
    dates = _dates(study.start, study.months)
    base = study.series(outcome, BASELINE, where)
    _draw(above, dates, _spread(base.monthly()), BASELINE_COLOUR, "-", BASELINE, wide=bool(arms))
    same = 0
    for at, arm in enumerate(arms):
        series = study.series(outcome, arm, where)
        still = _never_differs(base, series)
        same += still
        colour, line = COLOURS[at % len(COLOURS)], LINES[at % len(LINES)]
        label = f"{arm}\n(no difference)" if still else arm
        _draw(above, dates, _spread(series.monthly()), colour, line, label)
        if below is not None:
            _draw_difference(below, dates, *_difference(base, series), colour, line, arm)
    if below is not None:
        _finish_below(below, _unit(study.meaning(outcome)), same == len(arms))
    for axes in (above, below) if below is not None else (above,):
        _shade(axes, study.window)
        _ticks(axes)
    above.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _finish_below(axes: "Axes", unit: str, empty: bool) -> None:
    axes.axhline(0, color=BASELINE_COLOUR, linewidth=1)
    axes.set_ylabel(f"difference from baseline,\n{unit}")
    if empty:
        axes.set_yticks([0.0])
        axes.text(0.02, 0.6, "no difference in any run and month", transform=axes.transAxes, color="#444444")


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
            written += _saved(figure(study, outcome, cell), place, name)
    return written


def _saved(picture: Figure, folder: Path, name: str) -> list[Path]:
    written = []
    for kind, told in (("png", {"Software": None}), ("svg", {"Date": None, "Creator": None})):
        with matplotlib.rc_context(STYLE):
            picture.savefig(folder / f"{name}.{kind}", dpi=150, metadata=told)
        written.append(folder / f"{name}.{kind}")
    return written

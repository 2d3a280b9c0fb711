"""What the golden files hold, and how they are written and compared."""

import csv
import math
from pathlib import Path

import numpy as np

from simulation.engine import Result
from simulation.months import date_of
from tests.region import any_item, engine, region

FOLDER = Path(__file__).parent
MONTHS = 24
POPULATIONS = {"relocated": 0, "all": 3}
TOLERANCE = 1e-9
POLICIES = ("micro_factory", "skills_training", "teacher_transfer", "clinic_staff")

Table = dict[tuple[str, str], list[float]]


def runs() -> dict[str, Result]:
    """The runs of which a file is kept: the baseline, and four policies at once."""
    policies = [any_item(kind, region().start + 9) for kind in POLICIES]
    return {"baseline": engine(months=MONTHS).run(), "policies": engine(policies, MONTHS).run()}


def tabled(result: Result) -> Table:
    """Every outcome by population over the region, one value a month."""
    overall = (result.keys.place == -1) & (result.keys.group == 0)
    return {
        (name, population): values[:, overall & (result.keys.population == code)].ravel().tolist()
        for name, values in sorted(result.outcomes.items())
        for population, code in POPULATIONS.items()
    }


def written(value: float) -> str:
    """Whole numbers as such, others with all their digits, undefined as nothing."""
    if math.isnan(value):
        return ""
    return str(int(value)) if value == int(value) else repr(value)


def write(name: str, table: Table, folder: Path = FOLDER) -> None:
    """Write one golden file: a row an outcome and population, a column a month."""
    dates = [date_of(region().start + month) for month in range(MONTHS)]
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["outcome", "population", *dates])
        out.writerows([*key, *map(written, values)] for key, values in table.items())


def read(name: str, folder: Path = FOLDER) -> Table:
    """Read a golden file back."""
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    return {(row[0], row[1]): [float(one) if one else math.nan for one in row[2:]] for row in rows}


def differences(golden: Table, found: Table) -> list[str]:
    """Say, outcome by outcome, what differs first: whole numbers must be equal, others to 1e-9."""
    said = [f"{'/'.join(key)} is {'new' if key in found else 'gone'}" for key in sorted(golden.keys() ^ found.keys())]
    for key in sorted(golden.keys() & found.keys()):
        for month, (old, new) in enumerate(zip(golden[key], found[key], strict=True)):
            if not _same(old, new):
                said.append(f"{'/'.join(key)} in {date_of(region().start + month)}: {written(old)} -> {written(new)}")
                break
    return said


def _same(old: float, new: float) -> bool:
    whole = not math.isnan(old) and old == int(old)
    return bool(np.isclose(new, old, rtol=0 if whole else TOLERANCE, atol=0, equal_nan=True))

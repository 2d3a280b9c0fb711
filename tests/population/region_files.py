"""Reads the shipped region for tests, without the scenario loader."""

import csv
from pathlib import Path
from typing import Any

import numpy as np

from simulation.scenario.region import TABLES

FOLDER = Path(__file__).parents[2] / "scenarios" / "qianxi"


def read_region() -> dict[str, list[tuple[int, Any]]]:
    """Return the rows of each table with their lines."""
    return {name: _read(name) for name in TABLES}


def _read(name: str) -> list[tuple[int, Any]]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return [(line, TABLES[name].model_validate(row)) for line, row in enumerate(csv.DictReader(file), 2)]


def columns_of(tables: dict[str, list[tuple[int, Any]]]) -> dict[str, dict[str, Any]]:
    """Return the tables as columns: numbers as int64 or float64, texts as object arrays."""
    return {
        name: {column: _column([getattr(row, column) for _, row in lines]) for column in TABLES[name].model_fields}
        for name, lines in tables.items()
    }


def _column(values: list[Any]) -> np.ndarray:
    return np.array(values, object if values and isinstance(values[0], str) else None)

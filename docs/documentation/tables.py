"""The reference of a region's tables: which CSV files there are, and what each of their columns holds."""

from pydantic.fields import FieldInfo

from documentation.markdown import anchor, code, heading, page, plain, table
from experiments.declared import bounds
from simulation.scenario.region import TABLES
from simulation.scenario.tables import OPTIONAL


def tables_page() -> str:
    """Write the page of all tables of a region."""
    parts = [
        heading(1, "Tables of a region"),
        f"A region is a YAML file that names {len(TABLES)} CSV files. `relosim check` reads every cell and lists each "
        "mistake with its line and column. Columns may stand in any order; those that have a value for being left out "
        "may be left out. A month is written `2020-04`. Every row ends with its `source`, the mark of its figures.",
        table(
            ("table", "needed", "holds"),
            [
                (f"[{code(name)}](#{anchor('table', name)})", _needed(name), plain(_doc(name)))
                for name in TABLES
            ],
        ),
    ]  # fmt: skip
    for name, model in TABLES.items():
        fields = [(column, field) for column, field in model.model_fields.items() if column != "source"]
        fields.append(("source", model.model_fields["source"]))
        parts += [
            heading(2, code(name), anchor("table", name)),
            plain(_doc(name)),
            table(("column", "unit", "range", "left out", "meaning"), [_row(*one) for one in fields]),
        ]
    return page(*parts)


def _needed(name: str) -> str:
    return "no" if name in OPTIONAL else "yes"


def _doc(name: str) -> str:
    return TABLES[name].__doc__ or ""


def _row(column: str, field: FieldInfo) -> tuple[str, ...]:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    named = f"; id of a row of `{extra['table']}`" if extra.get("table") else ""
    left_out = "" if field.is_required() else _otherwise(field, str(extra.get("unit", "")))
    return code(column), plain(extra.get("unit", "")), plain(bounds(field)), left_out, plain(field.description) + named


def _otherwise(field: FieldInfo, unit: str) -> str:
    return "always" if unit == "month" else code(field.default)

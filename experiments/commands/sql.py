"""`relosim sql`: the results asked in SQL."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from typing import Annotated

import typer

from experiments.commands.options import Folder, refusals

_ROWS = 40


def sql(
    folder: Folder,
    query: Annotated[
        str, typer.Argument(help='such as "select arm, avg(amount_fen) from ledger group by arm"', metavar="QUERY")
    ],
    as_csv: Annotated[bool, typer.Option("--csv", help="write all rows as CSV, with a header")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="write all rows as a JSON array, an object a line")] = False,
    rows: Annotated[int, typer.Option(help="rows of the table at most; 0 for all", min=0)] = _ROWS,
) -> None:
    """Ask the results in SQL: outcomes, ledger, runs, draws, design, units, persons, names. Read only."""
    with refusals():
        from analysis.sql import asked
        from experiments.answers import write_csv, write_json, write_table

        with asked(folder, query) as answer:
            if as_csv:
                write_csv(answer)
            elif as_json:
                write_json(answer)
            else:
                write_table(answer, rows)

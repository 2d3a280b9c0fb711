"""`relosim compare`: the comparison of a finished study, printed again."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from typing import Annotated

import typer

from experiments.commands.making import print_study
from experiments.commands.options import Folder, refusals, wide_console

_WIDTH = 150


def compare(
    folder: Folder,
    pairing: Annotated[
        bool, typer.Option("--pairing", help="print instead what shared luck saves, for each outcome and arm")
    ] = False,
) -> None:
    """Print the comparison of a finished study again."""
    with refusals():
        from analysis.study import load
        from experiments.doubts import pairing_table

        study = load(folder)
        if pairing:
            wide_console(_WIDTH).print(pairing_table(study), highlight=False)
        else:
            print_study(study)

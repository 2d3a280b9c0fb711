"""`relosim compare`: the comparison of a finished study, printed again."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from experiments.commands.making import print_study
from experiments.commands.options import Folder, refusals


def compare(folder: Folder) -> None:
    """Print the comparison of a finished study again."""
    with refusals():
        from analysis.load import load

        print_study(load(folder))

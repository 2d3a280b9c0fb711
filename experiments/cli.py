"""The command line: its commands, in the order in which `--help` lists them."""

import typer

from experiments.commands.check import check
from experiments.commands.compare import compare
from experiments.commands.diff import diff
from experiments.commands.echo import echo
from experiments.commands.expand import expand
from experiments.commands.explain import explain
from experiments.commands.export import export
from experiments.commands.figures import figures
from experiments.commands.new import new
from experiments.commands.report import report
from experiments.commands.run import run
from experiments.commands.schema import schema
from experiments.commands.share import share
from experiments.commands.sql import sql
from experiments.commands.trace import trace
from experiments.commands.units import units
from experiments.commands.verify import verify

app = typer.Typer(
    name="relosim",
    help="Simulate relocation outcomes: write a policy question as YAML, run it, read how sure the answer is.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    run, check, explain, compare, figures, export, sql, diff, echo,
    units, expand, share, verify, schema, new,
    run, check, explain, compare, diff, sql, export, units, trace, expand, share, verify, schema, new,
    run, check, explain, compare, report, figures, diff, echo, sql, export, units, trace, expand, share, verify, schema,
    new,
):  # fmt: skip
    app.command()(command)


def main() -> None:
    """Start the command `relosim`."""
    app(prog_name="relosim")


if __name__ == "__main__":
    main()

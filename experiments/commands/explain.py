"""`relosim explain`: the month plan, every parameter with its source, the effective scenario."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

from pathlib import Path

import typer

from experiments.commands.options import File, Settings, loaded, refusals, wide_console

_EXPLAIN_WIDTH = 160


def explain(file: File, settings: Settings = None) -> None:
    """Print the month plan, every parameter with its source, what arms do, and the effective scenario."""
    with refusals():
        from experiments.explain import arm_lines, parameter_tables, plan_table
        from simulation.scenario import effective_text

        scenario, _, _ = loaded(file, settings, None, None)
        console = wide_console(_EXPLAIN_WIDTH)
        for table in (plan_table(scenario), *parameter_tables(scenario)):
            console.print(table)
        for line in arm_lines(scenario, tuple(scenario.arms)):
            console.print(line, markup=False, highlight=False)
        typer.echo(effective_text(scenario, Path.cwd()))

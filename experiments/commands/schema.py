"""`relosim schema`: the JSON schema of scenario files."""

# ruff: noqa: PLC0415  (each command imports what it needs, so that --help is quick)

import typer


def schema() -> None:
    """Print the JSON schema of scenario files, for an editor."""
    import json

    from simulation.scenario import schema as made

    typer.echo(json.dumps(made(), indent=2, ensure_ascii=False))

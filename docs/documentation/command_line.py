"""The reference of the command line, read from the commands themselves."""

import inspect
from collections.abc import Iterable
from typing import Any

import typer

from documentation.markdown import anchor, code, heading, page, plain, table
from experiments.cli import app
from experiments.commands import options

_STATUS = (
    (0, "done"),
    (options.SOME_FAILED, "some runs failed, or a file couldn't be written; what finished is kept"),
    (options.BAD_INPUT, "bad input; nothing was written"),
    (options.INTERRUPTED, "interrupted; what finished is kept, and the same command goes on"),
)


def commands() -> dict[str, Any]:
    """Return the commands by name, in the order of `relosim --help`."""
    group: Any = typer.main.get_command(app)
    return dict(group.commands)


def command_line_page() -> str:
    """Write the page of all commands."""
    parts = [heading(1, "Command line"), plain(app.info.help or "")]
    parts += [part for name, one in commands().items() for part in _command(name, one)]
    status = [(str(number), meaning) for number, meaning in _STATUS]
    return page(*parts, heading(2, "Exit status"), table(("status", "means"), status))


def _command(name: str, one: Any) -> Iterable[str]:
    arguments = [each for each in one.params if not each.opts[0].startswith("-")]
    choices = [each for each in one.params if each.opts[0].startswith("-") and each.name != "help"]
    usage = " ".join(["relosim", name, *("[OPTIONS]" if choices else "",), *(_shown(each) for each in arguments)])
    yield heading(2, code(f"relosim {name}"), anchor("command", name))
    yield plain(inspect.cleandoc(one.help or ""))
    yield f"```\n{' '.join(usage.split())}\n```"
    rows = [(code(_shown(each)), plain(each.help or "")) for each in arguments]
    rows += [(_written(each), plain(each.help or "")) for each in choices]
    yield table(("argument or option", "meaning"), rows) if rows else ""


def _shown(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _written(choice: Any) -> str:
    names = ", ".join(code(one) for one in [*choice.opts, *choice.secondary_opts])
    if choice.is_flag:
        return names
    kind = choice.metavar or choice.type_descriptor.annotation
    word = kind if isinstance(kind, str) else getattr(kind, "__name__", str(kind)).upper()
    return f"{names} {code(_words(word))}"


def _words(word: str) -> str:
    known = {"INT": "N", "FLOAT": "NUMBER", "PATH": "PATH", "LIST": "TEXT", "STR": "TEXT"}
    return known.get(word.partition("[")[0], word)

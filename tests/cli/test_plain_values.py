"""What is read without pydantic is what typer reads with it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

from typer import BadParameter
from typer._coercion import build_runtime_param

from ninegrid.cli.main import command

ROOT = command("en")


def _params() -> Iterator[tuple[str, Any]]:
    """Of each kind of value one option or argument, with the command it is of."""
    commands = {"grade": ROOT, **ROOT.commands}
    each = ((name, param) for name, one in commands.items() for param in one.params)
    yield from {str(param.type_descriptor.annotation): (name, param) for name, param in each}.values()


def _words(kind: Any) -> list[Any]:
    if get_origin(kind) is list:
        return [[], *([word] for word in _words(get_args(kind)[0])), "alone"]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [*kind, *(one.value for one in kind), "none of them"]
    words: list[Any] = ["", "A1", "12", "0.5", "-3", __file__, str(Path(__file__).parent), "no/such.xlsx"]
    return [*words, 10] if kind is float else words


def _read(reader: Any, word: Any, param: Any) -> Any:
    try:
        value = reader.coerce(word, param=param, ctx=None)
    except BadParameter as error:
        return str(error)
    return type(value), value


def test_every_option_reads_the_same() -> None:
    seen = set()
    for name, param in _params():
        kind = param.type_descriptor.annotation
        by_typer = build_runtime_param(param.type_descriptor)
        for word in [None, *_words(kind)]:
            assert _read(param.get_runtime_param(), word, param) == _read(by_typer, word, param), (
                name,
                param.opts,
                word,
            )
        seen.add(str(kind))
    assert len(seen) > 8


def test_a_command_line_needs_no_pydantic() -> None:
    line = "root = command('en'); root.make_context('grade', ['history', '--db', 'x.duckdb'])"
    program = f"import sys; sys.modules['pydantic'] = None; from ninegrid.cli.main import command; {line}"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).stderr == b""

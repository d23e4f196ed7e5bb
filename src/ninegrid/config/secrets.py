"""Passwords from environment variables: never from a file or a command line, where others could read them."""

from __future__ import annotations

import os

from ninegrid.model.errors import UsageError


def secret(variable: str) -> str:
    """The password that a variable holds; UsageError when it isn't set, or is no text."""
    if variable not in os.environ:
        raise UsageError("cli.no_variable", variable=variable)
    value = os.environ[variable]
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError("cli.password_no_text", variable=variable) from None
    return value

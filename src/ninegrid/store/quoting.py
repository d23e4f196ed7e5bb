"""Texts and names as SQL writes them, where they can't be bound as parameters."""


def literal(text: str) -> str:
    """A text in quotes."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """The name of a table, a column or a database in quotes."""
    return '"' + name.replace('"', '""') + '"'

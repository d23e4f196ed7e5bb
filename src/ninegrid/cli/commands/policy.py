"""``grade policy [show|init|check] SUBJECT``: the policy in force, a copy to edit, a check of an edited one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ninegrid.cli import options, terminal
from ninegrid.cli.speech import phrase
from ninegrid.messages import system_reason
from ninegrid.model.errors import OutputError, PolicyError, UsageError

_ACTIONS = ("show", "init", "check")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("policy", help="help.policy")(policy)


def policy(
    words: Annotated[list[str], typer.Argument(metavar="[show|init|check] SUBJECT [FILE.toml]")],
    policy: options.PolicyFile = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.toml", help="help.init_out")] = None,
    debug: options.Debug = False,
) -> None:
    """Print the policy in force, copy it out to edit, or check an edited one."""
    action = words.pop(0) if words[0] in _ACTIONS else "show"
    subject, file = _subject_and_file(words, policy)
    if action == "init":
        _init(subject, file, out)
    elif action == "check":
        _check(subject, file)
    else:
        _show(subject, file)


def _subject_and_file(words: list[str], given: Path | None) -> tuple[str, Path | None]:
    from ninegrid.subjects.registry import SUBJECTS

    subject = next((w for w in words if w in SUBJECTS), None)
    rest = [Path(w) for w in words if w != subject]
    file = given or (rest[0] if rest else None)
    if len(rest) > 1 or (subject is None and file is None):
        raise UsageError("policy.which", known=list(SUBJECTS))
    return subject or _subject_of(file), file


def _subject_of(file: Path | None) -> str:
    """The subject a policy file says it is for; customers when it doesn't."""
    from ninegrid.config.texts import parse_toml, read_text

    try:
        text = read_text(file, "policy", PolicyError) if file else ""
        return str(parse_toml(text, "", "policy.no_toml", PolicyError).get("subject", "customers"))
    except PolicyError:
        return "customers"  # whose check says what is wrong with the file


def _init(subject: str, file: Path | None, out: Path | None) -> None:
    """Copies out the built-in policy, or the shipped example that `file` names."""
    from ninegrid.model.paths import refuse_strange
    from ninegrid.resources import policy_text
    from ninegrid.subjects.policies import example

    shipped = example(file) if file else None
    named = Path(f"{file}.toml") if shipped is not None else file
    target = out or named or Path(f"{subject}-policy.toml")
    refuse_strange(target, UsageError)
    if target.exists():
        raise UsageError("policy.is_there", path=target)
    try:
        target.write_text(policy_text(subject) if shipped is None else shipped, encoding="utf-8")
    except OSError as error:
        raise OutputError("policy.not_written", path=target, reason=system_reason(error)) from error
    terminal.line(phrase("policy.wrote", path=target, subject=subject), err=True)


def _check(subject: str, file: Path | None) -> None:
    from ninegrid.policy_check import check_policy

    if file is None:
        raise UsageError("policy.which_file", subject=subject)
    checked = check_policy(subject, file)
    text = phrase("policy.valid", path=file, subject=subject, version=checked.version, digest=checked.digest[:12])
    terminal.line(text, err=True)


def _show(subject: str, file: Path | None) -> None:
    from ninegrid.resources import policy_text
    from ninegrid.subjects.policies import policy_for

    if file is None:
        terminal.block(policy_text(subject))
    else:
        terminal.block(policy_for(subject, file).text)

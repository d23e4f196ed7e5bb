"""The policy of a subject: the built-in one, with what a user's file sets."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from ninegrid import resources
from ninegrid.config.texts import read_text
from ninegrid.model.errors import PolicyError
from ninegrid.policy import Policy, load_policy, stored_policy
from ninegrid.policy.edited import Edited
from ninegrid.subjects.policy_dry_run import Trial, grade_one
from ninegrid.subjects.registry import relations, subject_named


def policy_for(subject: str, path: Path | None = None) -> Policy:
    """The policy in force: built-in, overridden by the file where there is one, which is then tried out unless it is
    one of the shipped examples.

    PolicyError names key and line.
    """
    if path is None:
        return _loaded(subject, None, "policy")
    edited = edited_file(path)
    made = _tried if example(path) is None else _loaded
    return made(subject, edited.text, edited.name)


@cache
def _tried(subject: str, text: str, name: str) -> Policy:
    """A policy is tried once, in however many runs of a process it is in force."""
    return trial(subject, grade_one(subject_named(subject), relations(subject))).of(Edited.parsed(text, name))


def edited_file(path: Path) -> Edited:
    """What a user's policy file says, or the shipped example of that name; PolicyError when it can't be read."""
    if (text := example(path)) is not None:
        return Edited.parsed(text, path.name)
    return Edited.parsed(read_text(path, "policy", PolicyError), path.name)


def example(path: Path) -> str | None:
    """The text of the shipped example that a path without folder or ending names, where no such file is there."""
    if path.suffix or path.parent != Path() or path.exists():
        return None
    return resources.example_policies().get(path.name)


def trial(subject: str, run: Callable[[Policy], None]) -> Trial:
    """A trial of edited policies of a subject."""
    return Trial(resources.policy_text(subject), partial(_load, subject), run)


def policy_of_run(subject: str, text: str, source: str) -> Policy:
    """The policy that a stored run was graded by, from its text and what it is called in the ledger."""
    rules = subject_named(subject).rules
    return stored_policy(text, (source,), rules() if rules else None)


@cache
def _loaded(subject: str, text: str | None, name: str) -> Policy:
    return _load(subject, None if text is None else Edited.parsed(text, name))


def _load(subject: str, edited: Edited | None) -> Policy:
    what = subject_named(subject)
    rules = what.rules() if what.rules else None
    name = edited.name if edited else "policy"
    return load_policy(resources.policy_text(subject), edited, name=name, columns=what.columns(), rules=rules)

"""The policy of a subject: the built-in one, with what a user's file sets."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ninegrid import resources
from ninegrid.config.texts import read_text
from ninegrid.model.errors import PolicyError
from ninegrid.policy import Policy, load_policy, stored_policy
from ninegrid.subjects.policy_dry_run import try_out
from ninegrid.subjects.registry import relations, subject_named


def policy_for(subject: str, path: Path | None = None) -> Policy:
    """The policy in force: built-in, overridden by the file where there is one, which is then tried out.

    PolicyError names key and line.
    """
    what = subject_named(subject)
    own = read_text(path, "policy", PolicyError) if path else None
    policy = _loaded(subject, own, path.name if path else "policy")
    if path:
        try_out(policy, relations(subject), what.graded, path.name)
    return policy


def policy_of_run(subject: str, text: str, source: str) -> Policy:
    """The policy that a stored run was graded by, from its text and what it is called in the ledger."""
    rules = subject_named(subject).rules
    return stored_policy(text, (source,), rules() if rules else None)


@cache
def _loaded(subject: str, text: str | None, name: str) -> Policy:
    what = subject_named(subject)
    rules = what.rules() if what.rules else None
    return load_policy(resources.policy_text(subject), text, name=name, columns=what.columns(), rules=rules)

"""How a job's period ended: the lines and the JSON that people, hooks and schedulers get."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any, Literal

from ninegrid.dataclass import dataclass
from ninegrid.messages import Lang, Message, message, say
from ninegrid.model.errors import GradeError, bug

_BETWEEN_SENTENCES: Mapping[Lang, str] = {"zh": "", "en": " "}  # a terminal shows the end of a line as a code
_OPTION = re.compile(r"--[a-z][a-z-]*")
_KEYS = {
    "--accept": '[limits] accept = "…"',
    "--accept-break": '[limits] accept_break = "…"',
    "--allow-cut": "[limits] allow_cut = true",
    "--allow-unused": "[limits] allow_unused = true",
    "--max-rejected": "[limits] max_rejected = 0.1",
    "--wait": "[limits] wait = 600",
    "--map": "[sources] maps = […], [sources.map]",
    "--policy": "policy",
    "--refit-cuts": 'refit_cuts = "all"',
    "--no-memory": "[sources] memory = false",
}

Status = Literal["done", "skipped", "nothing", "failed", "not_run"]


@dataclass(frozen=True)
class Outcome:
    """A period of a job, ended.

    status: done; skipped: nothing changed; nothing: there are no files; failed; not_run: an earlier one failed.
    run_id: of the run, or of the one that did it before. exit_code: that of the process, were this all it did.
    lang: of the inputs that were read; None where none were.
    """

    job: str
    subject: str
    period: str
    status: Status
    exit_code: int = 0
    error: GradeError | None = None
    run_id: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    notices: tuple[Message, ...] = ()
    seconds: float = 0.0
    lang: Lang | None = None

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """The outcome as plain values, with its sentences in that language."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            **plain,
            "error": self.error.said(lang) if self.error else "",
            "hint": with_keys(self.error.advice(lang), lang) if self.error else "",
            "details": [say(one, lang) for one in self.error.details] if self.error else [],
            "counts": dict(self.counts),
            "inputs": list(self.inputs),
            "outputs": list(self.outputs),
            "notices": [say(notice, lang) for notice in self.notices],
            "seconds": round(self.seconds, 3),
        }


def with_keys(advice: str, lang: Lang) -> str:
    """What to do about an error, with the keys of a job file behind it that the options it names are written as."""
    named = [option for option in dict.fromkeys(_OPTION.findall(advice)) if option in _KEYS]
    if not named:
        return advice
    keys = [message("jobs.key_of_option", option=option, key=_KEYS[option]) for option in named]
    note = "accept_break" if "--accept-break" in named else "keys"
    told = say(message(f"jobs.in_a_job_{note}", keys=keys), lang)
    return f"{advice}{_BETWEEN_SENTENCES[lang]}{told}"


def failure(error: Exception) -> GradeError:
    """What an outcome says of an error: the error itself, or that it is a bug (exit code 1)."""
    if isinstance(error, GradeError):
        return error
    return bug(error)


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """That of the first failure; 0 when there is none."""
    return next((outcome.exit_code for outcome in outcomes if outcome.exit_code), 0)

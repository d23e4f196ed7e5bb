"""Why the system refused something."""

from __future__ import annotations

import errno

from ninegrid.messages.message import Message, catalogue


def system_reason(error: OSError) -> Message:
    """Why a file operation failed: ours where the catalogue has the error number, else the system's own words."""
    name = errno.errorcode.get(error.errno or 0, "")
    if name in catalogue("system"):
        return Message(f"system.{name}")
    return Message("common.as_is", {"text": error.strerror or str(error)})

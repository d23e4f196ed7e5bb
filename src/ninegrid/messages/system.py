"""Why the system refused something, in its own words or in Chinese."""

from __future__ import annotations

import errno

from ninegrid.messages.message import Message, catalogue


def system_reason(error: OSError) -> Message:
    """What the system says of a failed file operation: its own words in English, ours in Chinese where we know them."""
    name = errno.errorcode.get(error.errno or 0, "")
    text = error.strerror or str(error)
    return Message(f"system.{name}" if name in catalogue("system") else "common.as_is", {"text": text})

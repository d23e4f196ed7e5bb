"""Every sentence a person reads, in Chinese and English, under a code. The program carries codes and values only.

The sentences stand in the TOML files of this folder, one file a room: ``store.busy`` is the entry `busy` of
``store.toml``. A file is read when the first of its sentences is needed.
"""

from ninegrid.messages.language import has_chinese, terminal_language
from ninegrid.messages.message import NUMBERED, Lang, Message, Values, advice, is_alert, message, say, system_reason

__all__ = [
    "NUMBERED",
    "Lang",
    "Message",
    "Values",
    "advice",
    "has_chinese",
    "is_alert",
    "message",
    "say",
    "system_reason",
    "terminal_language",
]

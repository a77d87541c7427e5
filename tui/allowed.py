"""What the caller's role lets keys do: each key that commands something, with the call it ends in."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from common import routes
from common.roles import Caller
from common.routes import Endpoint

_CALLS: Mapping[str, Endpoint[Any]] = MappingProxyType(
    {
        "sync": routes.RUN_START,
        "undo": routes.EDIT_UNDO,
        "contacts.tags": routes.EDIT_MAKE,
        "contacts.lists": routes.EDIT_MAKE,
        "person.tags": routes.EDIT_MAKE,
        "person.lists": routes.EDIT_MAKE,
        "contact.erase": routes.PERSON_ERASE,
        "person.erase": routes.PERSON_ERASE,
        "inbox.replay": routes.REPLAY,
        "delivery.replay": routes.REPLAY,
        "segment.rename": routes.SEGMENT_RENAME,
        "segment.duplicate": routes.SEGMENT_SAVE,
        "segment.delete": routes.SEGMENT_DELETE,
        "rule.save": routes.SEGMENT_SAVE,
        "rule.keep": routes.SEGMENT_SAVE,
        "rule.duplicate": routes.SEGMENT_SAVE,
        "rule.rename": routes.SEGMENT_RENAME,
        "rule.delete": routes.SEGMENT_DELETE,
        "guide.next": routes.STORE_TRY,
        "store.add": routes.STORE_ADD,
        "store.hold": routes.STORE_PAUSE,
        "store.end": routes.RUN_CANCEL,
        "store.delete": routes.STORE_DELETE,
        "store.reconnect": routes.STORE_RECONNECT,
        "store.rotate": routes.STORE_ROTATE_SECRET,
        "store.change": routes.STORE_SETTINGS_CHANGE,
        "doctor.fix": routes.MEND,
        "daemon.reload": routes.RELOAD,
    }
)


def why_not_allowed(caller: Caller | None, key_id: str) -> str:
    """Why the caller's role does not let that key work, and what would; "" when it does, or nobody told the role."""
    call = _CALLS.get(key_id)
    if caller is None or call is None or not (why := caller.why_not(call.role)):
        return ""
    return f"{why} {caller.way_to(call.role)}".strip()

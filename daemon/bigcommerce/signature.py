"""Whether a delivery was signed with the API account's client secret (Standard Webhooks).

The signature comes on top of the secret header and never instead of it: the store does not promise to sign everything.
"""

import base64
import binascii
import hmac
from datetime import UTC, datetime
from enum import StrEnum

from multidict import MultiMapping
from standardwebhooks import Webhook

ID_HEADER = "webhook-id"
_TIME_HEADER = "webhook-timestamp"
_SIGNATURE_HEADER = "webhook-signature"
_TOLERANCE_S = 300


class Verdict(StrEnum):
    """ABSENT = nothing to check, or nothing to check it with.

    STALE = rightly signed, but not within five minutes of now: a late retry, or a replay; a hint at most.
    """

    ABSENT = "absent"
    VALID = "valid"
    STALE = "stale"
    INVALID = "invalid"


def verdict(headers: MultiMapping[str], body: bytes, *, client_secret: str, now: int) -> Verdict:
    """How *body*, exactly as received, stands to its signature headers. The secret's own bytes are the key.

    *headers* are found in any case.
    """
    message_id, sent_at, signatures = (headers.get(name, "") for name in (ID_HEADER, _TIME_HEADER, _SIGNATURE_HEADER))
    if not client_secret or not (message_id or sent_at or signatures):
        return Verdict.ABSENT
    if not _is_signed(message_id, sent_at, signatures, body, client_secret):
        return Verdict.INVALID
    return Verdict.VALID if abs(now - int(sent_at)) <= _TOLERANCE_S else Verdict.STALE


def _is_signed(message_id: str, sent_at: str, signatures: str, body: bytes, client_secret: str) -> bool:
    if not (message_id and sent_at.isascii() and sent_at.isdigit()):
        return False
    try:
        moment = datetime.fromtimestamp(int(sent_at), UTC)
        expected = Webhook(client_secret.encode()).sign(message_id, moment, body.decode())
    except (ValueError, OverflowError, OSError):
        return False
    return any(hmac.compare_digest(_digest(expected), _digest(entry)) for entry in signatures.split(" "))


def _digest(entry: str) -> bytes:
    """The bytes of a `v1,<base64>` entry; something no digest equals for other versions and for nonsense."""
    version, _, encoded = entry.partition(",")
    try:
        return base64.b64decode(encoded, validate=True) if version == "v1" else b""
    except (binascii.Error, ValueError):
        return b""

"""The body and the signature of one delivery."""

import hashlib
import hmac
from base64 import b64encode

from daemon.sandbox.plan import STORE_NUMBER
from daemon.sandbox.wire import dumps


def body(scope: str, data: object, *, store_hash: str, at: int) -> bytes:
    """The JSON a hook receives. Its `hash` is SHA-1 of the same JSON without it: a repeated event repeats it."""
    before = {"scope": scope, "store_id": str(STORE_NUMBER), "data": data}
    after = {"created_at": at, "producer": f"stores/{store_hash}"}
    digest = hashlib.sha1(dumps({**before, **after}).encode(), usedforsecurity=False).hexdigest()
    return dumps({**before, "hash": digest, **after}).encode()


def signature(secret: str, delivery_id: str, timestamp: int, content: bytes) -> str:
    """A `v1` entry of Standard Webhooks; the key is the client secret's own bytes."""
    signed = f"{delivery_id}.{timestamp}.".encode() + content
    return "v1," + b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()

"""What a store says when it says no, turned into our errors."""

import json

from common.errors import StoreRefused
from daemon.bigcommerce.errors import AbsentInStore, MissingScope, StoreRejected, StoreUnauthorized, UnknownStore
from daemon.bigcommerce.scopes import scope_of

_EXCERPT_CHARS = 200
_IDENTITY = ("/v2/store", "/v2/time")  # every store has these: without them there is no store


def refusal(status: int, *, store_hash: str, method: str, path: str, words: str) -> StoreRefused:
    """The error of an answer that is neither 2xx nor worth another try; *words* is what the store said."""
    said = f"the store {store_hash} answered {status} to {method} {path} ({words})"
    match status:
        case 401:
            return StoreUnauthorized(
                f"The token is not accepted: {said}.",
                remedy="It was revoked or replaced, or is another store's. Take the token of an API account of this "
                "store; a connected store is given it by `counterfoil store reconnect`.",
            )
        case 403:
            return _missing_scope(path, said)
        case 404 if path in _IDENTITY:
            return UnknownStore(
                f"There is no store {store_hash}: {said}.",
                remedy="Check the store hash; it stands in the API path of the API account.",
            )
        case 404:
            return AbsentInStore(f"It is not there: {said}.", status=404)
        case _ if 300 <= status < 400:
            return StoreRejected(
                f"A redirect is not followed: {said}.",
                remedy="Check bigcommerce.api_url: it must be the address that answers itself.",
                status=status,
            )
        case _:
            return StoreRejected(f"The request was refused: {said}.", status=status)


def _missing_scope(path: str, said: str) -> MissingScope:
    scope = scope_of(path)
    if scope is None:
        return MissingScope(
            f"The token may not do this: {said}.",
            remedy="Check the API account's scopes and whether the store is open.",
        )
    return MissingScope(
        f"The token may not read {scope.feeds}: {said}.",
        remedy=f"Create an API account with the scope {scope.name} and reconnect the store.",
        scope=scope.name,
        feeds=scope.feeds,
    )


def said_in(body: bytes, *, secret: str) -> str:
    """The words of an error body: v2 sends an array, v3 an object, a proxy HTML or nothing."""
    return excerpt(_words(body), secret=secret) or "no explanation"


def excerpt(text: str, *, secret: str) -> str:
    """At most 200 characters of *text* on one line; a store that echoes our token does not get it into a log."""
    hidden = text.replace(secret, "***") if secret else text
    return " ".join(hidden.split())[:_EXCERPT_CHARS]


def _words(body: bytes) -> str:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return body[:500].decode("utf-8", "replace")
    first = told[0] if isinstance(told, list) and told else told
    if isinstance(first, dict) and isinstance(first.get("errors"), list) and first["errors"]:
        first = first["errors"][0]
    if not isinstance(first, dict):
        return str(first)
    headline = first.get("message") or first.get("title") or first.get("error") or ""
    details = (json.dumps(first[name]) for name in ("errors", "details") if first.get(name))
    return " ".join([str(headline), *details])

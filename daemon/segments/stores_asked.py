"""Stores that rules name by `on store`, and whether there are such stores."""

import sqlite3
from collections.abc import Collection

from common.errors import CounterfoilError, Invalid
from common.segments.catalogue import nearest
from common.segments.language import store_place
from common.segments.rules import Condition, Rule, walk
from common.text import safe
from daemon.segments.book import Book
from daemon.segments.saved import Definition


def hashes(conn: sqlite3.Connection) -> frozenset[str]:
    """Those of all stores there are, disconnected ones too: what they sold is still asked for."""
    return frozenset(row[0] for row in conn.execute("select hash from store"))


def asked(rule: Rule) -> list[str]:
    """The hashes that *rule* names, each once, in the order of their appearance."""
    return list(dict.fromkeys(node.store for node in walk(rule) if isinstance(node, Condition) and node.store))


def demand(rule: Rule, text: str, known: Collection[str]) -> None:
    """Raises Invalid, with the place in *text* and the nearest hash, when *rule* names a store there is not."""
    for store in asked(rule):
        if store not in known:
            near = nearest(store, known)
            raise Invalid(
                f"{store_place(text, store)}: there is no store “{safe(store)}” here.",
                remedy=f"Did you mean {near}?" if near else "See `counterfoil store list`.",
            )


def gone(conn: sqlite3.Connection, book: Book, definition: Definition) -> list[str]:
    """Stores that a saved segment names, also by way of others, and that are not here any more.

    It can still be asked: nobody bought there.
    """
    try:
        named = asked(book.whole(definition))
    except CounterfoilError:  # told as its fault
        return []
    known = hashes(conn) if named else frozenset()
    return [store for store in named if store not in known]


def warning(stores: Collection[str]) -> str:
    """ "" = there is nothing to warn of."""
    if not stores:
        return ""
    return f"It asks for what was bought on a store that is not here any more: {', '.join(stores)}."

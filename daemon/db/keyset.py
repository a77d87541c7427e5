"""Sorted lists that are read page by page: each sort has an index, and a cursor says on which of its rows it stands."""

import base64
import sqlite3
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from common.errors import Invalid

Int = Annotated[int, Field(ge=-(2**63), lt=2**63, strict=True)]
"""What a column holds."""


@dataclass(frozen=True, slots=True)
class Order:
    """A sort: its columns, unique together, and with an index that holds them in this order.

    *place* is what a cursor of it holds: the sort's name, and the columns of the row it stands on.
    """

    columns: tuple[str, ...]
    place: TypeAdapter[Any]
    is_descending: bool

    def clause(self, *, reverse: bool, indexed: bool = True) -> str:
        """*indexed*: the index is walked; else what was found is sorted."""
        direction = "desc" if self.is_descending != reverse else "asc"
        return ", ".join(f"{'' if indexed else '+'}{column} {direction}" for column in self.columns)

    def after(self, *, reverse: bool, indexed: bool = True) -> str:
        compare = "<" if self.is_descending != reverse else ">"
        columns = ", ".join(f"{'' if indexed else '+'}{column}" for column in self.columns)
        return f"({columns}) {compare} ({', '.join('?' * len(self.columns))})"

    def cursor(self, row: sqlite3.Row, sort: str) -> str:
        """One that stands on *row*, which has the columns."""
        place = (sort, *(row[column] for column in self.columns))
        return base64.urlsafe_b64encode(self.place.dump_json(place)).decode()

    def position(self, cursor: str) -> list[str | int]:
        """The columns of the row on which *cursor* stands. Raises Invalid when it is none of this sort."""
        try:
            named: tuple[str | int, ...] = self.place.validate_json(base64.urlsafe_b64decode(cursor))
        except ValueError:  # both what is no base64 and what is no place
            raise Invalid(
                f"{cursor!r} is no cursor of this list.", remedy="Use `next` of the page before, with the same sort."
            ) from None
        return list(named[1:])


def words_of(search: str) -> list[str]:
    return search.replace("\0", " ").split()  # to SQLite a text ends there


def number_in(word: str) -> int | None:
    """The number that *word* may stand for, with a `#` or without; None = it is none."""
    number = word.removeprefix("#")
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 18 else None


def phrase(word: str) -> str:
    """*word* in the language of full-text search: its trigrams one after the other."""
    return '"' + word.replace('"', '""') + '"'

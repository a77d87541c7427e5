"""Tags and lists: which there are, who has them, and finding one by what a person calls it."""

import sqlite3
from dataclasses import dataclass
from difflib import get_close_matches

from common.edits import MailingList, MailingLists, Tag, Tags, Verb
from common.errors import NotFound
from common.text import safe
from daemon.segments.functions import folded


@dataclass(frozen=True, slots=True)
class Label:
    """A tag or a list. *id* 0 = there is none of that name yet."""

    id: int
    name: str


def tags(conn: sqlite3.Connection) -> Tags:
    """Walks who has which tag: some 50 ms a million."""
    counted = dict(conn.execute("select tag_id, count(*) from contact_tag group by tag_id  -- contact_tag_ix"))
    rows = conn.execute("select id, name from tag order by name").fetchall()
    return Tags(tags=[Tag(name=name, contacts=counted.get(tag_id, 0)) for tag_id, name in rows])


def lists(conn: sqlite3.Connection) -> MailingLists:
    """Walks who is on which list."""
    sql = "select list_id, status, count(*) from list_member group by 1, 2  -- list_member_ix"
    counted = {(list_id, status): number for list_id, status, number in conn.execute(sql)}
    rows = conn.execute("select id, name, is_master from list order by name").fetchall()
    return MailingLists(
        lists=[
            MailingList(
                name=name,
                active=counted.get((list_id, "active"), 0),
                unsubscribed=counted.get((list_id, "unsubscribed"), 0),
                is_master=bool(is_master),
            )
            for list_id, name, is_master in rows
        ]
    )


def label_called(conn: sqlite3.Connection, verb: Verb, name: str) -> Label:
    """The tag or list that *verb* is about: exactly so called, else without regard to case.

    Raises NotFound where there is none and the verb makes none.
    """
    known = [Label(*row) for row in conn.execute(f"select id, name from {_table(verb)} order by name")]
    alike = [label for label in known if folded(label.name) == folded(name)]
    found = next((label for label in alike if label.name == name), alike[0] if alike else None)
    if found is not None:
        return found
    if verb.makes:
        return Label(0, name)
    raise _unknown(verb, name, [label.name for label in known])


def _unknown(verb: Verb, name: str, known: list[str]) -> NotFound:
    noun, command = ("tag", "tags") if verb.is_of_tags else ("list", "lists")
    close = get_close_matches(name, known, n=1)
    hint = f"Did you mean “{safe(close[0])}”?" if close else f"See `counterfoil {command} list`."
    return NotFound(f"There is no {noun} “{safe(name)}”.", remedy=hint)


def made(conn: sqlite3.Connection, verb: Verb, label: Label) -> Label:
    """*label* with a row of its own."""
    if label.id:
        return label
    sql = f"insert into {_table(verb)} (name) values (?) returning id"
    return Label(int(conn.execute(sql, (label.name,)).fetchone()[0]), label.name)


def drop_unused(conn: sqlite3.Connection, verb: Verb, label_id: int) -> None:
    """Removes a tag or list that nobody has and that no edit which stands is about."""
    table, held, key = ("tag", "contact_tag", "tag_id") if verb.is_of_tags else ("list", "list_member", "list_id")
    about_tags = [one for one in Verb if one.is_of_tags is verb.is_of_tags]
    marks = ", ".join("?" * len(about_tags))
    conn.execute(
        f"delete from {table} where id = ? and not exists (select 1 from {held} where {key} = {table}.id) "
        f"and not exists (select 1 from edit where target_id = {table}.id and state != 'undone' and verb in ({marks}))",
        (label_id, *about_tags),
    )


def _table(verb: Verb) -> str:
    return "tag" if verb.is_of_tags else "list"

"""What an edit does to some contacts in one transaction, whom it changes by it, and how that is taken back.

Who is as wanted already is not touched. Of a list only active members are touched: that somebody unsubscribed is never
lost, nor undone by adding them again.
"""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from common.edits import Verb
from daemon.db.edits import EditRow

_AMONG = "in (select value from json_each(:ids))"

# Every statement gives: contact, and when and by what origin they had it before.
_DO = {
    Verb.ADD_TAG: (
        "insert into contact_tag (contact_id, tag_id, added_at, origin) select id, :label, :now, 'operator' "
        f"from contact where id {_AMONG} on conflict do nothing returning contact_id, null, null  -- primary key"
    ),
    Verb.REMOVE_TAG: (
        f"delete from contact_tag where tag_id = :label and contact_id {_AMONG} "
        "returning contact_id, added_at, origin  -- primary key"
    ),
    Verb.ADD_TO_LIST: (
        "insert into list_member (contact_id, list_id, status, changed_at, origin) "
        f"select id, :label, 'active', :now, 'operator' from contact where id {_AMONG} "
        "on conflict do nothing returning contact_id, null, null  -- primary key"
    ),
    Verb.UNSUBSCRIBE: (
        "select contact_id, changed_at, origin from list_member "
        f"where list_id = :label and contact_id {_AMONG} and status = 'active'  -- primary key"
    ),
    Verb.REMOVE_FROM_LIST: (
        f"delete from list_member where list_id = :label and contact_id {_AMONG} and status = 'active' "
        "returning contact_id, changed_at, origin  -- primary key"
    ),
}

_SET_UNSUBSCRIBED = (
    "update list_member set status = 'unsubscribed', changed_at = :now, origin = 'operator' "
    f"where list_id = :label and contact_id {_AMONG} and status = 'active'  -- primary key"
)


def do(conn: sqlite3.Connection, edit: EditRow, contact_ids: Collection[int], *, now: int) -> list[int]:
    """Does it to those contacts, and gives whom it changed. Contacts that are gone are passed over."""
    values = {"label": edit.target_id, "ids": json.dumps(list(contact_ids)), "now": now}
    before = conn.execute(_DO[edit.verb], values).fetchall()
    if edit.verb is Verb.UNSUBSCRIBE:
        conn.execute(_SET_UNSUBSCRIBED, values)
    conn.executemany(
        "insert into edit_contact (edit_id, contact_id, at, before_at, before_as) values (?, ?, ?, ?, ?)",
        [(edit.id, row[0], now, row[1], row[2]) for row in before],
    )
    return [row[0] for row in before]


def unsubscribed_among(conn: sqlite3.Connection, verb: Verb, label_id: int, contact_ids: Collection[int]) -> int:
    """How many of those contacts have unsubscribed from the list, where *verb* is about one and leaves them so."""
    if verb.is_of_tags or verb is Verb.UNSUBSCRIBE:
        return 0
    sql = (
        f"select count(*) from list_member where list_id = :label and contact_id {_AMONG} "
        "and status = 'unsubscribed'  -- primary key"
    )
    return _counted(conn, sql, label_id, contact_ids)


def changed_among(conn: sqlite3.Connection, verb: Verb, label_id: int, contact_ids: Collection[int]) -> int:
    """How many of those contacts *verb* would change."""
    table, key = ("contact_tag", "tag_id") if verb.is_of_tags else ("list_member", "list_id")
    status = "" if verb.is_of_tags or verb.makes else " and status = 'active'"
    sql = f"select count(*) from {table} where {key} = :label and contact_id {_AMONG}{status}  -- primary key"
    held = _counted(conn, sql, label_id, contact_ids)
    return len(contact_ids) - held if verb.makes else held


def _counted(conn: sqlite3.Connection, sql: str, label_id: int, contact_ids: Collection[int]) -> int:
    values = {"label": label_id, "ids": json.dumps(list(contact_ids))}
    return int(conn.execute(sql, values).fetchone()[0])


@dataclass(frozen=True, slots=True)
class Undone:
    """What a slice of undoing came to: *looked_at* contacts were next, of whom *changed* were put back."""

    looked_at: list[int]
    changed: list[int]


# What a later edit of the same tag or list changed, and that stands, is left as that left it.
_FREE = f"""
select mine.contact_id from edit_contact as mine  -- primary key
where mine.edit_id = :edit and mine.contact_id {_AMONG} and not exists (
  select 1 from edit_contact as later join edit on edit.id = later.edit_id  -- edit_contact_ix
  where later.contact_id = mine.contact_id and later.edit_id > :edit and later.undone_at is null
    and edit.target_id = :label and edit.verb in ({{verbs}})
)
"""

# Only what the edit itself left is undone: who is as an operator made them, and who still lacks what was taken.
_UNDO = {
    Verb.ADD_TAG: (
        f"delete from contact_tag where tag_id = :label and contact_id {_AMONG} and origin = 'operator' "
        "returning contact_id  -- primary key"
    ),
    Verb.REMOVE_TAG: (
        "insert into contact_tag (contact_id, tag_id, added_at, origin) "
        "select contact_id, :label, before_at, before_as from edit_contact "
        f"where edit_id = :edit and contact_id {_AMONG} "
        "on conflict do nothing returning contact_id  -- primary key"
    ),
    Verb.ADD_TO_LIST: (
        f"delete from list_member where list_id = :label and contact_id {_AMONG} and status = 'active' "
        "and origin = 'operator' returning contact_id  -- primary key"
    ),
    Verb.UNSUBSCRIBE: (
        "update list_member set status = 'active', (changed_at, origin) = (select before_at, before_as "
        "from edit_contact where edit_id = :edit and contact_id = list_member.contact_id) "
        f"where list_id = :label and contact_id {_AMONG} and status = 'unsubscribed' and origin = 'operator' "
        "returning contact_id  -- primary key"
    ),
    Verb.REMOVE_FROM_LIST: (
        "insert into list_member (contact_id, list_id, status, changed_at, origin) "
        "select contact_id, :label, 'active', before_at, before_as "
        f"from edit_contact where edit_id = :edit and contact_id {_AMONG} "
        "on conflict do nothing returning contact_id  -- primary key"
    ),
}


def undo_some(conn: sqlite3.Connection, edit: EditRow, *, limit: int, now: int) -> Undone:
    """Puts the next contacts of an edit back as they were, at most *limit*; nobody is looked at when it is over."""
    following = "select contact_id from edit_contact where edit_id = ? and contact_id > ? order by contact_id limit ?"
    looked_at = [row[0] for row in conn.execute(f"{following}  -- primary key", (edit.id, edit.place, limit))]
    values = {"edit": edit.id, "label": edit.target_id, "ids": json.dumps(looked_at)}
    verbs = ", ".join(f"'{verb}'" for verb in Verb if verb.is_of_tags is edit.verb.is_of_tags)
    free = [row[0] for row in conn.execute(_FREE.format(verbs=verbs), values)]
    rows = conn.execute(_UNDO[edit.verb], values | {"ids": json.dumps(free)}).fetchall()
    changed = [row[0] for row in rows]
    conn.execute(
        f"update edit_contact set undone_at = :now where edit_id = :edit and contact_id {_AMONG}  -- primary key",
        {"now": now, "edit": edit.id, "ids": json.dumps(changed)},
    )
    return Undone(looked_at, changed)

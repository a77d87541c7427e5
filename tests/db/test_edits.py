"""Edits of tags and lists: whom they change, and that taking them back leaves everybody as they were."""

import sqlite3
from typing import Any

import pytest

from common.edits import UNDO_DAYS, EditQuery, EditRequest, EditState, Verb
from common.errors import NotFound, Refused
from common.times import DAY_S
from daemon.db import consents, edits, erasing, labels, people, purge, retagging
from daemon.db.erasing import Erasure
from tests.db.rows import CAUSE, NOW, add_store, customer, only, order, put

LATER = NOW + 3600
ANN, BOB, CARLA = 1, 2, 3


@pytest.fixture
def people_here(conn: sqlite3.Connection) -> sqlite3.Connection:
    """Three customers, of whom Ann has the tag "vip" from a sync."""
    put(conn, add_store(conn), customers=[customer(1), customer(2), customer(3)], orders=[order(1, 1)])
    people.tag_contacts(conn, [ANN], "vip", CAUSE)
    return conn


def edit(conn: sqlite3.Connection, verb: Verb, name: str, *contact_ids: int, now: int = LATER) -> int:
    """An edit that is done, in slices of one."""
    label = labels.label_called(conn, verb, name)
    request = EditRequest(verb=verb, name=name, ids=list(contact_ids))
    is_new, label = not label.id, labels.made(conn, verb, label)
    edit_id = edits.begin(conn, request, label, is_new=is_new, contacts=len(contact_ids), now=now)
    for contact_id in contact_ids:
        row = edits.edit_row(conn, edit_id)
        unsubscribed = retagging.unsubscribed_among(conn, verb, label.id, [contact_id])
        changed = retagging.do(conn, row, [contact_id], now=now)
        edits.advance(conn, edit_id, place=contact_id, looked_at=1, changed=len(changed), unsubscribed=unsubscribed)
    edits.finish(conn, edit_id, now=now)
    return edit_id


def undo(conn: sqlite3.Connection, edit_id: int = 0, *, now: int = LATER + 60) -> int:
    """Taken back in slices of one; gives which edit it was."""
    edit_id = edits.begin_undo(conn, edit_id, now=LATER)
    while (undone := retagging.undo_some(conn, edits.edit_row(conn, edit_id), limit=1, now=now)).looked_at:
        edits.advance_undo(conn, edit_id, place=undone.looked_at[-1], taken_back=len(undone.changed))
    edits.finish_undo(conn, edit_id, now=now)
    row = edits.edit_row(conn, edit_id)
    if row.is_new:
        labels.drop_unused(conn, row.verb, row.target_id)
    return edit_id


def labelled(conn: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All there is of tags and lists."""
    return {
        table: conn.execute(f"select * from {table} order by 1, 2").fetchall()
        for table in ("tag", "contact_tag", "list", "list_member")
    }


def tagged(conn: sqlite3.Connection, name: str) -> list[int]:
    sql = "select contact_id from contact_tag join tag on tag.id = tag_id where name = ? order by 1"
    return [row[0] for row in conn.execute(sql, (name,))]


def statuses(conn: sqlite3.Connection, name: str) -> dict[int, str]:
    sql = "select contact_id, status from list_member join list on list.id = list_id where name = ?"
    return dict(conn.execute(sql, (name,)).fetchall())


def test_who_had_the_tag_already_is_not_touched_and_keeps_it_after_undo(people_here: sqlite3.Connection) -> None:
    before = labelled(people_here)

    done = edits.edit_shown(people_here, edit(people_here, Verb.ADD_TAG, "vip", ANN, BOB, CARLA))
    assert (done.contacts, done.changed, done.looked_at) == (3, 2, 3)
    assert tagged(people_here, "vip") == [ANN, BOB, CARLA]

    undo(people_here)
    assert labelled(people_here) == before


def test_a_tag_that_is_given_back_is_as_old_as_it_was(people_here: sqlite3.Connection) -> None:
    before = labelled(people_here)

    edit(people_here, Verb.REMOVE_TAG, "vip", ANN, BOB)
    assert tagged(people_here, "vip") == []

    undo(people_here)
    assert labelled(people_here) == before


@pytest.mark.parametrize("verb", [Verb.ADD_TO_LIST, Verb.UNSUBSCRIBE, Verb.REMOVE_FROM_LIST])
def test_a_list_is_as_it_was_after_undo(people_here: sqlite3.Connection, verb: Verb) -> None:
    master = consents.master_list(people_here)
    assert master is not None
    consents.join_list(people_here, master, ANN, CAUSE)
    before = labelled(people_here)

    edit(people_here, verb, consents.MASTER_LIST, ANN, BOB)
    assert labelled(people_here) != before

    undo(people_here)
    assert labelled(people_here) == before


@pytest.mark.parametrize("verb", [Verb.ADD_TO_LIST, Verb.REMOVE_FROM_LIST, Verb.UNSUBSCRIBE])
def test_who_unsubscribed_stays_so(people_here: sqlite3.Connection, verb: Verb) -> None:
    edit(people_here, Verb.ADD_TO_LIST, "News", ANN, BOB)
    edit(people_here, Verb.UNSUBSCRIBE, "News", ANN)

    done = edits.edit_shown(people_here, edit(people_here, verb, "News", ANN, CARLA))

    assert statuses(people_here, "News")[ANN] == "unsubscribed"
    assert done.unsubscribed == (0 if verb is Verb.UNSUBSCRIBE else 1)


def test_undoing_an_addition_leaves_who_unsubscribed_meanwhile(people_here: sqlite3.Connection) -> None:
    added = edit(people_here, Verb.ADD_TO_LIST, "News", ANN, BOB)
    edit(people_here, Verb.UNSUBSCRIBE, "News", ANN)

    undo(people_here, added)

    assert statuses(people_here, "News") == {ANN: "unsubscribed"}
    assert edits.edit_shown(people_here, added).taken_back == 1


def test_a_later_edit_of_the_same_tag_stands_when_an_earlier_one_is_undone(people_here: sqlite3.Connection) -> None:
    removed = edit(people_here, Verb.REMOVE_TAG, "vip", ANN)
    edit(people_here, Verb.ADD_TAG, "vip", ANN, BOB)

    undo(people_here, removed)
    assert tagged(people_here, "vip") == [ANN, BOB]

    undo(people_here)
    assert tagged(people_here, "vip") == []


def test_undo_goes_back_edit_by_edit_and_then_has_nothing_left(people_here: sqlite3.Connection) -> None:
    before = labelled(people_here)
    made = [
        edit(people_here, Verb.ADD_TAG, "a", ANN, BOB),
        edit(people_here, Verb.REMOVE_TAG, "a", BOB),
        edit(people_here, Verb.ADD_TAG, "b", CARLA),
    ]

    assert [undo(people_here) for _ in made] == made[::-1]
    assert labelled(people_here) == before
    with pytest.raises(NotFound, match="nothing to undo"):
        undo(people_here)


def test_an_edit_is_undone_once(people_here: sqlite3.Connection) -> None:
    made = edit(people_here, Verb.ADD_TAG, "a", ANN)
    undo(people_here, made)

    with pytest.raises(Refused, match="taken back already"):
        undo(people_here, made)


def test_an_edit_that_changed_nobody_is_not_what_undo_takes_back(people_here: sqlite3.Connection) -> None:
    first = edit(people_here, Verb.ADD_TAG, "a", ANN)
    second = edit(people_here, Verb.ADD_TAG, "a", ANN)

    with pytest.raises(Refused, match="changed nobody"):
        undo(people_here, second)
    assert undo(people_here) == first


def test_a_tag_an_edit_made_goes_with_its_undo_unless_somebody_uses_it(people_here: sqlite3.Connection) -> None:
    first = edit(people_here, Verb.ADD_TAG, "new", ANN)
    edit(people_here, Verb.ADD_TAG, "new", BOB)

    undo(people_here, first)
    assert tagged(people_here, "new") == [BOB]

    undo(people_here)
    assert only(people_here, "select count(*) from tag where name = 'new'") == 1


def test_a_name_is_found_without_regard_to_case(people_here: sqlite3.Connection) -> None:
    assert labels.label_called(people_here, Verb.ADD_TAG, "VIP").name == "vip"
    assert labels.label_called(people_here, Verb.ADD_TAG, "VIPs").id == 0
    with pytest.raises(NotFound, match=r"no tag “vi”.") as refused:
        labels.label_called(people_here, Verb.REMOVE_TAG, "vi")
    assert refused.value.remedy == "Did you mean “vip”?"


def test_tags_and_lists_are_counted(people_here: sqlite3.Connection) -> None:
    edit(people_here, Verb.ADD_TO_LIST, "News", ANN, BOB, CARLA)
    edit(people_here, Verb.UNSUBSCRIBE, "News", BOB)

    assert {tag.name: tag.contacts for tag in labels.tags(people_here).tags} == {"bigcommerce-customer": 3, "vip": 1}
    counted = {one.name: (one.active, one.unsubscribed, one.is_master) for one in labels.lists(people_here).lists}
    assert counted == {"Master Contact List": (0, 0, True), "News": (2, 1, False)}


@pytest.mark.parametrize("verb", Verb)
def test_what_would_change_is_what_changes(people_here: sqlite3.Connection, verb: Verb) -> None:
    edit(people_here, Verb.ADD_TO_LIST, "vip", ANN, BOB)
    edit(people_here, Verb.UNSUBSCRIBE, "vip", BOB)
    label = labels.label_called(people_here, verb, "vip")

    planned = retagging.changed_among(people_here, verb, label.id, [ANN, BOB, CARLA])

    done = edits.edit_shown(people_here, edit(people_here, verb, "vip", ANN, BOB, CARLA))
    assert planned == done.changed > 0


def test_a_contact_that_is_gone_is_passed_over(people_here: sqlite3.Connection) -> None:
    done = edits.edit_shown(people_here, edit(people_here, Verb.ADD_TAG, "a", ANN, 99))

    assert (done.looked_at, done.changed) == (2, 1)


def test_nothing_of_an_erased_person_is_left_in_edits(people_here: sqlite3.Connection) -> None:
    edit(people_here, Verb.ADD_TAG, "a", ANN, BOB)
    people.untag_contact(people_here, ANN, "vip", CAUSE)
    assert only(people_here, "select count(*) from tag_gone where contact_id = ?", ANN) == 1

    while erasing.erase_some(people_here, Erasure(ANN, "customer1@example.com"), limit=1):
        pass

    assert only(people_here, "select count(*) from edit_contact where contact_id = ?", ANN) == 0
    assert only(people_here, "select count(*) from tag_gone where contact_id = ?", ANN) == 0
    assert undo(people_here)
    assert tagged(people_here, "a") == []


def test_a_store_that_is_purged_takes_what_edits_did_to_its_contacts_along(people_here: sqlite3.Connection) -> None:
    edit(people_here, Verb.ADD_TAG, "a", ANN, BOB)

    while purge.erase_some(people_here, 1, limit=2).rows:
        pass

    assert only(people_here, "select (select count(*) from contact) + (select count(*) from edit_contact)") == 0
    undo(people_here)


def test_edits_are_listed_newest_first_and_say_nothing_of_whom(people_here: sqlite3.Connection) -> None:
    first, second = edit(people_here, Verb.ADD_TAG, "a", ANN), edit(people_here, Verb.ADD_TAG, "b", BOB)
    undo(people_here, second)

    assert [one.id for one in edits.edit_list(people_here, EditQuery())] == [second, first]
    assert [one.id for one in edits.edit_list(people_here, EditQuery(undoable=True))] == [first]
    assert edits.edit_shown(people_here, second).state is EditState.UNDONE
    assert only(people_here, "select group_concat(whom, '') from edit") == ""


def test_an_edit_can_be_taken_back_for_so_many_days_and_no_longer(people_here: sqlite3.Connection) -> None:
    edit_id = edit(people_here, Verb.ADD_TAG, "press", ANN, BOB)

    until = edits.edit_shown(people_here, edit_id).undoable_until

    assert until == LATER + UNDO_DAYS * DAY_S
    with pytest.raises(Refused, match="90 days ago"):
        edits.begin_undo(people_here, edit_id, now=until)
    assert edits.begin_undo(people_here, 0, now=until - 1) == edit_id


def test_whom_an_old_edit_changed_is_let_go_and_what_it_did_stays(people_here: sqlite3.Connection) -> None:
    old = edit(people_here, Verb.ADD_TAG, "press", ANN, BOB, CARLA)
    young = edit(people_here, Verb.ADD_TAG, "late", ANN, now=LATER + 1)

    while edits.forget_ended_before(people_here, LATER + 1, limit=2, now=LATER + 2):
        pass

    kept = "select distinct edit_id from edit_contact"
    assert [row[0] for row in people_here.execute(kept)] == [young]
    assert edits.edit_shown(people_here, old).undoable_until is None
    assert [one.id for one in edits.edit_list(people_here, EditQuery(undoable=True))] == [young]
    with pytest.raises(Refused):
        edits.begin_undo(people_here, old, now=LATER + 2)
    tagged = "select count(*) from contact_tag join tag on tag.id = tag_id where name = 'press'"
    assert only(people_here, tagged) == 3


def test_an_edit_that_is_being_taken_back_is_not_let_go(people_here: sqlite3.Connection) -> None:
    edit_id = edit(people_here, Verb.ADD_TAG, "press", ANN)
    edits.begin_undo(people_here, edit_id, now=LATER)

    assert edits.forget_ended_before(people_here, LATER + 1, limit=10, now=LATER + 1) == 0

"""Tags, lists and timelines drawn: names of strangers stay within their columns, however narrow."""

import pytest
from rich.cells import cell_len

from common.edits import EditPlan, MailingList, MailingLists, Tag, Tags, Verb
from common.money import Money
from common.timeline import Happened, Happening
from tests.support.fake_data import NOW
from tui.drawing.labels import label_lines, list_rows, tag_rows
from tui.drawing.timeline import timeline_lines
from tui.edits import asked, notes

HOSTILE = ("\x1b[31mred", "a\u202eb", "e\u0301" * 90, "名前" * 60, "[b]bold[/b]", "x" * 500, " ", "👩‍👩‍👧‍👦 family")
WIDTHS = (20, 34, 58, 76)


def event(what: Happening, **fields: object) -> Happened:
    blank = {"at": NOW - 60, "store": "abc123", "order": 7, "before": "", "after": "", "amount": None, "cause": "live"}
    return Happened.model_validate(blank | {"what": what} | fields)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_fits_its_line(name: str, width: int) -> None:
    events = [event(what, before=name, after=name, amount=Money.of(10**15, "USD")) for what in Happening]
    rows = [*tag_rows(Tags(tags=[Tag(name=name, contacts=10**9)]))]
    rows += list_rows(MailingLists(lists=[MailingList(name=name, active=10**9, unsubscribed=10**9, is_master=True)]))

    lines = [
        *timeline_lines(events, {"abc123": name}, width, now=NOW, has_more=True),
        *label_lines(rows, "", "tag", width),
        *label_lines(rows, name, "tag", width),
    ]

    assert [line.text for line in lines if line.width > width] == []
    assert not any(char in line.text for line in lines for char in "\x1b\u202e\n")


@pytest.mark.parametrize("what", Happening)
def test_every_event_reads_as_a_sentence_with_its_age(what: Happening) -> None:
    _, shown = timeline_lines([event(what, before="Old", after="new")], {}, 76, now=NOW, has_more=False)

    assert shown.text.lstrip().startswith("1m")
    assert shown.text.rstrip().endswith("abc123 · live")
    assert "{" not in shown.text


def test_what_is_typed_finds_what_begins_with_it_first_and_offers_what_is_new() -> None:
    rows = tag_rows(Tags(tags=[Tag(name=name, contacts=1) for name in ("press", "VIP", "not vip")]))

    assert [line.target for line in label_lines(rows, "vi", "tag", 40)] == ["VIP", "not vip", "vi"]
    assert [line.target for line in label_lines(rows, " vip ", "tag", 40)] == ["VIP", "not vip"]
    assert [line.target for line in label_lines(rows, "", "tag", 40)] == ["not vip", "press", "VIP"]
    assert {line.target for line in label_lines([], "", "tag", 40)} == {None}


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_question_keeps_its_count_however_long_the_name(name: str, verb: Verb) -> None:
    plan = EditPlan(verb=verb, name=name, is_new=False, contacts=1_048_211, changes=1, unsubscribed=0)

    shown = asked(plan, width=54)

    assert cell_len(shown) <= 54
    assert "1,048,211 contacts" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("verb", "fields", "said"),
    [
        (Verb.ADD_TAG, {"changes": 5}, ""),
        (Verb.ADD_TAG, {"is_new": True, "changes": 5}, "The tag is new."),
        (Verb.ADD_TO_LIST, {"changes": 4, "unsubscribed": 1}, "1 of them unsubscribed, and stays so."),
        (Verb.ADD_TO_LIST, {"changes": 2, "unsubscribed": 0}, "3 of them are on it already."),
        (Verb.UNSUBSCRIBE, {"changes": 5}, "No sync adds them again."),
        (Verb.REMOVE_TAG, {"changes": 5, "name": "bigcommerce-guest"}, "Syncs give this tag, and may do so again."),
    ],
)
def test_the_question_says_what_becomes_of_everybody(verb: Verb, fields: dict[str, object], said: str) -> None:
    plan = {"verb": verb, "name": "x", "is_new": False, "contacts": 5, "changes": 0, "unsubscribed": 0}

    assert notes(EditPlan.model_validate(plan | fields)) == said

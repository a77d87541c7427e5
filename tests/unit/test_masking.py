"""Masks: what is left of a person, and that no field that says who somebody is goes unmarked."""

import re
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from rich.cells import cell_len

import common
from common.personal import Personal
from common.segments.answers import ExplainedRule
from common.segments.catalogue import OF_CONTACTS, PERSONAL
from common.wire import Wire
from tests.support.fake_data import contact, delivery, order_detail, row_of
from tui.masking import marks_of, masked, masked_call, masked_text

_SAYS_WHO = re.compile(r"email|first_name|last_name|full_name|phone|company|city|postal_code|street|address")
_SENTENCES = re.compile(r"error|why|reason|cause")
_OF_NOBODY = {"SuggestedSegment.why", "LogEntry.cause", "Happened.cause"}
"""A sentence about the shop, and words."""


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        (Personal.NAME, "Ann", "A••"),
        (Personal.NAME, "Ann van Lee", "A•• v•• L••"),
        (Personal.NAME, "X", "•••"),
        (Personal.NAME, "直子 山田", "•••• ••••"),
        (Personal.NAME, "\x1b[31mEve\u202e", "E••"),
        (Personal.EMAIL, "ann@example.com", "a••@e••.com"),
        (Personal.EMAIL, "ann.lee@mail.example.co.uk", "a••@m••.uk"),
        (Personal.EMAIL, "ann@localhost", "a••@l••"),
        (Personal.EMAIL, "not an address", "n•• a•• a••"),
        (Personal.PHONE, "+1 555 0142", "•••• 42"),
        (Personal.PHONE, "112", "••••"),
        (Personal.PLACE, "78701", "7••"),
        (Personal.PROSE, "Order 118 of ann@example.com was not saved.", "Order 118 of a••@e••.com was not saved."),
        (Personal.PROSE, "Call +49 170 1234567 on 2026-11-23.", "Call •••• 67 on 2026-11-23."),
        (Personal.SEARCH, "#1204", "#1204"),
        (Personal.SEARCH, "1204", "1204"),
        (Personal.SEARCH, "Lee ann@example.com", "L•• a••@e••.com"),
        (Personal.SEARCH, "01701234567", "•••• 67"),
        (Personal.BODY, '{"id": 5, "first_name": "Ann", "to": "a@example.com"}', None),
        (Personal.BODY, "no JSON, of ann@example.com", "no JSON, of a••@e••.com"),
    ],
)
def test_a_mask_leaves_enough_to_tell_apart(kind: Personal, text: str, shown: str | None) -> None:
    expected = '{"id": 5, "first_name": "A••", "to": "•••@e••.com"}' if shown is None else shown

    assert masked_text(text, kind) == expected


@pytest.mark.parametrize("kind", [kind for kind in Personal if kind is not Personal.AS_TOLD])
def test_what_is_empty_stays_empty(kind: Personal) -> None:
    assert masked_text("", kind) == ""


@given(text=st.text(min_size=1), kind=st.sampled_from([Personal.NAME, Personal.EMAIL, Personal.PHONE, Personal.SEARCH]))
def test_a_mask_is_stable_and_short_whatever_the_text(text: str, kind: Personal) -> None:
    once = masked_text(text, kind)

    assert once == masked_text(text, kind)
    assert cell_len(once) <= cell_len(text) + 6 * (len(text.split()) + text.count("@") + 1)


def test_a_body_of_json_hides_people_wherever_they_stand_in_it() -> None:
    body = '{"data": {"customer": {"name": ["Ann Lee"], "phone": 15550142, "ok": true}, "Ann@x.org": [1]}}'

    shown = masked_text(body, Personal.BODY)

    assert shown == '{"data": {"customer": {"name": ["A•• L••"], "phone": "•••• 42", "ok": true}, "A••@•••.org": [1]}}'


def test_what_holds_nobody_comes_back_as_it_is() -> None:
    order = contact().ecommerce.orders[0]

    assert masked(order) is order
    assert masked([order, 3]) == [order, 3]


def test_people_are_masked_wherever_a_model_holds_them() -> None:
    person = contact(phone="+1 555 0142")
    order = order_detail(person.ecommerce.orders[0], person, "acme")

    assert (masked(person).email, masked(person).phone) == ("a••@e••.com", "•••• 42")
    assert masked([row_of(person)])[0].first_name == "A••"
    assert (masked(order).email, masked(order).billed_to.city) == ("a••@e••.com", "A••")
    assert "ann@" not in masked(delivery(body='{"x": "ann@example.com"}')).body
    assert person.email == "ann@example.com"


def test_the_values_of_an_explanation_are_masked_where_the_condition_is_about_the_person() -> None:
    bought = ExplainedRule(text="total orders > 2", joins="", holds=True, actual=["12"], parts=[])
    named = ExplainedRule(
        text='email is "x"', joins="", holds=False, actual=["ann@example.com"], parts=[], personal=Personal.EMAIL
    )
    both = ExplainedRule(text="all of", joins="all", holds=False, actual=[], parts=[bought, named])

    assert [part.actual for part in masked(both).parts] == [["12"], ["a••@e••.com"]]


def test_a_partial_says_what_it_says_of_masked_models() -> None:
    def told(person: BaseModel, number: int, *, more: list[BaseModel]) -> str:
        return f"{person} {number} {more}"

    said = masked_call(
        partial(partial(told, row_of(contact())), 3, more=[contact(2, "bob@example.org", "Bob Ortiz")])
    )()

    assert not re.search("ann@|Lee|bob@|Ortiz", said)
    assert " 3 " in said


def test_conditions_about_a_person_are_known() -> None:
    assert set(PERSONAL) <= set(OF_CONTACTS)
    assert {name for name in OF_CONTACTS if _SAYS_WHO.search(name)} == set(PERSONAL)


def _wire_models() -> Iterator[type[Wire]]:
    folder = Path(common.__file__ or "").parent
    for file in sorted(folder.rglob("*.py")):
        import_module(".".join(file.relative_to(folder.parent).with_suffix("").parts).removesuffix(".__init__"))
    waiting = [Wire]
    while waiting:
        model = waiting.pop()
        yield model
        waiting += model.__subclasses__()


@pytest.mark.parametrize("model", sorted(set(_wire_models()), key=str))
def test_every_field_that_says_who_somebody_is_is_marked(model: type[Wire]) -> None:
    texts = {name for name, field in model.model_fields.items() if field.annotation is str}
    wanted = {name for name in texts if _SAYS_WHO.search(name) or _SENTENCES.search(name)}
    unmarked = {name for name in wanted - set(marks_of(model)) if f"{model.__name__}.{name}" not in _OF_NOBODY}

    assert not unmarked, f"{model.__name__}: mark {unmarked} as common/personal.py says"

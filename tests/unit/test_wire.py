"""Wire models: what one end writes the other end reads, also when one of them is newer."""

import pytest
from pydantic import SecretStr, ValidationError

from common.contacts import MAX_PAGE, ContactQuery
from common.events import EVENT, Changed, Event, HealthChanged, Heartbeat, Hello, Resync, RunProgress, What
from common.routes import ContactLookup
from common.status import HealthItem, Severity
from common.stores import StoreAdd
from common.sync import PhaseProgress, Run, RunKind, RunQuery, RunState, Skipped

AT = 1_760_000_000

RUN = Run(
    id=7,
    store="abc123",
    kind=RunKind.CATCH_UP,
    state=RunState.RUNNING,
    phase=PhaseProgress(name="orders", done=5, total=None, rate_per_s=1.5, eta_s=None),
    requests=1,
    products=2,
    customers=3,
    orders=4,
    carts=5,
    changed=6,
    skipped=[Skipped(kind="order", id="9", why="unreadable")],
    error="",
    queued_at=AT,
    started_at=AT,
    finished_at=None,
)
EVENTS: list[Event] = [
    Hello(seq=0, at=AT, version="1.0"),
    Changed(seq=1, at=AT, what=What.CART, store="abc123", ids=[5, "a-cart"], origin="live"),
    RunProgress(seq=2, at=AT, run=RUN),
    HealthChanged(seq=3, at=AT, items=[HealthItem(code="x", severity=Severity.INFO, title="t", fix="f")]),
    Heartbeat(seq=3, at=AT),
    Resync(seq=9, at=AT),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event.kind))
def test_an_event_is_read_back_as_it_was_written(event: Event) -> None:
    assert EVENT.validate_json(EVENT.dump_json(event)) == event


def test_moments_are_rfc_3339_on_the_wire() -> None:
    assert '"queued_at":"2025-10-09T08:53:20Z"' in RUN.model_dump_json()


def test_a_field_that_only_a_newer_end_knows_is_passed_over() -> None:
    newer = RUN.model_dump_json().replace('{"id":7', '{"from_the_future":1,"id":7')

    assert Run.model_validate_json(newer) == RUN


def test_a_query_with_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValidationError, match="serach"):
        ContactQuery.model_validate_strings({"serach": "ann"})


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": str(MAX_PAGE + 1)},
        {"limit": "many"},
        {"offset": "-1"},
        {"offset": str(10**30)},
        {"sort": "height"},
        {"reverse": "perhaps"},
        {"search": "x" * 501},
    ],
    ids=str,
)
def test_a_contact_query_out_of_bounds_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ContactQuery.model_validate_strings(query)


def test_a_contact_query_takes_a_hundred_thousand_rows() -> None:
    assert ContactQuery.model_validate_strings({"limit": "100000"}).limit == 100_000


@pytest.mark.parametrize("limit", ["0", "1001"])
def test_a_run_query_out_of_bounds_is_refused(limit: str) -> None:
    with pytest.raises(ValidationError):
        RunQuery.model_validate_strings({"limit": limit})


def test_a_contact_id_beyond_any_row_is_refused() -> None:
    with pytest.raises(ValidationError):
        ContactLookup.model_validate_strings({"id": str(10**30)})


def test_a_token_is_hidden_in_print_and_clear_on_the_socket() -> None:
    add = StoreAdd(store="abc123", token=SecretStr("s3cret"), client_secret=SecretStr("alike"))

    assert "s3cret" not in repr(add)
    assert "alike" not in repr(add)
    assert StoreAdd.model_validate_json(add.model_dump_json()) == add

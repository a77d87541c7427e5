"""Errors keep their kind, words and exit code on their way through the socket."""

import pytest

from common.errors import (
    CounterfoilError,
    DaemonUnreachable,
    Invalid,
    NotFound,
    Problem,
    Refused,
    StoreRefused,
    TryLater,
)
from daemon.bigcommerce.errors import StoreUnauthorized

KINDS = [CounterfoilError, Invalid, NotFound, Refused, StoreRefused, TryLater, DaemonUnreachable]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_crosses_the_socket_as_what_it_is(kind: type[CounterfoilError]) -> None:
    wire = Problem.of(kind("It is so.", remedy="Do this.")).model_dump_json()
    there = Problem.model_validate_json(wire).as_error()

    assert (type(there), there.message, there.remedy) == (kind, "It is so.", "Do this.")


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (CounterfoilError, 1),
        (NotFound, 1),
        (Refused, 1),
        (StoreRefused, 1),
        (Invalid, 2),
        (DaemonUnreachable, 3),
        (TryLater, 4),
    ],
)
def test_each_kind_has_its_exit_code(kind: type[CounterfoilError], exit_code: int) -> None:
    assert kind.exit_code == exit_code


def test_a_stores_own_refusal_crosses_as_store_refused() -> None:
    assert type(Problem.of(StoreUnauthorized("No.")).as_error()) is StoreRefused


def test_a_kind_that_only_a_newer_daemon_knows_becomes_the_base_class() -> None:
    assert type(Problem(code="brand_new", message="?").as_error()) is CounterfoilError


def test_a_kind_that_never_crosses_the_socket_is_mistaken_for_no_other() -> None:
    class Local(CounterfoilError):
        """Has no code of its own, and another way to be made."""

        def __init__(self) -> None:
            super().__init__("Here only.")

    assert Local.code == CounterfoilError.code
    assert type(Problem.of(CounterfoilError("No.")).as_error()) is CounterfoilError


def test_an_error_reads_as_message_and_remedy() -> None:
    assert str(Invalid("It is wrong.", remedy="Mend it.")) == "It is wrong. Mend it."
    assert str(Invalid("It is wrong.")) == "It is wrong."

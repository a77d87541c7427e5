"""Moments on the wire and in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from common.times import DAY_S, Moment, ago, duration, epoch_from_rfc3339, rfc3339

NOW = 1_760_000_000
MOMENT: TypeAdapter[int] = TypeAdapter(Moment)


def test_a_moment_is_rfc_3339_in_utc() -> None:
    assert rfc3339(NOW) == "2025-10-09T08:53:20Z"


@given(st.integers(0, 10**10))
def test_a_moment_comes_back_from_its_text(epoch_s: int) -> None:
    assert epoch_from_rfc3339(rfc3339(epoch_s)) == epoch_s


@pytest.mark.parametrize("text", ["2025-10-09T08:53:20+00:00", "2025-10-09T10:53:20+02:00", "2025-10-09T08:53:20.900Z"])
def test_other_spellings_of_a_moment_are_understood(text: str) -> None:
    assert epoch_from_rfc3339(text) == NOW


@pytest.mark.parametrize("text", ["", "yesterday", "2025-10-09", "2025-10-09T08:53:20", "2025-13-09T08:53:20Z"])
def test_what_names_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"offset|Invalid|month|empty"):
        epoch_from_rfc3339(text)


def test_a_moment_is_text_in_json_and_a_number_inside() -> None:
    assert MOMENT.dump_json(NOW) == b'"2025-10-09T08:53:20Z"'
    assert MOMENT.validate_json(b'"2025-10-09T08:53:20Z"') == NOW


@pytest.mark.parametrize("raw", [b'"nonsense"', b"1.5", b"null", b"[]"])
def test_a_wrong_moment_on_the_wire_is_refused(raw: bytes) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_json(raw)


@pytest.mark.parametrize(
    ("span_s", "words"),
    [
        (-5, "now"),
        (0, "now"),
        (1, "1s"),
        (59, "59s"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h"),
        (DAY_S - 1, "23h"),
        (DAY_S, "1d"),
        (14 * DAY_S - 1, "13d"),
        (14 * DAY_S, "2w"),
        (365 * DAY_S - 1, "52w"),
        (365 * DAY_S, "1y"),
        (40 * 365 * DAY_S, "40y"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_unit(span_s: int, words: str) -> None:
    assert ago(NOW - span_s, now=NOW) == words


@given(st.integers(0, NOW))
def test_how_long_ago_takes_at_most_four_cells(span_s: int) -> None:
    assert len(ago(NOW - span_s, now=NOW)) <= 4


@pytest.mark.parametrize(
    ("span_s", "words"),
    [
        (-1, "0 s"),
        (4.4, "4 s"),
        (59.6, "1 min"),
        (200, "3 min 20 s"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (3 * DAY_S + 4 * 3600, "3 d 4 h"),
    ],
)
def test_a_duration_is_said_in_two_units(span_s: float, words: str) -> None:
    assert duration(span_s) == words

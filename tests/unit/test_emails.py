"""The one form of an email address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.emails import normalised_email


@pytest.mark.parametrize(
    ("raw", "email"),
    [
        ("ann@example.com", "ann@example.com"),
        ("  Ann.Lee@Example.COM\n", "ann.lee@example.com"),
        ("ann+shop@example.com", "ann+shop@example.com"),
        ("JÖRG@example.com", "jörg@example.com"),
    ],
)
def test_an_email_is_trimmed_and_in_lower_case(raw: str, email: str) -> None:
    assert normalised_email(raw) == email


@pytest.mark.parametrize(
    "raw", ["", " ", "ann", "@example.com", "ann@", "ann lee@example.com", "a\x00@b.c", "a\u202e@b.c", "a@b\x1b[31m.c"]
)
def test_what_could_never_be_mailed_is_no_email(raw: str) -> None:
    assert normalised_email(raw) == ""


@given(st.text())
def test_normalising_twice_changes_nothing(raw: str) -> None:
    email = normalised_email(raw)

    assert normalised_email(email) == email

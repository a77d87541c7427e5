"""What the store form makes of what is typed."""

from pathlib import Path

import pytest

from tui.store_request import BadField, StoreFields, store_request


def fields(
    *, store: str = "abc123", token: str = "t0ken", token_file: str = "", name: str = "", client_secret: str = ""
) -> StoreFields:
    return StoreFields(store=store, token=token, token_file=token_file, name=name, client_secret=client_secret)


def test_an_address_is_reduced_to_its_hash() -> None:
    assert store_request(fields(store="https://store-abc123.mybigcommerce.com/manage")).store == "abc123"


def test_a_typed_token_wins_over_a_file() -> None:
    assert store_request(fields(token="typed", token_file="nowhere")).token.get_secret_value() == "typed"


def test_a_file_gives_its_token_without_the_line_end(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t0ken\n")

    request = store_request(fields(token="", token_file=str(tmp_path / "token")))

    assert request.token.get_secret_value() == "t0ken"


@pytest.mark.parametrize(
    "content", [b"", b"two words", b"\xff\xfe", b"x" * 5000], ids=["empty", "words", "no text", "too large"]
)
def test_a_file_that_holds_no_token_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "token").write_bytes(content)

    with pytest.raises(BadField) as refused:
        store_request(fields(token="", token_file=str(tmp_path / "token")))

    assert refused.value.field == "token_file"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (fields(store=""), "store"),
        (fields(store="not a hash!"), "store"),
        (fields(token="  "), "token"),
        (fields(name="x" * 201), "name"),
    ],
)
def test_the_first_wrong_field_is_named(given: StoreFields, field: str) -> None:
    with pytest.raises(BadField) as refused:
        store_request(given)

    assert refused.value.field == field

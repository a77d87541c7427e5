"""Raw payloads come back byte by byte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.db.raw import packed, unpacked


@given(st.binary(max_size=5000))
def test_what_is_packed_comes_back(body: bytes) -> None:
    assert unpacked(packed(body)) == body


def test_an_orders_json_takes_little_room() -> None:
    line = {
        "id": 1,
        "order_id": 5,
        "product_id": 7,
        "name": "Mug",
        "sku": "MUG",
        "type": "physical",
        "price_tax": "0.0000",
    }
    body = json.dumps({"id": 5, "status": "Completed", "products": [line] * 2, "refunded_amount": "0.0000"}).encode()

    assert len(packed(body)) < len(body) / 2


def test_a_format_of_a_newer_version_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="unknown version"):
        unpacked(b"\x02whatever")

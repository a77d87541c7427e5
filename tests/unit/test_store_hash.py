"""The store hash in whatever an operator pastes."""

import pytest

from common.errors import Invalid
from common.stores import store_hash_from


@pytest.mark.parametrize(
    "text",
    [
        "abc123xyz",
        "  abc123xyz\n",
        "ABC123XYZ",
        "store-abc123xyz",
        "https://store-abc123xyz.mybigcommerce.com",
        "https://store-abc123xyz.mybigcommerce.com/manage/dashboard?x=1#top",
        "HTTPS://STORE-ABC123XYZ.MYBIGCOMMERCE.COM/",
        "store-abc123xyz.mybigcommerce.com",
        "store-abc123xyz.mybigcommerce.com/manage",
        "https://api.bigcommerce.com/stores/abc123xyz/v3/",
        "https://api.bigcommerce.com/stores/abc123xyz",
        "/stores/abc123xyz/v2/orders",
        "stores/abc123xyz/v3",
        "http://127.0.0.1:8475/stores/abc123xyz/v3",
    ],
)
def test_the_hash_is_taken_out(text: str) -> None:
    assert store_hash_from(text) == "abc123xyz"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "ab",
        "a" * 33,
        "abc 123",
        "https://shop.example.com",
        "https://api.bigcommerce.com/stores/",
        "../etc",
        "äöü",
    ],
)
def test_what_holds_no_hash_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        store_hash_from(text)

    assert "store-abc123xyz" in refused.value.remedy

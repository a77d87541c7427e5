"""A shop per test."""

from collections.abc import Iterator

import pytest

from tests.segments.shop import Shop
from tests.support.some_shops import empty_shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    with empty_shop() as conn:
        yield Shop(conn)

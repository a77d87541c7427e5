"""Whatever comes in, it is never our failure: the store would switch our hooks off."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.public.conftest import Door

KEPT_BETWEEN_EXAMPLES = [HealthCheck.function_scoped_fixture]

SCOPES = st.sampled_from(["store/order/created", "store/cart/abandoned", "store/information/updated"]) | st.text()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
ENVELOPES = st.fixed_dictionaries(
    {"scope": SCOPES, "data": st.dictionaries(st.sampled_from(["id", "orderId", "cartId", "type"]), JSON) | JSON},
    optional={"producer": JSON, "store_id": JSON, "created_at": JSON, "hash": JSON},
)


async def _is_taken(door: Door, body: bytes) -> None:
    before = door.receiver.refusals.unreadable + (await door.inbox()).pending + (await door.inbox()).done
    answer = await door.post(body)

    assert (answer.status, answer.body) == (200, b"")
    assert door.receiver.refusals.unreadable + (await door.inbox()).pending + (await door.inbox()).done == before + 1


@settings(max_examples=60, deadline=None, suppress_health_check=KEPT_BETWEEN_EXAMPLES)
@given(st.binary(max_size=500))
async def test_any_bytes_are_taken(door: Door, body: bytes) -> None:
    await _is_taken(door, body)


@settings(max_examples=80, deadline=None, suppress_health_check=KEPT_BETWEEN_EXAMPLES)
@given(ENVELOPES)
async def test_any_envelope_is_taken(door: Door, envelope: dict[str, object]) -> None:
    await _is_taken(door, json.dumps(envelope).encode()[:2048])


@settings(max_examples=40, deadline=None, suppress_health_check=KEPT_BETWEEN_EXAMPLES)
@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30), st.binary(max_size=200))
async def test_without_the_secret_nothing_is_taken(door: Door, secret: str, body: bytes) -> None:
    answer = await door.post(body, headers={"X-Counterfoil-Key": secret})

    assert (answer.status, answer.body) == (401, b"")

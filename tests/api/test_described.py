"""The daemon answers as its own description says, whatever it is asked."""

import asyncio
import random
from collections import Counter
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok

from common import routes
from tests.support import sizes
from tests.support.bench import Bench, small_store
from tests.support.unix_http import session_on

_HOST = "http://localhost"
_ENDLESS = (routes.EVENTS.path,)
_LAST = ("erase", "delete", "purge")  # what they ask for is gone afterwards
_JUDGED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "unsupported_method",
)


class Asker:
    """Asks all that is described, and counts the answers by endpoint and status."""

    def __init__(self, session: requests.Session, known: dict[str, Any]) -> None:
        self._session = session
        self._known = known
        self._dice = random.Random(sizes.SEED)
        load_all_checks()
        self._checks: list[Any] = [CHECKS.get_one(name) for name in _JUDGED]
        self.answers: Counter[tuple[str, int]] = Counter()

    def ask_all(self) -> None:
        described = schemathesis.openapi.from_dict(self._session.get(_HOST + routes.OPENAPI.path).json())
        operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
        for operation in sorted(operations, key=lambda one: one.path.endswith(_LAST)):
            if operation.path not in _ENDLESS:
                self._ask(operation, GenerationMode.POSITIVE)
            if operation.body or operation.query or operation.path_parameters:
                self._ask(operation, GenerationMode.NEGATIVE)

    def _ask(self, operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode) -> None:
        @seed(sizes.SEED)
        @settings(
            max_examples=sizes.EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode))
        def ask(case: Case[Any]) -> None:
            if self._dice.random() < 0.5:
                self._name_what_there_is(case)
            answer = case.call(base_url=_HOST, session=self._session)
            self.answers[operation.label, answer.status_code] += 1
            case.validate_response(answer, checks=self._checks)

        ask()

    def _name_what_there_is(self, case: Case[Any]) -> None:
        """Else nothing would ever be found."""
        for given_values in (case.path_parameters, case.query, case.body):
            if isinstance(given_values, dict):
                given_values.update({name: self._known[name] for name in given_values if name in self._known})


async def test_every_answer_is_one_that_is_described() -> None:
    async with Bench(small_store()) as bench:
        await bench.synced()
        contacts = await bench.contacts()
        email, contact = next((email, one) for email, one in contacts.items() if one.ecommerce.orders)
        store_hash, rule = bench.store.identity.store_hash, "total_orders >= 1"
        known: dict[str, Any] = {
            "hash": store_hash,
            "store": store_hash,
            "email": email,
            "rule": rule,
            "match": rule,
            "name": "VIP",
        }
        known |= {"id": 1, "number": contact.ecommerce.orders[0].number}
        asker = Asker(session_on(bench.socket), known)

        await asyncio.to_thread(asker.ask_all)

        assert {200, 400, 404} <= {status for _, status in asker.answers}

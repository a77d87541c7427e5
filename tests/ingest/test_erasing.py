"""Erasing a person while the daemon runs."""

import pytest

from common.errors import Invalid, NotFound
from common.sync import RunKind
from tests.support import truth
from tests.support.bench import Bench, small_store


async def _buyer(bench: Bench) -> str:
    contacts = await bench.contacts()
    return next(email for email, contact in contacts.items() if contact.ecommerce.orders and contact.last_name)


async def test_the_file_holds_no_trace_of_an_erased_person() -> None:
    async with Bench(small_store(customers=40, orders=160)) as bench:
        await bench.synced()
        email = await _buyer(bench)
        bench.store.customers.edit(
            next(
                one
                for one in bench.store.world.customers.ids
                if truth.email_of(bench.store.world.customers[one]) == email
            ),
            phone="+1 555 7654321",
        )
        await bench.deliver()
        files = [bench.settings.database, bench.settings.database.with_name("counterfoil.db-wal")]
        traces = [email.encode(), b"555 7654321"]
        before = b"".join(file.read_bytes() for file in files)
        assert all(trace in before for trace in traces)

        erased = await bench.api.erase_person(email, confirm=email)

        after = b"".join(file.read_bytes() for file in files)
        assert erased.orders
        assert [trace for trace in traces if trace in after] == []
        with pytest.raises(NotFound):
            await bench.api.contact(email)


async def test_no_run_and_no_delivery_brings_an_erased_person_back_until_they_are_let_in() -> None:
    async with Bench(small_store(customers=20, orders=80)) as bench:
        await bench.synced()
        email = await _buyer(bench)
        await bench.api.erase_person(email, confirm=email.upper())
        others = await bench.contacts()
        (customer_id,) = [
            one for one in bench.store.world.customers.ids if truth.email_of(bench.store.world.customers[one]) == email
        ]

        bench.store.orders.place(customer_id)
        await bench.deliver()
        await bench.synced(RunKind.HISTORICAL)
        assert (await bench.contacts()).keys() == others.keys()

        await bench.api.readmit_person(email)
        await bench.synced(RunKind.HISTORICAL)
        assert (await bench.contacts()).keys() == others.keys() | {email}


async def test_another_address_erases_nobody() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        await bench.synced()
        email = await _buyer(bench)

        with pytest.raises(Invalid, match="is not the address"):
            await bench.api.erase_person(email, confirm="other@example.com")
        with pytest.raises(NotFound):
            await bench.api.erase_person("nobody@example.com", confirm="nobody@example.com")
        with pytest.raises(NotFound):
            await bench.api.readmit_person("nobody@example.com")

        assert email in await bench.contacts()

"""Erasing a person while the daemon runs."""

from contextlib import closing

import pytest

from common.errors import Invalid, NotFound
from common.sync import RunKind
from daemon.db import erasing
from daemon.db.erasing import Erasure
from tests.support import soundness, truth
from tests.support.bench import Bench, eventually, small_store


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


async def test_an_erasure_goes_on_after_a_restart_from_where_it_was() -> None:
    async with Bench(small_store(customers=20, orders=120)) as bench:
        await bench.synced()
        email = await _buyer(bench)
        others = {other: truth.shown(contact) for other, contact in (await bench.contacts()).items() if other != email}
        (contact_id,) = bench.rows("select id from contact where email = ?", email)
        await bench.stop()
        with closing(bench.database(writes=True)) as conn:  # what a daemon killed in the middle leaves behind
            conn.execute("begin")
            erasing.begin(conn, contact_id, email, erasing.Bans(person=b"hash"), now=1)
            assert erasing.erase_some(conn, Erasure(contact_id, email), limit=1)
            conn.execute("commit")

        await bench.start()

        async def is_erased() -> bool:
            return bench.rows("select 1 from erasure") == []

        await eventually(is_erased)
        left = {other: truth.shown(contact) for other, contact in (await bench.contacts()).items()}
        assert left == others
        assert bench.rows("select count(*) from order_line where contact_id = ?", contact_id) == [0]
        assert soundness.faults_in(bench.settings) == {}


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

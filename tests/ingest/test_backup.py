"""A shop that comes back from a backup: what it changed since then is fetched, and nothing is there twice."""

from common.sync import RunKind
from daemon.backup.restore import restore
from tests.support import soundness, truth
from tests.support.bench import Bench, eventually, small_store


async def test_a_restored_database_is_brought_up_to_date_by_the_next_run() -> None:
    async with Bench(small_store()) as bench:
        await bench.synced()
        await bench.api.make_backup()

        async def is_tried() -> bool:
            told = await bench.api.backups()
            return told.under_way is None and told.drill is not None

        await eventually(is_tried)
        told = await bench.api.backups()
        bench.store.clock.advance(3600)
        buyers = [order for order in bench.store.world.orders if order.customer_id]
        bench.store.orders.change_status(buyers[0].id, 5)
        bench.store.orders.place(buyers[1].customer_id)
        await bench.deliver()

        await bench.stop()
        restore(bench.settings, bench.settings.backup_dir / told.backups[0].file, now=bench.time.now())
        await bench.start()
        await bench.synced(RunKind.MANUAL)
        shown = {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()}

        assert told.drill is not None
        assert told.drill.fault == ""
        assert truth.differences(shown, truth.expected(bench.store)) == []
        assert soundness.faults_in(bench.settings) == {}

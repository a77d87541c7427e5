"""What a run tells of how far it is."""

from collections import defaultdict

from common.events import RunProgress
from common.sync import RunKind
from tests.support.bench import Bench, small_store


async def test_a_phase_of_several_pages_is_told_one_total_that_it_reaches() -> None:
    async with (
        Bench(small_store(products=600, customers=4, orders=4), hooks=False) as bench,
        bench.listening() as heard,
    ):
        run = await bench.synced(RunKind.HISTORICAL)
        await heard.first(lambda event: isinstance(event, RunProgress) and event.run.state.is_over)

    told = defaultdict(list)
    for event in heard.events:
        if isinstance(event, RunProgress) and event.run.phase is not None:
            told[event.run.phase.name].append((event.run.phase.done, event.run.phase.total))
    totals = {total for _, total in told["products"] if total is not None}
    assert totals <= {run.products}
    assert all(total is None or done <= total for done, total in told["products"])

"""Whatever happens in a store and however its telling goes wrong: after one catch-up our rows are the store's."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle
from random import Random
from typing import TypeVar

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from common.sync import RunKind, RunState
from daemon.sandbox.carts import Cart
from daemon.sandbox.deliveries import Delivery
from tests.support import convergence, soundness
from tests.support.bench import Bench, eventually, small_store
from tests.support.owner import SUBJECTS, Act, Owner
from tests.support.sizes import HISTORIES, SEED

T = TypeVar("T")


class Fate(StrEnum):
    """What becomes of a delivery; a late one comes with the next post."""

    ARRIVES = "arrives"
    COMES_TWICE = "comes twice"
    IS_LATE = "is late"
    IS_LOST = "is lost"


_TIMES = {Fate.ARRIVES: 1, Fate.COMES_TWICE: 2, Fate.IS_LATE: 0, Fate.IS_LOST: 0}


@dataclass(frozen=True)
class Chapter:
    """Acts, then a post whose deliveries meet these fates in turn, shuffled where that is not 0.

    Where it does not wait, the next acts happen while what came is still being worked in.
    """

    acts: list[Act]
    fates: list[Fate]
    shuffled_by: int = 0
    waits: bool = True
    catches_up: bool = False


@dataclass(frozen=True)
class History:
    chapters: list[Chapter]
    hooks: bool = True
    guests: bool = False


# Low numbers mostly, so that acts meet on the same things.
numbers = st.sampled_from((0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 7, 11))
# A third is lost.
fates = st.sampled_from((Fate.ARRIVES, Fate.ARRIVES, Fate.COMES_TWICE, Fate.IS_LATE, Fate.IS_LOST, Fate.IS_LOST))


def some(things: st.SearchStrategy[T], most: int) -> st.SearchStrategy[list[T]]:
    """One of them to *most*, as often many as few: plain lists are mostly short."""
    return st.integers(1, most).flatmap(lambda size: st.lists(things, min_size=size, max_size=size))


@st.composite
def histories(draw: st.DrawFn) -> History:
    """About one subject or two, which makes acts meet more often than if all kinds were in every history."""
    subjects = draw(st.lists(st.sampled_from(SUBJECTS), min_size=1, max_size=2))
    acts = st.builds(
        Act, name=st.sampled_from(sum(subjects, ())), which=numbers, how=numbers, after_s=st.integers(0, 3)
    )
    chapters = st.builds(
        Chapter,
        acts=some(acts, 16),
        fates=some(fates, 12),
        shuffled_by=st.integers(0, 100),
        waits=st.booleans(),
        catches_up=st.sampled_from((False, False, False, True)),
    )
    return History(
        chapters=draw(some(chapters, 4)),
        hooks=draw(st.sampled_from((True, True, True, False))),
        guests=draw(st.booleans()),
    )


class Post:
    """Between a store and us: loses, doubles, delays and shuffles. *told_carts* were left and lived when it told us."""

    def __init__(self, carts: Mapping[str, Cart]) -> None:
        self._carts = carts
        self._late: list[Delivery] = []
        self.told_carts: set[str] = set()

    def sort(self, waiting: Sequence[Delivery], chapter: Chapter) -> list[Delivery]:
        """What arrives of the deliveries *waiting* and of those that were late, in the order in which it does."""
        arriving, self._late = self._late, []
        for delivery, fate in zip(waiting, cycle(chapter.fates), strict=False):
            arriving += [delivery] * _TIMES[fate]
            self._late += [delivery] * (fate is Fate.IS_LATE)
        if chapter.shuffled_by:
            Random(chapter.shuffled_by).shuffle(arriving)
        return self._carried(arriving)

    def late(self, waiting: Sequence[Delivery]) -> list[Delivery]:
        """What was late and comes at last."""
        del waiting  # lost
        arriving, self._late = self._late, []
        return self._carried(arriving)

    def _carried(self, arriving: list[Delivery]) -> list[Delivery]:
        bodies = [json.loads(delivery.body) for delivery in arriving]
        told = [self._carts.get(body["data"]["id"]) for body in bodies if body["scope"] == "store/cart/abandoned"]
        self.told_carts |= {cart.id for cart in told if cart is not None and cart.items}
        return arriving


class Telling:
    """A history as it unfolds, told to a daemon by a post that is not to be relied on."""

    def __init__(self, bench: Bench, history: History) -> None:
        self._bench = bench
        self._history = history
        self._owner = Owner(bench.store)
        self._post = Post(bench.store.world.carts)
        self._caught_up_at = 0

    async def begin(self) -> None:
        """The store is read as it is; where guests are taken in, the setting has it read."""
        if not self._history.guests:
            await self._bench.synced()
            return
        await self._bench.api.change_settings(self._bench.store.identity.store_hash, {"sync_guests": "on"})

        async def is_read() -> bool:
            return self._bench.rows("select state from run") == [RunState.DONE]

        await eventually(is_read)

    async def unfold(self) -> None:
        for chapter in self._history.chapters:
            for act in chapter.acts:
                self._owner.act(act)
            if self._history.hooks:
                await self._tell(chapter)
            if chapter.catches_up:
                await self._bench.synced(RunKind.CATCH_UP)

    async def _tell(self, chapter: Chapter) -> None:
        await self._bench.post(order=lambda waiting: self._post.sort(waiting, chapter))
        if chapter.waits:
            await eventually(self._is_worked_in)

    async def _is_worked_in(self) -> bool:
        """Whether nothing is left but what was put off."""
        due = "select 1 from delivery where state = 'pending' and due_at <= ? limit 1"
        return not self._bench.rows(due, self._bench.time.now())

    async def end(self) -> None:
        """Time goes by, for what was put off and for one catch-up."""
        await self._let_go_by()
        self._caught_up_at = self._bench.store.clock.seconds()
        run = await self._bench.synced(RunKind.CATCH_UP)
        assert (run.state, run.skipped) == (RunState.DONE, [])

    async def end_late(self) -> None:
        """What was still on its way comes too."""
        await self._bench.post(order=self._post.late)
        await self._let_go_by()

    async def _let_go_by(self) -> None:
        self._bench.store.clock.advance(400)
        if self._history.hooks:
            await self._bench.worked_off(step_s=400)

    async def differences(self) -> list[str]:
        carts = self._post.told_carts - self._owner.past.emptied_carts
        return await convergence.differences(
            self._bench,
            self._owner.past,
            told_carts=carts,
            guests=self._history.guests,
            caught_up_at=self._caught_up_at,
        )


async def _unfolds(history: History) -> None:
    async with Bench(small_store(customers=6, orders=10, products=7), hooks=history.hooks) as bench:
        telling = Telling(bench, history)
        await telling.begin()
        await telling.unfold()

        await telling.end()
        assert await telling.differences() == []
        await telling.end_late()
        assert await telling.differences() == []

        assert soundness.faults_in(bench.settings) == {}
        await bench.stop()
        assert soundness.is_rebuilt_alike(bench.settings)


@seed(SEED)
@settings(
    max_examples=HISTORIES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(history=histories())
def test_after_one_catch_up_our_rows_are_the_stores(history: History) -> None:
    asyncio.run(_unfolds(history))

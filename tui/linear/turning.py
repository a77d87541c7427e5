"""Words that hold a run or a store, go on with it, or end it: pause, resume, cancel."""

from common.errors import Invalid
from common.stores import StoreDetail
from common.sync import Run
from tui.linear.answer import Answer, yes_or_no
from tui.linear.place import Place, Room
from tui.linear.places.stores import state_word
from tui.linear.spoken import sentences

_REMEDY = "Go to stores: its numbers are stores and runs."


async def paused(room: Room, place: Place) -> Answer:
    """Raises Invalid for what is neither a run nor a store."""
    if place.run():
        return _run(room, await room.client.pause_run(place.run()))
    return _store(await room.client.pause_store(_store_of(place)))


async def resumed(room: Room, place: Place) -> Answer:
    """Raises Invalid for what is neither a run nor a store."""
    if place.run():
        return _run(room, await room.client.resume_run(place.run()))
    return _store(await room.client.resume_store(_store_of(place)))


async def cancelled(room: Room, place: Place) -> Answer:
    """Once it is meant. Raises Invalid for what is no run."""
    number = place.run()
    if not number:
        raise Invalid("Cancel which run?", remedy=_REMEDY)

    async def cancel() -> Answer:
        return _run(room, await room.client.cancel_run(number))

    return Answer([], yes_or_no(f"Cancel run {number}? What it brought stays.", cancel))


def _store_of(place: Place) -> str:
    if not place.of_store():
        raise Invalid("Which run or store?", remedy=_REMEDY)
    return place.of_store()


def _run(room: Room, run: Run) -> Answer:
    return Answer([sentences(f"Run {run.id} of {room.store(run.store)} is {run.state}")])


def _store(store: StoreDetail) -> Answer:
    return Answer([sentences(f"Store {store.name or store.hash} is {state_word(store.state)}")])

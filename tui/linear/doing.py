"""Words that change something, or ask why: sync, replay, why."""

from collections.abc import Mapping, Sequence

from common.errors import Invalid, NotFound, Refused
from common.inbox import DeliveryState, Replayed, ReplayRequest
from common.stores import StoreState, StoreSummary
from common.sync import RunKind
from tui.cli.paper import PLAIN
from tui.cli.sync import plan_lines
from tui.linear.answer import NOTHING_DONE, Answer, Question, yes_or_no
from tui.linear.place import Place, Room
from tui.linear.places.why import Why
from tui.linear.spoken import many, sentences

_KINDS = (RunKind.MANUAL, RunKind.HISTORICAL, RunKind.SWEEP)
_ASK_KIND = "Which run? manual for what is new, historical for everything, sweep for what is gone: "


async def synced(room: Room, words: Sequence[str]) -> Answer:
    """Starts a run, or asks what is still to be said: the store, the kind, whether a historical one is meant."""
    stores = [one for one in (await room.client.stores()).stores if one.state is not StoreState.DELETED]
    if not stores:
        raise Refused("No store is connected.", remedy="Connect one: add.")
    named, kinds = list(words), [kind for kind in _KINDS if words and kind.startswith(words[-1].lower())]
    if len(kinds) == 1 and not (len(words) == 1 and _stores_called(words[0], stores)):
        named = named[:-1]
    else:
        kinds = []
    store = _one_of(stores, " ".join(named))
    if kinds:
        return await _of_kind(room, store, kinds[0])
    return Answer(
        [f"Sync {store.name or store.hash}."], Question(_ASK_KIND, lambda typed: _of_typed(room, store, typed))
    )


async def _of_typed(room: Room, store: StoreSummary, typed: str) -> Answer:
    word = typed.strip().lower()
    kinds = [kind for kind in _KINDS if word and kind.startswith(word)]
    return await _of_kind(room, store, kinds[0]) if len(kinds) == 1 else Answer([NOTHING_DONE], is_local=True)


async def _of_kind(room: Room, store: StoreSummary, kind: RunKind) -> Answer:
    if kind is not RunKind.HISTORICAL:
        return await _started(room, store, kind)
    plan = await room.client.plan(store.hash, kind)
    question = yes_or_no("Start the historical run?", lambda: _started(room, store, kind))
    return Answer([f"A historical run of {store.name or store.hash} reads about:", *plan_lines(plan, PLAIN)], question)


async def _started(room: Room, store: StoreSummary, kind: RunKind) -> Answer:
    run = await room.client.start_run(store.hash, kind)
    begun = f"Run {run.id}, {run.kind}, of {store.name or store.hash} is {run.state}"
    return Answer([sentences(begun, "stores tells how far it is")])


def _stores_called(name: str, stores: Sequence[StoreSummary]) -> list[StoreSummary]:
    wanted = name.lower()
    exact = [one for one in stores if wanted in (one.hash, one.name.lower())]
    return exact or [one for one in stores if one.hash.startswith(wanted) or one.name.lower().startswith(wanted)]


def _one_of(stores: Sequence[StoreSummary], name: str) -> StoreSummary:
    """The store that is meant. Raises Invalid, naming all there are, where that is not clear."""
    able = _stores_called(name, stores) if name else list(stores)
    if len(able) == 1:
        return able[0]
    known = ", ".join(f"{one.name} {one.hash}" if one.name else one.hash for one in stores)
    raise Invalid(f"No store is called {name!r}." if name else "Which store?", remedy=f"Say sync and one of: {known}.")


async def replayed(room: Room, place: Place, leads: Mapping[int, Place], words: Sequence[str]) -> Answer:
    """Works in again the deliveries with those numbers, the one that is open, or after a yes all that are dead."""
    if [word.lower() for word in words] == [DeliveryState.DEAD]:
        return await _all_dead(room)
    ids = [_delivery_at(leads, word) for word in words] or [place.delivery()]
    if not all(ids):
        raise Invalid("Which delivery?", remedy="Go to the inbox and say replay and its number, or replay dead.")
    return _told(await room.client.replay(ReplayRequest(ids=ids)))


async def _all_dead(room: Room) -> Answer:
    dead = (await room.client.status()).inbox.dead
    if not dead:
        return Answer(["No delivery is dead."])

    async def all_of_them() -> Answer:
        return _told(await room.client.replay(ReplayRequest(state=DeliveryState.DEAD)))

    return Answer([], yes_or_no(f"Work in again {many(dead, 'dead delivery', 'dead deliveries')}?", all_of_them))


def _delivery_at(leads: Mapping[int, Place], word: str) -> int:
    lead = numbered(leads, word)
    if not lead.delivery():
        raise Invalid(f"Number {word} is no delivery.", remedy="Go to the inbox: its numbers are deliveries.")
    return lead.delivery()


def _told(done: Replayed) -> Answer:
    head = sentences(f"{many(done.replayed, 'delivery', 'deliveries')} pending again")
    return Answer([head, *(sentences(f"Delivery {left.id}: {left.why}") for left in done.left)])


def why(places: Sequence[Place], leads: Mapping[int, Place], words: Sequence[str]) -> Why:
    """The explanation that *words* ask for at the last of *places*; a rule that is not said is that of the list."""
    rest = list(words)
    whom = numbered(leads, rest.pop(0)).person() if rest and rest[0].isdecimal() else places[-1].person()
    if not whom:
        raise Invalid("Why for whom?", remedy="Say why and a contact's number, or open the contact first.")
    rule = " ".join(rest).removeprefix(":") or next((one.rule() for one in reversed(places) if one.rule()), "")
    if not rule:
        raise Invalid("Why which rule?", remedy="Say a rule or a segment's name behind it: why 3 total_orders >= 3")
    return Why(rule, whom)


def numbered(leads: Mapping[int, Place], word: str) -> Place:
    """What the number *word* opens. Raises NotFound."""
    number = int(word) if word.isdecimal() and len(word) < 10 else 0
    if number in leads:
        return leads[number]
    hint = f"The numbers told so far are {min(leads)} to {max(leads)}." if leads else "Nothing here is numbered."
    raise NotFound(f"There is no number {word} here.", remedy=hint)

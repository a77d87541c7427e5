"""Connecting a store, a question at a time: which, by which token, and whether what that may read is enough."""

from dataclasses import dataclass, replace

from common.connecting import StoreTry
from common.errors import Invalid
from common.stores import StoreAdd
from tui.cli.connecting import needs_facts, scope_state, tried_facts
from tui.linear.answer import Answer, Question, yes_or_no
from tui.linear.place import Room
from tui.linear.spoken import fact, facts, sentences
from tui.store_request import StoreFields, hash_typed, store_request

_PASTE = "paste"
_ASK_STORE = "The store's hash, or an address that holds it: "
_ASK_TOKEN = "The file that holds the token, or paste to give the token itself: "  # noqa: S105 - what is asked
_ASK_PASTED = "The token, which is not shown: "


@dataclass(frozen=True, slots=True)
class Adding:
    """What was typed so far."""

    room: Room
    fields: StoreFields = StoreFields(store="", token="", token_file="", name="", client_secret="")  # noqa: RUF009 - frozen

    async def begun(self, store: str) -> Answer:
        """What it takes; then the questions. A store that was said already is not asked for."""
        needs = await self.room.client.connecting()
        wanted = [
            sentences(fact(f"scope {one.scope}", "required" if one.required else "optional"), f"It feeds {one.feeds}")
            for one in needs.scopes
        ]
        lines = [*facts(needs_facts(needs)), *wanted]
        if not store:
            return Answer(lines, Question(_ASK_STORE, self.of_store))
        following = await self.of_store(store)
        return Answer([*lines, *following.lines], following.question)

    async def of_store(self, typed: str) -> Answer:
        found = hash_typed(typed)
        known = replace(self, fields=replace(self.fields, store=found))
        return Answer([f"The store's hash is {found}."], Question(_ASK_TOKEN, known.by_file))

    async def by_file(self, typed: str) -> Answer:
        if typed.strip().lower() == _PASTE:
            return Answer([], Question(_ASK_PASTED, self.by_token, is_secret=True), is_local=True)
        return await replace(self, fields=replace(self.fields, token_file=typed)).tried()

    async def by_token(self, typed: str) -> Answer:
        return await replace(self, fields=replace(self.fields, token=typed)).tried()

    async def tried(self) -> Answer:
        """What the token may read, and whether to connect the store. Raises what the daemon raises."""
        wanted = store_request(self.fields)
        found = await self.room.client.try_store(StoreTry(store=wanted.store, token=wanted.token))
        lines = [
            sentences(f"Store {found.name or found.hash}"),
            *facts(tried_facts(found)),
            *(sentences(fact(f"scope {one.scope}", scope_state(one)), f"It feeds {one.feeds}") for one in found.scopes),
        ]
        if not found.is_enough:
            raise Invalid(
                f"The token of {found.name or found.hash} is not enough: a required scope is missing.",
                remedy="\n".join([*lines, "Make another API account: scopes never change."]),
            )
        wanted = wanted.model_copy(update={"hooks": bool(found.hooks)})

        async def connect() -> Answer:
            return await self._connected(wanted)

        return Answer(lines, yes_or_no("Connect it?", connect))

    async def _connected(self, wanted: StoreAdd) -> Answer:
        store = await self.room.client.add_store(wanted)
        await self.room.learn_stores()
        name = store.name or store.hash
        return Answer([f"{name} is connected. Say sync {store.hash} historical to read what it already has."])

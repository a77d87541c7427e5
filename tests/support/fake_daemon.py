"""A daemon of plain Python objects on a real Unix socket: tests fill it, push events, slow it, break it and restart it.

Run it by hand to look at the UI: `python -m tests.support.fake_daemon /tmp/x.sock 5000`, then
`COUNTERFOIL_SOCKET=/tmp/x.sock counterfoil`.
"""

import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any, Self

from aiohttp import web
from pydantic import BaseModel

from common import routes
from common.activity import Activity
from common.api_description import ApiDescription
from common.audit import AuditPage, AuditQuery, AuditRow
from common.backups import Backups
from common.connecting import Connecting, Installed, StoreTried, StoreTry
from common.contacts import ContactDetail, ContactPage, ContactQuery, ContactRow, ContactSort
from common.daemon_settings import SettingsInForce
from common.doctor import Diagnosis
from common.errors import CounterfoilError, Invalid, NotFound, Problem, Refused
from common.events import Changed, Event, HealthChanged, Heartbeat, Hello, Resync, RunProgress, What
from common.inbox import (
    CauseQuery,
    DeadCause,
    DeadCauses,
    DeliveryDetail,
    DeliveryPage,
    DeliveryQuery,
    DeliveryRow,
    DeliveryState,
    DeliveryTrace,
    Replayed,
    ReplayRequest,
    Unreplayed,
)
from common.openapi import api_description
from common.orders import OrderDetail
from common.persons import Erased, PersonErase, PersonExport, PersonReadmit, Readmitted
from common.reloading import Reloaded
from common.roles import Caller
from common.routes import ContactLookup, Endpoint
from common.sales import StoreSales
from common.segments.answers import (
    ExplainedRule,
    Explanation,
    PreviewQuery,
    RuleCount,
    RulePreview,
    SuggestedSegment,
    SuggestedSegments,
    Suggestion,
    Suggestions,
    TallyQuery,
    ValueCount,
    ValueTally,
)
from common.segments.describe import phrase
from common.segments.language import parsed
from common.status import BackupBrief, DiskBrief, HealthItem, InboxCounts, Refusals, Status
from common.store_settings import SETTINGS, SettingsChange, StoreSettings, settings_rows
from common.stores import (
    StoreAdd,
    StoreDetail,
    StoreList,
    StorePurge,
    StoreReconnect,
    StoreState,
    StoreSummary,
    store_hash_from,
)
from common.support import SupportBundle, SupportFile
from common.sync import PhaseProgress, Run, RunList, RunStart, RunState, SyncPlan
from common.version import own_version
from common.wire import Wire
from tests.support import fake_data, fake_doctor
from tests.support.fake_data import NOW, finished_run, health_item, order_detail, people, row_of, store
from tests.support.fake_edits import FakeEdits
from tests.support.fake_products import FakeProducts, catalogue
from tests.support.fake_segments import FakeSegments
from tests.support.fake_settings import settings_in_force

_Answer = Callable[[web.Request], Awaitable[Wire]]
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_NEVER = 0


class FakeDaemon:
    """Serves what its public attributes hold. `calls` counts requests, `queries` keeps the contact queries."""

    def __init__(self, socket: Path, *, contacts: Sequence[ContactDetail] = ()) -> None:
        self.socket = socket
        self.contacts: list[ContactDetail] = list(contacts)
        self.rows: Sequence[ContactRow] | None = None  # set to serve a list too long to hold as contacts
        self.counts_up_to: int | None = None  # where a list is not counted further for who wants its rows first
        self.stores: dict[str, StoreDetail] = {}
        self.runs: list[Run] = []
        self.deliveries: list[DeliveryDetail] = []
        self.replays: list[ReplayRequest] = []
        self.health: list[HealthItem] = []
        self.delay_s: dict[Endpoint[Any], float] = defaultdict(float)
        self.version = own_version()
        self.caller: Caller | None = None
        self.audit: list[AuditRow] = []
        self.reloaded = Reloaded(file="", applied=[], waiting=[])
        self.failures: dict[Endpoint[Any], CounterfoilError] = {}
        self.calls: dict[Endpoint[Any], int] = defaultdict(int)
        self.queries: list[ContactQuery] = []
        self.rule_counts: dict[str, int] = {}  # of whom a rule holds, by its text; of everybody where it is not told
        self.counted: list[str] = []
        self.suggested: list[SuggestedSegment] = []
        self.values: list[Suggestion] = []  # of whatever condition
        self.cancelled: list[Endpoint[Any]] = []
        self.reconnects: list[StoreReconnect] = []
        self.connecting: Connecting = fake_data.connecting()
        self.tried: StoreTried = fake_data.tried()
        self.tries: list[StoreTry] = []
        self.added: list[StoreAdd] = []
        self.plan = fake_data.sync_plan()
        self.starts: list[RunStart] = []
        self.settings: dict[str, str] = {}
        self.doing = ""
        self.saved = FakeSegments()
        self.edits = FakeEdits(self)
        self.goods = FakeProducts()
        self.in_force = settings_in_force()
        self.sales: dict[str, StoreSales] = {}  # by store; nothing was sold where it is not told
        self.activity = fake_data.quiet()
        self.backups = fake_data.backups()
        self.backup: BackupBrief | None = None
        self.disk: DiskBrief | None = None
        self.diagnosis = fake_doctor.diagnosis()
        self.guest_orders = 0
        self._streams: set[asyncio.Queue[Event | None]] = set()
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Lock()
        self._seq = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        app = web.Application()
        for endpoint, answer in self._answers().items():
            app.router.add_route(endpoint.method, endpoint.path, self._served(endpoint, answer))
        app.router.add_get(routes.EVENTS.path, self._events)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.UnixSite(self._runner, str(self.socket)).start()

    async def stop(self) -> None:
        """May be called while it is stopping: then it waits for the end of that."""
        async with self._stopping:
            for stream in self._streams:
                stream.put_nowait(None)
            if self._runner is not None:
                await self._runner.cleanup()
                self._runner = None
            self.socket.unlink(missing_ok=True)

    async def start_again(self) -> None:
        """May be called while it runs: then nothing happens."""
        async with self._stopping:
            if self._runner is None:
                await self.start()

    @property
    def listeners(self) -> int:
        """How many event streams are open."""
        return len(self._streams)

    def push(self, event: Event) -> None:
        for stream in self._streams:
            stream.put_nowait(event)

    def push_changed(self, what: What, *ids: int | str, store: str = "abc123") -> None:
        self.push(Changed(seq=self._next(), at=NOW, what=what, store=store, ids=list(ids), origin="live"))

    def push_run(self, run: Run) -> None:
        """The run as it stands now, kept for later questions too."""
        self.runs = [run, *(other for other in self.runs if other.id != run.id)]
        self.push(RunProgress(seq=self._next(), at=NOW, run=run))

    def push_health(self, items: list[HealthItem]) -> None:
        self.health = items
        self.push(HealthChanged(seq=self._next(), at=NOW, items=items))

    def push_heartbeat(self) -> None:
        self.push(Heartbeat(seq=self._next(), at=NOW))

    def push_resync(self) -> None:
        self.push(Resync(seq=self._next(), at=NOW))

    def replace_delivery(self, delivery: DeliveryDetail) -> None:
        """The delivery as it is from now on; one with a new id joins the inbox."""
        self.deliveries = [delivery, *(other for other in self.deliveries if other.id != delivery.id)]
        self.push(Changed(seq=self._next(), at=NOW, what=What.DELIVERY, store=delivery.store, ids=[], origin="live"))

    def replace_contact(self, contact: ContactDetail) -> None:
        """The contact as it is from now on; one with a new id joins the list."""
        others = [other for other in self.contacts if other.id != contact.id]
        self.contacts = [*others, contact]

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    def _answers(self) -> dict[Endpoint[Any], _Answer]:
        return {
            routes.STATUS: self._status,
            routes.SETTINGS: self._in_force,
            routes.DIAGNOSIS: self._diagnosis,
            routes.MEND: self._mend,
            routes.SUPPORT_BUNDLE: self._support_bundle,
            routes.RELOAD: self._reload,
            routes.AUDIT: self._audit,
            routes.STORES: self._store_list,
            routes.STORE: self._store,
            routes.STORE_SALES: self._sales,
            routes.ACTIVITY: self._activity,
            routes.BACKUPS: self._backups,
            routes.BACKUP_NOW: self._backups,
            routes.BACKUP_DRILL: self._backups,
            routes.OPENAPI: self._openapi,
            routes.STORE_ADD: self._store_add,
            routes.CONNECTING: self._connecting,
            routes.STORE_TRY: self._store_try,
            routes.STORE_PAUSE: partial(self._store_turn, StoreState.PAUSED),
            routes.STORE_RESUME: partial(self._store_turn, StoreState.CONNECTED),
            routes.STORE_DELETE: partial(self._store_turn, StoreState.DELETED),
            routes.STORE_RECONNECT: self._store_reconnect,
            routes.STORE_PURGE: self._store_purge,
            routes.STORE_SETTINGS: self._settings_of,
            routes.STORE_SETTINGS_CHANGE: self._settings_change,
            routes.RUN_START: self._run_start,
            routes.PLAN: self._plan,
            routes.RUNS: self._run_list,
            routes.RUN: self._run,
            routes.RUN_PAUSE: partial(self._run_turn, RunState.PAUSED),
            routes.RUN_RESUME: partial(self._run_turn, RunState.RUNNING),
            routes.RUN_CANCEL: partial(self._run_turn, RunState.CANCELLED),
            routes.CONTACTS: self._contact_page,
            routes.RULE_COUNT: self._rule_count,
            routes.RULE_PREVIEW: self._rule_preview,
            routes.RULE_EXPLANATION: self._rule_explanation,
            routes.RULE_VALUES: self._rule_values,
            routes.RULE_TALLY: self._rule_tally,
            routes.SUGGESTED_SEGMENTS: self._suggested,
            routes.CONTACT: self._contact,
            routes.ORDER: self._order,
            routes.PERSON_EXPORT: self._person,
            routes.PERSON_ERASE: self._erase,
            routes.PERSON_READMIT: self._readmit,
            routes.DELIVERIES: self._delivery_page,
            routes.DEAD_CAUSES: self._dead_causes,
            routes.DELIVERY: self._delivery,
            routes.DELIVERY_TRACE: self._trace,
            routes.REPLAY: self._replay,
            **self.saved.answers(),
            **self.edits.answers(),
            **self.goods.answers(),
        }

    def _served(self, endpoint: Endpoint[Any], answer: _Answer) -> _Handler:
        async def serve(request: web.Request) -> web.StreamResponse:
            self.calls[endpoint] += 1
            try:
                await asyncio.sleep(self.delay_s[endpoint])
                if failure := self.failures.get(endpoint):
                    raise failure
                return _json(await answer(request))
            except CounterfoilError as error:
                return _json(Problem.of(error), status=error.http_status)
            except asyncio.CancelledError:
                self.cancelled.append(endpoint)
                raise

        return serve

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        stream: asyncio.Queue[Event | None] = asyncio.Queue()
        self._streams.add(stream)
        try:
            await response.write(_line(Hello(seq=self._next(), at=NOW, version=self.version, caller=self.caller)))
            while (event := await stream.get()) is not None:
                await response.write(_line(event))
        except ConnectionResetError:
            pass
        finally:
            self._streams.discard(stream)
        return response

    async def _in_force(self, _: web.Request) -> SettingsInForce:
        return self.in_force

    async def _reload(self, _: web.Request) -> Reloaded:
        return self.reloaded

    async def _audit(self, request: web.Request) -> AuditPage:
        query = AuditQuery.model_validate(dict(request.query))
        rows = [row for row in self.audit if query.search in f"{row.user} {row.command}"]
        rows = [
            row
            for row in rows
            if query.outcome in ("", row.outcome)
            or (query.outcome == "failed" and row.outcome not in ("done", "begun"))
        ]
        start = query.offset
        if query.after:
            start = next((at for at, row in enumerate(rows) if row.id < int(query.after)), len(rows))
        shown = rows[start : start + query.limit]
        more = start + query.limit < len(rows)
        return AuditPage(total=len(rows), commands=shown, next=str(shown[-1].id) if more else "")

    async def _status(self, _: web.Request) -> Status:
        return Status(
            version=self.version,
            pid=4711,
            started_at=NOW - 3 * 86400,
            contacts=len(self.rows if self.rows is not None else self.contacts),
            orders=sum(len(contact.ecommerce.orders) for contact in self.contacts),
            database_bytes=48_300_000,
            state_dir="/var/lib/counterfoil",
            public_listen="127.0.0.1:8474",
            public_url="https://hooks.example.com",
            stores=self._summaries(),
            runs=[run for run in self.runs if not run.state.is_over],
            inbox=InboxCounts(pending=3, done=18_204, dead=1),
            refused=Refusals(unauthenticated=2, unreadable=0, too_large=0),
            health=self.health,
            disk=self.disk,
            backup=self.backup,
        )

    def _summaries(self) -> list[StoreSummary]:
        return [StoreSummary.model_validate(detail.model_dump()) for detail in self.stores.values()]

    async def _store_list(self, _: web.Request) -> StoreList:
        return StoreList(stores=self._summaries())

    async def _store(self, request: web.Request) -> StoreDetail:
        return self._store_named(request.match_info["hash"])

    async def _sales(self, request: web.Request) -> StoreSales:
        store, months = self._store_named(request.match_info["hash"]), int(request.query.get("months", 12))
        return self.sales.get(store.hash) or fake_data.nothing_sold(store.hash, months=months)

    async def _diagnosis(self, _: web.Request) -> Diagnosis:
        return self.diagnosis

    async def _mend(self, _: web.Request) -> Diagnosis:
        self.diagnosis = fake_doctor.mended(self.diagnosis)
        return self.diagnosis

    async def _support_bundle(self, _: web.Request) -> SupportBundle:
        files = [SupportFile(name="versions.txt", text="counterfoil 1\n")]
        return SupportBundle(made_at=NOW, version=self.version, files=files)

    async def _openapi(self, request: web.Request) -> ApiDescription:
        del request
        return api_description()

    async def _activity(self, _: web.Request) -> Activity:
        return self.activity

    async def _backups(self, _: web.Request) -> Backups:
        return self.backups

    def _store_named(self, store_hash: str) -> StoreDetail:
        if store_hash not in self.stores:
            raise NotFound(f"No store {store_hash} is connected.")
        return self.stores[store_hash]

    async def _store_add(self, request: web.Request) -> StoreDetail:
        wanted = StoreAdd.model_validate_json(await request.read())
        self.added.append(wanted)
        store_hash = store_hash_from(wanted.store)
        former = self.stores.get(store_hash)
        if former is not None and former.state is not StoreState.DELETED:
            raise Refused(f"The store {store_hash} is already connected.", remedy="Use reconnect to change its token.")
        if former is not None:
            return self._put_store(former.model_copy(update={"state": StoreState.CONNECTED}))
        return self._put_store(fake_data.store(store_hash, wanted.name or store_hash, last_sync_at=None))

    async def _connecting(self, _: web.Request) -> Connecting:
        return self.connecting

    async def _store_try(self, request: web.Request) -> StoreTried:
        self.tries.append(StoreTry.model_validate_json(await request.read()))
        return self.tried

    def install(self, store_hash: str, *, error: str = "") -> None:
        """The app is installed in that store, or somebody tried to."""
        last = self.connecting.last_install
        told = Installed(number=1 + (last.number if last else 0), at=NOW, store=store_hash, error=error)
        self.connecting = self.connecting.model_copy(update={"last_install": told})
        if not error:
            self._put_store(fake_data.store(store_hash, store_hash, last_sync_at=None))
        self.push_changed(What.STORE, store_hash, store=store_hash)

    async def _store_turn(self, state: StoreState, request: web.Request) -> StoreDetail:
        store = self._store_named(request.match_info["hash"])
        if store.state is StoreState.DELETED:
            raise Refused(f"The store {store.hash} is deleted.", remedy="Connect it again.")
        return self._put_store(store.model_copy(update={"state": state}))

    async def _store_reconnect(self, request: web.Request) -> StoreDetail:
        self.reconnects.append(StoreReconnect.model_validate_json(await request.read()))
        return await self._store_turn(StoreState.CONNECTED, request)

    async def _settings_of(self, request: web.Request) -> StoreSettings:
        store = self._store_named(request.match_info["hash"])
        return StoreSettings(
            store=store.hash,
            settings=list(settings_rows(self.settings)),
            doing=self.doing,
            guest_orders=self.guest_orders,
        )

    async def _settings_change(self, request: web.Request) -> StoreSettings:
        for name, value in SettingsChange.model_validate_json(await request.read()).values.items():
            self.settings[name] = value if value is not None else SETTINGS[name].default
        return await self._settings_of(request)

    async def _store_purge(self, request: web.Request) -> StoreDetail:
        store = self._store_named(request.match_info["hash"])
        typed = StorePurge.model_validate_json(await request.read()).confirm
        if typed != store.hash:
            raise Invalid(f"{typed!r} is not the hash of the store to erase.")
        return self.stores.pop(store.hash)

    def _put_store(self, store: StoreDetail) -> StoreDetail:
        self.stores[store.hash] = store
        self.push_changed(What.STORE, store.hash, store=store.hash)
        return store

    async def _run_start(self, request: web.Request) -> Run:
        wanted = RunStart.model_validate_json(await request.read())
        self.starts.append(wanted)
        store_hash = self._store_named(request.match_info["hash"]).hash
        begun = fake_data.run(
            1 + max((run.id for run in self.runs), default=0),
            store=store_hash,
            kind=wanted.kind,
            quiet_hours=wanted.quiet_hours or self.plan.quiet_hours,
            phase=PhaseProgress(name="orders", done=0, total=1000, rate_per_s=0.0, eta_s=None),
        )
        self.push_run(begun)
        return begun

    async def _plan(self, request: web.Request) -> SyncPlan:
        self._store_named(request.match_info["hash"])
        return self.plan

    async def _run_list(self, _: web.Request) -> RunList:
        return RunList(runs=sorted(self.runs, key=lambda run: -run.id))

    async def _run(self, request: web.Request) -> Run:
        wanted = int(request.match_info["id"])
        return next(run for run in self.runs if run.id == wanted)

    async def _run_turn(self, state: RunState, request: web.Request) -> Run:
        run = await self._run(request)
        if run.state.is_over:
            raise Refused(f"Run {run.id} is over: it is {run.state}.")
        turned = run.model_copy(update={"state": state, "finished_at": NOW if state.is_over else None})
        self.push_run(turned)
        return turned

    async def _contact_page(self, request: web.Request) -> ContactPage:
        query = ContactQuery.model_validate(dict(request.query))
        self.queries.append(query)
        rows = self.rows if self.rows is not None else _matching(self.contacts, query)
        start = int(query.after or query.offset)
        end = start + query.limit
        following = str(end) if end < len(rows) else ""
        total = len(rows)
        if query.quick and self.counts_up_to is not None:
            total = min(total, self.counts_up_to)
        return ContactPage(total=total, contacts=list(rows[start:end]), next=following, is_counted=total == len(rows))

    async def _contact(self, request: web.Request) -> ContactDetail:
        wanted = ContactLookup.model_validate(dict(request.query))
        for contact in self.contacts:
            if wanted.id == contact.id or wanted.email == contact.email:
                return contact
        raise NotFound("No such contact.")

    async def _person(self, request: web.Request) -> PersonExport:
        contact = self._contact_named(request.query["email"])
        rows = [name for name, field in PersonExport.model_fields.items() if name != "contact"]
        return PersonExport(contact=contact, **{name: [] for name in rows})

    async def _erase(self, request: web.Request) -> Erased:
        asked = PersonErase.model_validate_json(await request.read())
        contact = self._contact_named(asked.email)
        if asked.confirm != asked.email:
            raise Invalid(f"{asked.confirm!r} is not the address of the person to erase.")
        self.contacts.remove(contact)
        self.push_changed(What.CONTACT, contact.id, store="")
        return Erased(orders=len(contact.ecommerce.orders))

    async def _readmit(self, request: web.Request) -> Readmitted:
        return Readmitted(email=PersonReadmit.model_validate_json(await request.read()).email)

    def _contact_named(self, email: str) -> ContactDetail:
        found = next((contact for contact in self.contacts if contact.email == email), None)
        if found is None:
            raise NotFound(f"There is no contact with the email {email!r}.")
        return found

    async def _rule_count(self, request: web.Request) -> RuleCount:
        text = request.query["rule"]
        parsed(text)
        self.counted.append(text)
        return RuleCount(count=self.rule_counts.get(text, len(self.contacts)), total=len(self.contacts), ms=7)

    async def _rule_preview(self, request: web.Request) -> RulePreview:
        query = PreviewQuery.model_validate(dict(request.query))
        counted = await self._rule_count(request)
        asked = ContactQuery(sort=query.sort, reverse=query.reverse)
        return RulePreview(**counted.model_dump(), contacts=_matching(self.contacts, asked)[: query.limit])

    async def _suggested(self, _: web.Request) -> SuggestedSegments:
        return SuggestedSegments(segments=self.suggested)

    async def _rule_values(self, request: web.Request) -> Suggestions:
        word = request.query.get("search", "").casefold()
        return Suggestions(values=[one for one in self.values if word in one.value.casefold()])

    async def _rule_tally(self, request: web.Request) -> ValueTally:
        """Three have each of `values`, and one has none."""
        query = TallyQuery.model_validate(dict(request.query))
        found = [ValueCount(value=one.value, contacts=3, rule="") for one in self.values]
        return ValueTally(
            condition=query.condition,
            contacts=len(self.contacts),
            without=1,
            different=len(found),
            values=found[: query.limit],
            ms=4,
        )

    async def _rule_explanation(self, request: web.Request) -> Explanation:
        """The rule holds for nobody, and they have bought 3 times."""
        rule, contact = parsed(request.query["rule"]), self._contact_named(request.query["email"])
        part = ExplainedRule(text=phrase(rule), joins="", holds=False, actual=["3"], parts=[])
        return Explanation(member=False, email=contact.email, rule=part)

    async def _order(self, request: web.Request) -> OrderDetail:
        store_hash, number = request.match_info["hash"], int(request.match_info["number"])
        for contact in self.contacts:
            for order in contact.ecommerce.orders:
                if (order.store, order.number) == (store_hash, number):
                    return order_detail(order, contact, self._store_named(store_hash).name)
        raise NotFound(f"The store {store_hash} has no order {number}.")

    async def _delivery_page(self, request: web.Request) -> DeliveryPage:
        query = DeliveryQuery.model_validate(dict(request.query))
        rows = [one for one in sorted(self.deliveries, key=lambda one: -one.id) if _fits(one, query)]
        start = query.offset
        if query.after:
            start = next((at for at, row in enumerate(rows) if row.id < int(query.after)), len(rows))
        shown = [DeliveryRow.model_validate(row.model_dump()) for row in rows[start : start + query.limit]]
        states = [one.state for one in self.deliveries]
        return DeliveryPage(
            pending=states.count(DeliveryState.PENDING),
            done=states.count(DeliveryState.DONE),
            dead=states.count(DeliveryState.DEAD),
            total=len(rows),
            deliveries=shown,
            next=str(shown[-1].id) if start + query.limit < len(rows) else "",
        )

    async def _delivery(self, request: web.Request) -> DeliveryDetail:
        wanted = int(request.match_info["id"])
        for delivery in self.deliveries:
            if delivery.id == wanted:
                return delivery
        raise NotFound(f"No delivery {wanted} is in the inbox.")

    async def _trace(self, request: web.Request) -> DeliveryTrace:
        return fake_data.trace(DeliveryDetail.model_validate(await self._delivery(request)))

    async def _dead_causes(self, request: web.Request) -> DeadCauses:
        query = CauseQuery.model_validate(dict(request.query))
        dead = [one for one in self.deliveries if one.state is DeliveryState.DEAD and query.store in ("", one.store)]
        causes = [
            DeadCause(
                cause=one.error,
                count=1,
                first_received_at=one.received_at,
                last_received_at=one.received_at,
                stores=[one.store],
                example=one.id,
            )
            for one in dead
        ]
        return DeadCauses(dead=len(dead), causes=causes)

    async def _replay(self, request: web.Request) -> Replayed:
        asked = ReplayRequest.model_validate_json(await request.read())
        self.replays.append(asked)
        chosen = [one for one in self.deliveries if _is_asked_for(one, asked)]
        for one in chosen:
            again = {"state": DeliveryState.PENDING, "attempts": 0, "error": "", "replayed_at": NOW, "settled_at": None}
            self.replace_delivery(one.model_copy(update=again))
        there = {one.id for one in chosen}
        left = [Unreplayed(id=one, why="No such delivery is in the inbox.") for one in asked.ids if one not in there]
        return Replayed(replayed=len(chosen), left=left)


def _fits(delivery: DeliveryDetail, query: DeliveryQuery) -> bool:
    named = delivery.resource.partition(" ")[2]
    return (
        query.store in ("", delivery.store)
        and query.state in (None, delivery.state)
        and query.kind in (None, delivery.kind)
        and (query.search in delivery.scope or query.search.removeprefix("#") == named)
    )


def _is_asked_for(delivery: DeliveryDetail, asked: ReplayRequest) -> bool:
    if delivery.state is DeliveryState.PENDING:
        return False
    if asked.ids:
        return delivery.id in asked.ids
    return delivery.state == asked.state and asked.store in ("", delivery.store) and asked.cause in delivery.error


def _matching(contacts: list[ContactDetail], query: ContactQuery) -> list[ContactRow]:
    rows = [row_of(contact) for contact in contacts if _matches(contact, query.search.casefold())]
    key, is_falling = _SORTS[query.sort]
    return sorted(sorted(rows, key=attrgetter("id")), key=key, reverse=is_falling != query.reverse)


def _matches(contact: ContactDetail, search: str) -> bool:
    if search.removeprefix("#").isdigit() and any(
        order.number == int(search.removeprefix("#")) for order in contact.ecommerce.orders
    ):
        return True
    return search in contact.email or search in f"{contact.first_name} {contact.last_name}".casefold()


_SORTS: dict[ContactSort, tuple[Callable[[ContactRow], int | str], bool]] = {
    ContactSort.LAST_ORDER: (lambda row: row.last_order_at or _NEVER, True),
    ContactSort.REVENUE: (lambda row: row.revenue.minor, True),
    ContactSort.ORDERS: (lambda row: row.orders, True),
    ContactSort.EMAIL: (lambda row: row.email, False),
    ContactSort.NAME: (lambda row: (row.last_name + row.first_name).casefold(), False),
    ContactSort.CREATED: (lambda row: row.id, True),
}


def _json(model: BaseModel, *, status: int = 200) -> web.Response:
    return web.Response(text=model.model_dump_json(), content_type="application/json", status=status)


def _line(event: Event) -> bytes:
    return event.model_dump_json().encode() + b"\n"


async def _serve_by_hand(socket: Path, contacts: int) -> None:
    """Two stores, *contacts* contacts, a run that progresses and an order every few seconds, until interrupted."""
    daemon = FakeDaemon(socket, contacts=people(contacts))
    daemon.stores = {"abc123": store(), "xyz789": store("xyz789", "bazaar", currency="EUR")}
    daemon.runs = [finished_run()]
    daemon.health = [health_item()]
    daemon.goods.products = catalogue()
    async with daemon:
        print(f"serving {contacts} contacts at {socket}", file=sys.stderr)
        done = 0
        while True:
            await asyncio.sleep(1)
            done += 4000
            _advance(daemon, done)


def _advance(daemon: FakeDaemon, done: int) -> None:
    for run in daemon.runs:
        if not run.state.is_over and run.phase is not None:
            phase = run.phase.model_copy(
                update={"done": (run.phase.done + 40) % 1000, "rate_per_s": 40.0, "eta_s": 12.0}
            )
            daemon.push_run(run.model_copy(update={"phase": phase, "requests": run.requests + 1}))
    if done % 20_000 == 0 and daemon.contacts:
        chosen = max(daemon.contacts, key=lambda contact: row_of(contact).last_order_at or _NEVER)
        orders = [*chosen.ecommerce.orders, fake_data.box_order(900_000 + done, placed_at=int(time.time()))]
        daemon.replace_contact(chosen.model_copy(update={"ecommerce": fake_data.bought(orders)}))
        daemon.push_changed(What.CONTACT, chosen.id)


if __name__ == "__main__":
    asyncio.run(_serve_by_hand(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5000))

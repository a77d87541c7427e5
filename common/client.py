"""The one way to talk to the daemon: one call, one stream, one mapping of errors, a typed method per endpoint."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote, urlencode

from pydantic import ValidationError

from common import routes
from common.activity import Activity
from common.api_description import ApiDescription
from common.audit import AuditPage, AuditQuery
from common.backups import Backups
from common.connecting import Connecting, StoreTried, StoreTry
from common.contacts import ContactDetail, ContactPage, ContactQuery
from common.daemon_settings import SettingsInForce
from common.doctor import CheckList, Diagnosis
from common.edits import Edit, EditList, EditPlan, EditQuery, EditRequest, EditUndo, MailingLists, Tags
from common.errors import CounterfoilError, DaemonUnreachable, Problem
from common.events import EVENT, HEARTBEAT_S, Event
from common.inbox import (
    CauseQuery,
    DeadCauses,
    DeliveryDetail,
    DeliveryPage,
    DeliveryQuery,
    DeliveryTrace,
    Replayed,
    ReplayRequest,
)
from common.orders import OrderDetail
from common.paths import SOCKET_PATH_MAX_BYTES
from common.persons import Erased, PersonErase, PersonExport, PersonLookup, PersonReadmit, Readmitted
from common.products import ProductDetail, ProductPage, ProductQuery
from common.reloading import Reloaded
from common.routes import ContactLookup, Endpoint
from common.sales import SalesQuery, StoreSales
from common.segments.answers import (
    Explanation,
    LogQuery,
    MemberPage,
    MemberQuery,
    OverlapQuery,
    PreviewQuery,
    RuleCount,
    RuleLookup,
    RuleOverlap,
    RulePreview,
    RuleQuery,
    SegmentApplied,
    SegmentApply,
    SegmentDeleted,
    SegmentDetail,
    SegmentList,
    SegmentLog,
    SegmentLookup,
    SegmentRename,
    SegmentSave,
    SuggestedSegments,
    Suggestions,
    TallyQuery,
    ValueQuery,
    ValueTally,
)
from common.segments.growth import GrowthQuery, SegmentGrowth
from common.status import Status
from common.store_settings import SettingsChange, StoreSettings
from common.stores import StoreAdd, StoreDetail, StoreList, StorePurge, StoreReconnect
from common.support import SupportBundle
from common.sync import PlanQuery, Run, RunKind, RunList, RunQuery, RunStart, SyncPlan
from common.timeline import Timeline, TimelineQuery
from common.unix_http import BROKEN, Answer, UnixHttp
from common.wire import Query, Wire

Result = TypeVar("Result", bound=Wire)

_CALL_TIMEOUT_S = 60


class ApiClient:
    """Calls over the Unix socket at *socket*. Use as an async context manager.

    Every method raises DaemonUnreachable when nobody answers, and otherwise the error the daemon raised.
    """

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self._http: UnixHttp | None = None

    async def __aenter__(self) -> Self:
        self._http = UnixHttp(self.socket)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    async def status(self) -> Status:
        return await self._call(routes.STATUS)

    async def openapi(self) -> ApiDescription:
        """What the daemon can be asked, for tools that read such descriptions."""
        return await self._call(routes.OPENAPI)

    async def settings(self) -> SettingsInForce:
        return await self._call(routes.SETTINGS)

    async def reload(self) -> Reloaded:
        """Has the daemon read its settings anew; raises what they are refused with."""
        return await self._call(routes.RELOAD)

    async def audit(self, query: AuditQuery) -> AuditPage:
        return await self._call(routes.AUDIT, query=query)

    async def activity(self) -> Activity:
        return await self._call(routes.ACTIVITY)

    async def backups(self) -> Backups:
        return await self._call(routes.BACKUPS)

    async def make_backup(self) -> Backups:
        return await self._call(routes.BACKUP_NOW)

    async def try_backup(self) -> Backups:
        return await self._call(routes.BACKUP_DRILL)

    async def checks(self) -> CheckList:
        """All that the doctor looks at."""
        return await self._call(routes.CHECKS)

    async def diagnosis(self) -> Diagnosis:
        return await self._call(routes.DIAGNOSIS)

    async def mend(self) -> Diagnosis:
        """What the doctor finds, with what it has set right."""
        return await self._call(routes.MEND)

    async def support_bundle(self) -> SupportBundle:
        return await self._call(routes.SUPPORT_BUNDLE)

    async def metrics(self) -> str:
        """In Prometheus's text form."""
        return (await self._raw(routes.METRICS, routes.METRICS.path)).decode()

    async def stores(self) -> StoreList:
        return await self._call(routes.STORES)

    async def store(self, store_hash: str) -> StoreDetail:
        return await self._call(routes.STORE, path={"hash": store_hash})

    async def store_sales(self, store_hash: str, *, months: int) -> StoreSales:
        return await self._call(routes.STORE_SALES, path={"hash": store_hash}, query=SalesQuery(months=months))

    async def add_store(self, store: StoreAdd) -> StoreDetail:
        return await self._call(routes.STORE_ADD, body=store)

    async def connecting(self) -> Connecting:
        """What it takes to connect a store here."""
        return await self._call(routes.CONNECTING)

    async def try_store(self, wanted: StoreTry) -> StoreTried:
        """The store as that token shows it; nothing is kept."""
        return await self._call(routes.STORE_TRY, body=wanted)

    async def pause_store(self, store_hash: str) -> StoreDetail:
        return await self._call(routes.STORE_PAUSE, path={"hash": store_hash})

    async def resume_store(self, store_hash: str) -> StoreDetail:
        return await self._call(routes.STORE_RESUME, path={"hash": store_hash})

    async def store_settings(self, store_hash: str) -> StoreSettings:
        return await self._call(routes.STORE_SETTINGS, path={"hash": store_hash})

    async def change_settings(self, store_hash: str, values: dict[str, str | None]) -> StoreSettings:
        """The settings after the change; None sets one back to its default."""
        return await self._call(
            routes.STORE_SETTINGS_CHANGE, path={"hash": store_hash}, body=SettingsChange(values=values)
        )

    async def rotate_secret(self, store_hash: str) -> StoreDetail:
        """Has the store's webhooks carry another secret; the former one stays good for a day."""
        return await self._call(routes.STORE_ROTATE_SECRET, path={"hash": store_hash})

    async def reconnect_store(self, store_hash: str, secrets: StoreReconnect) -> StoreDetail:
        return await self._call(routes.STORE_RECONNECT, path={"hash": store_hash}, body=secrets)

    async def delete_store(self, store_hash: str) -> StoreDetail:
        """The store as it stands now; what it could not be told stands in `state_reason`."""
        return await self._call(routes.STORE_DELETE, path={"hash": store_hash})

    async def purge_store(self, store_hash: str, *, confirm: str) -> StoreDetail:
        """The store whose erasing has begun; it is over once `store` raises NotFound."""
        return await self._call(routes.STORE_PURGE, path={"hash": store_hash}, body=StorePurge(confirm=confirm))

    async def start_run(self, store_hash: str, kind: RunKind, *, quiet_hours: str | None = None) -> Run:
        """*quiet_hours* None = a historical run keeps to those the daemon is set to; "none" = it begins at once."""
        body = RunStart(kind=kind, quiet_hours=quiet_hours)
        return await self._call(routes.RUN_START, path={"hash": store_hash}, body=body)

    async def plan(self, store_hash: str, kind: RunKind) -> SyncPlan:
        return await self._call(routes.PLAN, path={"hash": store_hash}, query=PlanQuery(kind=kind))

    async def runs(self, query: RunQuery) -> RunList:
        return await self._call(routes.RUNS, query=query)

    async def run(self, run_id: int) -> Run:
        return await self._call(routes.RUN, path={"id": run_id})

    async def pause_run(self, run_id: int) -> Run:
        return await self._call(routes.RUN_PAUSE, path={"id": run_id})

    async def resume_run(self, run_id: int) -> Run:
        return await self._call(routes.RUN_RESUME, path={"id": run_id})

    async def cancel_run(self, run_id: int) -> Run:
        return await self._call(routes.RUN_CANCEL, path={"id": run_id})

    async def contacts(self, query: ContactQuery) -> ContactPage:
        return await self._call(routes.CONTACTS, query=query)

    async def count_rule(self, rule: str) -> RuleCount:
        """Raises Invalid, with the place in the text, for what is no rule."""
        return await self._call(routes.RULE_COUNT, query=RuleQuery(rule=rule))

    async def preview_rule(self, query: PreviewQuery) -> RulePreview:
        return await self._call(routes.RULE_PREVIEW, query=query)

    async def overlap(self, rule: str, other: str) -> RuleOverlap:
        return await self._call(routes.RULE_OVERLAP, query=OverlapQuery(rule=rule, other=other))

    async def suggested_segments(self) -> SuggestedSegments:
        return await self._call(routes.SUGGESTED_SEGMENTS)

    async def suggest_values(self, query: ValueQuery) -> Suggestions:
        return await self._call(routes.RULE_VALUES, query=query)

    async def tally_values(self, query: TallyQuery) -> ValueTally:
        return await self._call(routes.RULE_TALLY, query=query)

    async def explain_rule(self, rule: str, email: str) -> Explanation:
        return await self._call(routes.RULE_EXPLANATION, query=RuleLookup(rule=rule, email=email))

    async def segments(self) -> SegmentList:
        return await self._call(routes.SEGMENTS)

    async def segment(self, name: str) -> SegmentDetail:
        return await self._call(routes.SEGMENT, query=SegmentLookup(name=name))

    async def save_segment(self, name: str, rule: str, *, revision: int | None = None) -> SegmentDetail:
        """Raises Refused, saying what it is by now, when *revision* is not the segment's any more."""
        body = SegmentSave(name=name, rule=rule, revision=revision)
        return await self._call(routes.SEGMENT_SAVE, body=body)

    async def rename_segment(self, name: str, to: str) -> SegmentDetail:
        return await self._call(routes.SEGMENT_RENAME, body=SegmentRename(name=name, to=to))

    async def delete_segment(self, name: str) -> SegmentDeleted:
        """Raises Refused when another segment refers to it."""
        return await self._call(routes.SEGMENT_DELETE, body=SegmentLookup(name=name))

    async def segment_members(self, query: MemberQuery) -> MemberPage:
        return await self._call(routes.SEGMENT_MEMBERS, query=query)

    async def segment_log(self, query: LogQuery) -> SegmentLog:
        return await self._call(routes.SEGMENT_LOG, query=query)

    async def segment_growth(self, name: str, *, days: int) -> SegmentGrowth:
        return await self._call(routes.SEGMENT_GROWTH, query=GrowthQuery(name=name, days=days))

    async def apply_segments(self, segments: list[SegmentSave]) -> SegmentApplied:
        """Saves them all, or none when one of them is refused."""
        return await self._call(routes.SEGMENTS_APPLY, body=SegmentApply(segments=segments))

    async def contact(self, email: str) -> ContactDetail:
        return await self._call(routes.CONTACT, query=ContactLookup(email=email))

    async def contact_by_id(self, contact_id: int) -> ContactDetail:
        return await self._call(routes.CONTACT, query=ContactLookup(id=contact_id))

    async def timeline(self, query: TimelineQuery) -> Timeline:
        return await self._call(routes.TIMELINE, query=query)

    async def tags(self) -> Tags:
        return await self._call(routes.TAGS)

    async def lists(self) -> MailingLists:
        return await self._call(routes.LISTS)

    async def edits(self, query: EditQuery) -> EditList:
        return await self._call(routes.EDITS, query=query)

    async def edit(self, edit_id: int) -> Edit:
        return await self._call(routes.EDIT, path={"id": edit_id})

    async def plan_edit(self, request: EditRequest) -> EditPlan:
        """What the edit would do."""
        return await self._call(routes.EDIT_PLAN, body=request)

    async def make_edit(self, request: EditRequest) -> Edit:
        """Of many contacts it may be under way still: `state` says so, and `edit` how far it is."""
        return await self._call(routes.EDIT_MAKE, body=request)

    async def undo_edit(self, edit_id: int = 0) -> Edit:
        """Takes an edit back, 0 = the last one; like `make_edit` it may be under way still."""
        return await self._call(routes.EDIT_UNDO, body=EditUndo(id=edit_id))

    async def export_person(self, email: str) -> PersonExport:
        return await self._call(routes.PERSON_EXPORT, query=PersonLookup(email=email))

    async def erase_person(self, email: str, *, confirm: str) -> Erased:
        """Returns once nothing is left of the person. *confirm* is the address, typed once more."""
        return await self._call(routes.PERSON_ERASE, body=PersonErase(email=email, confirm=confirm))

    async def readmit_person(self, email: str) -> Readmitted:
        return await self._call(routes.PERSON_READMIT, body=PersonReadmit(email=email))

    async def order(self, store_hash: str, number: int) -> OrderDetail:
        return await self._call(routes.ORDER, path={"hash": store_hash, "number": number})

    async def products(self, query: ProductQuery) -> ProductPage:
        return await self._call(routes.PRODUCTS, query=query)

    async def product(self, store_hash: str, product_id: int) -> ProductDetail:
        return await self._call(routes.PRODUCT, path={"hash": store_hash, "id": product_id})

    async def deliveries(self, query: DeliveryQuery) -> DeliveryPage:
        return await self._call(routes.DELIVERIES, query=query)

    async def delivery(self, delivery_id: int) -> DeliveryDetail:
        return await self._call(routes.DELIVERY, path={"id": delivery_id})

    async def trace(self, delivery_id: int) -> DeliveryTrace:
        """What it went through, and what it caused."""
        return await self._call(routes.DELIVERY_TRACE, path={"id": delivery_id})

    async def dead_causes(self, query: CauseQuery) -> DeadCauses:
        return await self._call(routes.DEAD_CAUSES, query=query)

    async def replay(self, request: ReplayRequest) -> Replayed:
        return await self._call(routes.REPLAY, body=request)

    async def events(self) -> AsyncIterator[Event]:
        """Facts as they happen, the first a hello. Ends when the daemon closes the stream.

        Raises DaemonUnreachable when the stream breaks off or stays silent for three heartbeats.
        """
        async with aclosing(self.event_lines()) as lines:
            async for line in lines:
                if (event := _event_in(line)) is not None:
                    yield event

    async def event_lines(self) -> AsyncGenerator[bytes, None]:
        """The stream's lines as the daemon wrote them, without their ends; otherwise like `events`."""
        try:
            async with self._connected().stream(routes.EVENTS.path, silent_for_s=3 * HEARTBEAT_S) as answer:
                if answer.status >= 400:
                    _raise_for(Answer(answer.status, b"".join([piece async for piece in answer.pieces])))
                rest = b""
                async for piece in answer.pieces:
                    *lines, rest = (rest + piece).split(b"\n")
                    for line in filter(None, map(bytes.strip, lines)):
                        yield line
        except BROKEN as error:
            raise self._unreachable(error) from error

    async def _call(
        self,
        endpoint: Endpoint[Result],
        *,
        path: dict[str, str | int] | None = None,
        query: Query | None = None,
        body: Query | None = None,
    ) -> Result:
        target = endpoint.path.format_map({name: quote(str(value), safe="") for name, value in (path or {}).items()})
        raw = await self._raw(endpoint, target, query=query, body=body)
        try:
            return endpoint.result.model_validate_json(raw)
        except ValidationError as error:
            raise _not_understood(error) from error

    async def _raw(
        self, endpoint: Endpoint[Result], target: str, *, query: Query | None = None, body: Query | None = None
    ) -> bytes:
        """The answer's body as it came."""
        params = query.model_dump(mode="json", exclude_defaults=True) if query else {}
        if params:
            target += "?" + urlencode({name: _query_text(value) for name, value in params.items()}, quote_via=quote)
        sent = body.model_dump_json().encode() if body else None
        try:
            answer = await self._connected().call(endpoint.method, target, sent, within_s=_CALL_TIMEOUT_S)
        except BROKEN as error:
            raise self._unreachable(error) from error
        _raise_for(answer)
        return answer.body

    def _connected(self) -> UnixHttp:
        if self._http is None:
            raise RuntimeError("ApiClient is used outside its `async with`")
        return self._http

    def _unreachable(self, error: BaseException) -> DaemonUnreachable:
        message, remedy = _why_unreachable(self.socket, error)
        return DaemonUnreachable(message, remedy=remedy)


def _why_unreachable(socket: Path, error: BaseException) -> tuple[str, str]:
    """What is wrong with the way to the daemon, and what to do about it."""
    if len(str(socket).encode()) > SOCKET_PATH_MAX_BYTES:
        return (
            f"The socket path {socket} is longer than {SOCKET_PATH_MAX_BYTES} bytes.",
            "Choose a shorter COUNTERFOIL_SOCKET.",
        )
    match error:
        case FileNotFoundError():
            return (
                f"No daemon answers: there is no socket at {socket}.",
                "Start it (`counterfoil run` or `systemctl start counterfoild`), or point COUNTERFOIL_SOCKET at it.",
            )
        case ConnectionRefusedError():
            return (
                f"No daemon answers at {socket}: the socket is there, but nobody serves it.",
                "The daemon was probably killed; start it again (`counterfoil run` or `systemctl start counterfoild`).",
            )
        case PermissionError():
            return (
                f"You may not open the daemon's socket {socket}.",
                "Join its group: `sudo usermod -aG counterfoil $USER`, then log in anew.",
            )
        case TimeoutError():
            return f"The daemon at {socket} did not answer in time.", "See `systemctl status counterfoild` and its log."
        case _:
            return (
                f"The connection to the daemon at {socket} broke off ({error}).",
                "Try again; see the daemon's log if it lasts.",
            )


def _raise_for(answer: Answer) -> None:
    if answer.status < 400:
        return
    try:
        raise Problem.model_validate_json(answer.body).as_error()
    except ValidationError:
        excerpt = answer.body[:200].decode("utf-8", "replace")
        raise CounterfoilError(f"The daemon answered {answer.status}: {excerpt}") from None


def _event_in(line: bytes) -> Event | None:
    """The event on *line*; None for a kind that only a newer daemon knows."""
    try:
        return EVENT.validate_json(line)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] == "union_tag_invalid":
            return None
        raise _not_understood(error) from error


def _not_understood(error: ValidationError) -> CounterfoilError:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return CounterfoilError(
        f"The daemon's answer was not understood: {f'{place}: ' if place else ''}{first['msg']}.",
        remedy="Bring both ends to the same version: restart the daemon after an upgrade.",
    )


def _query_text(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)

"""Every call of the socket API: method, path, what goes in and what comes out. Server and client both read this."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import Field

from common.activity import Activity
from common.api_description import ApiDescription
from common.audit import AuditPage, AuditQuery
from common.backups import Backups
from common.connecting import Connecting, StoreTried, StoreTry
from common.contacts import ContactDetail, ContactPage, ContactQuery
from common.daemon_settings import SettingsInForce
from common.doctor import CheckList, Diagnosis
from common.edits import Edit, EditList, EditPlan, EditQuery, EditRequest, EditUndo, MailingLists, Tags
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
from common.persons import Erased, PersonErase, PersonExport, PersonLookup, PersonReadmit, Readmitted
from common.products import ProductDetail, ProductPage, ProductQuery
from common.reloading import Reloaded
from common.roles import Role
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
from common.sync import PlanQuery, Run, RunList, RunQuery, RunStart, SyncPlan
from common.timeline import Timeline, TimelineQuery
from common.wire import Empty, Query, Wire

Result = TypeVar("Result", bound=Wire)

JSON, NDJSON, TEXT = "application/json", "application/x-ndjson", "text/plain"


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[Result]):
    """One call. *path* holds {names} in braces; *query* and *body* are None where the call takes none.

    *needs* None = a question is open to viewers, anything else to operators.
    *media* other than JSON: what is answered is no *result* but text of that kind.
    """

    method: str
    path: str
    result: type[Result]
    query: type[Query] | None = None
    body: type[Query] | None = None
    needs: Role | None = None
    media: str = JSON

    @property
    def role(self) -> Role:
        """The least that a caller must be."""
        return self.needs or (Role.VIEWER if self.method == "GET" else Role.OPERATOR)

    @property
    def is_command(self) -> bool:
        """Whether it changes something, and is noted for the audit."""
        return self.method != "GET" and self.role is not Role.VIEWER


class ContactLookup(Query):
    """One contact, by email or by id (the one that is given)."""

    email: str = ""
    id: int = Field(default=0, ge=0, lt=2**63)


OPENAPI = Endpoint("GET", "/v1/openapi.json", ApiDescription)
STATUS = Endpoint("GET", "/v1/status", Status)
SETTINGS = Endpoint("GET", "/v1/settings", SettingsInForce)
RELOAD = Endpoint("POST", "/v1/reload", Reloaded, needs=Role.ADMIN)
AUDIT = Endpoint("GET", "/v1/audit", AuditPage, query=AuditQuery)
ACTIVITY = Endpoint("GET", "/v1/activity", Activity)

BACKUPS = Endpoint("GET", "/v1/backups", Backups)
BACKUP_NOW = Endpoint("POST", "/v1/backups", Backups, needs=Role.ADMIN)
BACKUP_DRILL = Endpoint("POST", "/v1/backups/drill", Backups, needs=Role.ADMIN)
"""Both answer when it has begun; it is over when nothing is `under_way` any more."""
CHECKS = Endpoint("GET", "/v1/doctor/checks", CheckList)
DIAGNOSIS = Endpoint("GET", "/v1/doctor", Diagnosis)
MEND = Endpoint("POST", "/v1/doctor/fix", Diagnosis)
"""The diagnosis as it was found, with what was set right."""

STORES = Endpoint("GET", "/v1/stores", StoreList)
STORE = Endpoint("GET", "/v1/stores/{hash}", StoreDetail)
STORE_SALES = Endpoint("GET", "/v1/stores/{hash}/sales", StoreSales, query=SalesQuery)
STORE_ADD = Endpoint("POST", "/v1/stores", StoreDetail, body=StoreAdd)
STORE_PAUSE = Endpoint("POST", "/v1/stores/{hash}/pause", StoreDetail)
STORE_RESUME = Endpoint("POST", "/v1/stores/{hash}/resume", StoreDetail)
STORE_SETTINGS = Endpoint("GET", "/v1/stores/{hash}/settings", StoreSettings)
STORE_SETTINGS_CHANGE = Endpoint("PATCH", "/v1/stores/{hash}/settings", StoreSettings, body=SettingsChange)
STORE_ROTATE_SECRET = Endpoint("POST", "/v1/stores/{hash}/rotate-secret", StoreDetail, needs=Role.ADMIN)
STORE_RECONNECT = Endpoint("POST", "/v1/stores/{hash}/reconnect", StoreDetail, body=StoreReconnect)
STORE_DELETE = Endpoint("POST", "/v1/stores/{hash}/delete", StoreDetail, needs=Role.ADMIN)
STORE_PURGE = Endpoint("POST", "/v1/stores/{hash}/purge", StoreDetail, body=StorePurge, needs=Role.ADMIN)
"""Answers when the erasing has begun; it is over when the store is no longer found."""

CONNECTING = Endpoint("GET", "/v1/connecting", Connecting)
STORE_TRY = Endpoint("POST", "/v1/connecting", StoreTried, body=StoreTry)
"""Looks at a token without keeping anything of it."""

RUN_START = Endpoint("POST", "/v1/stores/{hash}/runs", Run, body=RunStart)
PLAN = Endpoint("GET", "/v1/stores/{hash}/plan", SyncPlan, query=PlanQuery)
RUNS = Endpoint("GET", "/v1/runs", RunList, query=RunQuery)
RUN = Endpoint("GET", "/v1/runs/{id}", Run)
RUN_PAUSE = Endpoint("POST", "/v1/runs/{id}/pause", Run)
RUN_RESUME = Endpoint("POST", "/v1/runs/{id}/resume", Run)
RUN_CANCEL = Endpoint("POST", "/v1/runs/{id}/cancel", Run)

CONTACTS = Endpoint("GET", "/v1/contacts", ContactPage, query=ContactQuery)
CONTACT = Endpoint("GET", "/v1/contact", ContactDetail, query=ContactLookup)
TIMELINE = Endpoint("GET", "/v1/contact/timeline", Timeline, query=TimelineQuery)
PERSON_EXPORT = Endpoint("GET", "/v1/contact/export", PersonExport, query=PersonLookup)
PERSON_ERASE = Endpoint("POST", "/v1/contact/erase", Erased, body=PersonErase, needs=Role.ADMIN)
PERSON_READMIT = Endpoint("POST", "/v1/contact/readmit", Readmitted, body=PersonReadmit, needs=Role.ADMIN)
ORDER = Endpoint("GET", "/v1/stores/{hash}/orders/{number}", OrderDetail)

TAGS = Endpoint("GET", "/v1/tags", Tags)
LISTS = Endpoint("GET", "/v1/lists", MailingLists)
EDITS = Endpoint("GET", "/v1/edits", EditList, query=EditQuery)
EDIT = Endpoint("GET", "/v1/edits/{id}", Edit)
EDIT_MAKE = Endpoint("POST", "/v1/edits", Edit, body=EditRequest)
EDIT_PLAN = Endpoint("POST", "/v1/edits/plan", EditPlan, body=EditRequest, needs=Role.VIEWER)
EDIT_UNDO = Endpoint("POST", "/v1/edits/undo", Edit, body=EditUndo)
"""Both may answer before all is done, with how far it is: see `state`."""
PRODUCTS = Endpoint("GET", "/v1/products", ProductPage, query=ProductQuery)
PRODUCT = Endpoint("GET", "/v1/stores/{hash}/products/{id}", ProductDetail)

RULE_COUNT = Endpoint("GET", "/v1/segments/count", RuleCount, query=RuleQuery)
RULE_PREVIEW = Endpoint("GET", "/v1/segments/preview", RulePreview, query=PreviewQuery)
RULE_OVERLAP = Endpoint("GET", "/v1/segments/overlap", RuleOverlap, query=OverlapQuery)
SUGGESTED_SEGMENTS = Endpoint("GET", "/v1/segments/suggested", SuggestedSegments)
RULE_VALUES = Endpoint("GET", "/v1/segments/values", Suggestions, query=ValueQuery)
RULE_TALLY = Endpoint("GET", "/v1/segments/tally", ValueTally, query=TallyQuery)
RULE_EXPLANATION = Endpoint("GET", "/v1/segments/explanation", Explanation, query=RuleLookup)

SEGMENTS = Endpoint("GET", "/v1/segments", SegmentList)
SEGMENT = Endpoint("GET", "/v1/segment", SegmentDetail, query=SegmentLookup)
SEGMENT_SAVE = Endpoint("POST", "/v1/segment/save", SegmentDetail, body=SegmentSave)
SEGMENT_RENAME = Endpoint("POST", "/v1/segment/rename", SegmentDetail, body=SegmentRename)
SEGMENT_DELETE = Endpoint("POST", "/v1/segment/delete", SegmentDeleted, body=SegmentLookup)
SEGMENT_MEMBERS = Endpoint("GET", "/v1/segment/members", MemberPage, query=MemberQuery)
SEGMENT_LOG = Endpoint("GET", "/v1/segment/log", SegmentLog, query=LogQuery)
SEGMENT_GROWTH = Endpoint("GET", "/v1/segment/growth", SegmentGrowth, query=GrowthQuery)
SEGMENTS_APPLY = Endpoint("POST", "/v1/segments/apply", SegmentApplied, body=SegmentApply)

DELIVERIES = Endpoint("GET", "/v1/inbox", DeliveryPage, query=DeliveryQuery)
DEAD_CAUSES = Endpoint("GET", "/v1/inbox/causes", DeadCauses, query=CauseQuery)
DELIVERY = Endpoint("GET", "/v1/inbox/{id}", DeliveryDetail)
DELIVERY_TRACE = Endpoint("GET", "/v1/inbox/{id}/trace", DeliveryTrace)
REPLAY = Endpoint("POST", "/v1/inbox/replay", Replayed, body=ReplayRequest)

SUPPORT_BUNDLE = Endpoint("GET", "/v1/support-bundle", SupportBundle, needs=Role.ADMIN)

METRICS = Endpoint("GET", "/v1/metrics", Empty, media=TEXT)
"""Not JSON but Prometheus's text form."""

EVENTS = Endpoint("GET", "/v1/events", Empty, media=NDJSON)
"""Not one answer but a stream of NDJSON lines, each an `Event`."""


def _names() -> dict[Endpoint[Any], str]:
    return {value: name.lower().replace("_", " ") for name, value in globals().items() if isinstance(value, Endpoint)}


NAMES = _names()
"""What each call is called where people read it: "store pause"."""

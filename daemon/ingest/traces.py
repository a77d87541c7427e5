"""What a delivery changed: the part of a write that can be put down to it."""

from common.events import What
from daemon.db.deliveries import Dirty, Ids
from daemon.ingest.apply import Applied
from daemon.records import Kind

# More are of no use to a reader, and every row keeps them.
_KEPT_IDS = 50

_OWN = {Kind.CUSTOMER: What.CUSTOMER, Kind.PRODUCT: What.PRODUCT, Kind.ORDER: What.ORDER}


def trace(dirty: Dirty, applied: Applied, *, is_alone: bool) -> Ids:
    """What *applied* changed because of *dirty*: all of it when the write was for it alone, else the thing it named."""
    if is_alone:
        return {what: ids[:_KEPT_IDS] for what, ids in applied.ids.items()}
    what = _OWN.get(dirty.kind)
    if what is None or int(dirty.resource_id) not in applied.ids.get(what, ()):
        return {}
    return {what: [int(dirty.resource_id)]}

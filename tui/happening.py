"""What happened to a contact, in words: one line per event, the same on a screen and on the command line."""

from common.text import safe
from common.timeline import Happened, Happening

_CAUSES = {
    "live": "live",
    "manual": "manual run",
    "historical": "historical run",
    "operator": "operator",
    "undo": "undo",
    "clock": "time passed",
    "edited": "rule changed",
    "rebuilt": "computed anew",
}
_WORDS = {
    # signals of consent, and how a cart ended
    "newsletter": "newsletter",
    "review_mail": "review and cart mail",
    "deleted": "deleted by the shopper",
    "expired": "expired",
}

_SENTENCES = {
    Happening.KNOWN: "became known here",
    Happening.ORDER_PLACED: "order #{order} placed{amount}",
    Happening.ORDER_STATUS: "order #{order}  {before} → {after}",
    Happening.ORDER_REFUNDED: "order #{order} refunded{amount}",
    Happening.ORDER_ARCHIVED: "order #{order} archived in the store",
    Happening.CART_LEFT: "cart left{amount}",
    Happening.CART_RECOVERED: "cart won back as order #{order}",
    Happening.CART_CLOSED: "cart {word}",
    Happening.TAG_ADDED: "tag “{after}” added",
    Happening.TAG_REMOVED: "tag “{after}” removed",
    Happening.LIST_JOINED: "joined list “{after}”",
    Happening.LIST_UNSUBSCRIBED: "unsubscribed from list “{after}”",
    Happening.LIST_LEFT: "taken off list “{after}”",
    Happening.CONSENT_GIVEN: "accepts {word}{source}",
    Happening.CONSENT_TAKEN: "no longer accepts {word}{source}",
    Happening.SEGMENT_ENTERED: "entered segment “{after}”",
    Happening.SEGMENT_LEFT: "left segment “{after}”",
}


def sentence(event: Happened) -> str:
    """ "order #1204 placed  $104.00", safe to show."""
    after, before = safe(event.after), safe(event.before)
    return _SENTENCES[event.what].format(
        order=event.order,
        before=before,
        after=after,
        word=_WORDS.get(after, after),
        amount=f"  {event.amount.text}" if event.amount else "",
        source=f" ({before})" if before else "",
    )


def cause(event: Happened) -> str:
    """Who or what made it so, "" = nothing says."""
    return _CAUSES.get(event.cause, safe(event.cause))

"""Moments as a person reads them on a page of details; always UTC, so that two operators read the same."""

from datetime import UTC, datetime

from common.times import ago


def minute(epoch_s: int) -> str:
    """2025-11-23 12:13 UTC."""
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%d %H:%M UTC")


def day(epoch_s: int) -> str:
    """2025-11-23."""
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%d")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def month_name(month: str) -> str:
    """ "2026-11" -> "Nov"."""
    return _MONTHS[int(month[5:7]) - 1]


def long_ago(epoch_s: int | None, *, now: int) -> str:
    """ "4s ago", "now" or "never"."""
    if epoch_s is None:
        return "never"
    span = ago(epoch_s, now=now)
    return span if span == "now" else f"{span} ago"

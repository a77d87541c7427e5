"""Who calls the public listener, and how often in vain: each source may be refused so many times a minute.

What is believed is never counted: a store's deliveries all come from a few addresses.
"""

import ipaddress
import logging
from collections import Counter

from multidict import MultiMapping

from daemon.clock import Clock
from daemon.settings import PublicSettings

log = logging.getLogger(__name__)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_FORWARDED = "X-Forwarded-For"
_MINUTE_S = 60
_MOST_SOURCES = 10_000  # beyond that those not seen yet this minute count as one
_OTHERS = "others"
_MOST_LINES = 10  # of the log, a minute
_ONE_V6_SOURCE = 64  # bits: what one line of a provider is given


class Sources:
    """Counts refusals by source, and believes trusted proxies whom they speak for, as the *settings* say now."""

    def __init__(self, settings: PublicSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._minute = 0
        self._refused: Counter[str] = Counter()

    def source(self, remote: str | None, headers: MultiMapping[str]) -> str:
        """The address a call comes from: the nearest one that is no proxy of ours."""
        told = ",".join(headers.getall(_FORWARDED, []))
        chain = [part.strip() for part in told.split(",") if part.strip()]
        nearest = _address(remote or "")
        while chain and nearest is not None and self._is_trusted(nearest):
            before = _address(chain.pop())
            if before is None:
                break
            nearest = before
        return _name(nearest)

    def is_over(self, source: str) -> bool:
        self._turn_minute()
        most = self._settings.per_source_per_minute
        return bool(most) and self._refused[self._counted(source)] >= most

    def note_refused(self, source: str) -> None:
        self._turn_minute()
        self._refused[self._counted(source)] += 1

    def _counted(self, source: str) -> str:
        return source if source in self._refused or len(self._refused) < _MOST_SOURCES else _OTHERS

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._settings.proxies)

    def _turn_minute(self) -> None:
        """A line for each of the worst of the minute before, then all begin anew."""
        minute = self._clock.now() // _MINUTE_S
        if minute == self._minute:
            return
        for source, count in self._refused.most_common(_MOST_LINES):
            log.info("calls refused", extra={"source": source, "count": count})
        self._minute = minute
        self._refused.clear()


def _address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _name(address: Address | None) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _ONE_V6_SOURCE), strict=False))
    return str(address) if address else "unknown"

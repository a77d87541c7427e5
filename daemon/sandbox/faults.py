"""What can go wrong on request: a table of standing faults with their odds, and failures queued for single requests."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from daemon.sandbox.dice import dice_of

# name -> (value when none is given, what it does)
KNOWN: Mapping[str, tuple[float, str]] = {
    "latency": (0.1, "seconds each answer waits"),
    "page-latency": (0.5, "further seconds per 250 rows of a list asked for"),
    "slow": (0.01, "share of answers that wait 70 s: longer than any client should"),
    "http-500": (0.02, "share of answers that are 500 with a JSON body"),
    "http-502html": (0.01, "share of answers that are 502 with an HTML body"),
    "http-503html": (0.01, "share of answers that are 503 with an HTML body"),
    "http-504html": (0.01, "share of answers that are 504 with an HTML body"),
    "http-509": (0.01, "share of answers that are 509, the old word for throttled"),
    "bare-429": (0.01, "share of answers that are 429 without any rate header"),
    "truncated": (0.01, "share of answers cut in the middle of the body"),
    "unauthorized": (0.01, "share of answers that are 401 although the token is good"),
    "forbidden-refunds": (1, "refunds answer 403"),
    "empty-200": (1, "empty v2 lists answer 200 [] and not 204"),
    "heavy-pages": (2_000_000, "bodies above this many bytes answer 504"),
    "unready": (2, "seconds for which a new order answers 404 although its event was sent"),
    "second-app": (1, "other apps that share the quota"),
    "late": (5, "deliveries wait up to this many seconds"),
    "twice": (1, "share of deliveries that are sent twice"),
    "shuffled": (1, "deliveries leave in random order"),
    "lost": (0.1, "share of deliveries that never leave"),
    "unsigned": (1, "deliveries carry no signature"),
    "wrong-key": (1, "deliveries are signed with another secret"),
    "stale-timestamp": (3600, "deliveries are stamped this many seconds ago"),
    "many-signatures": (1, "the signature header holds a wrong, a v1a and the right entry"),
    "hook-delay": (60, "seconds until a new hook fires"),
    "quick-retries": (0.01, "waits between retries are multiplied by this"),
}


def describe() -> str:
    """The table for --help."""
    return "\n".join(f"  {name}[={value:g}]: {text}" for name, (value, text) in KNOWN.items())


class Faults:
    """Standing faults by name; an absent one never happens."""

    def __init__(self, spec: Mapping[str, float] | None = None, *, chance: Random | None = None) -> None:
        self.values = dict(spec or {})
        self._dice = chance or dice_of(0)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def value(self, name: str) -> float:
        """The number of a fault; 0 when it is off."""
        return self.values.get(name, 0.0)

    def strikes(self, name: str) -> bool:
        """Throw the dice for a fault whose value is a share."""
        share = self.value(name)
        return share > 0 and self._dice.random() < share


def parse(text: str) -> dict[str, float]:
    """`late,lost=0.3` as {name: value}; ValueError names a fault that does not exist."""
    spec: dict[str, float] = {}
    for word in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = word.partition("=")
        if name not in KNOWN:
            raise ValueError(f"no fault is called {name!r}; there are: {', '.join(KNOWN)}")
        try:
            spec[name] = float(value) if value else KNOWN[name][0]
        except ValueError:
            raise ValueError(f"the fault {name} needs a number, not {value!r}") from None
    return spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What one request gets instead of its answer. With `status` 0 only the delay happens."""

    path: str = ""  # part of the request's path; "" is any
    status: int = 500
    body: str = '{"status":500,"title":"Internal Server Error","type":""}'
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    has_rate_headers: bool = True
    cuts_body: bool = False  # answer truly, but break off in the middle
    body_pause_s: float = 0.0  # answer truly, but wait so long in the middle
    resets: bool = False  # no answer: the connection is reset


class FailureQueue:
    """Failures that wait for the requests they are meant for."""

    def __init__(self) -> None:
        self._waiting: deque[Failure] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, failures: Iterable[Failure]) -> None:
        self._waiting.extend(failures)

    def next_for(self, path: str) -> Failure | None:
        """Take the first failure meant for *path*."""
        for failure in self._waiting:
            if failure.path in path:
                self._waiting.remove(failure)
                return failure
        return None

    def clear(self) -> None:
        self._waiting.clear()

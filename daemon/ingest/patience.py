"""How long to wait for things outside; handed in, so that whoever has no time can wait less."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from daemon.bigcommerce.transport import RetryPolicy


@dataclass(frozen=True, slots=True)
class Patience:
    """*retries* are those of one request; a run whose store stays silent is taken up again after *try_again_s*.

    Whether timed work is due, and whether all is well, is looked at every *look_every_s*. What a delivery named has
    to come within *fetch_within_s*, all retries and quota pauses included, or is put off; *jitter* (0 to 1) spreads
    what is put off.
    """

    retries: RetryPolicy = field(default_factory=RetryPolicy)
    try_again_s: float = 30.0
    look_every_s: float = 5.0
    fetch_within_s: float = 120.0
    jitter: Callable[[], float] = random.random

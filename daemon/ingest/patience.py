"""How long to wait for a store that does not answer; handed in, so that whoever has no time can wait less."""

from dataclasses import dataclass, field

from daemon.bigcommerce.transport import RetryPolicy


@dataclass(frozen=True, slots=True)
class Patience:
    """*retries* are those of one request; a run whose store stays silent is taken up again after *try_again_s*."""

    retries: RetryPolicy = field(default_factory=RetryPolicy)
    try_again_s: float = 30.0

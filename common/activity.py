"""What went in and out of the daemon lately, on the wire."""

from common.times import Moment
from common.wire import Wire


class ActivitySlot(Wire):
    """What happened from `at` on, for as long as a slot is.

    Webhook calls: `deliveries` were taken in, `turned_away` were not. Requests to the stores' APIs: `answered` ones,
    `refused` ones (no permission, not accepted), `over_quota` (429: sent again by itself) and `failed` ones (an error
    of the store, or no answer).
    """

    at: Moment
    deliveries: int = 0
    turned_away: int = 0
    answered: int = 0
    refused: int = 0
    over_quota: int = 0
    failed: int = 0


class Activity(Wire):
    """The last 60 minutes and the last 48 half hours, the oldest first, the last one of each still running.

    Counted in memory: nothing is known of what was before `since`, when the daemon started.
    """

    since: Moment
    minutes: list[ActivitySlot]
    half_hours: list[ActivitySlot]

"""What a sandbox store is to hold: its sizes, its seed and the moment its history ends."""

from dataclasses import dataclass

DAY = 86_400
YEAR = 365 * DAY

STORE_NUMBER = 1_000_042  # the numeric store id of deliveries and of /v2/store


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sizes of a store; the same plan always gives the same bytes.

    `ends_at` is epoch seconds UTC: no generated order is younger. `awkward` off leaves out guests, strange text,
    other currencies and every other exception, for tests that want plain rows.
    """

    customers: int = 40
    orders: int = 120
    products: int = 30
    seed: int = 7
    ends_at: int = 1_760_000_000
    awkward: bool = True

    @property
    def begins_at(self) -> int:
        """The store opened three years before its history ends."""
        return self.ends_at - 3 * YEAR

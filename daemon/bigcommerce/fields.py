"""Single fields of a payload, read or refused.

Every function raises ValueError, in words for the operator, when the store sent something else.
"""

from common.emails import normalised_email
from common.money import minor_units
from daemon.bigcommerce.dates import epoch_s


def usable_email(raw: str | None) -> str:
    """Raises ValueError without showing the text: it may be somebody's address all the same."""
    email = normalised_email(raw or "")
    if not email:
        raise ValueError("it has no usable email address")
    return email


def required_money(amount: str | None, field: str, currency: str) -> int:
    if not amount:
        raise ValueError(f"the store sent {field}={amount!r} (expected money)")
    return money(amount, field, currency)


def money(amount: str | None, field: str, currency: str) -> int:
    """Minor units; 0 when the store leaves the field out or empty."""
    if not amount:
        return 0
    try:
        return minor_units(amount, currency)
    except ValueError:
        raise ValueError(f"the store sent {field}={amount[:40]!r} (expected money)") from None


def moment(text: str | None, field: str) -> int:
    try:
        return epoch_s(text)
    except ValueError:
        raise ValueError(f"the store sent {field}={(text or '')[:40]!r} (expected a date)") from None

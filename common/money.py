"""Money: integer minor units with an ISO 4217 currency, never a float."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

# ISO 4217 minor-unit exponents that are not 2.
_NO_CENTS = (
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "UYI",
    "VND",
    "VUV",
    "XAF",
    "XOF",
)
_THREE_PLACES = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
UNUSUAL_EXPONENTS = MappingProxyType(dict.fromkeys((*_NO_CENTS, "XPF"), 0) | dict.fromkeys(_THREE_PLACES, 3))
"""The decimal places of the currencies that do not have two."""

_SYMBOLS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "CAD": "CA$",
    "AUD": "A$",
    "NZD": "NZ$",
    "INR": "₹",
    "BRL": "R$",
}

# A 64-bit column holds it; a larger amount is a damaged payload, not a purchase.
_MAX_MINOR = 10**17


class Money(BaseModel):
    """An amount as scripts read it: {"minor": 1050, "currency": "USD", "text": "$10.50"}."""

    model_config = ConfigDict(frozen=True)

    minor: int
    currency: str
    text: str

    @classmethod
    def of(cls, minor: int, currency: str) -> "Money":
        return cls(minor=minor, currency=currency, text=money_text(minor, currency))


def exponent(currency: str) -> int:
    """How many decimal places one unit of *currency* has."""
    return UNUSUAL_EXPONENTS.get(currency, 2)


def major_units(minor: int, currency: str) -> Decimal:
    """*minor* units as an amount: 120450 USD are 1204.50."""
    return Decimal(minor).scaleb(-exponent(currency))


@lru_cache(maxsize=65536)  # prices repeat, and parsing a Decimal is the slow part
def minor_units(amount: str | Decimal | float, currency: str) -> int:
    """*amount* in major units, rounded half up to minor units of *currency*.

    The store writes "64.5300", "7.39" or "8" (v2) and JSON numbers (v3); a float goes through its shortest text.
    Raises ValueError when *amount* is no finite number or larger than any purchase.
    """
    try:
        exact = Decimal(str(amount)).scaleb(exponent(currency))
        minor = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except (InvalidOperation, OverflowError, ValueError):
        raise ValueError(f"{amount!r} is not an amount of money") from None
    if abs(minor) > _MAX_MINOR:
        raise ValueError(f"{amount!r} is larger than any amount of money")
    return minor


def money_text(minor: int, currency: str) -> str:
    """Amount with thousands separators and its symbol, or its code where no symbol is unmistakable: "$1,204.50"."""
    places = exponent(currency)
    whole, fraction = divmod(abs(minor), 10**places)
    digits = f"{whole:,}" + (f".{fraction:0{places}}" if places else "")
    return _signed(minor, currency, digits)


def short_money_text(minor: int, currency: str) -> str:
    """The amount in few cells, to two digits at least: "$0.99", "$950", "$1.2k", "€34M"."""
    if abs(minor) < 10 ** exponent(currency):
        return money_text(minor, currency)
    return _signed(minor, currency, short_count(abs(minor) // 10 ** exponent(currency)))


def _signed(minor: int, currency: str, digits: str) -> str:
    return f"{'-' if minor < 0 else ''}{_SYMBOLS.get(currency, f'{currency} ')}{digits}"


def short_count(number: int) -> str:
    """*number* in at most four cells, but for a sign and for what is beyond trillions: "950", "1.2k", "34M"."""
    whole = abs(number)
    for unit, size in (("T", 10**12), ("B", 10**9), ("M", 10**6), ("k", 10**3)):
        if whole >= size:
            tenths = whole * 10 // size
            shown = f"{tenths // 10:,}" if tenths >= 100 else f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
            return f"{'-' if number < 0 else ''}{shown}{unit}"
    return str(number)

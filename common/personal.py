"""Marks the fields that say who a person is: what shows them where others look on can mask just those."""

from enum import StrEnum, auto
from typing import Annotated


class Personal(StrEnum):
    """What a marked text is."""

    EMAIL = auto()
    NAME = auto()
    PHONE = auto()
    PLACE = auto()
    """Of an address: city, postal code."""
    PROSE = auto()
    """A sentence that may quote an address or a number."""
    OPTION = auto()
    """What a shopper chose or typed, told as "Recipient name: Ann Lee"."""
    BODY = auto()
    """JSON as a stranger sent it."""
    SEARCH = auto()
    """What was looked for: a name, an address, a number."""
    AS_TOLD = auto()
    """What the field `personal` beside it says; None = nothing personal."""


Email = Annotated[str, Personal.EMAIL]
Name = Annotated[str, Personal.NAME]
Phone = Annotated[str, Personal.PHONE]
PlaceName = Annotated[str, Personal.PLACE]
Prose = Annotated[str, Personal.PROSE]

"""Values with the people in them masked for those who listen along: still told apart, no longer known."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

Value = TypeVar("Value")

_HIDDEN = "***"


def masked(value: Value) -> Value:
    """*value*, a model or a list of models, with addresses, names and phone numbers masked wherever they stand."""
    seen: Any = value
    match value:
        case BaseModel():
            fields = {name: getattr(value, name) for name in type(value).model_fields}
            seen = value.model_copy(update={name: _MASKS.get(name, masked)(one) for name, one in fields.items()})
        case list():
            seen = [masked(one) for one in value]
    return seen  # type: ignore[no-any-return]  # of the type it came as


def _address(email: str) -> str:
    local, at, domain = email.partition("@")
    return f"{local[:1]}{_HIDDEN}{at}{domain[:1]}{_HIDDEN}" if email else ""


def _name(person: str) -> str:
    return " ".join(f"{word[:1]}{_HIDDEN}" for word in person.split())


def _phone(number: str) -> str:
    return f"{_HIDDEN}{number[-2:]}" if number else ""


_MASKS: Mapping[str, Callable[[str], str]] = {
    "email": _address,
    "first_name": _name,
    "last_name": _name,
    "phone": _phone,
}

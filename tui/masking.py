"""Values with the people in them masked: enough is left to tell them apart, too little to know them."""

import json
import re
from collections.abc import Callable
from functools import cache, partial
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel
from rich.cells import cell_len

from common.personal import Personal
from common.text import safe

Value = TypeVar("Value")

_MASK = "••"
_NUMBER_MASK = "••••"

# Shorter numbers would be told whole, or nearly, by their last two digits.
_TOLD_FROM_DIGITS = 6

_ADDRESS = re.compile(r"[^\s@<>()\[\]{}\"',;:]+@[^\s@<>()\[\]{}\"',;:]*[^\s@<>()\[\]{}\"',;:.!?]")
_NUMBER = re.compile(r"\+\d[\d ().-]{5,}\d")
_PERSONAL_KEY = re.compile(r"name|mail|phone|address|street|city|zip|postal|company", re.IGNORECASE)


def masked(value: Value) -> Value:
    """*value* as it may be seen by others: models, and those within lists and tuples, with marked fields masked.

    The same value gives the same mask. What holds nobody comes back as it is.
    """
    seen = _seen(value)
    return value if seen is None else seen


def masked_call(call: Callable[..., Any]) -> Callable[..., Any]:
    """*call* with what it is a partial of masked; one that is none comes back as it is."""
    if not isinstance(call, partial):
        return call
    named = {name: masked(value) for name, value in call.keywords.items()}
    return partial(masked_call(call.func), *map(masked, call.args), **named)


def masked_text(text: str, kind: Personal) -> str:
    """*text* masked as *kind*; what is empty stays so."""
    return _MASKS[kind](text) if text else text


def _seen(value: Any) -> Any:
    """None where nothing had to be masked."""
    if isinstance(value, BaseModel):
        changes = {name: seen for name in type(value).model_fields if (seen := _seen_field(value, name)) is not None}
        return value.model_copy(update=changes) if changes else None
    if isinstance(value, list | tuple):
        many = [_seen(one) for one in value]
        if all(one is None for one in many):
            return None
        return type(value)(before if seen is None else seen for before, seen in zip(value, many, strict=True))
    return None


def _seen_field(model: BaseModel, name: str) -> Any:
    value, mark = getattr(model, name), marks_of(type(model)).get(name)
    if mark is Personal.AS_TOLD:
        mark = getattr(model, "personal", None)
    if mark is None:
        return _seen(value)
    if isinstance(value, str):
        return masked_text(value, mark)
    return [masked_text(one, mark) for one in value] if isinstance(value, list) else None


@cache
def marks_of(model: type[BaseModel]) -> dict[str, Personal]:
    """What the fields of *model* are that are marked, or lists of what is."""
    found = {name: _mark([*field.metadata, field.annotation]) for name, field in model.model_fields.items()}
    return {name: mark for name, mark in found.items() if mark}


def _mark(parts: list[Any]) -> Personal | None:
    for part in parts:
        if isinstance(part, Personal):
            return part
        if get_origin(part) in (Annotated, list) and (mark := _mark(list(get_args(part)))):
            return mark
    return None


def _word(word: str) -> str:
    first = word[0]
    return (first if cell_len(first) == 1 and len(word) > 1 else _MASK[: cell_len(first)]) + _MASK


def _name(text: str) -> str:
    return " ".join(_word(word) for word in safe(text).split())


def _email(text: str) -> str:
    local, at, domain = safe(text).rpartition("@")
    if not at or not local or not domain:
        return _name(text)
    house, _, end = domain.rpartition(".")
    return f"{_word(local)}@{_word(house)}.{end}" if house else f"{_word(local)}@{_word(domain)}"


def _phone(text: str) -> str:
    digits = [char for char in text if char.isdigit()]
    return f"{_NUMBER_MASK} {''.join(digits[-2:])}" if len(digits) >= _TOLD_FROM_DIGITS else _NUMBER_MASK


def _prose(text: str) -> str:
    without = _ADDRESS.sub(lambda found: _email(found.group()), text)
    return _NUMBER.sub(lambda found: _phone(found.group()), without)


def _search(text: str) -> str:
    return " ".join(_searched(word) for word in safe(text).split())


def _searched(word: str) -> str:
    """Numbers are those of orders, unless they are too long for one."""
    if "@" in word:
        return _email(word)
    digits = word.strip("+#()-.")
    if digits.isdigit():
        return _phone(word) if word.startswith("+") or len(digits) > 9 else word
    return _word(word)


def _option(text: str) -> str:
    label, colon, value = text.partition(": ")
    return f"{label}{colon}{_search(value)}" if _PERSONAL_KEY.search(label) else _prose(text)


def _body(text: str) -> str:
    try:
        return json.dumps(_masked_json(json.loads(text), is_personal=False), ensure_ascii=False)
    except (ValueError, RecursionError):
        return _prose(text)


def _masked_json(value: Any, *, is_personal: bool) -> Any:
    match value:
        case dict():
            return {
                _prose(key): _masked_json(one, is_personal=is_personal or bool(_PERSONAL_KEY.search(key)))
                for key, one in value.items()
            }
        case list():
            return [_masked_json(one, is_personal=is_personal) for one in value]
        case str():
            return _search(value) if is_personal else _prose(value)
        case int() | float() if is_personal and not isinstance(value, bool):
            return _phone(str(value))
    return value


_MASKS: dict[Personal, Callable[[str], str]] = {
    Personal.EMAIL: _email,
    Personal.NAME: _name,
    Personal.PHONE: _phone,
    Personal.PLACE: _name,
    Personal.PROSE: _prose,
    Personal.OPTION: _option,
    Personal.BODY: _body,
    Personal.SEARCH: _search,
}

"""How a rule that is being typed may go on: with a condition, one of its operators, with and or or."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from common.segments.catalogue import ConditionKind, kinds_at
from common.segments.operators import Type, operators_of

_TEXTS = re.compile(r'"(\\.|[^"\\])*"')
_IN_ORDER = re.compile(r"\b(same\s+order|count\s+of\s+orders)\s*\($", re.IGNORECASE)
# Behind these, at the start and behind a bracket, a condition comes.
_BEFORE_CONDITION = re.compile(r"(^|\(|\b(and|or|not|any lines?|all lines?))\s*$", re.IGNORECASE)
# A name, and as much of an operator as is typed.
_AFTER_NAME = re.compile(r"\b(?P<name>[a-z][a-z_]+)\s+(?P<operator>[a-z!<>=][a-z<>= ]*)?$", re.IGNORECASE)
_BEGUN_NAME = re.compile(r"[a-z_]*$", re.IGNORECASE)
_STARTS = ("not", "everyone", "same order (", "count of orders (", 'in segment "')
_JOINS = ("and", "or")


@dataclass(frozen=True, slots=True)
class End:
    """*text* is the whole rule so far, *shown* the part of it that this is about, *help* what that means."""

    text: str
    shown: str
    help: str = ""


def ends(begun: str) -> Iterator[End]:
    """Each way to go on.

    A name that only one condition has comes with its operators: a shell would close the quotes behind a single answer.
    """
    bare = _TEXTS.sub(lambda text: "0" * len(text.group()), begun)
    if '"' in bare:  # within a text nobody but the person knows what comes
        return
    kinds = kinds_at(in_order=_is_in_order(bare))
    word = _BEGUN_NAME.search(bare)
    start = begun[: word.start()] if word else begun
    if _BEFORE_CONDITION.search(bare[: len(start)]):
        yield from _conditions(start, begun[len(start) :], kinds.values())
        return
    after = _AFTER_NAME.search(bare)
    kind = kinds.get(after["name"].lower()) if after else None
    if after is not None and kind is not None:
        at = after.start("operator") if after["operator"] else len(begun)
        yield from _operators(begun[:at], begun[at:], kind)
    elif bare.endswith(" ") or (word is not None and bare[: word.start()].endswith(" ")):
        word_begun = begun[len(start) :].lower()
        yield from (End(f"{start}{join}", join) for join in _JOINS if join.startswith(word_begun))


def _conditions(start: str, word: str, kinds: Iterable[ConditionKind]) -> Iterator[End]:
    fitting = [kind for kind in kinds if kind.name.startswith(word.lower())]
    starts = [one for one in _STARTS if one.startswith(word.lower())]
    if len(fitting) == 1 and not starts:
        yield from _operators(f"{start}{fitting[0].name} ", "", fitting[0])
        return
    yield from (End(f"{start}{kind.name}", kind.name, kind.help) for kind in fitting)
    yield from (End(f"{start}{one}", one) for one in starts)


def _operators(start: str, word: str, kind: ConditionKind) -> Iterator[End]:
    if kind.type is Type.YES_NO:
        yield End(start.rstrip(), kind.name, kind.help)
    for text in [operator.spellings[0] for operator in operators_of(kind.type)]:
        if text.startswith(word.lower()):
            yield End(f"{start}{text}", f"{kind.name} {text}")


def _is_in_order(bare: str) -> bool:
    """Whether the end of the text stands in brackets that are about one order."""
    opened: list[bool] = []
    for at, char in enumerate(bare):
        if char == "(":
            opened.append(bool(_IN_ORDER.search(bare[: at + 1])))
        elif char == ")" and opened:
            opened.pop()
    return any(opened)

"""What is said of a rule's text that cannot be read: where, what was expected, and what was probably meant."""

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager

from lark import Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from pydantic import ValidationError

from common.errors import Invalid
from common.segments import catalogue
from common.segments.operators import SPELLINGS

_PLACE = re.compile(r"line \d+, column \d+: ")

_EXPECTED = {
    "NAME": "a condition, like total_revenue",
    "OPERATOR": "an operator, like is or >",
    "TEXT": 'a text in quotes, like "blue"',
    "NUMBER": "a number",
    "DAY": "a date, like 2026-01-31",
    "SPAN": "a length of time, like 30 days",
    "LPAR": "(",
    "RPAR": ")",
    "AND": "and",
    "OR": "or",
}


def place_of(text: str, at: int) -> str:
    """ "line 1, column 17" of the character at *at*."""
    before = text[:at]
    return f"line {before.count(chr(10)) + 1}, column {at - before.rfind(chr(10))}"


def fault(token: Token, why: str) -> Invalid:
    return Invalid(f"line {token.line}, column {token.column}: {why}.")


def fault_after(token: Token, why: str) -> Invalid:
    return Invalid(f"line {token.end_line}, column {token.end_column}: {why}.")


@contextmanager
def placed(token: Token) -> Iterator[None]:
    """Says of what is found wrong inside where in the text it stands. Raises Invalid."""
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise fault(token, first["msg"].removeprefix("Value error, ")) from None
    except (ValueError, ArithmeticError) as error:
        raise fault(token, str(error)) from None
    except Invalid as error:
        if _PLACE.match(error.message):
            raise
        raise Invalid(f"line {token.line}, column {token.column}: {error.message}", remedy=error.remedy) from None


def explained(text: str, error: UnexpectedInput) -> Invalid:
    """What is wrong where the parser stopped."""
    at, wanted = _where(text, error)
    rest = text[at:]
    place = place_of(text, at)
    if not rest.strip():
        return Invalid(f"{place}: the rule ends here; expected {_listed(wanted)}.")
    if rest.startswith('"') and not re.match(r'"(\\.|[^"\\])*"', rest):
        return Invalid(f"{place}: the text in quotes has no end.")
    if "NAME" in wanted and (tried := _tried_name(rest)):
        near = catalogue.nearest(tried, catalogue.OF_CONTACTS.keys() | catalogue.OF_ORDERS.keys())
        return Invalid(
            f"{place}: there is no condition {tried!r}.",
            remedy=f"Did you mean {near}?" if near else "See `counterfoil segment conditions`.",
        )
    found = re.match(r'"[^"]{0,40}|[\w.-]{1,40}|.', rest, re.DOTALL)
    near_operator = _nearest_operator(rest) if "OPERATOR" in wanted else ""
    return Invalid(
        f"{place}: found {found[0] if found else ''!r}; expected {_listed(wanted)}.",
        remedy=f"Did you mean {near_operator}?" if near_operator else "",
    )


def _where(text: str, error: UnexpectedInput) -> tuple[int, set[str]]:
    if isinstance(error, UnexpectedToken):
        at = error.pos_in_stream if error.token.type != "$END" else len(text.rstrip())
        return at or 0, set(error.accepts or error.expected)
    if isinstance(error, UnexpectedCharacters):
        return error.pos_in_stream or 0, set(error.allowed or ())
    return len(text), set()


def _listed(wanted: set[str]) -> str:
    """The commonest of what was expected, in our words; never a list of all terminals."""
    words = [word for terminal, word in _EXPECTED.items() if terminal in wanted] or ["the end of the rule"]
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


_OPERATOR = "|".join(re.escape(spelling) for spelling in SPELLINGS)
_NAME_TRIED = re.compile(
    rf"[^\W\d][\w]*(?:[ ]+(?!(?:{_OPERATOR}|and|or|not|on store)(?:\W|$))[^\W\d]\w*)*", re.IGNORECASE
)


def _tried_name(rest: str) -> str:
    """The words at the beginning of *rest*, up to what looks like an operator."""
    found = _NAME_TRIED.match(rest)
    return found[0][:60] if found else ""


def _nearest_operator(rest: str) -> str:
    words = rest.split()[:3]
    for length in (3, 2, 1):
        near = difflib.get_close_matches(" ".join(words[:length]).lower(), SPELLINGS, n=1, cutoff=0.8)
        if near:
            return near[0]
    return ""

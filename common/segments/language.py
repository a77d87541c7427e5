"""The text of a rule, both ways: `parsed` reads it, `written` writes it, and what was written reads as the same tree.

Names may be written with blanks or underscores and in any case; of the spellings of an operator the first one of its
table is written. Errors name line and column, what was expected there, and the nearest known name.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, cast

from lark import Lark, Token, Tree, UnexpectedInput

from common.errors import Invalid
from common.segments import catalogue, checks, rules
from common.segments.catalogue import ConditionKind
from common.segments.faults import explained, fault, fault_after, place_of, placed
from common.segments.operators import (
    SPELLINGS,
    TWO_VALUED,
    Op,
    Operator,
    Takes,
    Type,
    operator_in,
    operator_spelled,
    operators_of,
)
from common.segments.rules import Rule

MAX_LENGTH = 20_000
"""Characters. A longer text is no rule that a person wrote, and is refused before it is read."""


def parsed(text: str) -> Rule:
    """The checked rule that *text* says. Raises Invalid: "line 1, column 17: …"."""
    _refuse_monsters(text)
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise explained(text, error) from None
    return checks.checked(_rule(tree.children[0], in_order=False))


def store_place(text: str, store: str) -> str:
    """Where *text*, a rule that names *store* by `on store`, does so first: "line 1, column 17"."""
    tokens = (node.children[1] for node in _parser().parse(text).find_data("on_store"))
    named = [token for token in tokens if isinstance(token, Token) and _unquoted(token) == store]
    first = min(named, key=lambda token: (token.line or 0, token.column or 0))
    return f"line {first.line}, column {first.column}"


def _refuse_monsters(text: str) -> None:
    """What would cost much to read, or nest deeper than a walk over the tree may recurse."""
    if len(text) > MAX_LENGTH:
        raise Invalid(f"The rule has {len(text):,} characters; at most {MAX_LENGTH:,} are read.")
    depth = 0
    for sign in re.finditer(r"[()]|\bnot\b", _without_texts(text), re.IGNORECASE):
        depth += -1 if sign[0] == ")" else 1 if sign[0] == "(" else 0
        if depth > checks.MAX_DEPTH:
            raise Invalid(
                f"{place_of(text, sign.start())}: more than {checks.MAX_DEPTH} parentheses within each other."
            )
    if re.search(rf"(?:\bnot\s+){{{checks.MAX_DEPTH}}}", text, re.IGNORECASE):
        raise Invalid(f"The rule says `not` more than {checks.MAX_DEPTH} times in a row.")


def _without_texts(text: str) -> str:
    """*text* with what stands in quotes blanked out, at the same length."""
    return re.sub(r'"(\\.|[^"\\])*"', lambda found: " " * len(found[0]), text)


@cache
def _parser() -> Lark:
    grammar = files("common.segments").joinpath("grammar.lark").read_text("utf-8")
    known = catalogue.OF_CONTACTS.keys() | catalogue.OF_ORDERS.keys()
    names = "|".join(map(_name_pattern, sorted(known, key=lambda name: (-len(name), name))))
    operators = "|".join(_spelling_pattern(one) for one in SPELLINGS if one not in TWO_VALUED)
    between = "|".join(map(_spelling_pattern, TWO_VALUED))
    terminals = f"NAME.5: /({names})(?!\\w)/i\nOPERATOR.2: /({operators})/i\nBETWEEN.3: /({between})/i\n"
    return Lark(f"{grammar}\n{terminals}", parser="lalr", maybe_placeholders=True)


def _name_pattern(name: str) -> str:
    return name.replace("_", r"[_\s]+")


def _spelling_pattern(spelling: str) -> str:
    pattern = r"\s+".join(map(re.escape, spelling.split()))
    return rf"{pattern}\b" if spelling[-1].isalpha() else pattern


_Node = Tree[Token]


def _rule(node: Any, *, in_order: bool) -> Rule:
    """The rule that the parse tree *node* says; *in_order* inside `same order (…)`."""
    parts: list[Any] = node.children
    match node.data:
        case "any_of":
            return rules.AnyOf(of=tuple(_rule(part, in_order=in_order) for part in parts))
        case "all_of":
            return rules.AllOf(of=tuple(_rule(part, in_order=in_order) for part in parts))
        case "negation":
            return rules.Not(rule=_rule(parts[0], in_order=in_order))
        case "condition":
            return _condition(*parts, in_order=in_order)
    if in_order:
        raise fault(parts[0], "only conditions of an order and its products may stand inside `same order (…)`")
    return _of_contact(node.data, parts)


def _of_contact(data: str, parts: list[Any]) -> Rule:
    """What may only be asked of a whole contact."""
    match data:
        case "in_segment":
            return rules.InSegment(segment=_unquoted(parts[1]))
        case "same_order":
            return rules.Orders(where=_rule(parts[1], in_order=True))
        case "count_of_orders":
            return rules.Orders(where=_rule(parts[1], in_order=True), count=_how_many(*parts[2:]))
    return rules.Everyone()


def _how_many(spelled: Token, *values: Any) -> rules.HowMany:
    operator = operator_spelled(_plain(spelled), Type.NUMBER)
    if operator is None:
        raise fault(spelled, "orders are counted with =, !=, <, <=, >, >= or between")
    with placed(spelled):
        count = rules.HowMany(op=operator.op, values=_values(values, Type.NUMBER))
        checks.check_count(count)
    return count


def _condition(lines: Token | None, name: Token, store: Any, test: Any, *, in_order: bool) -> Rule:
    with placed(name):
        kind = checks.kind_named(catalogue.snake(name), in_order=in_order)
    operator = _operator(kind, name, test)
    if store and not rules.STORE.fullmatch(_unquoted(store.children[1])):
        raise fault(store.children[1], 'expected the hash of a store, like "abc123"')
    with placed(name):
        condition = rules.Condition(
            name=kind.name,
            op=operator.op,
            values=_values(test.children[1:], kind.type) if test else (),
            store=_unquoted(store.children[1]) if store else "",
            lines="" if lines is None else "all" if _plain(lines).startswith("all") else "any",
        )
        checks.check_condition(condition, in_order=in_order)
    return condition


def _operator(kind: ConditionKind, name: Token, test: Any) -> Operator:
    spelled = _plain(test.children[0]) if test else _SILENT.get(kind.type, "")
    operator = operator_spelled(spelled, kind.type)
    if operator is not None:
        return operator
    offered = ", ".join(one.spellings[0] for one in operators_of(kind.type))
    if test is None:
        raise fault_after(name, f"{kind.name} must be followed by one of: {offered}")
    raise fault(test.children[0], f"{kind.name} cannot be asked with {spelled!r}; expected one of: {offered}")


def _values(nodes: Iterable[Any], kind: Type) -> tuple[Any, ...]:
    return tuple(_value(node, kind) for node in nodes if node is not None)


def _value(node: _Node, kind: Type) -> Any:
    token = cast(Token, node.children[0])
    is_named = kind in (Type.TEXT, Type.CHOICE)
    with placed(token):
        match node.data:
            case "text":
                return rules.Text(text=_unquoted(token))
            case "word" | "number" if is_named:
                return rules.Text(text=str(token))
            case "word":
                raise Invalid(f"{token} is no value here; texts stand in quotes")
            case "number":
                return rules.Number(amount=Decimal(token))
            case "money":
                amount, code = re.fullmatch(r"(.*?)\s*([A-Z]{3})", token).groups()  # type: ignore[union-attr]
                return rules.Number(amount=Decimal(amount), currency=code)
            case "span":
                count, unit = token.split()
                return rules.Span.model_validate({"count": count, "unit": unit.lower().rstrip("s") + "s"})
        return _moment(node.data, token)


def _moment(data: str, token: Token) -> Any:
    """Raises ValueError for what no calendar or clock knows."""
    if data == "day":
        return rules.Day(day=date.fromisoformat(token))
    if data == "clock":
        return rules.Clock(at=time.fromisoformat(token.rjust(5, "0")))
    day, clock = re.split(r"[ T]+", token)
    return rules.Instant(at=datetime.combine(date.fromisoformat(day), time.fromisoformat(clock.rjust(5, "0"))))


# A yes/no condition alone asks for yes.
_SILENT = {Type.YES_NO: "is yes"}


def _plain(token: Token) -> str:
    """Lower case, with single blanks."""
    return " ".join(token.lower().split())


def _unquoted(token: Token) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def written(rule: Rule) -> str:
    """The text of *rule* on one line. `parsed` makes an equal tree of it."""
    match rule:
        case rules.AllOf() | rules.AnyOf():
            return (" and " if isinstance(rule, rules.AllOf) else " or ").join(map(_operand, rule.of))
        case rules.Not():
            return f"not {_operand(rule.rule)}"
        case rules.Orders():
            return _written_orders(rule)
        case rules.Condition():
            return _written_condition(rule)
        case rules.InSegment():
            return f"in segment {_quoted(rule.segment)}"
    return "everyone"


def _written_orders(rule: rules.Orders) -> str:
    where = written(rule.where)
    if rule.count is None:
        return f"same order ({where})"
    return f"count of orders ({where}) {_test(rule.count.op, Type.NUMBER, rule.count.values)}"


def _operand(rule: Rule) -> str:
    """A group inside a group stands in parentheses, also where it could do without: who reads it need not know why."""
    is_group = isinstance(rule, rules.AllOf | rules.AnyOf)
    return f"({written(rule)})" if is_group else written(rule)


def _written_condition(condition: rules.Condition) -> str:
    kind = catalogue.OF_CONTACTS.get(condition.name) or catalogue.OF_ORDERS[condition.name]
    test = _test(condition.op, kind.type, condition.values)
    parts = (
        {"": "", "any": "any line", "all": "all lines"}[condition.lines],
        condition.name,
        f"on store {_quoted(condition.store)}" if condition.store else "",
        "" if test == _SILENT.get(kind.type) else test,
    )
    return " ".join(filter(None, parts))


def _test(op: Op, kind: Type, values: Iterable[rules.Value]) -> str:
    operator = operator_in(op, kind)
    texts = [written_value(value) for value in values]
    if operator.takes is Takes.SEVERAL:
        return f"{operator.spellings[0]} ({', '.join(texts)})"
    return f"{operator.spellings[0]} {' and '.join(texts)}".rstrip()


def written_value(value: rules.Value) -> str:
    """As it stands in a rule: texts in quotes."""
    match value:
        case rules.Text():
            return _quoted(value.text)
        case rules.Number():
            return f"{value.amount:f} {value.currency}".rstrip()
        case rules.Span():
            return f"{value.count} {value.unit if value.count > 1 else value.unit[:-1]}"
        case rules.Day():
            return value.day.isoformat()
    return f"{value.at:%H:%M}" if isinstance(value, rules.Clock) else f"{value.at:%Y-%m-%d %H:%M}"

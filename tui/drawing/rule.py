"""A rule as a tree of lines, each part with how many contacts it holds for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from common.segments.answers import RuleCount, Suggestion
from common.segments.catalogue import ConditionKind
from common.segments.describe import phrase, words_of
from common.segments.edits import Path
from common.segments.operators import Takes, Type, operators_of
from common.segments.rules import AllOf, AnyOf, Not, Orders, Rule, children
from common.text import safe
from tui.drawing.line import BLANK, Line, Role, Span, heading, line, spread, wrapped
from tui.format import count, cut, fit

_LONGEST = 400


@dataclass(frozen=True, slots=True)
class RuleView:
    """*counts* by path, as far as they are told; *fault* says why the text is no rule ("" = it is).

    *is_counting*: the others are on their way. *is_old*: the data has changed since some of them were told.
    """

    rule: Rule
    counts: Mapping[Path, RuleCount]
    fault: str = ""
    is_counting: bool = True
    title: str = "Rule"
    is_old: bool = False


def rule_lines(view: RuleView, width: int) -> list[Line]:
    """The tree from its top. Targets are the paths of the parts."""
    lines = [heading(cut(safe(view.title), max(width // 2, 8)), width, _total(view.counts.get(()), view))]
    lines += _part(view.rule, view, (), "", "", width, in_order=False)
    if view.fault:
        lines += [BLANK, *wrapped(cut(safe(view.fault), _LONGEST), width, Role.WARN)]
    return lines


def _total(counted: RuleCount | None, view: RuleView) -> str:
    if counted is None:
        return "counting…" if view.is_counting else "not counted"
    age = (" · ◌ counting again" if view.is_counting else " · out of date") if view.is_old else ""
    return f"{count(counted.count)} of {count(counted.total)} · {counted.ms or '<1'} ms{age}"


def _part(
    rule: Rule, view: RuleView, path: Path, lead: str, below: str, width: int, *, in_order: bool
) -> Iterator[Line]:
    """The line of *rule* and those of its parts. *lead* stands before it, *below* before what is under it."""
    text = Span(cut(safe(phrase(rule)), _LONGEST), _role(rule))
    said = Span("") if in_order else _counted(view.counts.get(path), view)
    yield spread(line(Span(lead, Role.RULE), text, target=path), line(said), width)
    parts = children(rule)
    for place, part in enumerate(parts):
        is_last = place == len(parts) - 1
        yield from _part(
            part,
            view,
            (*path, place),
            below + ("└ " if is_last else "├ "),
            below + ("  " if is_last else "│ "),
            width,
            in_order=in_order or isinstance(rule, Orders),
        )


def _role(rule: Rule) -> Role:
    return Role.ACCENT if isinstance(rule, AllOf | AnyOf | Not | Orders) else Role.TEXT


def _counted(counted: RuleCount | None, view: RuleView) -> Span:
    return (
        Span("…" if view.is_counting else "?", Role.FAINT)
        if counted is None
        else Span(count(counted.count), Role.STRONG)
    )


def kind_lines(kinds: list[ConditionKind], width: int) -> list[Line]:
    """What can be asked, group by group, each with its help below. Targets are the names."""
    lines: list[Line] = []
    group = ""
    for kind in kinds:
        if kind.group.value != group:
            group = kind.group.value
            lines += [*([BLANK] if lines else []), heading(group, width)]
        lines.append(line(fit(kind.label, 34), Span(kind.type.value.replace("_", "/"), Role.FAINT), target=kind.name))
        lines += [line("  ", *one.spans) for one in wrapped(kind.help, width - 2, Role.MUTED)]
    return lines or [line(Span("Nothing like that can be asked.", Role.MUTED))]


def about_lines(kind: ConditionKind, width: int) -> list[Line]:
    """What the condition asks, and how it may be asked."""
    operators = ", ".join(operator.spellings[0] for operator in operators_of(kind.type))
    return [*wrapped(kind.help, width), *wrapped(f"Ask with: {operators}", width, Role.MUTED)]


def help_lines(kind: ConditionKind, width: int) -> list[Line]:
    """What the condition asks."""
    return wrapped(kind.help, width)


_VALUES = {Type.NUMBER: "number", Type.MONEY: "amount", Type.DATE: "date", Type.TIME: "time"}


def operator_lines(kind: ConditionKind, width: int) -> list[Line]:
    """How it may be asked, and with what. Targets are the operators."""
    return [
        spread(
            line(words_of(operator), target=operator.op),
            line(Span(_wanted(kind.type, operator.takes), Role.MUTED)),
            width,
        )
        for operator in operators_of(kind.type)
    ]


def _wanted(kind: Type, takes: Takes) -> str:
    value = _VALUES[kind]
    return {
        Takes.ONE: f"a {value}".replace("a a", "an a"),
        Takes.TWO: f"two {value}s",
        Takes.SPAN: "counted from now",
    }.get(takes, "")


def value_lines(values: list[Suggestion], width: int) -> list[Line]:
    """What may be asked for. Targets are the values."""
    return [
        spread(
            line(cut(safe(one.value), width), target=one.value), line(Span(cut(safe(one.note), 24), Role.MUTED)), width
        )
        for one in values
    ]


def no_value_lines(why: str, width: int) -> list[Line]:
    """Why no values are offered; the condition can be written without."""
    return wrapped(f"Values cannot be looked up now; type them. {cut(safe(why), _LONGEST)}", width, Role.WARN)


def written_start(kind: ConditionKind) -> str:
    """The condition as it is begun for a person: its name with its example."""
    return f"{kind.name} {kind.example}".strip()

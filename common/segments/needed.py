"""What would have to change for a rule to hold for somebody, or to hold no longer."""

from collections.abc import Iterator
from dataclasses import dataclass

from common.segments.answers import ExplainedRule


@dataclass(frozen=True, slots=True)
class Need:
    """A line of it. One without *part* heads those that are deeper: all of them, or any one."""

    depth: int
    text: str
    part: ExplainedRule | None = None


def needed(rule: ExplainedRule) -> list[Need]:
    """What makes the answer the other one: the parts that decide it now, and how many of them have to change."""
    return list(_needed(rule, not rule.holds, 0))


def _needed(rule: ExplainedRule, wanted: bool, depth: int) -> Iterator[Need]:
    if rule.holds is wanted:
        return
    match rule.joins:
        case "not":
            yield from _needed(rule.parts[0], not wanted, depth)
        case "all" | "any":
            wrong = [part for part in rule.parts if part.holds is not wanted]
            if len(wrong) > 1:
                is_each = (rule.joins == "all") is wanted
                yield Need(depth, "all of these:" if is_each else "one of these:")
                depth += 1
            for part in wrong:
                yield from _needed(part, wanted, depth)
        case "" if rule.parts:
            yield Need(depth, f"{_turned(rule, wanted)}:")
            yield from _needed(rule.parts[0], wanted, depth + 1)
        case _:
            yield Need(depth, _turned(rule, wanted), rule)
            for part in rule.parts:  # of an order: they have to hold together, whatever each of them says now
                yield from _told(part, depth + 1)


def _turned(rule: ExplainedRule, wanted: bool) -> str:
    return rule.text if wanted else f"no longer: {rule.text}"


def _told(rule: ExplainedRule, depth: int) -> Iterator[Need]:
    yield Need(depth, rule.text)
    for part in rule.parts:
        yield from _told(part, depth + 1)

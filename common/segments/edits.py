"""Changes of a rule's tree, as the builder makes them: each gives a new tree that makes sense again.

A *path* leads from the top to a part: its place among the children, level by level.
"""

from typing import Literal

from common.segments.rules import AllOf, AnyOf, Everyone, Not, Orders, Rule, children

Path = tuple[int, ...]
Join = Literal["all", "any"]

_GROUPS: dict[Join, type[AllOf | AnyOf]] = {"all": AllOf, "any": AnyOf}


def part_at(rule: Rule, path: Path) -> Rule:
    for place in path:
        rule = children(rule)[place]
    return rule


def is_in_order(rule: Rule, path: Path) -> bool:
    """Whether what stands at *path* is asked of an order, not of a contact."""
    return any(isinstance(part_at(rule, path[:depth]), Orders) for depth in range(len(path)))


def replaced(rule: Rule, path: Path, part: Rule) -> Rule:
    """*rule* with *part* at *path*; a group of the same kind around it takes it in."""
    if not path:
        return part
    place, rest = path[0], path[1:]
    part = replaced(children(rule)[place], rest, part)
    match rule:
        case AllOf() | AnyOf():
            parts = [*rule.of[:place], *_opened(part, like=rule), *rule.of[place + 1 :]]
            return type(rule)(of=tuple(parts))
        case Not():
            return part.rule if isinstance(part, Not) else Not(rule=part)
        case Orders():
            return Orders(where=part, count=rule.count)
    raise ValueError("nothing stands below a condition")


def _opened(part: Rule, *, like: AllOf | AnyOf) -> tuple[Rule, ...]:
    return part.of if isinstance(part, AllOf | AnyOf) and type(part) is type(like) else (part,)


def joined(rule: Rule, path: Path, part: Rule, join: Join) -> tuple[Rule, Path]:
    """*rule* where *part* has to hold as well as, or instead of, what stands at *path*; and where it stands then."""
    here, group = part_at(rule, path), _GROUPS[join]
    if isinstance(here, Everyone):
        return replaced(rule, path, part), path
    if isinstance(here, group):
        return replaced(rule, path, group(of=(*here.of, part))), (*path, len(here.of))
    if path and isinstance(part_at(rule, path[:-1]), group):
        around = part_at(rule, path[:-1])
        of = children(around)
        at = path[-1] + 1
        return replaced(rule, path[:-1], group(of=(*of[:at], part, *of[at:]))), (*path[:-1], at)
    return replaced(rule, path, group(of=(here, part))), (*path, 1)


def without(rule: Rule, path: Path) -> Rule:
    """*rule* without what stands at *path*, and without what makes no sense any more for lack of it."""
    if not path:
        return Everyone()
    around = part_at(rule, path[:-1])
    if not isinstance(around, AllOf | AnyOf):
        return without(rule, path[:-1])
    left = tuple(part for place, part in enumerate(around.of) if place != path[-1])
    return replaced(rule, path[:-1], left[0] if len(left) == 1 else type(around)(of=left))


def turned(rule: Rule, path: Path) -> Rule:
    """The group at *path*, or the one around it: all of its parts become any of them, and the other way round."""
    for depth in range(len(path), -1, -1):
        match part_at(rule, path[:depth]):
            case AllOf(of=of):
                return replaced(rule, path[:depth], AnyOf(of=of))
            case AnyOf(of=of):
                return replaced(rule, path[:depth], AllOf(of=of))
    return rule


def denied(rule: Rule, path: Path) -> Rule:
    """What stands at *path* has to be false; what had to be so already, true."""
    here = part_at(rule, path)
    if isinstance(here, Not):
        return replaced(rule, path, here.rule)
    if path and isinstance(part_at(rule, path[:-1]), Not):
        return replaced(rule, path[:-1], here)
    return replaced(rule, path, Not(rule=here))

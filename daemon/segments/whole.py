"""A rule made ready to compile: the segments it refers to put in, negations moved down to single questions."""

from collections.abc import Callable, Iterable

from common.errors import Invalid, NotFound
from common.segments import rules
from common.segments.checks import MAX_DEPTH
from common.segments.rules import Rule

MAX_NODES = 2_000
"""A rule that is larger with its segments put in is refused."""

Segments = Callable[[str], Rule | None]
"""The rule of the segment of that name; None = there is no such segment."""


def no_segments(name: str) -> Rule | None:
    """For rules that stand alone."""
    del name
    return None


def whole(rule: Rule, segments: Segments = no_segments) -> Rule:
    """*rule* without references and without negated groups.

    Raises NotFound for a segment that does not exist; Invalid for one that refers to itself, saying by which path, and
    for what grows too large or too deep.
    """
    return _Putting(segments).put(rule, denied=False, path=(), depth=1)


class _Putting:
    """Counts what it puts together: segments that refer to each other twice would grow without end."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments
        self._nodes = 0

    def put(self, rule: Rule, *, denied: bool, path: tuple[str, ...], depth: int) -> Rule:
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise Invalid(
                f"With the segments it refers to the rule is too large: at most {MAX_NODES:,} parts, "
                f"nested at most {MAX_DEPTH} deep.",
                remedy="Refer to fewer segments, or write out the part of them that is needed.",
            )
        match rule:
            case rules.Not():
                return self.put(rule.rule, denied=not denied, path=path, depth=depth + 1)
            case rules.AllOf() | rules.AnyOf():
                group = rules.AnyOf if isinstance(rule, rules.AllOf) is denied else rules.AllOf
                return group(of=self._each(rule.of, denied=denied, path=path, depth=depth + 1))
            case rules.InSegment():
                referred = self._referred(rule.segment, path)
                return self.put(referred, denied=denied, path=(*path, rule.segment), depth=depth + 1)
            case rules.Orders():
                where = self.put(rule.where, denied=False, path=path, depth=depth + 1)
                rule = rules.Orders(where=where, count=rule.count)
        return rules.Not(rule=rule) if denied else rule

    def _each(self, of: Iterable[Rule], *, denied: bool, path: tuple[str, ...], depth: int) -> tuple[Rule, ...]:
        return tuple(self.put(one, denied=denied, path=path, depth=depth) for one in of)

    def _referred(self, name: str, path: tuple[str, ...]) -> Rule:
        if name in path:
            circle = " → ".join(f"“{one}”" for one in (*path[path.index(name) :], name))
            raise Invalid(f"The segment “{name}” refers to itself: {circle}.", remedy="Take one of the references out.")
        rule = self._segments(name)
        if rule is None:
            by = f", to which “{path[-1]}” refers" if path else ""
            raise NotFound(f"There is no segment “{name}”{by}.", remedy="See `counterfoil segment list`.")
        return rule

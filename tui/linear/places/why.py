"""Why a rule holds for somebody or does not, part by part, and what would turn the answer round."""

from collections.abc import Iterator
from dataclasses import dataclass

from common.segments.answers import ExplainedRule, Explanation
from common.segments.needed import needed
from tui.format import cut
from tui.linear.place import Page, Place, Room, Wanted, details
from tui.linear.spoken import fact, sentences

_ACTUAL_CELLS = 400


@dataclass(frozen=True, slots=True)
class Why(Place):
    """*rule* is a text, or the name of a saved segment."""

    word = "why"
    rule_text: str
    email: str

    async def read(self, room: Room, wanted: Wanted) -> Page:
        why = room.seen(await room.client.explain_rule(self.rule_text, self.email))
        answer = "holds" if why.member else "does not hold"
        head = [fact("rule", self.rule_text), sentences(f"It {answer} for {why.email}")]
        return details(head, list(_lines(why)), wanted)


def _lines(why: Explanation) -> Iterator[str]:
    yield from _part(why.rule, level=1)
    yield "What would turn the answer round:"
    for need in needed(why.rule):
        yield sentences(f"Level {need.depth + 1}: {need.text.rstrip(':')}", _found(need.part))


def _part(part: ExplainedRule, *, level: int) -> Iterator[str]:
    """Levels are counted instead of indented: an indentation cannot be heard."""
    yield sentences(f"Level {level}, {'holds' if part.holds else 'does not hold'}: {part.text}", _found(part))
    for child in part.parts:
        yield from _part(child, level=level + 1)


def _found(part: ExplainedRule | None) -> str:
    if part is None or not part.has_values:
        return ""
    return f"Found: {cut(', '.join(part.actual), _ACTUAL_CELLS) or 'nothing'}"

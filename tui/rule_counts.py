"""How many contacts the parts of a rule hold for: what is known, and what is to be counted next."""

from collections.abc import Iterator

from common.segments.answers import RuleCount
from common.segments.edits import Path
from common.segments.language import written
from common.segments.rules import Orders, Rule, children


class RuleCounts:
    """Counts by the text of a part: an edit leaves most as they were, and old ones show until there are new ones."""

    def __init__(self) -> None:
        self._known: dict[str, RuleCount] = {}
        self._current: set[str] = set()

    def take(self, text: str, counted: RuleCount) -> None:
        self._known[text] = counted
        self._current.add(text)

    def age(self) -> None:
        """From now on all that is known is old."""
        self._current.clear()

    def of(self, rule: Rule) -> dict[Path, RuleCount]:
        """What is known of *rule* and its parts."""
        return {path: self._known[text] for path, text in _questions(rule) if text in self._known}

    def next_due(self, rule: Rule) -> str | None:
        """The text to count next, the whole first and what is not known at all before what is old; None = nothing."""
        texts = [text for _, text in _questions(rule) if text not in self._current]
        return min(texts, key=lambda text: text in self._known, default=None)


def _questions(rule: Rule, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The parts that are questions about contacts, from the top, each with its text."""
    yield path, written(rule)
    if not isinstance(rule, Orders):
        for place, part in enumerate(children(rule)):
            yield from _questions(part, (*path, place))

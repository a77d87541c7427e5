"""What would have to change, told from an explained rule."""

from typing import Any

import pytest

from common.segments.answers import ExplainedRule
from common.segments.needed import needed


def part(text: str, *parts: ExplainedRule, holds: bool, joins: Any = "") -> ExplainedRule:
    return ExplainedRule(text=text, joins=joins, holds=holds, actual=[], parts=list(parts))


YES, NO = part("Rich", holds=True), part("Late", holds=False)
NEITHER = part("Tall", holds=False)


def told(rule: ExplainedRule) -> list[str]:
    return ["  " * need.depth + need.text for need in needed(rule)]


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        pytest.param(YES, ["no longer: Rich"], id="a member by one question"),
        pytest.param(NO, ["Late"], id="none by one question"),
        pytest.param(part("All", YES, NO, joins="all", holds=False), ["Late"], id="only what is missing"),
        pytest.param(
            part("All", NO, NEITHER, joins="all", holds=False), ["all of these:", "  Late", "  Tall"], id="all of them"
        ),
        pytest.param(
            part("Any", NO, NEITHER, joins="any", holds=False), ["one of these:", "  Late", "  Tall"], id="any of them"
        ),
        pytest.param(part("Any", YES, NO, joins="any", holds=True), ["no longer: Rich"], id="the one that decides"),
        pytest.param(part("Not", YES, joins="not", holds=False), ["no longer: Rich"], id="a denial"),
        pytest.param(part("Not", NO, joins="not", holds=True), ["Late"], id="a denial that holds"),
        pytest.param(
            part("All", YES, part("Any", NO, NEITHER, joins="any", holds=False), joins="all", holds=False),
            ["one of these:", "  Late", "  Tall"],
            id="a group within a group",
        ),
        pytest.param(
            part("In VIP", part("All", YES, NO, joins="all", holds=False), holds=False),
            ["In VIP:", "  Late"],
            id="what is missing of a segment",
        ),
        pytest.param(part("In VIP", YES, holds=True), ["no longer: In VIP:", "  no longer: Rich"], id="a segment"),
        pytest.param(
            part("Orders", part("Big", holds=False), joins="orders", holds=False),
            ["Orders", "  Big"],
            id="orders as a whole",
        ),
    ],
)
def test_what_would_turn_the_answer_round(rule: ExplainedRule, lines: list[str]) -> None:
    assert told(rule) == lines

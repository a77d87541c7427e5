"""Changes that the builder makes: by what stands in the text before and after."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.segments.checks import checked
from common.segments.edits import Path, denied, is_in_order, joined, part_at, replaced, turned, without
from common.segments.language import parsed, written
from common.segments.rules import Everyone, Rule, children
from tests.support.some_rules import RULES

A, B, C, NEW = (f"total_orders > {number}" for number in (1, 2, 3, 9))


@pytest.mark.parametrize(
    ("before", "path", "join", "after", "at"),
    [
        ("everyone", (), "all", NEW, ()),
        (A, (), "all", f"{A} and {NEW}", (1,)),
        (A, (), "any", f"{A} or {NEW}", (1,)),
        (f"{A} and {B}", (0,), "all", f"{A} and {NEW} and {B}", (1,)),
        (f"{A} and {B}", (), "all", f"{A} and {B} and {NEW}", (2,)),
        (f"{A} and {B}", (1,), "any", f"{A} and ({B} or {NEW})", (1, 1)),
        (f"{A} and {B}", (), "any", f"({A} and {B}) or {NEW}", (1,)),
        (f"{A} and not {B}", (1,), "all", f"{A} and not {B} and {NEW}", (2,)),
        ("same order (order_total > 5)", (0,), "all", f"same order (order_total > 5 and {NEW})", (0, 1)),
    ],
)
def test_a_condition_is_joined(before: str, path: Path, join: str, after: str, at: Path) -> None:
    rule = parsed(before)

    made, place = joined(rule, path, parsed(NEW), join)  # type: ignore[arg-type]

    assert (written(made), place, written(part_at(made, place))) == (after, at, NEW)


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        (A, (), "everyone"),
        (f"{A} and {B}", (0,), B),
        (f"{A} and {B} and {C}", (1,), f"{A} and {C}"),
        (f"{A} and not {B}", (1, 0), A),
        (f"{A} or ({B} and {C})", (1, 0), f"{A} or {C}"),
        (f"({A} and {B}) or {C}", (1,), f"{A} and {B}"),
        (f"{A} and (({B} and {C}) or total_orders < 0)", (1, 1), f"{A} and {B} and {C}"),
        (f"{A} and same order (order_total > 5)", (1, 0), A),
    ],
)
def test_a_part_is_taken_out(before: str, path: Path, after: str) -> None:
    assert written(without(parsed(before), path)) == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        (f"{A} and {B}", (), f"{A} or {B}"),
        (f"{A} and {B}", (1,), f"{A} or {B}"),
        (f"{A} and ({B} or {C})", (1, 0), f"{A} and {B} and {C}"),
        (A, (), A),
    ],
)
def test_a_group_is_turned(before: str, path: Path, after: str) -> None:
    assert written(turned(parsed(before), path)) == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [(A, (), f"not {A}"), (f"not {A}", (), A), (f"not {A}", (0,), A), (f"{A} and {B}", (1,), f"{A} and not {B}")],
)
def test_a_part_is_denied(before: str, path: Path, after: str) -> None:
    assert written(denied(parsed(before), path)) == after


def test_what_is_asked_of_an_order_is_told_apart() -> None:
    rule = parsed(f"{A} and same order (order_total > 5)")

    assert [is_in_order(rule, path) for path in ((), (0,), (1,), (1, 0))] == [False, False, False, True]


def paths(rule: Rule, path: Path = ()) -> list[Path]:
    return [path, *(below for place, child in enumerate(children(rule)) for below in paths(child, (*path, place)))]


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(rule=RULES, data=st.data())
def test_whatever_is_changed_stays_a_rule_that_can_be_written(rule: Rule, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(paths(rule)))
    here = part_at(rule, path)
    changed = [without(rule, path), turned(rule, path), denied(rule, path), replaced(rule, path, here)]
    if not isinstance(here, Everyone):
        changed += [joined(rule, path, here, join)[0] for join in ("all", "any")]

    for made in changed:
        assert parsed(written(made)) == checked(made)

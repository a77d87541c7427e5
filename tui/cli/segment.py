"""`counterfoil segment`: how many contacts a rule holds for, who they are, and why; and rules kept under a name."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from common.contacts import MAX_PAGE, ContactSort
from common.segments.answers import (
    ExplainedRule,
    Explanation,
    PreviewQuery,
    RuleCount,
    RuleOverlap,
    RulePreview,
    SuggestedSegments,
    TallyQuery,
    ValueTally,
)
from common.text import safe
from tui.cli import offers
from tui.cli.contact_table import contact_rows, sort_option
from tui.cli.paper import PLAIN, Ink, Paper, answer, say, stdout_paper, write_json
from tui.cli.rule import named_rule_argument, rule_given
from tui.cli.saved_segment import COMMANDS
from tui.cli.session import ask, json_option
from tui.cli.table import Column, aligned, number, table
from tui.format import count

if TYPE_CHECKING:
    from common.segments.catalogue import ConditionKind

_TALLY = (Column("VALUE", gives_way=True), number("CONTACTS"), number("SHARE"))
_CONDITIONS = (Column("CONDITION"), Column("TYPE"), Column("EXAMPLE"), Column("MEANS", gives_way=True))


@click.group()
def segment() -> None:
    """Rules over contacts: count, look, ask why, keep them under a name.

    \b
    RULE is a text, or - to read it from stdin:
      'total_revenue > 500 and last_order_date in last 30 days'
      'product_category_in_any_order is "Shoes" and not has_opted_in_to_marketing'
      'same order (order_total > 100 and order_date in last 90 days)'
    See `counterfoil segment conditions` for all that can be asked.

    \b
    count, preview, explain, values and overlap take the NAME of a saved segment
    too; what reads as a rule is a rule.
    """


for _command in COMMANDS:
    segment.add_command(_command)


@segment.command("count")
@named_rule_argument
@json_option
def count_rule(rule: str, as_json: bool) -> None:
    """Count the contacts that a rule, or the saved segment NAME, holds for."""
    answer(ask(lambda client: client.count_rule(rule)), _count_lines, as_json=as_json)


@segment.command("preview")
@named_rule_argument
@sort_option
@click.option("--reverse", is_flag=True, help="The other way round.")
@click.option("--limit", type=click.IntRange(1, MAX_PAGE), default=20, show_default=True, help="At most this many.")
@json_option
def preview_rule(rule: str, sort: str, reverse: bool, limit: int, as_json: bool) -> None:
    """Show the first contacts that a rule, or the saved segment NAME, holds for."""
    query = PreviewQuery(rule=rule, sort=ContactSort(sort), reverse=reverse, limit=limit)
    page = ask(lambda client: client.preview_rule(query))
    answer(page, _preview_lines, as_json=as_json)
    if not as_json:
        say(_found(page))


@segment.command("explain")
@named_rule_argument
@click.argument("email", metavar="EMAIL", shell_complete=offers.contacts)
@json_option
def explain_rule(rule: str, email: str, as_json: bool) -> None:
    """Say why a rule, or the saved segment NAME, holds for the contact EMAIL, or does not, and what would have to
    change."""
    answer(ask(lambda client: client.explain_rule(rule, email)), explanation_lines, as_json=as_json)


@segment.command("values")
@named_rule_argument
@click.argument("condition", metavar="CONDITION", shell_complete=offers.conditions)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most this many values.")
@json_option
def values(rule: str, condition: str, limit: int, as_json: bool) -> None:
    """Count how many of the contacts that a rule, or the saved segment NAME, holds for have each value of CONDITION.

    The most frequent come first. Amounts are counted by ranges, dates by month, times of day by the hour. Who has
    several values counts with each. With --json each value brings the rule that asks for it.
    """
    query = TallyQuery(rule=rule, condition=condition, limit=limit)
    found = ask(lambda client: client.tally_values(query))
    answer(found, _tally_lines, as_json=as_json)
    if not as_json:
        say(_what_is_not_told(found))


@segment.command("overlap")
@named_rule_argument
@click.argument("other", metavar="NAME|RULE", callback=rule_given, shell_complete=offers.rules_or_segments)
@json_option
def overlap(rule: str, other: str, as_json: bool) -> None:
    """Count whom a rule, or a saved segment, holds for, whom another does, and whom both do."""
    answer(ask(lambda client: client.overlap(rule, other)), _overlap_lines, as_json=as_json)


@segment.command("suggested")
@json_option
def suggested(as_json: bool) -> None:
    """Show segments that most shops want, with thresholds from what your customers do."""
    answer(ask(lambda client: client.suggested_segments()), _suggested_lines, as_json=as_json)


@segment.command("conditions")
@click.argument("word", required=False, default="", shell_complete=offers.conditions)
@json_option
def conditions(word: str, as_json: bool) -> None:
    """List what can be asked; with WORD only what has to do with it."""
    from common.segments.catalogue import OF_CONTACTS, OF_ORDERS, about

    kinds = about(word, (*OF_CONTACTS.values(), *OF_ORDERS.values()))
    if as_json:
        write_json(json.dumps({"conditions": [_condition(kind) for kind in kinds]}))
        return
    if not kinds:
        say(f"No condition has to do with {safe(word)!r}.")
        return
    paper = stdout_paper()
    for group in dict.fromkeys(kind.group for kind in kinds):
        rows = [(kind.name, kind.type.value, kind.example, kind.help) for kind in kinds if kind.group is group]
        click.echo(paper.ink(group.value, Ink.HEAD), color=True)
        click.echo("\n".join([*table(_CONDITIONS, rows, paper)[1:], ""]), color=True)


def _condition(kind: "ConditionKind") -> dict[str, str | bool]:
    return {
        "name": kind.name,
        "label": kind.label,
        "type": kind.type.value,
        "group": kind.group.value,
        "of": "order" if kind.is_of_order else "contact",
        "many": kind.many,
        "example": kind.example,
        "help": kind.help,
    }


def _count_lines(counted: RuleCount, _: Paper) -> Iterator[str]:
    yield _found(counted)


def _found(counted: RuleCount) -> str:
    return f"{count(counted.count)} of {count(counted.total)} contacts, {counted.ms} ms"


def _suggested_lines(found: SuggestedSegments, paper: Paper) -> Iterator[str]:
    for one in found.segments:
        yield f"{paper.ink(safe(one.name), Ink.HEAD)}  {count(one.count)}"
        yield f"  {safe(one.rule)}"
        yield paper.ink(f"  {safe(one.why)}", Ink.FAINT)


def _overlap_lines(found: RuleOverlap, _: Paper) -> list[str]:
    rows = (
        ("RULE", found.rule),
        ("OTHER", found.other),
        ("both", found.both),
        ("RULE alone", found.rule - found.both),
        ("OTHER alone", found.other - found.both),
        ("neither", found.total - found.rule - found.other + found.both),
    )
    return aligned((Column(""), number("")), [(name, count(many)) for name, many in rows], PLAIN, indent=0)


def _tally_lines(found: ValueTally, paper: Paper) -> list[str]:
    rows = [(one.value, count(one.contacts), _share(one.contacts, found.contacts)) for one in found.values]
    return table(_TALLY, rows, paper) if rows else []


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""


def _what_is_not_told(found: ValueTally) -> str:
    more = found.different - len(found.values)
    parts = [f"{count(found.contacts)} contacts", f"{count(found.without)} without a value"]
    if more:
        parts.append(f"{count(more)} more values: --limit {min(found.different, 1000)}")
    return f"{', '.join(parts)}, {found.ms} ms"


def _preview_lines(page: RulePreview, paper: Paper) -> list[str]:
    return contact_rows(page.contacts, paper)


def explanation_lines(why: Explanation, paper: Paper) -> Iterator[str]:
    """The rule part by part with what the contact's values are, and below what would have to change."""
    from common.segments.needed import needed

    verdict = paper.ink("holds", Ink.GOOD) if why.member else paper.ink("does not hold", Ink.BAD)
    yield f"The rule {verdict} for {safe(why.email)}."
    yield from _part_lines(why.rule, paper, depth=0)
    yield ""
    yield paper.ink("It would not, with" if why.member else "It would, with", Ink.HEAD)
    for need in needed(why.rule):
        yield "  " * (need.depth + 1) + safe(need.text) + _actual(need.part, paper)


def _part_lines(part: ExplainedRule, paper: Paper, *, depth: int) -> Iterator[str]:
    sign = paper.ink("✓", Ink.GOOD) if part.holds else paper.ink("✕", Ink.BAD)
    yield "  " * (depth + 1) + f"{sign} {safe(part.text)}" + _actual(part, paper)
    for child in part.parts:
        yield from _part_lines(child, paper, depth=depth + 1)


def _actual(part: ExplainedRule | None, paper: Paper) -> str:
    """What the contact's values are; nothing for groups and segments, which have none."""
    if part is None or not part.has_values:
        return ""
    return paper.ink(f"  · {safe(', '.join(part.actual)) or 'none'}", Ink.FAINT)

"""An argument that is a rule, of whatever command."""

import sys

import click

from common.contacts import MAX_RULE
from common.errors import Invalid
from tui.cli import offers


def rule_given(_: click.Context, __: click.Parameter, text: str) -> str:
    """A parameter that is a rule, or `-` for the one on stdin."""
    text = _sendable(sys.stdin.read(MAX_RULE + 1) if text == "-" else text)
    if not text.strip():
        raise Invalid("The rule is empty.", remedy="Give one like 'total_revenue > 500', or - to read it from stdin.")
    return text


def _match_given(_: click.Context, __: click.Parameter, text: str) -> str:
    """An option that is a rule; "" = it is not given."""
    return _sendable(text)


def _sendable(text: str) -> str:
    """Raises Invalid for what no call can carry."""
    if len(text) > MAX_RULE:
        raise Invalid(
            f"The rule has more than {MAX_RULE:,} characters.",
            remedy="Save parts of it as segments and refer to them by `in segment`.",
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Invalid("The rule is no text in UTF-8.") from None
    return text


rule_argument = click.argument("rule", metavar="RULE", callback=rule_given, shell_complete=offers.rules)

named_rule_argument = click.argument(
    "rule", metavar="NAME|RULE", callback=rule_given, shell_complete=offers.rules_or_segments
)
"""Or the name of a saved segment."""

match_option = click.option(
    "--match",
    default="",
    metavar="RULE",
    callback=_match_given,
    shell_complete=offers.rules,
    help="Only those RULE holds for; see `counterfoil segment`.",
)

"""An argument that is a rule, of whatever command."""

import sys

import click

from common.errors import Invalid


def rule_given(_: click.Context, __: click.Parameter, text: str) -> str:
    """A parameter that is a rule, or `-` for the one on stdin."""
    text = sys.stdin.read() if text == "-" else text
    if not text.strip():
        raise Invalid("The rule is empty.", remedy="Give one like 'total_revenue > 500', or - to read it from stdin.")
    return text


rule_argument = click.argument("rule", metavar="RULE", callback=rule_given)

named_rule_argument = click.argument("rule", metavar="NAME|RULE", callback=rule_given)
"""Or the name of a saved segment."""

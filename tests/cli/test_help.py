"""Help of every command: it answers, gives an example that is right, and names what was probably meant."""

import re
import shlex
from collections.abc import Iterator
from itertools import takewhile

import click
import pytest

from tests.cli.conftest import Cli
from tui.cli.examples import EXAMPLES, first_sentence
from tui.cli.passthrough import PassThrough
from tui.cli.root import counterfoil

_ROOT = click.Context(counterfoil, info_name="counterfoil")


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command of ours by its words, groups too."""
    for name in group.list_commands(_ROOT):
        command = group.get_command(_ROOT, name)
        if command is None or isinstance(command, PassThrough):
            continue
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


COMMANDS = dict(_commands(counterfoil))
LEAVES = [path for path, command in COMMANDS.items() if not isinstance(command, click.Group)]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_wholly(cli: Cli, path: tuple[str, ...]) -> None:
    told = cli(*path, "-h")

    assert told.exit_code == 0
    assert told.stdout == cli(*path, "--help").stdout
    assert "..." not in re.sub(r"\[[A-Z]+\]\.\.\.", "", told.stdout)


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_has_an_example(cli: Cli, path: tuple[str, ...]) -> None:
    assert f"    counterfoil {' '.join(path)}" in cli(*path, "-h").stdout


@pytest.mark.parametrize("example", [line for lines in EXAMPLES.values() for line in lines])
def test_every_example_can_be_called(example: str) -> None:
    words = shlex.split(example.partition(" | counterfoil ")[2] or example)
    ours = list(takewhile(lambda word: word not in (">", "|"), words))
    path = max((path for path in LEAVES if tuple(ours[: len(path)]) == path), key=len)

    context = COMMANDS[path].make_context(" ".join(path), ours[len(path) :], parent=_ROOT)

    assert not context.args


def test_no_example_is_of_a_command_that_is_gone() -> None:
    assert set(EXAMPLES) <= {" ".join(path) for path in LEAVES}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("contacts",), "contact"),
        (("stattus",), "status"),
        (("ssegment", "list"), "segment"),
        (("rnu",), "run"),
        (("segment", "lst"), "list"),
        (("contact", "list", "--srot", "email"), "--sort"),
        (("--liner",), "--linear"),
    ],
    ids=" ".join,
)
def test_a_wrong_word_is_told_the_nearest(cli: Cli, typed: tuple[str, ...], meant: str) -> None:
    told = cli(*typed)

    assert told.exit_code == 2
    assert repr(meant) in told.stderr
    assert "id you mean" in told.stderr


def test_a_word_that_is_near_to_none_is_told_where_help_is(cli: Cli) -> None:
    assert cli("xyzzy").stderr == "counterfoil: No such command 'xyzzy'.\nSee `counterfoil --help`.\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two.", "One."),
        ("One\n  goes on. Two.", "One goes on."),
        ("As `status.13 Completed` is. Two.", "As `status.13 Completed` is."),
        ("No end\n\nNext.", "No end"),
    ],
)
def test_a_command_is_told_by_the_first_sentence_of_its_help(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence

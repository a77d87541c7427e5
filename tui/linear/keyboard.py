"""Where the words come from: a person at a terminal, with history and completion, or a pipe."""

import os
import shutil
import sys
from collections.abc import Callable
from getpass import getpass
from typing import Protocol

PIPE_ROWS = 20
_LEAST_ROWS = 5
# What a page has beside its lines: title, where it stands, what is new, and the prompt.
_OTHER_LINES = 4


class Keyboard(Protocol):
    """*is_person*: somebody listens, so prompts and news are said."""

    is_person: bool

    def ask(self, prompt: str, *, is_secret: bool = False) -> str:
        """One line, unseen when it *is_secret*. Raises EOFError at the end of them, KeyboardInterrupt for Ctrl+C."""


class Terminal:
    is_person = True

    def __init__(self, completions: Callable[[str], list[str]]) -> None:
        _set_readline_up(completions)

    def ask(self, prompt: str, *, is_secret: bool = False) -> str:
        return getpass(prompt) if is_secret else input(prompt)


class Pipe:
    """Lines of a script: no prompt is written, no news told, so that the same words give the same lines."""

    is_person = False

    def ask(self, prompt: str, *, is_secret: bool = False) -> str:
        del prompt, is_secret
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line


def keyboard(completions: Callable[[str], list[str]]) -> Keyboard:
    return Terminal(completions) if sys.stdin.isatty() else Pipe()


def page_rows(line_chars: int) -> int:
    """How many lines of *line_chars* a page has: what the window holds, 20 where there is none."""
    if not sys.stdout.isatty():
        return PIPE_ROWS
    window = shutil.get_terminal_size()
    rows_a_line = -(-line_chars // max(window.columns, 1))
    return max(_LEAST_ROWS, (window.lines - _OTHER_LINES) // rows_a_line)


def _set_readline_up(completions: Callable[[str], list[str]]) -> None:
    """History, editing and completion. A terminal that can do nothing is left alone: the keys of its own line do."""
    if os.environ.get("TERM", "dumb") in ("", "dumb"):
        return
    try:
        import readline
    except ImportError:
        return

    def candidate(_: str, state: int) -> str | None:
        found = completions(readline.get_line_buffer()[: readline.get_endidx()])
        return f"{found[state]} " if state < len(found) else None

    readline.set_completer(candidate)
    readline.set_completer_delims(" ")
    readline.parse_and_bind("tab: complete")
    # Each would write control sequences that a screen reader may read out.
    for setting in ("enable-bracketed-paste off", "enable-meta-key off", "bell-style none"):
        readline.parse_and_bind(f"set {setting}")

"""`counterfoil --linear` as a process: words from a pipe and from a keyboard."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from common import routes
from common.events import What
from tests.cli.conftest import SOURCES, Served
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import contact
from tests.support.keyed import Keyed

_BASE = [sys.executable, "-P", "-m", "tui", "--linear"]


def _environment(daemon: FakeDaemon, **more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": SOURCES, "COUNTERFOIL_SOCKET": str(daemon.socket), "TERM": "xterm"} | more


def _piped(daemon: FakeDaemon, words: bytes, **more: str) -> "subprocess.CompletedProcess[bytes]":
    environment = _environment(daemon, **more)
    return subprocess.run(_BASE, input=words, capture_output=True, check=False, timeout=20, env=environment)


@pytest.fixture
def keyed(daemon: FakeDaemon) -> Iterator[Keyed]:
    with Keyed(_BASE, _environment(daemon)) as terminal:
        terminal.until("counterfoil> ")
        yield terminal


def test_words_come_from_a_pipe_and_nothing_but_their_lines_comes_out(daemon: FakeDaemon) -> None:
    done = _piped(daemon, b"contacts\nquit\nstores\n")

    assert done.stdout.decode().splitlines() == [
        "1 contact, sorted by last order.",
        "1: ann@example.com. Name Ann Lee. Orders 1. Revenue $73.50. Last order 2026-11-21.",
    ]
    assert (done.returncode, done.stderr) == (0, b"")


def test_who_always_wants_plain_lines_says_so_once(daemon: FakeDaemon) -> None:
    words, wishes = _BASE[:-1], {"COUNTERFOIL_UI__LINEAR": "true"}
    done = subprocess.run(
        words, input=b"stores\n", capture_output=True, check=True, timeout=20, env=_environment(daemon, **wishes)
    )

    assert done.stdout.startswith(b"1 store, 0 runs.")


def test_people_may_be_masked_from_the_start(daemon: FakeDaemon) -> None:
    assert (
        "1: a••@e••.com. Name A•• L••." in _piped(daemon, b"contacts\n", COUNTERFOIL_UI__MASKED="true").stdout.decode()
    )


def test_a_script_ends_with_the_exit_code_of_what_failed_first(daemon: FakeDaemon) -> None:
    done = _piped(daemon, b"\nopen 3\ncontacts\nfind :nonsense ==\n")

    assert done.returncode == 2
    assert b"You are nowhere yet." in done.stdout


def test_a_token_is_typed_without_being_shown(keyed: Keyed, daemon: FakeDaemon) -> None:
    keyed.press("add new123\n")
    keyed.until("or paste to give the token itself: ")
    keyed.press("paste\n")
    keyed.until("which is not shown: ")
    keyed.press("sekrit-token\n")
    keyed.until("Connect it? yes or no: ")

    keyed.press("yes\n")

    assert "sekrit" not in keyed.until("new123 historical")


def test_a_question_is_answered_by_the_next_line(daemon: FakeDaemon) -> None:
    _piped(daemon, b"sync\nsweep\nsync acme hist\nyes\nsync acme\n")

    assert [run.kind for run in daemon.runs] == ["historical", "sweep"]


@pytest.mark.parametrize(
    "words", [b"find \xff\xfe\n", b"\x00\n", b"find " + b"x" * 5000 + b"\n", b"\x1b[A\n", b"9" * 999]
)
def test_no_line_ends_it(daemon: FakeDaemon, words: bytes) -> None:
    done = _piped(daemon, words + b"\ncontacts\n")

    assert b"1: ann@example.com" in done.stdout
    assert done.stderr == b""


def test_a_name_that_stdout_cannot_spell_is_no_reason_to_stop(daemon: FakeDaemon) -> None:
    daemon.contacts = [contact(name="直子 山田"), contact(2, "bob@example.org")]

    done = _piped(daemon, b"contacts\n", PYTHONIOENCODING="ascii:strict")

    assert b"Name ?? ??" in done.stdout
    assert b"bob@example.org" in done.stdout


def test_a_daemon_that_is_away_is_told_of_once(served: Served) -> None:
    served.stop()

    done = _piped(served.daemon, b"contacts\nhelp sort\nstores\n")

    lines = done.stdout.decode().splitlines()
    assert lines[0].startswith("No daemon answers: there is no socket at ")
    assert lines[-1] == "The daemon is still away."
    assert done.returncode == 3


def test_nothing_is_painted_on_a_terminal(keyed: Keyed) -> None:
    keyed.press("cont\t\r")
    keyed.until("Name Ann Lee")
    keyed.until("contacts> ")
    keyed.press("\x04")

    assert keyed.ended() == 0
    assert "Type help for the words" in keyed.written
    assert not re.search(r"\x1b|[\u2500-\u259f]", keyed.written)


def test_ctrl_c_at_the_prompt_drops_what_was_typed(keyed: Keyed) -> None:
    keyed.press("stor")
    keyed.until("stor")
    keyed.interrupt()
    keyed.until("Control D, to leave.")
    keyed.press("quit\r")

    assert keyed.ended() == 0


def test_ctrl_c_leaves_a_question_that_takes_long(keyed: Keyed, served: Served) -> None:
    served.daemon.delay_s[routes.CONTACTS] = 60
    keyed.press("contacts\r")
    served.until(lambda: served.daemon.calls[routes.CONTACTS] == 1)
    keyed.press("\x03")
    keyed.until("not waited for any more.")
    keyed.press("stores\r")

    keyed.until("Store acme")
    assert routes.CONTACTS in served.daemon.cancelled


def test_ctrl_c_leaves_a_question_of_ours(keyed: Keyed, daemon: FakeDaemon) -> None:
    keyed.press("sync\r")
    keyed.until("sweep for what is gone: ")
    keyed.interrupt()

    keyed.until("Nothing is done.")
    assert not daemon.runs


def test_what_happens_meanwhile_is_said_before_the_next_prompt(keyed: Keyed, served: Served) -> None:
    keyed.press("contacts\r")
    keyed.until("contacts> ")

    served.soon(lambda: _come(served.daemon))
    told = ""
    while "new" not in told:  # an empty line asks for what is new; the daemon's word may need a moment
        keyed.press("\r")
        told = keyed.until("contacts> ")

    assert "1 new contact; again shows them.\r\n" in told
    keyed.press("again\r")
    keyed.until("bob@example.org")


def _come(daemon: FakeDaemon) -> None:
    daemon.replace_contact(contact(2, "bob@example.org"))
    daemon.push_changed(What.CONTACT, 2, store="")


def test_a_daemon_that_went_and_came_back_is_told_of_once(keyed: Keyed, served: Served) -> None:
    served.stop()
    keyed.press("contacts\r")
    keyed.until("Each word tries it again.")
    served.start()
    keyed.press("contacts\r")

    assert "still away" not in keyed.until("1: ann@example.com")


def test_a_terminal_that_can_do_nothing_is_left_alone(daemon: FakeDaemon) -> None:
    with Keyed(_BASE, _environment(daemon, TERM="dumb")) as terminal:
        terminal.until("counterfoil> ")
        terminal.press("contacts\n")

        assert "\x1b" not in terminal.until("Name Ann Lee")

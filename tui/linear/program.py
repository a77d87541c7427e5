"""`counterfoil --linear`: says a screen, asks for a word, obeys it, until the person leaves."""

import io
import shutil
import sys
import time
from pathlib import Path

from pydantic import ValidationError

from common.client import ApiClient
from common.errors import CounterfoilError, DaemonUnreachable, Invalid
from common.text import safe
from tui.cli.program import first_fault
from tui.drawing.line import wrapped
from tui.linear.answer import NOTHING_DONE, Answer, Answering, Question, in_words
from tui.linear.background import Background
from tui.linear.conversation import Conversation
from tui.linear.keyboard import Keyboard, keyboard, page_rows
from tui.linear.news import Heard, News
from tui.linear.place import Room
from tui.linear.places.status import health_lines
from tui.linear.words import completions
from tui.preferences import Preferences


def run_linear(socket: Path, prefers: Preferences) -> int:
    """Talks until the person leaves; the exit code. In a script that is the one of the first word that failed."""
    _write_whatever_comes()
    with Background() as background:
        client = ApiClient(socket)
        background.run(client.__aenter__())
        try:
            room = Room(client, lambda: int(time.time()), is_masked=prefers.masked)
            return _Talk(background, room, keyboard(completions)).until_over()
        finally:
            background.run(client.__aexit__(None, None, None))


def _write_whatever_comes() -> None:
    """A name that stdout or stdin cannot spell is no reason to stop."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


class _Talk:
    """The only part that reads and writes; all others are given text and give text."""

    def __init__(self, background: Background, room: Room, keys: Keyboard) -> None:
        self._background = background
        self._client = room.client
        self._keys = keys
        self._news = News()
        self._conversation = Conversation(room, page_rows)
        self._is_away = False
        self._exit_code = 0

    def until_over(self) -> int:
        if self._keys.is_person:
            self._background.start(self._news.follow(self._client))
            self._do(self._greeted())
        while True:
            try:
                if self._turn():
                    break
            except EOFError:
                self._end_line()
                break
            except KeyboardInterrupt:
                self._end_line()
                _say(["Type quit, or Control D, to leave."])
        return 0 if self._keys.is_person else self._exit_code

    def _turn(self) -> bool:
        """One word and what follows from it; whether it was the last."""
        self._tell_news()
        typed = self._keys.ask(self._conversation.prompt)
        answer = self._do(self._conversation.obey(typed))
        while answer is not None and answer.question is not None:
            answer = self._asked(answer.question)
        return answer is not None and answer.is_last

    def _asked(self, question: Question) -> Answer | None:
        try:
            typed = self._keys.ask(question.prompt, is_secret=question.is_secret)
        except (KeyboardInterrupt, EOFError):
            self._end_line()
            typed = ""
        return self._do(question.then(typed)) if typed.strip() else self._do(_nothing())

    def _do(self, work: Answering) -> Answer | None:
        """Says what *work* answers, or what went wrong; None for that."""
        try:
            answer: Answer = self._background.run(work, slow=self._tell_waiting)
        except (CounterfoilError, ValidationError) as error:  # the latter of what was typed, as a text too long to find
            self._failed(error if isinstance(error, CounterfoilError) else Invalid(first_fault(error)))
            return None
        except KeyboardInterrupt:
            self._end_line()
            _say(["Left. The answer is not waited for any more."])
            return None
        _say(answer.lines)
        self._is_away = self._is_away and answer.is_local
        return answer

    async def _greeted(self) -> Answer:
        return Answer(await self._conversation.greet())

    def _failed(self, error: CounterfoilError) -> None:
        self._exit_code = self._exit_code or error.exit_code
        if not isinstance(error, DaemonUnreachable):
            _say(in_words(error))
            return
        _say(["The daemon is still away."] if self._is_away else [*in_words(error), "Each word tries it again."])
        self._is_away = True

    def _tell_news(self) -> None:
        if not self._keys.is_person:
            return
        heard = self._background.run(self._news.take())
        self._tell_link(heard)
        if heard.health is not None:
            _say(health_lines(heard.health))
        _say(self._background.run(self._conversation.news(heard.facts)))

    def _tell_link(self, heard: Heard) -> None:
        if heard.lost is not None and not self._is_away:
            self._failed(
                heard.lost if isinstance(heard.lost, DaemonUnreachable) else DaemonUnreachable(str(heard.lost))
            )
        elif heard.is_back and self._is_away:
            self._is_away = False
            _say(["The daemon answers again."])

    def _tell_waiting(self) -> None:
        if self._keys.is_person:
            _say(["Still asking. Control C leaves it."])

    def _end_line(self) -> None:
        """What was typed so far stays on its line."""
        if self._keys.is_person:
            print()  # noqa: T201


async def _nothing() -> Answer:
    return Answer([NOTHING_DONE], is_local=True)


def _say(lines: list[str]) -> None:
    """Each on a line of its own, whatever a stranger's name holds; on a terminal no word is broken at its edge."""
    for said in lines:
        for row in _broken_at_spaces(safe(said)):
            print(row, flush=True)  # noqa: T201


def _broken_at_spaces(text: str) -> list[str]:
    if not sys.stdout.isatty():
        return [text]
    return [row.text for row in wrapped(text, shutil.get_terminal_size().columns - 1)] or [text]

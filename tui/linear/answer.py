"""What a word leads to: lines to say, and perhaps a question that comes before the next word."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

from common.errors import CounterfoilError


@dataclass(frozen=True, slots=True)
class Question:
    """*then* is given what is typed, which *is_secret* keeps from being shown. Who leaves it has done nothing."""

    prompt: str
    then: Callable[[str], "Answering"]
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """*is_local*: the daemon was not asked. *is_last*: the person wants to leave."""

    lines: list[str]
    question: Question | None = None
    is_local: bool = False
    is_last: bool = False


Answering: TypeAlias = Coroutine[Any, Any, Answer]


def yes_or_no(text: str, then: Callable[[], Answering]) -> Question:
    """Goes on with *then* if the answer is yes, or begins so."""

    async def decide(typed: str) -> Answer:
        word = typed.strip().lower()
        return await then() if word and "yes".startswith(word) else Answer([NOTHING_DONE], is_local=True)

    return Question(f"{text} yes or no: ", decide)


NOTHING_DONE = "Nothing is done."


def in_words(error: CounterfoilError) -> list[str]:
    return [error.message, *error.remedy.splitlines()]

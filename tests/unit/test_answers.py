"""Our own count of the store's rule for shunning an address."""

from daemon.ingest.answers import Answers, Risk

NOW = 1_760_000_000


def _noted(*statuses: int, at: int = NOW) -> Answers:
    answers = Answers()
    for status in statuses:
        answers.note(status, now=at)
    return answers


def test_fewer_than_ninety_of_a_hundred_is_a_risk_that_names_the_reasons() -> None:
    answers = _noted(*[200] * 89, *[401] * 8, *[500] * 3)

    assert answers.risk(NOW) == Risk(100, 11, "8 no or a wrong secret header, 3 could not be stored")


def test_ninety_of_a_hundred_are_enough() -> None:
    assert _noted(*[401] * 10, *[200] * 90).risk(NOW) is None


def test_a_hundred_calls_are_needed_to_judge() -> None:
    assert _noted(*[401] * 99).risk(NOW) is None


def test_only_two_minutes_count() -> None:
    answers = _noted(*[401] * 60)

    for _ in range(60):
        answers.note(401, now=NOW + 120)

    assert answers.risk(NOW + 120) is None


def test_a_risk_is_shown_for_ten_minutes() -> None:
    answers = _noted(*[401] * 100)

    assert answers.risk(NOW + 599) is not None
    assert answers.risk(NOW + 600) is None

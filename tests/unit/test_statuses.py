"""Statuses as scripts read them."""

from common.statuses import COUNTED, Status


def test_statuses_are_spelled_as_scripts_know_them() -> None:
    assert [str(status) for status in Status] == [
        "Pending payment",
        "Completed",
        "Abandoned",
        "Recovered",
        "Waiting",
        "Canceled",
        "Refunded",
        "Failed",
    ]


def test_only_completed_and_recovered_orders_count() -> None:
    assert {Status.COMPLETED, Status.RECOVERED} == COUNTED

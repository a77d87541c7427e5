import pytest

from daemon.bigcommerce.dates import epoch_s, filter_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Tue, 05 Mar 2019 21:40:11 +0000", 1551822011, id="v2"),
        pytest.param("Tue, 05 Mar 2019 15:40:11 -0600", 1551822011, id="v2 with another offset"),
        pytest.param("Tue, 5 Mar 2019 21:40:11 +0000", 1551822011, id="v2 with a short day"),
        pytest.param("Tue, 05 Mar 2019 21:40:11 GMT", 1551822011, id="GMT"),
        pytest.param("2019-03-05T21:40:11Z", 1551822011, id="v3 Z"),
        pytest.param("2019-03-05T21:40:11+00:00", 1551822011, id="v3 offset"),
        pytest.param("2019-03-05T22:40:11.500+01:00", 1551822011, id="v3 fraction"),
        pytest.param("2019-03-05T21:40:11", 1551822011, id="no offset is UTC"),
        pytest.param(" 2019-03-05 21:40:11 ", 1551822011, id="blanks"),
        pytest.param("Thu, 29 Feb 2024 00:00:00 +0000", 1709164800, id="leap day"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 +0000", 0, id="the epoch"),
        pytest.param("", 0, id="never"),
        pytest.param(None, 0, id="null"),
        pytest.param("0000-00-00 00:00:00", 0, id="zero date"),
        pytest.param("Wed, 30 Nov -0001 00:00:00 +0000", 0, id="zero date, v2"),
    ],
)
def test_every_form_of_a_date_is_read(text: str | None, expected: int) -> None:
    assert epoch_s(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "Tue, 35 Mar 2019 21:40:11 +0000",
        "Tue, 05 Foo 2019 21:40:11 +0000",
        "Tue, 05 Mar 2019 xx:40:11 +0000",
        "Tue, 05 Mar 1019 21:40:11 +0000",
        "1551822011",
        "2019-13-05T21:40:11Z",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="date"):
        epoch_s(text)


def test_filters_name_the_zone() -> None:
    assert filter_date(1551822011) == "2019-03-05T21:40:11Z"

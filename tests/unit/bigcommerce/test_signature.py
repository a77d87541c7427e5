import pytest
from multidict import CIMultiDict

from daemon.bigcommerce.signature import Verdict, verdict

SECRET = "test_client_secret"
SENT_AT = 1_760_000_100
RIGHT = "v1,mUIgBSFWyOLcBn2CNoqby4WFljjrlh/G0V6NYNhrEQQ="
WRONG = "v1,AAAABSFWyOLcBn2CNoqby4WFljjrlh/G0V6NYNhrEQQ="
BODY = (
    b'{"scope":"store/order/created","store_id":"1000042","data":{"type":"order","id":1001},'
    b'"hash":"81630536b1033f8fa27237c7dd4d56b9655a7915","created_at":1760000000,"producer":"stores/simstore1"}'
)


def headers(**changed: str) -> dict[str, str]:
    return {"webhook-id": "evt_0001", "webhook-timestamp": str(SENT_AT), "webhook-signature": RIGHT} | {
        f"webhook-{name}": value for name, value in changed.items()
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(headers(), Verdict.VALID, id="the published vector"),
        pytest.param({name.title(): value for name, value in headers().items()}, Verdict.VALID, id="any header case"),
        pytest.param(headers(signature=f"{WRONG} v1a,zzzz {RIGHT}"), Verdict.VALID, id="one of several"),
        pytest.param(headers(signature=WRONG), Verdict.INVALID, id="wrong signature"),
        pytest.param(headers(signature=RIGHT.replace("v1,", "v1a,")), Verdict.INVALID, id="another version"),
        pytest.param(headers(signature="v1"), Verdict.INVALID, id="no comma"),
        pytest.param(headers(signature="v1,?!"), Verdict.INVALID, id="no base64"),
        pytest.param(headers(signature="v1,ünï"), Verdict.INVALID, id="no ASCII"),
        pytest.param(headers(signature=""), Verdict.INVALID, id="empty signature"),
        pytest.param(headers(id="evt_0002"), Verdict.INVALID, id="another id"),
        pytest.param(headers(id=""), Verdict.INVALID, id="no id"),
        pytest.param(headers(timestamp="soon"), Verdict.INVALID, id="no timestamp"),
        pytest.param(headers(timestamp="9" * 40), Verdict.INVALID, id="timestamp beyond time"),
        pytest.param({"Content-Type": "application/json"}, Verdict.ABSENT, id="unsigned"),
    ],
)
def test_a_delivery_is_judged_by_its_signature(given: dict[str, str], expected: Verdict) -> None:
    assert verdict(CIMultiDict(given), BODY, client_secret=SECRET, now=SENT_AT + 5) is expected


@pytest.mark.parametrize(
    ("body", "secret", "expected"),
    [
        pytest.param(BODY + b" ", SECRET, Verdict.INVALID, id="another body"),
        pytest.param(b"\xff", SECRET, Verdict.INVALID, id="no text"),
        pytest.param(BODY, "another secret", Verdict.INVALID, id="another secret"),
        pytest.param(BODY, "", Verdict.ABSENT, id="no secret to check it with"),
    ],
)
def test_body_and_secret_are_what_was_signed(body: bytes, secret: str, expected: Verdict) -> None:
    assert verdict(CIMultiDict(headers()), body, client_secret=secret, now=SENT_AT) is expected


@pytest.mark.parametrize(
    ("skew_s", "expected"),
    [(300, Verdict.VALID), (-300, Verdict.VALID), (301, Verdict.STALE), (-301, Verdict.STALE)],
)
def test_a_right_signature_goes_stale_after_five_minutes(skew_s: int, expected: Verdict) -> None:
    assert verdict(CIMultiDict(headers()), BODY, client_secret=SECRET, now=SENT_AT + skew_s) is expected

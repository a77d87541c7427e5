"""What is wrong with a call is answered as a Problem, with the status of its kind."""

import json
from io import BytesIO

import aiohttp
import pytest

from common.errors import Problem

CALLS = ["/v1/status", "/v1/stores", "/v1/stores/abc123", "/v1/runs", "/v1/runs/1", "/v1/contacts", "/v1/contact?id=1"]


async def refused(http: aiohttp.ClientSession, method: str, path: str, body: str | bytes = b"") -> tuple[int, Problem]:
    async with http.request(method, path, data=body or None) as answer:
        return answer.status, Problem.model_validate_json(await answer.read())


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/contacts?serach=ann", 400, "invalid"),
        ("GET", "/v1/contacts?limit=0", 400, "invalid"),
        ("GET", "/v1/contacts?limit=100001", 400, "invalid"),
        ("GET", "/v1/contacts?limit=all", 400, "invalid"),
        ("GET", "/v1/contacts?offset=-1", 400, "invalid"),
        ("GET", "/v1/contacts?offset=1000000000000000000000000", 400, "invalid"),
        ("GET", "/v1/contacts?sort=height", 400, "invalid"),
        ("GET", "/v1/contacts?after=nonsense", 400, "invalid"),
        ("GET", "/v1/contacts?search=" + "x" * 501, 400, "invalid"),
        ("GET", "/v1/contact?id=99999999999999999999999999", 400, "invalid"),
        ("GET", "/v1/contact?mail=x", 400, "invalid"),
        ("GET", "/v1/contact?id=5", 404, "not_found"),
        ("GET", "/v1/runs?limit=1001", 400, "invalid"),
        ("GET", "/v1/runs?hash=x", 400, "invalid"),
        ("GET", "/v1/runs/first", 400, "invalid"),
        ("GET", "/v1/runs/99999999999999999999", 400, "invalid"),
        ("GET", "/v1/runs/1", 404, "not_found"),
        ("GET", "/v1/stores/abc123/orders/x", 400, "invalid"),
        ("GET", "/v1/stores/abc123/orders/-1", 400, "invalid"),
        ("GET", "/v1/stores/abc123/orders/٣", 400, "invalid"),
        ("GET", "/v1/stores/abc123/orders/1", 404, "not_found"),
        ("GET", "/v1/status?verbose=1", 400, "invalid"),
        ("GET", "/v1/stores?all=1", 400, "invalid"),
        ("GET", "/v1/nothing", 404, "failed"),
        ("GET", "/", 404, "failed"),
        ("GET", "/v1/../etc/passwd", 404, "failed"),
        ("DELETE", "/v1/stores", 405, "failed"),
        ("POST", "/v1/status", 405, "failed"),
    ],
)
async def test_a_wrong_call_is_a_problem_of_its_kind(
    http: aiohttp.ClientSession, method: str, path: str, status: int, code: str
) -> None:
    answered, problem = await refused(http, method, path)

    assert (answered, problem.code) == (status, code)
    assert problem.message


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"abc123"',
        "\udcff".encode("utf-8", "surrogateescape"),
        '{"store":"abc123"}',
        '{"store":5,"token":"t"}',
        '{"store":"abc123","token":"t","colour":"red"}',
        '{"store":"abc123","token":"t","name":"' + "x" * 201 + '"}',
        '{"store":"\\ud800","token":"t"}',
        "[" * 100_000,
    ],
    ids=range(12),
)
async def test_a_wrong_body_is_invalid(http: aiohttp.ClientSession, body: str | bytes) -> None:
    status, problem = await refused(http, "POST", "/v1/stores", body)

    assert (status, problem.code) == (400, "invalid")


async def test_a_token_in_a_wrong_body_does_not_come_back(http: aiohttp.ClientSession) -> None:
    body = json.dumps({"store": "abc123", "token": {"secret": "s3cret"}, "client_secret": ["s3cret"]})

    _, problem = await refused(http, "POST", "/v1/stores", body)

    assert "s3cret" not in problem.model_dump_json()


async def test_a_method_that_is_not_allowed_is_told_those_that_are(http: aiohttp.ClientSession) -> None:
    async with http.delete("/v1/stores") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("number", [0, -1, 2**63])
async def test_what_is_no_id_is_invalid(http: aiohttp.ClientSession, number: int) -> None:
    body = json.dumps({"verb": "add_tag", "name": "vip", "ids": [number]})

    status, problem = await refused(http, "POST", "/v1/edits/plan", body)

    assert (status, problem.code) == (400, "invalid")


async def test_an_unknown_name_is_named(http: aiohttp.ClientSession) -> None:
    _, problem = await refused(http, "GET", "/v1/contacts?serach=ann")

    assert "serach" in problem.message


async def test_a_body_too_large_is_a_problem(http: aiohttp.ClientSession) -> None:
    async with http.post("/v1/stores", data=BytesIO(b"x" * 1_500_000)) as answer:
        assert answer.status == 413
        assert Problem.model_validate_json(await answer.read()).code == "failed"


@pytest.mark.parametrize("path", [*CALLS, "/v1/events"])
async def test_what_a_web_page_sends_is_forbidden(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path, headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403
        assert Problem.model_validate_json(await answer.read()).code == "forbidden"


async def test_a_command_of_a_web_page_is_forbidden_before_it_is_read(http: aiohttp.ClientSession) -> None:
    async with http.post("/v1/stores", data=b"{", headers={"Origin": "null"}) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("path", CALLS)
async def test_every_answer_is_json(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path) as answer:
        assert answer.content_type == "application/json"
        assert isinstance(await answer.json(), dict)

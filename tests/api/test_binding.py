"""Faults of ours behind a call: answered as a Problem, logged, and never blamed on the caller."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from common import routes
from common.contacts import ContactQuery
from common.errors import Problem
from common.stores import StoreList
from daemon.api.binding import Call, route
from daemon.api.middleware import errors_as_problems
from tests.support.doors import ANN, behind, door_to


async def answered(fault: Exception) -> tuple[int, Problem]:
    """What a caller gets when the handler raises *fault*."""

    async def stores(call: Call) -> StoreList:
        raise fault

    app = web.Application(middlewares=[errors_as_problems])
    behind(door_to(ANN), app)
    app.add_routes([route(routes.STORES, stores)])
    async with TestClient(TestServer(app)) as caller, caller.get("/v1/stores") as answer:
        return answer.status, Problem.model_validate_json(await answer.read())


@pytest.mark.parametrize("fault", [RuntimeError("broken"), KeyError("x"), ValueError("odd")], ids=repr)
async def test_a_fault_is_a_problem_and_stands_in_the_log(fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    status, problem = await answered(fault)

    assert (status, problem.code) == (500, "failed")
    assert "log" in problem.remedy
    assert "call failed" in caplog.text


async def test_an_answer_that_is_no_valid_model_is_not_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="validation error") as caught:
        ContactQuery.model_validate({"limit": "x"})

    status, problem = await answered(caught.value)

    assert (status, problem.code) == (500, "failed")

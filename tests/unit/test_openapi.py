"""The description of the API tells all of the table of endpoints, and nothing else."""

import json
import re

from common import errors, routes
from common.errors import CounterfoilError, DaemonUnreachable
from common.openapi import api_description
from common.routes import Endpoint

TABLE = [value for value in vars(routes).values() if isinstance(value, Endpoint)]
TOLD = json.loads(api_description().model_dump_json())


def test_every_endpoint_is_described_once() -> None:
    told = [(method.upper(), path) for path, methods in TOLD["paths"].items() for method in methods]

    assert sorted(told) == sorted((endpoint.method, endpoint.path) for endpoint in TABLE)


def test_every_reference_leads_somewhere() -> None:
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(TOLD))):
        place = TOLD
        for step in reference.split("/"):
            place = place[step]


def test_every_error_of_the_daemon_is_one_of_the_failures() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CounterfoilError)}
    told = set(TOLD["components"]["responses"])

    assert {f"{kind.http_status}_{kind.code}" for kind in kinds - {DaemonUnreachable}} <= told


def test_the_names_in_a_path_and_in_a_query_are_its_parameters() -> None:
    plan = TOLD["paths"]["/v1/stores/{hash}/plan"]["get"]

    assert [(one["name"], one["in"], one["required"]) for one in plan["parameters"]] == [
        ("hash", "path", True),
        ("kind", "query", False),
    ]


def test_what_filters_nothing_when_left_out_is_no_null_in_a_query() -> None:
    state = next(one for one in TOLD["paths"]["/v1/inbox"]["get"]["parameters"] if one["name"] == "state")

    assert state["schema"] == {"$ref": "#/components/schemas/DeliveryState"}


def test_the_stream_is_told_as_lines_of_events() -> None:
    content = TOLD["paths"]["/v1/events"]["get"]["responses"]["200"]["content"]

    assert list(content) == ["application/x-ndjson"]
    assert {"$ref": "#/components/schemas/Hello"} in content["application/x-ndjson"]["schema"]["oneOf"]

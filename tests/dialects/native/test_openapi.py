"""The description is complete, and what keeps to it or breaks it never breaks the server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis import GenerationMode

from hwamei.dialects.native.dialect import CALLS, described
from hwamei.dialects.native.wire.values import ErrorBody
from hwamei.domain.app import Quota
from hwamei.web.failures import STATUSES
from tests.serving import API, Site

EXAMPLES_A_CALL = 15


def operations() -> list[tuple[str, str]]:
    return [(method, path) for path, methods in described()["paths"].items() for method in methods]


def test_every_route_is_described() -> None:
    routes = {
        (method.lower(), route.path) for router in CALLS for route in router.routes for method in route.methods or ()
    }
    assert routes == set(operations())


@pytest.mark.parametrize(("method", "path"), operations(), ids=str)
def test_every_call_says_what_it_does_and_how_it_fails(method: str, path: str) -> None:
    about = described()["paths"][path][method]
    assert about["description"]
    assert about["tags"]
    assert about["security"] or path.endswith("/sign-in")  # for who has no key yet
    assert {"401", "403", "422", "429", "500", "503"} <= about["responses"].keys()
    for status, answer in about["responses"].items():
        if not status.startswith("2"):
            assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/ErrorBody")
            assert re.match(r"`[a-z_]+`: ", answer["description"])
            assert int(status) in STATUSES.values()


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(described())
    known = described()["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', text)) <= known.keys()
    assert "$defs" not in text


def test_the_page_needs_nothing_from_elsewhere(site: Site) -> None:
    page = httpx.get(f"{site.url}{API}/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", page.text)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert httpx.get(f"{site.url}{API}/openapi.json").json() == described()


@pytest.fixture(scope="module")
def attacker(site: Site) -> Iterator[httpx.Client]:
    """An app without limits."""
    with site.app(quota=Quota(rates={})) as client:
        yield client


@pytest.mark.long("sends hundreds of hostile requests")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("method", "path"), operations(), ids=str)
def test_no_request_breaks_the_server(method: str, path: str, mode: GenerationMode, attacker: httpx.Client) -> None:
    """Requests that keep to the description, and ones that break it."""
    operation = schemathesis.openapi.from_dict(described())[path][method.upper()]

    @hypothesis.given(operation.as_strategy(generation_mode=mode))
    @hypothesis.settings(max_examples=EXAMPLES_A_CALL, suppress_health_check=list(HealthCheck))
    def attack(case: schemathesis.Case[Any]) -> None:
        answer = case.call(base_url=str(attacker.base_url).removesuffix(f"{API}/"), headers=dict(attacker.headers))
        assert answer.status_code < 500
        if answer.status_code >= 400:
            ErrorBody.model_validate_json(answer.content)

    attack()

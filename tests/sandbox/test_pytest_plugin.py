"""``kintone_sandbox`` is the demo, fresh for every test."""

from __future__ import annotations

import pytest
import requests

from sqlalchemy_kintone.sandbox import Fault, Sandbox
from tests.sandbox.client import Api


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_gets_it_fresh(kintone_sandbox: Sandbox, turn: int) -> None:
    assert kintone_sandbox.log.total == 0
    assert kintone_sandbox.faults.due("GET", "records.json") == []
    app = next(iter(kintone_sandbox.domain.apps.values()))
    assert app.records
    app.records.clear()
    kintone_sandbox.faults.add(Fault("503"))
    requests.get(kintone_sandbox.url, timeout=5)


def test_its_credentials_work(kintone_sandbox: Sandbox, http: requests.Session) -> None:
    access = kintone_sandbox.access
    api = Api(access.url, http)
    apps = api.as_user(access.user, access.password).ok("GET", "apps.json")["apps"]
    assert apps
    for app in apps:
        if app["name"] in access.tokens:
            reader = api.with_tokens(access.tokens[app["name"]])
            assert reader.get("app.json", id=app["appId"]).status_code == 200

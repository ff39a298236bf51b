"""Kintone's official JavaScript client works against the sandbox as it is."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.api import Call
from sqlalchemy_kintone.sandbox.http_message import Response
from tests.sandbox.openapi import find_description, load_description

SCRIPT = Path(__file__).with_name("javascript_client.mjs")
CLIENT = "@kintone/rest-api-client@6"

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script beside an installed client; skips where that cannot be had."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    folder = tmp_path_factory.mktemp("javascript")
    (folder / "package.json").write_text("{}", encoding="utf-8")
    options = (
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefer-offline",
        "--fetch-retries=0",
    )
    try:
        done = subprocess.run(
            ["npm", "install", *options, CLIENT],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
        )
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not install the client in time")
    if done.returncode != 0:
        pytest.skip(f"npm cannot install the client here: {done.stderr[-200:]}")
    return Path(shutil.copy(SCRIPT, folder))


@pytest.fixture
def seen(script: Path, sandbox: Sandbox) -> dict[str, Any]:
    """What the script saw; the client speaks plain HTTP with ``localhost`` only."""
    url = sandbox.url.replace("127.0.0.1", "localhost")
    answers: list[tuple[Call, Response]] = []
    with sandbox.after(lambda call, response: answers.append((call, response))):
        done = subprocess.run(
            ["node", script.name, url, "sandbox", "sandbox"],
            cwd=script.parent,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    description = find_description()
    if description is not None:
        for call, response in answers:
            path = f"/k/v1/{call.resource}"
            body = json.loads(response.body)
            load_description(description).check(call.method, path, response.status, body)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_official_client(seen: dict[str, Any]) -> None:
    assert seen["deployStatuses"] == ["PROCESSING", "SUCCESS"]
    assert seen["added"] == 1200
    assert seen["byId"] == list(range(1200))
    assert seen["byCursor"] == list(range(1199, -1, -1))
    assert seen["byOffset"] == list(range(1200))
    assert seen["products"] == [f"P-{i % 7}" for i in range(1200)]
    assert seen["upserted"] == {"id": "1201", "revision": "1"}
    assert seen["together"] == ["UPDATE", "INSERT"]
    assert seen["afterWrites"] == [-1] * 150 + list(range(150, 1200)) + [6000, 6000]
    assert seen["emptied"] == []
    assert seen["refusal"] == {
        "status": 400,
        "code": "CB_VA01",
        "errors": {
            "record.number.value": {"messages": ["This value already exists in another record."]}
        },
    }
    assert seen["left"] == "2"

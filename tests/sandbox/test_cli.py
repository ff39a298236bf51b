"""``kintone-sandbox``: its options, its one line of JSON, its end."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest
import requests

from sqlalchemy_kintone.sandbox import Fault, Switches
from sqlalchemy_kintone.sandbox.command import sandbox_from_arguments, switch_descriptions
from tests.sandbox.client import Api

COMMAND = [sys.executable, "-m", "sqlalchemy_kintone.sandbox"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_a_signal(number: signal.Signals, http: requests.Session) -> None:
    with subprocess.Popen(
        [*COMMAND, "--empty"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        access = json.loads(process.stdout.readline())
        assert sorted(access) == ["password", "tokens", "url", "user"]
        api = Api(access["url"], http).as_user(access["user"], access["password"])
        assert api.ok("GET", "apps.json") == {"apps": []}
        process.send_signal(number)
        assert process.wait(10) == 0
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


def test_a_taken_port_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        finished = subprocess.run(
            [*COMMAND, "--empty", "--port", str(port)], capture_output=True, text=True, timeout=30
        )
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr.startswith("kintone-sandbox: cannot start: ")


def test_help_describes_every_switch(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        sandbox_from_arguments(["--help"])
    assert exit_.value.code == 0
    shown = capsys.readouterr().out
    descriptions = switch_descriptions()
    for switch in fields(Switches):
        assert "--" + switch.name.replace("_", "-") in shown
        assert len(descriptions[switch.name]) > 10


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (switch.name, choice)
        for switch in fields(Switches)
        for choice in get_args(get_type_hints(Switches)[switch.name])
    ],
)
def test_every_switch_is_an_option(name: str, value: Any) -> None:
    option = "--" + name.replace("_", "-")
    sandbox = sandbox_from_arguments(["--empty", option, str(value)])
    assert getattr(sandbox.domain.switches, name) == value


def test_switches_default_to_the_likeliest_reading() -> None:
    assert sandbox_from_arguments(["--empty"]).domain.switches == Switches()


def test_options_reach_the_sandbox(http: requests.Session) -> None:
    arguments = ["--empty", "--basic-auth", "gate:keep:er", "--fault", "503,times=1"]
    with sandbox_from_arguments([*arguments, "--latency-ms", "20"]) as sandbox:
        api = Api(sandbox.url, http).as_user("sandbox", "sandbox")
        assert api.get("apps.json").status_code == 401
        options: dict[str, Any] = {"auth": ("gate", "keep:er")}
        statuses = [api.send("GET", "apps.json", **options).status_code for _ in range(2)]
        assert statuses == [503, 200]
        assert sandbox.faults.fired(Fault("503", times=1)) == 1
        assert min(request.ms for request in sandbox.log.requests) >= 20


def test_rows_adds_an_app() -> None:
    domain = sandbox_from_arguments(["--empty", "--rows", "30"]).domain
    assert [len(app.records) for app in domain.apps.values()] == [30]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "x"], "'x' is not a whole number"),
        (["--rows", "-1"], "not a whole number"),
        (["--seed", "other"], "invalid choice"),
        (["--fault", "504"], "unknown fault '504'"),
        (["--tls-cert", "a.pem"], "--tls-cert and --tls-key go together"),
        (["--client-ca", "a.pem"], "--client-ca needs"),
        (["--basic-auth", "secret-without-colon"], "expected USER:PASSWORD"),
        (["--text-equality", "sometimes"], "invalid choice"),
    ],
)
def test_wrong_command_lines(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        sandbox_from_arguments(arguments)
    assert exit_.value.code == 2
    shown = capsys.readouterr().err
    assert message in shown
    assert "secret-without-colon" not in shown

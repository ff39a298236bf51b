"""No secret in an error, a log line or a file, whatever answers."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from sqlalchemy_kintone.errors import Error, InterfaceError
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.faults import Fault
from tests.kintone.conftest import Opened
from tests.kintone.scripted_server import Reply, ScriptedServer

Open = Callable[..., Opened]
Serve = Callable[..., ScriptedServer]

SECRET = "g€heim/1"
ENCODED = ("c2FuZGJveDpn4oKsaGVpbS8x", "ZnJvbnQ6Z+KCrGhlaW0vMQ==")
"""``sandbox:`` and ``front:`` with the secret, in Base64."""
LOGIN = {
    "user": "sandbox",
    "password": SECRET,
    "basic_auth_user": "front",
    "basic_auth_password": SECRET,
}
FORMS = (SECRET, quote(SECRET, safe=""), "heim/1", *ENCODED)


def _told_by(error: BaseException) -> Iterator[str]:
    yield "".join(traceback.format_exception(type(error), error, error.__traceback__))
    yield repr(error)
    yield repr(vars(error))


def _kintone_error(text: str) -> bytes:
    error = {"code": "CB_VA01", "id": "1", "message": text, "errors": {text: {"messages": [text]}}}
    return json.dumps(error, ensure_ascii=False).encode()


JSON = {"Content-Type": "application/json"}
TATTLERS = [
    *(Reply(400, _kintone_error(form), JSON) for form in FORMS if form != "heim/1"),
    Reply(400, json.dumps({"code": SECRET, "message": ""}).encode(), JSON),
    Reply(500, SECRET.encode(), {"Content-Type": "text/html"}),
    Reply(200, SECRET.encode(), {"Content-Type": "text/plain"}),
    Reply(200, json.dumps([SECRET]).encode(), JSON),
    Reply(302, b"", {"Location": f"http://127.0.0.1:1/?{quote(SECRET)}"}),
    Reply(200, b"{}", {**JSON, "Content-Length": "99"}),
]


@pytest.mark.parametrize("reply", TATTLERS, ids=range(len(TATTLERS)))
def test_errors(serve: Serve, open_session: Open, reply: Reply) -> None:
    opened = open_session(serve(reply).url, **LOGIN)
    with pytest.raises(Error) as caught:
        opened.client.app(1)
    for text in _told_by(caught.value):
        assert [form for form in FORMS if form in text] == []


@pytest.mark.parametrize("kind", ["429", "503", "520", "html", "drop-before", "truncate"])
def test_errors_after_faults(shop_sandbox: Sandbox, open_session: Open, kind: str) -> None:
    shop_sandbox.domain.users["sandbox"].password = SECRET
    opened = open_session(shop_sandbox.url, user="sandbox", password=SECRET)
    fault = Fault(kind)  # type: ignore[arg-type]  # a table holds plain text
    with shop_sandbox.faults.injected(fault), pytest.raises(Error) as caught:
        opened.client.app(1)
    for text in _told_by(caught.value):
        assert [form for form in FORMS if form in text] == []


def test_a_wrong_password(shop_sandbox: Sandbox, open_session: Open) -> None:
    opened = open_session(shop_sandbox.url, **LOGIN)
    with pytest.raises(Error) as caught:
        opened.client.app(1)
    assert caught.value.code == "CB_WA01"
    for text in _told_by(caught.value):
        assert [form for form in FORMS if form in text] == []


def test_logs(
    shop_sandbox: Sandbox,
    open_session: Open,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    shop_sandbox.domain.users["sandbox"].password = SECRET
    logfile = tmp_path / "requests.log"
    opened = open_session(shop_sandbox.url, **LOGIN, logfile=logfile, verbosity=2)
    with caplog.at_level(logging.DEBUG):
        opened.read("records", app=2, query="amount > 30")
        opened.session.close()
    lines = logfile.read_text(encoding="utf-8").splitlines()
    own = [each for each in caplog.records if each.name == "sqlalchemy_kintone.http"]
    assert len(lines) == len(own) == 1
    assert "GET /k/v1/records.json 200 " in own[0].getMessage()
    assert own[0].getMessage() in lines[0]
    assert "amount > 30" in lines[0]
    assert "amount > 30" not in own[0].getMessage()
    for text in (caplog.text, *lines):
        assert [form for form in FORMS if form in text] == []


def test_the_log_file_is_appended_to_and_shows_no_conditions_unless_asked(
    shop_sandbox: Sandbox, open_session: Open, tmp_path: Path
) -> None:
    logfile = tmp_path / "requests.log"
    for _ in range(2):
        opened = open_session(shop_sandbox.url, logfile=logfile)
        opened.read("records", app=2, query="amount > 30")
        opened.session.close()
    lines = logfile.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert all("GET /k/v1/records.json 200 " in line and "amount" not in line for line in lines)


def test_a_log_file_that_cannot_be_written(open_session: Open, tmp_path: Path) -> None:
    with pytest.raises(InterfaceError, match=r"Logfile .*cannot be written"):
        open_session("ex", logfile=tmp_path / "missing" / "requests.log")

"""The command as a process: its output, its messages, its exit codes."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.api import Call
from sqlalchemy_kintone.shell.__main__ import main

COMMAND = [sys.executable, "-m", "sqlalchemy_kintone"]
PASSWORD = "sandbox"


@dataclass(frozen=True)
class Finished:
    """What a run of the command left."""

    returncode: int
    stdout: str
    stderr: str


RunHere = Callable[..., Finished]


@pytest.fixture
def login(shop_sandbox: Sandbox) -> str:
    """The connection string of the sandbox's administrator."""
    return f"Url={shop_sandbox.url};User=sandbox;Password={PASSWORD}"


def run(*arguments: str, stdin: str = "") -> Finished:
    finished = subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return Finished(finished.returncode, finished.stdout, finished.stderr)


@pytest.fixture
def run_here(capsys: pytest.CaptureFixture[str]) -> RunHere:
    """Runs the command in this process, which is quicker."""

    def run_here(*arguments: str) -> Finished:
        code = main(arguments)
        shown = capsys.readouterr()
        return Finished(code, shown.out, shown.err)

    return run_here


def test_csv_of_a_join(login: str) -> None:
    finished = run(
        login,
        "--format",
        "csv",
        "-c",
        "SELECT c.name, c.rank, sum(o.amount) AS 合計 FROM orders o"
        " JOIN customers c ON c.name = o.customer GROUP BY ALL ORDER BY 合計",
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == "name,rank,合計\n山田,A,121.50\nIto,B,162.00\n"


def test_json_keeps_types(login: str, run_here: RunHere) -> None:
    finished = run_here(
        login, "--format=json", "-c", 'SELECT * FROM orders WHERE "$id" < 3 ORDER BY "$id"'
    )
    first, second = json.loads(finished.stdout)
    assert first["$id"] == 1
    assert first["amount"] == 10.5
    assert '"amount": 10.50' in finished.stdout
    assert first["day"] == "2026-03-01"
    assert first["paid_at"] == "2026-03-01T15:30:00+00:00"
    assert (first["tags"], second["tags"]) == (["new"], ["new", "rush"])


def test_a_file_then_a_command(login: str, tmp_path: Path, run_here: RunHere) -> None:
    file = tmp_path / "names.sql"
    file.write_text("-- who\nSELECT name\nFROM customers ORDER BY name;\n\\format csv\n", "utf-8")
    finished = run_here(login, "-f", str(file), "-c", "SELECT 1 AS one")
    assert finished.stdout == "name\n----\nIto\nMori\n山田\n(3 rows)\none\n1\n"


def test_standard_input_is_a_script(login: str) -> None:
    expected = "a\n'\n"
    for arguments in ([], ["-f", "-"]):
        finished = run(login, "--format", "csv", *arguments, stdin="SELECT ''''\nAS a")
        assert (finished.returncode, finished.stdout, finished.stderr) == (0, expected, "")


def test_quit_ends_everything(login: str, run_here: RunHere) -> None:
    finished = run_here(login, "-c", "\\q", "-c", "SELECT 1")
    assert (finished.returncode, finished.stdout) == (0, "")


def test_the_environment_connects(
    shop_sandbox: Sandbox, run_here: RunHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = {"URL": shop_sandbox.url, "USER": "sandbox", "PASSWORD": PASSWORD}
    for name, value in login.items():
        monkeypatch.setenv(f"KINTONE_{name}", value)
    finished = run_here(
        *("--format", "csv", "-c", "SELECT count(*) AS n FROM orders"),
    )
    assert finished.stdout == "n\n7\n"


def test_urls_connect(shop_sandbox: Sandbox, run_here: RunHere) -> None:
    finished = run_here(
        f"kintone:///?Url={shop_sandbox.url}&APIToken=orders-token&AppId=2",
        *("--format", "csv", "-c", "\\d"),
    )
    assert (finished.stdout, finished.stderr) == ("schema,table,app\napps,orders,2\n", "")


def test_the_embedded_sandbox_needs_no_account() -> None:
    finished = run("--sandbox", "--format", "csv", "-c", "\\d")
    assert (finished.returncode, finished.stderr) == (0, "")
    tables = list(csv.DictReader(io.StringIO(finished.stdout)))
    assert {"customers", "orders", "products"} <= {table["table"] for table in tables}


def test_the_documented_example_runs(run_here: RunHere) -> None:
    documentation = Path(__file__).parents[2] / "docs" / "shell.md"
    _, *arguments = shlex.split(
        re.findall(r"^\$ (kintone-sql --sandbox .*)$", documentation.read_text("utf-8"), re.M)[0]
    )
    finished = run_here(*arguments)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.splitlines()[0].split() == ["kind", "|", "count_star()"]


@pytest.mark.parametrize(
    ("parameters", "statement", "code", "message"),
    [
        ("User=sandbox;Password=hidden", "SELECT * FROM orders", 1, "-c, line 1: Error: "),
        ("APIToken=hidden;AppId=2", "SELECT * FROM orders", 1, "-c, line 1: Error: "),
        ("User=sandbox;Password=sandbox", "\n\nSELECT frm", 1, "-c, line 3: Error: "),
        ("User=sandbox;Password=sandbox", "SELECT * FROM ordes", 1, "orders"),
        ("User=sandbox;Password=sandbox", "SELECT * FROM orders WHERE (", 1, "syntax error"),
        ("User=sandbox;Password=sandbox", "SELECT 'open", 1, "-c, line 1: Error: "),
        ("User=sandbox;Password=sandbox", "\\d nothing", 1, "There is no table nothing"),
        ("User=sandbox;Passwort=hidden", "SELECT 1", 2, "Password"),
        ("User=sandbox", "SELECT 1", 2, "Password is missing"),
        ("User=sandbox;Password=hidden;APIToken=hidden", "SELECT 1", 2, "AuthScheme"),
    ],
)
def test_errors(
    shop_sandbox: Sandbox,
    parameters: str,
    statement: str,
    code: int,
    message: str,
    run_here: RunHere,
) -> None:
    finished = run_here(f"Url={shop_sandbox.url};{parameters}", "-c", statement, "-c", "SELECT 2")
    assert (finished.returncode, finished.stdout) == (code, "")
    assert message in finished.stderr
    assert "hidden" not in finished.stderr
    assert "Traceback" not in finished.stderr


def test_an_unreachable_host(run_here: RunHere) -> None:
    finished = run_here(
        "Url=http://127.0.0.1:1;User=u;Password=hidden", "-c", "SELECT * FROM orders"
    )
    assert (finished.returncode, finished.stdout) == (1, "")
    assert "127.0.0.1:1" in finished.stderr
    assert "hidden" not in finished.stderr


def test_kintones_codes_are_shown(login: str, shop_sandbox: Sandbox, run_here: RunHere) -> None:
    finished = run_here(login.replace(PASSWORD, "wrong-one"), "-c", "SELECT * FROM orders")
    assert "CB_WA01" in finished.stderr
    assert "HTTP 401" in finished.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_ends_a_script(login: str, shop_sandbox: Sandbox) -> None:
    arrived, answer = threading.Event(), threading.Event()

    def hold(_: Call) -> None:
        arrived.set()
        answer.wait(20)

    with (
        shop_sandbox.before(hold),
        subprocess.Popen(
            [*COMMAND, login, "-c", "SELECT * FROM orders"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert arrived.wait(20)
        process.send_signal(signal.SIGINT)
        try:
            out, messages = process.communicate(timeout=15)
        finally:
            answer.set()
            process.kill()
    assert (process.returncode, out, messages) == (130, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGPIPE")
def test_a_reader_that_goes_away_ends_it_quietly(login: str) -> None:
    with subprocess.Popen(
        [*COMMAND, login, "--format=csv", "-c", "SELECT * FROM range(1000000)"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "range\n"
        process.stdout.close()
        assert process.wait(30) == 141
        assert process.stderr.read() == ""


class Terminal(io.StringIO):
    """Standard input at which somebody sits."""

    def isatty(self) -> bool:
        return True


def sit_down(monkeypatch: pytest.MonkeyPatch, password: str, lines: Sequence[str]) -> None:
    """Somebody who types a password, then lines."""
    typed = iter(lines)
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _prompt: password)
    monkeypatch.setattr(
        "sqlalchemy_kintone.shell.__main__.terminal_line_reader", lambda: lambda _: next(typed)
    )


def test_a_conversation_at_a_terminal(
    shop_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["SELECT count(*) AS n", "FROM orders;", "SELECT wrong;", "\\q"]
    sit_down(monkeypatch, PASSWORD, lines)
    assert main([f"Url={shop_sandbox.url};User=sandbox"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "n\n-\n7\n(1 row)\n"
    assert "wrong" in shown.err


def test_a_wrong_login_ends_before_the_prompt(
    shop_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sit_down(monkeypatch, "hidden", [])
    assert main([f"Url={shop_sandbox.url};User=sandbox"]) == 1
    shown = capsys.readouterr()
    assert "CB_WA01" in shown.err
    assert "hidden" not in shown.err

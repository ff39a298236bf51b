"""More API tokens than go into a request: twelve, of twelve apps, one of which looks up another."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.conninfo import connect_settings
from sqlalchemy_kintone.kintone.client import Client
from sqlalchemy_kintone.kintone.cursors import RecordCursor, cursor_pages
from sqlalchemy_kintone.kintone.session import Session
from sqlalchemy_kintone.kintone.tokens import AppTokens
from sqlalchemy_kintone.kintone.writes import adding
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import Space, Token, User
from tests.kintone.scripted_server import Reply, ScriptedServer
from tests.shop import ALL_RIGHTS, fill

APPS = range(1, 13)
GUEST_SPACE = 5
GUEST_APP = 12
FIRST_LOOKING_UP = 11
"""It looks up records of app 10, and the first apps would fill the header without it."""
SOURCE = 10


def token_of(app_id: int) -> str:
    return f"token-of-{app_id}"


def lookup_of(app_id: int) -> dict[str, object]:
    return {
        "type": "SINGLE_LINE_TEXT",
        "lookup": {
            "relatedApp": {"app": str(app_id), "code": ""},
            "relatedKeyField": "name",
            "fieldMappings": [],
            "lookupPickerFields": [],
            "filterCond": "",
            "sort": "",
        },
    }


def twelve_apps() -> Domain:
    domain = Domain(
        users={"sandbox": User(1, "sandbox", "Sandbox", "sandbox", administrator=True)},
        spaces={GUEST_SPACE: Space(GUEST_SPACE, "Partners", is_guest=True, members=["sandbox"])},
    )
    for number in APPS:
        fields: dict[str, dict[str, object]] = {
            "name": {"type": "SINGLE_LINE_TEXT", "unique": True},
            "amount": {"type": "NUMBER"},
        }
        if number == FIRST_LOOKING_UP:
            fields["source"] = lookup_of(SOURCE)
        space = GUEST_SPACE if number == GUEST_APP else None
        app = create_app(domain, f"app{number}", fields, space_id=space)
        assert app.id == number
        fill(domain, app, [{"name": f"n{i}", "amount": str(number * i)} for i in range(1, 4)])
    domain.tokens = {token_of(n): Token(token_of(n), n, ALL_RIGHTS) for n in APPS}
    return domain


PARAMETERS = {
    "app_id": ",".join(map(str, APPS)),
    "api_token": ",".join(map(token_of, APPS)),
    "guest_space_id": GUEST_SPACE,
}


@pytest.fixture
def sandbox(kintone_sandbox_server: Sandbox) -> Sandbox:
    kintone_sandbox_server.reset(twelve_apps())
    return kintone_sandbox_server


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    session = Session(connect_settings(url=sandbox.url, **PARAMETERS))
    yield Client(session)
    session.close()


def test_a_statement_joins_twelve_apps(sandbox: Sandbox) -> None:
    others = "".join(
        f" JOIN {'guest_5.' if n == GUEST_APP else ''}app{n} ON app{n}.name = app1.name"
        for n in APPS[1:]
    )
    total = " + ".join(f"app{n}.amount" for n in APPS)
    with kintone.connect(url=sandbox.url, **PARAMETERS) as connection:
        rows = connection.execute(f"SELECT app1.name, {total} FROM app1{others} ORDER BY 1")
        assert [(name, int(amount)) for name, amount in rows] == [
            (f"n{i}", sum(APPS) * i) for i in (1, 2, 3)
        ]


def test_a_cursor_goes_with_the_token_of_its_app(client: Client) -> None:
    pages = list(cursor_pages(RecordCursor(client, SOURCE, None, "order by $id asc", ["name"], 2)))
    names = [record["name"]["value"] for page in pages for record in json.loads(page)["records"]]
    assert names == ["n1", "n2", "n3"]


def test_a_lookup_goes_with_the_token_of_its_source(client: Client) -> None:
    new = [{"name": {"value": "new"}, "source": {"value": "n1"}}]
    client.form_fields(FIRST_LOOKING_UP)
    written = client.add_records(FIRST_LOOKING_UP, None, new)
    assert [each.record_id for each in written] == [4]


def test_a_bulk_request_goes_with_the_tokens_of_its_apps(sandbox: Sandbox, client: Client) -> None:
    new = [{"name": {"value": "new"}}]
    results = client.bulk_request(None, [adding(n, new) for n in range(3, 12)])
    assert [each.record_id for result in results for each in result] == [4] * 9
    with pytest.raises(kintone.NotSupportedError, match="10 apps needs as many API tokens"):
        client.bulk_request(None, [adding(n, new) for n in range(2, 12)])
    assert len(sandbox.domain.apps[2].records) == 3


def test_each_request_has_nine_tokens_at_most_its_own_first() -> None:
    with ScriptedServer(Reply(body=b'{"properties": {}}')) as server:
        session = Session(connect_settings(url=server.url, **PARAMETERS))
        for app_id in APPS:
            Client(session).form_fields(app_id)
        session.close()
    for app_id, received in zip(APPS, server.received, strict=True):
        tokens = received.headers["X-Cybozu-API-Token"].split(",")
        assert tokens[0] == token_of(app_id)
        assert len(set(tokens)) == len(tokens) == 9


def test_apps_referred_to_come_before_others() -> None:
    tokens = AppTokens(connect_settings(url="https://ex.cybozu.com", **PARAMETERS))
    table = {"type": "SUBTABLE", "fields": {"inner": lookup_of(12)}}
    related = {"type": "REFERENCE_TABLE", "referenceTable": {"relatedApp": {"app": "11"}}}
    hidden = {"type": "REFERENCE_TABLE", "referenceTable": None}
    tokens.learn(1, {"a": lookup_of(10), "b": table, "c": related, "d": hidden, "e": lookup_of(99)})
    sent = [token.reveal() for token in tokens.about([1])]
    assert sent == [token_of(n) for n in (1, 10, 12, 11, 2, 3, 4, 5, 6)]
    assert [token.reveal() for token in tokens.about([])] == [token_of(n) for n in range(1, 10)]


def test_up_to_nine_tokens_all_go_with_every_request() -> None:
    given = [token_of(n) for n in range(1, 10)]
    settings = connect_settings(url="https://ex.cybozu.com", app_id=1, api_token=given)
    tokens = AppTokens(settings)
    assert [token.reveal() for token in tokens.about([1])] == given
    assert [token.reveal() for token in tokens.about(range(20))] == given

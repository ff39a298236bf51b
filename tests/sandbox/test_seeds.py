"""The seeds: the same in every run, complete, and what Kintone itself would have stored."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests

from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.copying import copy_domain
from sqlalchemy_kintone.sandbox.endpoints import settings
from sqlalchemy_kintone.sandbox.model import App
from sqlalchemy_kintone.sandbox.records import add_records
from sqlalchemy_kintone.sandbox.seeds import seed
from sqlalchemy_kintone.sandbox.values.form import NO_VALUE_TYPES, SYSTEM_TYPES, compile_form
from tests.sandbox import openapi
from tests.sandbox.client import Api

ALL_TYPES = {
    *("RECORD_NUMBER", "CREATOR", "CREATED_TIME", "MODIFIER", "UPDATED_TIME"),
    *("STATUS", "STATUS_ASSIGNEE", "CATEGORY"),
    *("SINGLE_LINE_TEXT", "MULTI_LINE_TEXT", "RICH_TEXT", "LINK", "NUMBER", "CALC"),
    *("DATE", "TIME", "DATETIME", "RADIO_BUTTON", "DROP_DOWN", "CHECK_BOX", "MULTI_SELECT"),
    *("USER_SELECT", "ORGANIZATION_SELECT", "GROUP_SELECT", "FILE"),
    *("SUBTABLE", "REFERENCE_TABLE", "GROUP"),
}
NEVER_EMPTY = {"RECORD_NUMBER", "CREATOR", "CREATED_TIME", "MODIFIER", "UPDATED_TIME"} | {
    "RADIO_BUTTON",
    "STATUS",
}
NEVER_SENT = {"RECORD_NUMBER", "STATUS", "STATUS_ASSIGNEE", "CATEGORY"}


ROWS = 1_500


def seeded(kind: Any, rows: int = 0) -> Domain:
    domain = Domain()
    seed(domain, kind, rows)
    return domain


@pytest.fixture(scope="module")
def demo() -> Domain:
    """The demo with the big app, to be read only."""
    return seeded("demo", ROWS)


def app_named(domain: Domain, name: str) -> App:
    (app,) = (app for app in domain.apps.values() if app.name == name)
    return app


def column(domain: Domain, app: str, code: str) -> list[Any]:
    return [record.values[code] for record in app_named(domain, app).records.values()]


def test_the_empty_domain_has_an_administrator_only() -> None:
    domain = seeded("empty")
    assert [(u.code, u.password, u.administrator) for u in domain.users.values()] == [
        ("sandbox", "sandbox", True)
    ]
    assert (domain.apps, domain.tokens, domain.spaces) == ({}, {}, {})


def test_the_demo_is_the_same_in_every_run(demo: Domain) -> None:
    other = seeded("demo", ROWS)
    for field in ("users", "organizations", "groups", "spaces", "tokens", "files"):
        assert getattr(demo, field) == getattr(other, field)
    assert list(demo.apps) == list(other.apps)
    for ours, theirs in zip(demo.apps.values(), other.apps.values(), strict=True):
        assert ours.live == theirs.live
        assert (ours.created_at, ours.comments) == (theirs.created_at, theirs.comments)
        assert [(r.id, r.revision, r.values) for r in ours.records.values()] == [
            (r.id, r.revision, r.values) for r in theirs.records.values()
        ]


def test_the_demo_has_its_apps(demo: Domain) -> None:
    counts = {app.name: len(app.records) for app in demo.apps.values()}
    assert list(counts) == [
        *("customers", "products", "orders", "order_lines"),
        *("活動履歴", "employees", "パートナー連絡", "big"),
    ]
    assert counts["big"] == ROWS
    assert counts["orders"] >= 3_000
    assert counts["order_lines"] >= 3_000
    assert min(counts.values()) >= 20
    assert [app.name for app in demo.apps.values() if app.code] == ["products"]
    assert column(demo, "products", "レコード番号")[:2] == ["ITEM-1", "ITEM-2"]
    assert [a.name for a in demo.apps.values() if a.settings.process["enable"]] == ["orders"]
    assert [a.name for a in demo.apps.values() if a.space_id and demo.spaces[a.space_id].is_guest]


def test_every_field_type_is_there_with_and_without_a_value(demo: Domain) -> None:
    filled: set[str] = set()
    empty: set[str] = set()
    types: set[str] = set()
    for app in demo.apps.values():
        for code, prop, table in app.settings.fields():
            types.add(prop["type"])
            if table is None and prop["type"] not in NO_VALUE_TYPES and prop.get("enabled", True):
                values = [record.values[code] for record in app.records.values()]
                if any(values):
                    filled.add(prop["type"])
                if not all(values):
                    empty.add(prop["type"])
    assert types == ALL_TYPES
    assert filled == ALL_TYPES - NO_VALUE_TYPES
    assert empty == ALL_TYPES - NO_VALUE_TYPES - NEVER_EMPTY


def test_values_are_of_the_form(demo: Domain) -> None:
    for app in demo.apps.values():
        form = compile_form(app.settings)
        for record in app.records.values():
            assert record.values.keys() == form.fields.keys()
        for field in form.fields.values():
            values = [record.values[field.code] for record in app.records.values()]
            if field.options:
                chosen = {x for v in values for x in (v if isinstance(v, list) else [v]) if x}
                assert chosen == set(field.options)
            if field.required:
                assert all(values)
            if field.unique:
                assert len(set(values)) == len(values)


def test_orders_and_their_lines_agree(demo: Domain) -> None:
    customers = app_named(demo, "customers").records.values()
    names = {record.values["code"]: record.values["name"] for record in customers}
    totals: dict[str, Decimal] = {}
    for record in app_named(demo, "order_lines").records.values():
        values = record.values
        amount = Decimal(values["quantity"]) * Decimal(values["price"])
        totals[values["order_number"]] = totals.get(values["order_number"], Decimal(0)) + amount
        assert values["customer"] in names
    for record in app_named(demo, "orders").records.values():
        values = record.values
        assert Decimal(values["total"]) == totals.get(values["order_number"], Decimal(0))
        assert values["customer_name"] == names[values["customer"]]
        assert values["作成日時"][:10] == values["order_date"]
    assert len(totals) > 3_000


def test_statuses_are_those_of_the_process(demo: Domain) -> None:
    states = app_named(demo, "orders").settings.process["states"]
    assert set(column(demo, "orders", "ステータス")) == set(states)
    assigned = column(demo, "orders", "作業者")
    assert any(assigned)
    assert not all(assigned)


def test_orders_have_comments_and_a_graph(demo: Domain) -> None:
    orders = app_named(demo, "orders")
    ids = [comment.id for record_id in orders.comments for comment in orders.comments[record_id]]
    assert ids == list(range(1, orders.next_comment_id))
    assert len(orders.comments) > 20
    assert set(orders.comments) <= set(orders.records)
    assert [report["name"] for report in orders.settings.reports.values()] == ["月別売上"]


def test_files_are_held_where_they_are_attached(demo: Domain) -> None:
    held = [
        (app.id, record.id, code, file)
        for app in demo.apps.values()
        for code, prop in app.settings.properties.items()
        if prop["type"] == "FILE"
        for record in app.records.values()
        for file in record.values[code]
    ]
    assert len(held) == len(demo.files) >= 10
    for app_id, record_id, code, file in held:
        stored = demo.files[file["fileKey"]]
        assert stored.holder is not None
        assert (stored.holder.app_id, stored.holder.record_id) == (app_id, record_id)
        assert stored.holder.field == code
        assert int(file["size"]) == len(stored.content)


def laid_out(rows: list[Any]) -> Iterator[str]:
    for row in rows:
        if row["type"] in ("SUBTABLE", "GROUP"):
            yield row["code"]
        yield from laid_out(row.get("layout", []))
        yield from (cell["code"] for cell in row.get("fields", []) if "code" in cell)


def test_layouts_show_every_field_once(demo: Domain) -> None:
    for app in demo.apps.values():
        deployed = app.settings
        shown = [
            code for code in laid_out(deployed.layout) if not _is_system(deployed.properties, code)
        ]
        fields = [c for c, prop, _ in deployed.fields() if prop["type"] not in SYSTEM_TYPES]
        assert sorted(shown) == sorted(fields)


def _is_system(properties: dict[str, Any], code: str) -> bool:
    return code in properties and properties[code]["type"] in SYSTEM_TYPES


def test_each_app_has_a_token_that_a_header_can_carry(demo: Domain) -> None:
    assert [token.app_id for token in demo.tokens.values()] == list(demo.apps)
    for text, token in demo.tokens.items():
        assert text.isascii()
        assert text.startswith("demo-token-")
        assert token.text == text


def test_people_belong_to_what_there_is(demo: Domain) -> None:
    for user in demo.users.values():
        assert set(user.organizations) <= set(demo.organizations)
        assert set(user.groups) <= set(demo.groups)
    parents = {o.parent_code for o in demo.organizations.values() if o.parent_code}
    assert parents <= set(demo.organizations)
    assert {user.timezone for user in demo.users.values()} == {"Asia/Tokyo", "America/New_York"}


def test_the_demo_can_be_written_to(demo: Domain) -> None:
    domain = copy_domain(demo)
    orders = app_named(domain, "orders")
    lines = [{"value": {"product": {"value": "P001"}, "quantity": {"value": "3"}}}]
    payload = {
        "order_number": {"value": "O-NEW"},
        "customer": {"value": "C0001"},
        "order_date": {"value": "2026-11-24"},
        "lines": {"value": lines},
    }
    (added,) = add_records(domain, orders, [payload], code="sato")
    price = column(domain, "products", "price")[0]
    assert added.id == len(app_named(demo, "orders").records) + 1
    assert added.values["total"] == str(3 * int(price))
    assert added.values["ステータス"] == "受付"


def test_the_demo_reads_as_described(kintone_sandbox: Sandbox, http: requests.Session) -> None:
    observe = openapi.observer()
    if observe is None:
        pytest.skip("the official OpenAPI description is not here; set KINTONE_OPENAPI to its file")
    everywhere = Api(kintone_sandbox.url, http, observers=(observe,)).as_user("sandbox", "sandbox")
    domain = kintone_sandbox.domain
    for app in domain.apps.values():
        space = domain.spaces[app.space_id] if app.space_id is not None else None
        is_guest = space is not None and space.is_guest
        api = everywhere.in_guest_space(space.id) if space is not None and is_guest else everywhere
        for endpoint in settings.ENDPOINTS:
            api.ok("GET", endpoint.resource, app=app.id)
        assert api.ok("GET", "app.json", id=app.id)["name"] == app.name
        page = api.ok("GET", "records.json", app=app.id, query="limit 500", totalCount=True)
        assert page["totalCount"] == str(len(app.records))
        api.ok("GET", "records/acl/evaluate.json", app=app.id, ids=[1, 2])
    comments = everywhere.ok("GET", "record/comments.json", app=3, record=50)["comments"]
    assert [comment["text"][-1] for comment in comments] == [" "] * len(comments)


@pytest.mark.parametrize(("user", "sees"), [("sandbox", True), ("watanabe", True), ("sato", False)])
def test_only_some_see_salaries(
    kintone_sandbox: Sandbox, http: requests.Session, user: str, sees: bool
) -> None:
    api = Api(kintone_sandbox.url, http).as_user(user, user)
    app = app_named(kintone_sandbox.domain, "employees").id
    records = api.ok("GET", "records.json", app=app)["records"]
    fields = api.ok("GET", "app/form/fields.json", app=app)["properties"]
    assert all(("salary" in record) == sees for record in records)
    assert ("salary" in fields) == sees


def written_anew(domain: Domain, app: App) -> App:
    """A twin of the app whose records went through all checks."""
    twin = create_app(domain, "twin", app.settings.properties)
    form = compile_form(twin.settings)
    payloads = [
        {
            code: {"value": value}
            for code, value in record.values.items()
            if form.fields[code].type not in NEVER_SENT
        }
        for record in app.records.values()
    ]
    add_records(domain, twin, payloads, code="sandbox")
    return twin


@pytest.mark.parametrize("name", ["big", "order_lines"])
def test_what_is_stored_at_once_is_what_kintone_would_store(demo: Domain, name: str) -> None:
    domain = copy_domain(demo)
    app = app_named(domain, name)
    twin = written_anew(domain, app)
    assert [(r.id, r.revision, r.values) for r in app.records.values()] == [
        (r.id, r.revision, r.values) for r in twin.records.values()
    ]
    assert app.next_record_id == twin.next_record_id


def test_the_big_app_has_20_fields_of_many_values(demo: Domain) -> None:
    app = app_named(demo, "big")
    shown = [code for code, prop in app.settings.properties.items() if prop.get("enabled", True)]
    assert len(shown) == 20
    for code in shown:
        values = {str(record.values[code]) for record in app.records.values()}
        assert len(values) >= 2 or code in ("作成者", "更新者")


def test_the_big_app_can_stand_alone() -> None:
    domain = seeded("empty", 10)
    assert [(app.name, len(app.records)) for app in domain.apps.values()] == [("big", 10)]
    assert list(domain.tokens) == ["demo-token-big"]

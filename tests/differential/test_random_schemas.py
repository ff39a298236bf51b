"""As ``test_differential``, over apps with any fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import User
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.domain import SWITCHES
from tests.differential.random_schema import Case, Schema, cases
from tests.differential.test_differential import LEVELS, ZONES, Comparison
from tests.plain import plain_duckdb
from tests.shop import fill

# What a column is in SQL, written down once more and apart from the driver.
_TEXT = "nullif(v, '')"
_TYPED: Mapping[str, str] = {
    "__ID__": "CAST(v AS BIGINT)",
    "__REVISION__": "CAST(v AS BIGINT)",
    "DATE": "CAST(v AS DATE)",
    "TIME": "CAST(v AS TIME)",
    "DATETIME": "CAST(v AS TIMESTAMPTZ)",
    "CREATED_TIME": "CAST(v AS TIMESTAMPTZ)",
    "UPDATED_TIME": "CAST(v AS TIMESTAMPTZ)",
}
_LISTS = ("CHECK_BOX", "MULTI_SELECT", "USER_SELECT")


def domain_of(case: Case, switches: Switches) -> Domain:
    users = {
        "sandbox": User(1, "sandbox", "Sandbox", "sandbox", administrator=True),
        "佐藤": User(2, "佐藤", "佐藤 花子", "password"),
    }
    domain = Domain(switches=switches, users=users)
    schema = case.schema
    precision = {"digits": str(schema.digits), "decimalPlaces": str(schema.decimals)}
    app = create_app(
        domain,
        "things",
        {each.code: each.properties for each in schema.fields},
        number_precision=precision,
    )
    fill(domain, app, case.rows)
    return domain


def oracle(domain: Domain, schema: Schema, names: list[str], zone: str) -> Any:
    """Plain DuckDB with the records as the sandbox holds them."""
    connection = plain_duckdb(zone)
    (app,) = domain.apps.values()
    properties = app.settings.properties
    kinds = {
        name: {"$id": "__ID__", "$revision": "__REVISION__"}.get(name)
        or properties[name.removesuffix("$name")]["type"]
        for name in names
    }
    definitions = (f'"{n}" {"VARCHAR[]" if kinds[n] in _LISTS else "VARCHAR"}' for n in names)
    connection.execute(f"CREATE TABLE raw ({', '.join(definitions)})")
    for record in app.records.values():
        own = {"$id": str(record.id), "$revision": str(record.revision)}
        values = [own.get(name) or _raw(record.values, name) for name in names]
        connection.execute(f"INSERT INTO raw VALUES ({', '.join('?' for _ in names)})", values)
    number = f"CAST(nullif(v, '') AS DECIMAL({schema.digits},{schema.decimals}))"
    typed = (
        f'CASE WHEN len("{name}") > 0 THEN "{name}" END AS "{name}"'
        if kinds[name] in _LISTS
        else {"NUMBER": number, **_TYPED}.get(kinds[name], _TEXT).replace("v", f'"{name}"', 1)
        + f' AS "{name}"'
        for name in names
    )
    connection.execute(f"CREATE TABLE things AS SELECT {', '.join(typed)} FROM raw")
    return connection


def _raw(values: Mapping[str, Any], name: str) -> Any:
    part = "name" if name.endswith("$name") else "code"
    value = values[name.removesuffix("$name")]
    if isinstance(value, dict):
        return value[part]
    if isinstance(value, list):
        return [item[part] if isinstance(item, dict) else item for item in value]
    return value or None


@contextmanager
def comparison(sandbox: Sandbox, case: Case, switches: Switches, zone: str) -> Iterator[Comparison]:
    domain = domain_of(case, switches)
    sandbox.reset(domain)
    login = {"url": sandbox.url, "user": "sandbox", "password": "sandbox"}
    with ExitStack() as stack:
        connections = {
            level: stack.enter_context(
                kintone.connect(**login, time_zone=zone, page_size=5, pushdown=level)
            )
            for level in LEVELS
        }
        table = connections["all"].catalog.find(None, "things")
        assert table is not None
        names = [column.name for column in table.columns]
        assert {each.code for each in case.schema.fields} <= set(names)
        plain: duckdb.DuckDBPyConnection = oracle(domain, case.schema, names, zone)
        yield Comparison(connections, stack.enter_context(plain))


_SETTINGS: Mapping[str, Any] = {
    "deadline": None,
    "suppress_health_check": [
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
}


@settings(max_examples=15, **_SETTINGS)
@given(case=cases(most=8), switches=SWITCHES, zone=ZONES)
def test_statements(
    kintone_sandbox_server: Sandbox, case: Case, switches: Switches, zone: str
) -> None:
    with comparison(kintone_sandbox_server, case, switches, zone) as compared:
        for statement in case.statements:
            compared.check(statement)


@pytest.mark.long
@settings(max_examples=4_000, **_SETTINGS)
@given(case=cases(most=12), switches=SWITCHES, zone=ZONES)
def test_many_statements(
    kintone_sandbox_server: Sandbox, case: Case, switches: Switches, zone: str
) -> None:
    with comparison(kintone_sandbox_server, case, switches, zone) as compared:
        for statement in case.statements:
            compared.check(statement)

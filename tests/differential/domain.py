"""A sandbox domain with random rows, and the same rows in plain DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args, get_type_hints

import duckdb
from hypothesis import strategies as st

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain, User
from sqlalchemy_kintone.sandbox.records import add_records
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.schema import PROPERTIES, Row
from tests.plain import plain_duckdb

_HINTS = get_type_hints(Switches)
SWITCHES: st.SearchStrategy[Switches] = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(get_args(hint)) for name, hint in _HINTS.items()}
).map(lambda chosen: Switches(**chosen))
"""Any reading of what is not known of Kintone."""

# What a column is in SQL, written down once more and apart from the driver.
_NUMBER = "CAST(nullif(v, '') AS DECIMAL(16,4))"
_TEXT = "nullif(v, '')"
_EXPECTED: dict[str, str] = {
    "$id": "CAST(v AS BIGINT)",
    "$revision": "CAST(v AS BIGINT)",
    "レコード番号": _TEXT,
    "n": _NUMBER,
    "m": _NUMBER,
    "total": _NUMBER,
    "day": "CAST(v AS DATE)",
    "hour": "CAST(nullif(v, '') AS TIME)",
    "moment": "CAST(nullif(v, '') AS TIMESTAMPTZ)",
    "作成日時": "CAST(v AS TIMESTAMPTZ)",
    "更新日時": "CAST(v AS TIMESTAMPTZ)",
}


def make_domain(switches: Switches, things: Sequence[Row], others: Sequence[Row]) -> Domain:
    """A domain with both apps; a radio button may be empty, as in records older than its field."""
    user = User(1, "sandbox", "Sandbox", "sandbox", administrator=True)
    domain = Domain(switches=switches, users={"sandbox": user})
    for name, rows in (("things", things), ("others", others)):
        app = create_app(domain, name, PROPERTIES)
        payloads = [{code: {"value": value} for code, value in row.items()} for row in rows]
        for start in range(0, len(payloads), 100):
            add_records(domain, app, payloads[start : start + 100], code="sandbox")
        _empty_radios(app)
    return domain


def _empty_radios(app: App) -> None:
    for record in list(app.records.values()):
        if record.id % 3 == 0:
            app.records[record.id] = replace(record, values={**record.values, "radio": ""})
    app.version += 1


def oracle(domain: Domain, columns: dict[str, list[str]], zone: str) -> duckdb.DuckDBPyConnection:
    """Plain DuckDB with the same rows.

    Args:
        domain: The domain.
        columns: Table name to the names of its columns, in order.
        zone: The time zone of the session.
    """
    connection = plain_duckdb(zone)
    for app in domain.apps.values():
        names = columns[app.name]
        definitions = ", ".join(f"{_quoted(name)} {_raw_type(name, app)}" for name in names)
        connection.execute(f"CREATE TABLE raw ({definitions})")
        for record in app.records.values():
            values = [_raw(record.id, record.revision, record.values, name) for name in names]
            marks = ", ".join("?" for _ in names)
            connection.execute(f"INSERT INTO raw VALUES ({marks})", values)
        typed = ", ".join(f"{_typed(name, app)} AS {_quoted(name)}" for name in names)
        connection.execute(f"CREATE TABLE {app.name} AS SELECT {typed} FROM raw")
        connection.execute("DROP TABLE raw")
    return connection


def _quoted(name: str) -> str:
    return '"' + name + '"'


def _is_list(name: str, app: App) -> bool:
    prop = app.settings.properties.get(name.removesuffix("$name"), {"type": ""})
    return prop["type"] in ("CHECK_BOX", "MULTI_SELECT", "USER_SELECT", "CATEGORY")


def _raw_type(name: str, app: App) -> str:
    return "VARCHAR[]" if _is_list(name, app) else "VARCHAR"


def _typed(name: str, app: App) -> str:
    if _is_list(name, app):
        return f"CASE WHEN len({_quoted(name)}) > 0 THEN {_quoted(name)} END"
    return _EXPECTED.get(name, _TEXT).replace("v", _quoted(name), 1)


def _raw(record_id: int, revision: int, values: dict[str, Any], name: str) -> Any:
    if name in ("$id", "$revision"):
        return str(record_id if name == "$id" else revision)
    part = "name" if name.endswith("$name") else "code"
    value = values[name.removesuffix("$name")]
    if isinstance(value, dict):
        return value[part]
    if isinstance(value, list):
        return [item[part] if isinstance(item, dict) else item for item in value]
    return value

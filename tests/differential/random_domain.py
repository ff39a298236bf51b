"""A sandbox domain with random apps, and the same rows in plain DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import duckdb

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import (
    App,
    Domain,
    Group,
    Organization,
    StoredFile,
    User,
)
from sqlalchemy_kintone.sandbox.records import add_records
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.random_fields import KEYS
from tests.differential.random_forms import Field, Record
from tests.differential.random_schema import (
    OTHER_FIELDS,
    OTHERS,
    THINGS,
    Case,
    Schema,
    process_of,
)
from tests.differential.random_statements import Table
from tests.differential.random_system_fields import PEOPLE
from tests.plain import plain_duckdb
from tests.shop import fill

Names = Callable[[str], Sequence[str]]
"""A table's columns in their order, by its name."""
Selected = Callable[[int, str], Sequence[int]]
"""The ids of the records of an app that a filter selects."""


def domain_of(case: Case, switches: Switches) -> Domain:
    """Both apps with their records."""
    domain = Domain(switches=switches)
    for number, (code, name) in enumerate(PEOPLE["USER_SELECT"].items(), 1):
        domain.users[code] = User(number, code, name, "sandbox", administrator=number == 1)
    for number, (code, name) in enumerate(PEOPLE["ORGANIZATION_SELECT"].items(), 1):
        domain.organizations[code] = Organization(number, code, name)
    for number, (code, name) in enumerate(PEOPLE["GROUP_SELECT"].items(), 1):
        domain.groups[code] = Group(number, code, name)
    schema = case.schema
    precision = {"digits": str(schema.digits), "decimalPlaces": str(schema.decimals)}
    others = create_app(
        domain,
        "others",
        OTHER_FIELDS,
        number_precision=precision,
        views=schema.lists_in("others"),
    )
    fits = schema.digits > schema.decimals
    ranks = [str(rank) if fits or rank == 0 else "" for rank in range(len(KEYS))]
    fill(
        domain,
        others,
        [
            {"key": key, "rank": rank, "amount": amount, "day": day}
            for key, rank, (amount, day) in zip(KEYS, ranks, case.others, strict=True)
        ],
    )
    things = create_app(
        domain,
        "things",
        {each.code: each.properties for each in schema.fields},
        code=schema.app_code,
        number_precision=precision,
        process=process_of(schema),
        views=schema.lists_in("things"),
    )
    payloads = [_payload(domain, schema.fields, record) for record in case.things]
    if payloads:
        add_records(domain, things, payloads, code="sandbox")
    _keep(things, schema.fields, case.things)
    return domain


def _payload(domain: Domain, fields: Sequence[Field], record: Record) -> dict[str, Any]:
    by_code = {each.code: each for each in fields}
    return {
        code: {"value": _written(domain, by_code[code], value)}
        for code, value in record.sent.items()
    }


def _written(domain: Domain, field: Field, value: Any) -> Any:
    if field.type == "FILE":
        return [{"fileKey": _upload(domain, name)} for name in value]
    if field.type == "SUBTABLE":
        return [{"value": _payload(domain, field.inner, row)} for row in value]
    return value


def _upload(domain: Domain, name: str) -> str:
    key = f"file-{len(domain.files)}"
    content = b"x" * (len(domain.files) % 7)
    domain.files[key] = StoredFile(key, name, "text/plain", content, datetime.now(timezone.utc))
    return key


def _keep(app: App, fields: Sequence[Field], records: Sequence[Record]) -> None:
    """Have records hold what they are to hold besides what can be written."""
    tables = [each for each in fields if each.type == "SUBTABLE"]
    for stored, record in zip(list(app.records.values()), records, strict=True):
        values = {**stored.values, **record.kept}
        for table in tables:
            values[table.code] = [
                {"id": row["id"], "value": _cells(row["value"], kept.kept)}
                for row, kept in zip(values[table.code], record.sent[table.code], strict=True)
            ]
        app.records[stored.id] = replace(stored, values=values, cache={})
    app.version += 1


def _cells(cells: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    return {code: {**cell, "value": kept.get(code, cell["value"])} for code, cell in cells.items()}


def oracle(
    domain: Domain, tables: Sequence[Table], names: Names, zone: str
) -> duckdb.DuckDBPyConnection:
    """Plain DuckDB with the rows that the sandbox holds.

    Args:
        domain: The domain.
        tables: The tables and the types of their columns.
        names: The order of their columns.
        zone: The time zone of the session.
    """
    connection = plain_duckdb(zone)
    for table in tables:
        types = {column.name: column.sql_type for column in table.columns}
        order = names(table.name)
        assert set(order) == set(types), table.name
        columns = ", ".join(f'"{name}" {types[name]}' for name in order)
        connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
        # What is longer than a day stays hours, as Kintone has it.
        marks = ["to_minutes(?)" if types[name] == "INTERVAL" else "?" for name in order]
        insert = f'INSERT INTO "{table.name}" VALUES ({", ".join(marks)})'
        for row in _rows(domain, table):
            connection.execute(insert, [_held(row, name, types[name]) for name in order])
    return connection


def add_views(
    connection: duckdb.DuckDBPyConnection, schema: Schema, names: Names, selected: Selected
) -> None:
    """Views in plain DuckDB: of saved lists and related records, by the ids that Kintone selects.

    Args:
        connection: It has the tables of the apps.
        schema: The apps.
        names: The order of the views' columns.
        selected: Gives the ids of the records of an app that a filter selects.
    """
    for saved in schema.lists:
        app = OTHERS if saved.app == "others" else THINGS
        shown = ", ".join(f'"{name}"' for name in names(saved.table_name))
        chosen = _among(selected(app, saved.condition))
        connection.execute(
            f"CREATE VIEW {saved.quoted} AS "
            f'SELECT {shown} FROM "{saved.app}" WHERE "$id" IN {chosen}'
        )
    for related in schema.related:
        shown = ", ".join(f'r."{name}"' for name in names(related.table_name)[1:])
        chosen = _among(selected(OTHERS, related.condition))
        connection.execute(
            f'CREATE VIEW "{related.table_name}" AS SELECT p."$id" AS "$parent_id", {shown} '
            f'FROM things AS p JOIN others AS r ON r."{related.there}" = p."{related.here}" '
            f'WHERE r."$id" IN {chosen}'
        )


def _among(ids: Iterable[int]) -> str:
    return f"({', '.join(map(str, [0, *ids]))})"


def _rows(domain: Domain, table: Table) -> Iterator[Mapping[str, Any]]:
    """Field code to value, as JSON has it, with what is not a field by its column."""
    app = domain.apps[OTHERS if table.name == "others" else THINGS]
    _, _, field = table.name.partition("$")
    for record in app.records.values():
        if not field:
            own = {"$id": str(record.id), "$revision": str(record.revision)}
            yield {**record.values, **own}
            continue
        for number, row in enumerate(record.values[field], 1):
            parent = {"$parent_id": str(record.id)}
            if app.settings.properties[field]["type"] == "FILE":
                named = {"file_key": row["fileKey"], "content_type": row["contentType"]}
                yield {**row, **parent, **named, "$file_no": str(number)}
            else:
                cells = {code: cell["value"] for code, cell in row["value"].items()}
                yield {**cells, **parent, "$row_id": row["id"], "$row_no": str(number)}


def _held(row: Mapping[str, Any], name: str, sql_type: str) -> Any:
    """A value as plain DuckDB takes it; what is empty is NULL."""
    value = row[name.removesuffix("$name")]
    part = "name" if name.endswith("$name") or _is_file(value) else "code"
    if isinstance(value, dict):
        return value[part]
    if isinstance(value, list):
        return [each[part] if isinstance(each, dict) else each for each in value] or None
    if sql_type == "INTERVAL" and value:
        hours, _, minutes = value.removeprefix("-").partition(":")
        whole = int(hours) * 60 + int(minutes)
        return -whole if value.startswith("-") else whole
    return value or None


def _is_file(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and "fileKey" in value[0]

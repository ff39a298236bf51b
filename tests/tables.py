"""Tables that are apps in a sandbox and, with the same rows, tables of plain DuckDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Domain, Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import User
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.comparison import LEVELS, Comparison
from tests.plain import plain_duckdb
from tests.shop import fill

Field = Mapping[str, Any]
Row = tuple[Any, ...]
"""One value for each column, as Kintone writes it; "" and [] are empty."""

NUMBER: Field = {"type": "NUMBER"}
TEXT: Field = {"type": "SINGLE_LINE_TEXT"}
LONG_TEXT: Field = {"type": "MULTI_LINE_TEXT"}
DATE: Field = {"type": "DATE"}
MOMENT: Field = {"type": "DATETIME"}


def choice(options: Sequence[str], kind: str = "DROP_DOWN") -> Field:
    """A field with options."""
    return {"type": kind, "options": list(options)}


@dataclass(frozen=True)
class Layout:
    """A table: its fields in order, and how its numbers are."""

    fields: Mapping[str, Field]
    digits: int
    decimals: int

    def column_type(self, field: str) -> str:
        """The SQL type, written down once more and apart from the driver."""
        kind = self.fields[field]["type"]
        if kind == "NUMBER":
            return f"DECIMAL({self.digits},{self.decimals})"
        types = {"DATE": "DATE", "DATETIME": "TIMESTAMPTZ", "CHECK_BOX": "VARCHAR[]"}
        return types.get(kind, "VARCHAR")


def make_domain(
    layouts: Mapping[str, Layout],
    rows: Mapping[str, Sequence[Row]],
    switches: Switches = Switches(),  # noqa: B008 - frozen
) -> Domain:
    """A domain with an app for each table."""
    user = User(1, "sandbox", "Sandbox", "sandbox", administrator=True)
    domain = Domain(switches=switches, users={"sandbox": user})
    for name, layout in layouts.items():
        precision = {"digits": str(layout.digits), "decimalPlaces": str(layout.decimals)}
        app = create_app(domain, name, layout.fields, number_precision=precision)
        fill(domain, app, [dict(zip(layout.fields, row, strict=True)) for row in rows[name]])
    return domain


def filled_duckdb(
    layouts: Mapping[str, Layout], rows: Mapping[str, Sequence[Row]]
) -> duckdb.DuckDBPyConnection:
    """Plain DuckDB with the same rows; what is empty is NULL."""
    connection = plain_duckdb("UTC")
    for name, layout in layouts.items():
        types = ", ".join(f"{field} {layout.column_type(field)}" for field in layout.fields)
        connection.execute(f"CREATE TABLE {name} ({types})")
        marks = ", ".join("?" for _ in layout.fields)
        values = ", ".join(f"({marks})" for _ in rows[name])
        given = [value or None for row in rows[name] for value in row]
        connection.execute(f"INSERT INTO {name} VALUES {values}", given)
    return connection


@contextmanager
def compared_tables(
    layouts: Mapping[str, Layout],
    rows: Mapping[str, Sequence[Row]],
    page_size: int,
    switches: Switches = Switches(),  # noqa: B008 - frozen
) -> Iterator[Comparison]:
    """The tables in a sandbox, read over HTTP at every level of pushdown, and in plain DuckDB."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(make_domain(layouts, rows, switches)))
        login = {"url": sandbox.url, "user": "sandbox", "password": "sandbox"}
        connections = {
            level: stack.enter_context(
                kintone.connect(**login, page_size=page_size, pushdown=level)
            )
            for level in LEVELS
        }
        yield Comparison(connections, stack.enter_context(filled_duckdb(layouts, rows)))

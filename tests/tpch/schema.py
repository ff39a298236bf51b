"""TPC-H's tables as apps, and as tables of plain DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain, User
from tests.shop import fill
from tests.tpch import data

NUMBER: Mapping[str, Any] = {"type": "NUMBER"}
TEXT: Mapping[str, Any] = {"type": "SINGLE_LINE_TEXT"}
LONG_TEXT: Mapping[str, Any] = {"type": "MULTI_LINE_TEXT"}
DATE: Mapping[str, Any] = {"type": "DATE"}


def _options(names: Sequence[str]) -> Mapping[str, Any]:
    return {"type": "DROP_DOWN", "options": list(names)}


@dataclass(frozen=True)
class Layout:
    """A table: its fields in order, and how its numbers are."""

    fields: Mapping[str, Mapping[str, Any]]
    digits: int
    decimals: int

    def column_type(self, field: str) -> str:
        """The SQL type, written down once more and apart from the driver."""
        kind = self.fields[field]["type"]
        if kind == "NUMBER":
            return f"DECIMAL({self.digits},{self.decimals})"
        return "DATE" if kind == "DATE" else "VARCHAR"


TABLES: Mapping[str, Layout] = {
    "region": Layout({"r_regionkey": NUMBER, "r_name": TEXT, "r_comment": LONG_TEXT}, 9, 0),
    "nation": Layout({"n_nationkey": NUMBER, "n_name": TEXT, "n_regionkey": NUMBER}, 9, 0),
    "supplier": Layout(
        {
            "s_suppkey": NUMBER,
            "s_name": TEXT,
            "s_address": TEXT,
            "s_nationkey": NUMBER,
            "s_phone": TEXT,
            "s_acctbal": NUMBER,
            "s_comment": LONG_TEXT,
        },
        15,
        2,
    ),
    "part": Layout(
        {
            "p_partkey": NUMBER,
            "p_name": TEXT,
            "p_mfgr": TEXT,
            "p_brand": _options(data.BRANDS),
            "p_type": TEXT,
            "p_size": NUMBER,
            "p_container": _options(data.CONTAINERS),
            "p_retailprice": NUMBER,
        },
        16,
        4,
    ),
    "partsupp": Layout(
        {
            "ps_partkey": NUMBER,
            "ps_suppkey": NUMBER,
            "ps_availqty": NUMBER,
            "ps_supplycost": NUMBER,
        },
        15,
        2,
    ),
    "customer": Layout(
        {
            "c_custkey": NUMBER,
            "c_name": TEXT,
            "c_address": TEXT,
            "c_nationkey": NUMBER,
            "c_phone": TEXT,
            "c_acctbal": NUMBER,
            "c_mktsegment": _options(data.SEGMENTS),
            "c_comment": LONG_TEXT,
        },
        15,
        2,
    ),
    "orders": Layout(
        {
            "o_orderkey": NUMBER,
            "o_custkey": NUMBER,
            "o_orderstatus": _options(data.ORDER_STATES),
            "o_totalprice": NUMBER,
            "o_orderdate": DATE,
            "o_orderpriority": _options(data.PRIORITIES),
            "o_clerk": TEXT,
            "o_shippriority": NUMBER,
            "o_comment": LONG_TEXT,
        },
        15,
        2,
    ),
    "lineitem": Layout(
        {
            "l_orderkey": NUMBER,
            "l_partkey": NUMBER,
            "l_suppkey": NUMBER,
            "l_linenumber": NUMBER,
            "l_quantity": NUMBER,
            "l_extendedprice": NUMBER,
            "l_discount": NUMBER,
            "l_tax": NUMBER,
            "l_returnflag": _options(data.FLAGS),
            "l_linestatus": {"type": "RADIO_BUTTON", "options": list(data.LINE_STATES)},
            "l_shipdate": DATE,
            "l_commitdate": DATE,
            "l_receiptdate": DATE,
            "l_shipinstruct": TEXT,
            "l_shipmode": _options(data.MODES),
            "l_comment": LONG_TEXT,
        },
        15,
        2,
    ),
}


def make_domain(rows: Mapping[str, Sequence[data.Row]]) -> Domain:
    """A domain with an app for each table."""
    user = User(1, "sandbox", "Sandbox", "sandbox", administrator=True)
    domain = Domain(users={"sandbox": user})
    for name, layout in TABLES.items():
        precision = {"digits": str(layout.digits), "decimalPlaces": str(layout.decimals)}
        app: App = create_app(domain, name, layout.fields, number_precision=precision)
        fill(domain, app, [dict(zip(layout.fields, row, strict=True)) for row in rows[name]])
    return domain


def plain_duckdb(rows: Mapping[str, Sequence[data.Row]]) -> duckdb.DuckDBPyConnection:
    """Plain DuckDB with the same rows; what is empty is NULL."""
    connection = duckdb.connect()
    for name, layout in TABLES.items():
        types = ", ".join(f"{field} {layout.column_type(field)}" for field in layout.fields)
        connection.execute(f"CREATE TABLE {name} ({types})")
        marks = ", ".join("?" for _ in layout.fields)
        values = ", ".join(f"({marks})" for _ in rows[name])
        given = [value or None for row in rows[name] for value in row]
        connection.execute(f"INSERT INTO {name} VALUES {values}", given)
    return connection

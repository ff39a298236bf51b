"""A catalog and a connection without a Kintone behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy_kintone.catalog.columns import RECORD_ID, REVISION
from sqlalchemy_kintone.catalog.model import (
    Column,
    Family,
    Lookup,
    Table,
    TableName,
    ViewQuery,
    fold,
)
from sqlalchemy_kintone.errors import Error

CUSTOMERS = Table(
    "apps",
    "Customers",
    7,
    "",
    None,
    (
        RECORD_ID,
        REVISION,
        Column("code", "code", "SINGLE_LINE_TEXT", Family.TEXT, "VARCHAR", unique=True),
        Column("name", "name", "SINGLE_LINE_TEXT", Family.TEXT, "VARCHAR", required=True),
        Column(
            "rank",
            "rank",
            "DROP_DOWN",
            Family.OPTION,
            "VARCHAR",
            label="ランク",
            options=("A", "B"),
        ),
    ),
    comment="Who buys",
    aliases=("app_7",),
)

ORDERS = Table(
    "apps",
    "受注",
    8,
    "",
    None,
    (
        RECORD_ID,
        REVISION,
        Column(
            "顧客",
            "buyer",
            "SINGLE_LINE_TEXT",
            Family.TEXT,
            "VARCHAR",
            label="buyer",
            lookup=Lookup(7, "code"),
        ),
        Column("n", "n", "SINGLE_LINE_TEXT", Family.TEXT, "VARCHAR", lookup=Lookup(7, "name")),
        Column("gone", "gone", "SINGLE_LINE_TEXT", Family.TEXT, "VARCHAR", lookup=Lookup(99, "x")),
        Column("previous", "previous", "NUMBER", Family.NUMBER, "DOUBLE", lookup=Lookup(8, "no")),
        Column("no", "no", "NUMBER", Family.NUMBER, "DOUBLE", unique=True),
        Column("total", "total", "NUMBER", Family.NUMBER, "DECIMAL(16,4)"),
        Column("tags", "tags", "CHECK_BOX", Family.OPTIONS, "VARCHAR[]", options=("x", "y")),
        Column("day", "day", "DATE", Family.DATE, "DATE"),
        Column("hour", "hour", "TIME", Family.TIME, "TIME"),
        Column("at", "at", "DATETIME", Family.TIMESTAMP, "TIMESTAMP WITH TIME ZONE"),
        Column("took", "took", "CALC", Family.INTERVAL, "INTERVAL"),
    ),
    aliases=("app_8",),
)

VISITS = Table(
    "guest_9",
    "visits",
    10,
    "",
    9,
    (
        RECORD_ID,
        REVISION,
        Column("buyer", "buyer", "LINK", Family.TEXT, "VARCHAR", lookup=Lookup(7, "code")),
        Column("after", "after", "LINK", Family.TEXT, "VARCHAR", lookup=Lookup(10, "key")),
        Column("key", "key", "SINGLE_LINE_TEXT", Family.TEXT, "VARCHAR", unique=True),
    ),
    aliases=("app_10",),
)


@dataclass
class FakeCatalog:
    """A catalog of fixed tables that counts what it is asked."""

    tables: tuple[Table, ...] = (CUSTOMERS, ORDERS, VISITS)
    version: int = 1
    refusal: Error | None = None
    asked: Counter[str] = field(default_factory=Counter)

    def schemas(self) -> Sequence[str]:
        self._ask("schemas")
        return ("apps", "guest_9")

    def names(self, schema: str) -> Sequence[TableName]:
        self._ask(f"names {schema}")
        return [
            TableName(each.schema, each.name, each.app_id, each.guest_space_id, each.aliases)
            for each in self.tables
            if each.schema == fold(schema) and each.child is None and each.view is None
        ]

    def children(self, schema: str) -> Sequence[TableName]:
        self._ask(f"children {schema}")
        return [
            TableName(each.schema, each.name, each.app_id, each.guest_space_id, each.aliases)
            for each in self.tables
            if each.schema == fold(schema) and each.child is not None
        ]

    def views(self, schema: str) -> Sequence[TableName]:
        self._ask(f"views {schema}")
        return [
            TableName(each.schema, each.name, each.app_id, each.guest_space_id, each.aliases)
            for each in self.tables
            if each.schema == fold(schema) and each.view is not None
        ]

    def view_query(self, schema: str | None, name: str) -> ViewQuery | None:
        return None

    def find(self, schema: str | None, name: str) -> Table | None:
        self._ask(f"find {name}")
        for table in self.tables:
            names = {fold(each) for each in (table.name, *table.aliases)}
            if table.schema == fold(schema or "apps") and fold(name) in names:
                return table
        return None

    def _ask(self, question: str) -> None:
        self.asked[question] += 1
        if self.refusal is not None:
            raise self.refusal


@dataclass
class FakeConnection:
    """As much of a DB-API connection as connecting and reflecting need."""

    catalog: FakeCatalog
    closed: bool = False
    pings: int = 0
    refusal: Error | None = None

    def ping(self) -> None:
        self.pings += 1
        if self.refusal is not None:
            raise self.refusal

    def commit(self) -> None:
        pass

    def rollback(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

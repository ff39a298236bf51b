"""A small catalog for the planner's tests: one app with every family, and two to join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy_kintone.catalog.children import FILE_COLUMNS, PARENT_ID, ROW_ID, ROW_NUMBER
from sqlalchemy_kintone.catalog.model import (
    Child,
    Column,
    Family,
    Table,
    TableName,
    ViewQuery,
    fold,
)

ID = Column("$id", "$id", "__ID__", Family.ID, "BIGINT")
REVISION = Column("$revision", "$revision", "__REVISION__", Family.ID, "BIGINT")
DECIMAL = "DECIMAL(16,4)"
ZONED = "TIMESTAMP WITH TIME ZONE"

ORDERS = Table(
    "apps",
    "orders",
    1,
    "",
    None,
    (
        ID,
        REVISION,
        Column("number", "number", "RECORD_NUMBER", Family.RECORD_NUMBER, "VARCHAR"),
        Column("customer_id", "customer_id", "NUMBER", Family.NUMBER, DECIMAL),
        Column("total", "total", "NUMBER", Family.NUMBER, DECIMAL),
        Column("weight", "weight", "NUMBER", Family.NUMBER, "DOUBLE"),
        Column("wide", "wide", "NUMBER", Family.NUMBER, "DECIMAL(38,10)"),
        Column("tax", "tax", "CALC", Family.NUMBER, DECIMAL, calc_format="NUMBER"),
        Column("title", "title", "SINGLE_LINE_TEXT", Family.TEXT, "VARCHAR", unique=True),
        Column("memo", "memo", "MULTI_LINE_TEXT", Family.LONG_TEXT, "VARCHAR"),
        Column("body", "body", "RICH_TEXT", Family.LONG_TEXT, "VARCHAR"),
        Column("kind", "kind", "DROP_DOWN", Family.OPTION, "VARCHAR", options=("A", "B", "C")),
        Column("grade", "grade", "RADIO_BUTTON", Family.OPTION, "VARCHAR", options=("hi", "lo")),
        Column("tags", "tags", "CHECK_BOX", Family.OPTIONS, "VARCHAR[]", options=("x", "y", "z")),
        Column("状態", "ステータス", "STATUS", Family.STATUS, "VARCHAR", options=("new", "done")),
        Column("day", "day", "DATE", Family.DATE, "DATE"),
        Column("hour", "hour", "TIME", Family.TIME, "TIME"),
        Column("at", "at", "DATETIME", Family.TIMESTAMP, ZONED),
        Column("created", "作成日時", "CREATED_TIME", Family.TIMESTAMP, ZONED),
        Column("due", "due", "CALC", Family.DATE, "DATE", calc_format="DATE"),
        Column("took", "took", "CALC", Family.INTERVAL, "INTERVAL", calc_format="HOUR_MINUTE"),
        Column("author", "author", "CREATOR", Family.PERSON, "VARCHAR"),
        Column("author$name", "author", "CREATOR", Family.PERSON, "VARCHAR", part="name"),
        Column("people", "people", "USER_SELECT", Family.PEOPLE, "VARCHAR[]"),
        Column("category", "category", "CATEGORY", Family.CATEGORY, "VARCHAR[]"),
        Column("files", "files", "FILE", Family.FILES, "VARCHAR[]"),
    ),
    aliases=("app_1",),
)

CUSTOMERS = Table(
    "apps",
    "customers",
    2,
    "",
    None,
    (
        ID,
        REVISION,
        Column("name", "name", "SINGLE_LINE_TEXT", Family.TEXT, "VARCHAR"),
        Column("rank", "rank", "DROP_DOWN", Family.OPTION, "VARCHAR", options=("gold", "tin")),
        Column("score", "score", "NUMBER", Family.NUMBER, DECIMAL),
        Column("title", "title", "SINGLE_LINE_TEXT", Family.TEXT, "VARCHAR"),
    ),
    aliases=("app_2",),
)

GUEST = Table(
    "guest_9",
    "受注",
    3,
    "JU",
    9,
    (
        ID,
        REVISION,
        Column("レコード番号", "レコード番号", "RECORD_NUMBER", Family.RECORD_NUMBER, "VARCHAR"),
        Column("金額", "金額", "NUMBER", Family.NUMBER, DECIMAL),
    ),
    aliases=("app_3",),
)

LINES = Table(
    "apps",
    "orders$lines",
    1,
    "",
    None,
    (
        PARENT_ID,
        ROW_ID,
        ROW_NUMBER,
        Column("item", "item", "SINGLE_LINE_TEXT", Family.TEXT, "VARCHAR"),
        Column("count", "count", "NUMBER", Family.NUMBER, DECIMAL),
        Column("color", "color", "DROP_DOWN", Family.OPTION, "VARCHAR", options=("red", "blue")),
        Column("marks", "marks", "CHECK_BOX", Family.OPTIONS, "VARCHAR[]", options=("x", "y")),
        Column("until", "until", "DATE", Family.DATE, "DATE"),
        Column("note", "note", "MULTI_LINE_TEXT", Family.LONG_TEXT, "VARCHAR"),
        Column("scans", "scans", "FILE", Family.FILES, "VARCHAR[]"),
    ),
    aliases=("app_1$lines",),
    child=Child("orders", "lines", "subtable"),
)

FILES = Table(
    "apps",
    "orders$files",
    1,
    "",
    None,
    (PARENT_ID, *FILE_COLUMNS),
    aliases=("app_1$files",),
    child=Child("orders", "files", "file"),
)


@dataclass(frozen=True)
class FakeCatalog:
    """A catalog of fixed tables."""

    tables: tuple[Table, ...] = (ORDERS, CUSTOMERS, GUEST, LINES, FILES)
    version: int = 1

    def schemas(self) -> Sequence[str]:
        return ("apps", "guest_9")

    def names(self, schema: str) -> Sequence[TableName]:
        return [
            TableName(t.schema, t.name, t.app_id, t.guest_space_id, t.aliases)
            for t in self.tables
            if t.schema == fold(schema) and t.child is None and t.view is None
        ]

    def children(self, schema: str) -> Sequence[TableName]:
        return [
            TableName(t.schema, t.name, t.app_id, t.guest_space_id, t.aliases)
            for t in self.tables
            if t.schema == fold(schema) and t.child is not None
        ]

    def views(self, schema: str) -> Sequence[TableName]:
        return [
            TableName(each.schema, each.name, each.app_id, each.guest_space_id, each.aliases)
            for each in self.tables
            if each.schema == fold(schema) and each.view is not None
        ]

    def view_query(self, schema: str | None, name: str) -> ViewQuery | None:
        return None

    def find(self, schema: str | None, name: str) -> Table | None:
        for table in self.tables:
            if table.schema == fold(schema or "apps") and fold(name) in (
                fold(table.name),
                *map(fold, table.aliases),
            ):
                return table
        return None

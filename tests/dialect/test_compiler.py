"""The SQL that statements become."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.sql.elements import ClauseElement

from sqlalchemy_kintone.dialect import ARRAY, INTERVAL, KintoneDialect

T = sa.table(
    "t",
    sa.column("a", sa.Integer()),
    sa.column("b", sa.Integer()),
    sa.column("s", sa.String()),
    sa.column("d", sa.DECIMAL(10, 2)),
    sa.column("tags", ARRAY(sa.VARCHAR())),
    sa.column("took", INTERVAL()),
    sa.column("$id", sa.BigInteger()),
    sa.column("受注", sa.String()),
)
c = T.c


def compiled(statement: ClauseElement, **options: Any) -> str:
    return " ".join(str(statement.compile(dialect=KintoneDialect(), **options)).split())


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (sa.select(c.a).limit(2), "SELECT t.a FROM t LIMIT ?"),
        (sa.select(c.a).offset(2), "SELECT t.a FROM t OFFSET ?"),
        (sa.select(c.a).limit(2).offset(1), "SELECT t.a FROM t LIMIT ? OFFSET ?"),
        (sa.select(c.a).fetch(2), "SELECT t.a FROM t LIMIT ?"),
        (sa.select(c.a).fetch(2).offset(1), "SELECT t.a FROM t LIMIT ? OFFSET ?"),
        (sa.select(c.a).distinct(), "SELECT DISTINCT t.a FROM t"),
        (sa.select(c["$id"], c["受注"]), 'SELECT t."$id", t."受注" FROM t'),
        (sa.select(c.a.label("Total %")), 'SELECT t.a AS "Total %" FROM t'),
    ],
)
def test_selects(statement: ClauseElement, expected: str) -> None:
    assert compiled(statement) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (c.a.is_distinct_from(1), "t.a IS DISTINCT FROM ?"),
        (c.a.is_not_distinct_from(1), "t.a IS NOT DISTINCT FROM ?"),
        (c.s.like("a%"), "t.s LIKE ?"),
        (c.s.ilike("a%"), "t.s ILIKE ?"),
        (c.s.notilike("a/%", escape="/"), "t.s NOT ILIKE ? ESCAPE '/'"),
        (c.s.contains("5%", autoescape=True), "t.s LIKE '%' || ? || '%' ESCAPE '/'"),
        (c.s.regexp_match("^a"), "regexp_matches(t.s, ?)"),
        (~c.s.regexp_match("^a", "i"), "NOT regexp_matches(t.s, ?, 'i')"),
        (c.s.regexp_replace("a", "b"), "regexp_replace(t.s, ?, ?)"),
        (c.s.regexp_replace("a", "b", "g"), "regexp_replace(t.s, ?, ?, 'g')"),
        (c.s + "x", "t.s || ?"),
        (sa.func.concat(c.s, "x"), "concat(t.s, ?)"),
        (c.a / 2, "t.a / ?"),
        (c.a % 2, "t.a % ?"),
        (sa.true(), "true"),
        (sa.false(), "false"),
        (sa.extract("year", c.a), "EXTRACT(year FROM t.a)"),
        (sa.func.now(), "now()"),
        (c.a.in_([1, 2]), "t.a IN (__[POSTCOMPILE_a_1])"),
        (sa.tuple_(c.a, c.b).in_([(1, 2)]), "(t.a, t.b) IN (__[POSTCOMPILE_param_1])"),
        (c.tags[1], "t.tags[?]"),
        (c.tags[1:2], "t.tags[?:?]"),
        (c.tags.contains(["x"]), "t.tags @> ?"),
        (c.tags.contained_by(["x"]), "t.tags <@ ?"),
        (c.tags.overlap(["x"]), "t.tags && ?"),
        (c.tags.contains(["x"]) & (c.a == 1), "t.tags @> ? AND t.a = ?"),
        (sa.literal("x") == sa.any_(c.tags), "? = ANY (t.tags)"),
        (sa.cast(c.a, sa.Numeric()), "CAST(t.a AS DECIMAL(38, 10))"),
        (sa.cast(c.a, sa.Numeric(scale=2)), "CAST(t.a AS DECIMAL(38, 2))"),
        (sa.cast(c.a, sa.Numeric(5)), "CAST(t.a AS DECIMAL(5, 0))"),
        (sa.cast(c.a, sa.Float()), "CAST(t.a AS DOUBLE)"),
        (sa.cast(c.a, sa.Float(24)), "CAST(t.a AS REAL)"),
        (sa.cast(c.a, sa.Float(53)), "CAST(t.a AS DOUBLE)"),
        (sa.cast(c.a, sa.String()), "CAST(t.a AS VARCHAR)"),
        (sa.cast(c.a, sa.Boolean()), "CAST(t.a AS BOOLEAN)"),
        (sa.cast(c.a, sa.DateTime()), "CAST(t.a AS TIMESTAMP)"),
        (sa.cast(c.a, sa.DateTime(timezone=True)), "CAST(t.a AS TIMESTAMP WITH TIME ZONE)"),
        (sa.cast(c.a, sa.Time()), "CAST(t.a AS TIME)"),
        (sa.cast(c.a, sa.Time(timezone=True)), "CAST(t.a AS TIME WITH TIME ZONE)"),
        (sa.cast(c.a, sa.Interval()), "CAST(t.a AS INTERVAL)"),
        (sa.cast(c.a, sa.LargeBinary()), "CAST(t.a AS BLOB)"),
        (sa.cast(c.a, sa.VARBINARY(3)), "CAST(t.a AS BLOB)"),
        (sa.cast(c.a, sa.BINARY(3)), "CAST(t.a AS BLOB)"),
        (sa.cast(c.a, sa.CLOB()), "CAST(t.a AS TEXT)"),
        (sa.cast(c.a, sa.ARRAY(sa.Integer(), dimensions=2)), "CAST(t.a AS INTEGER[][])"),
    ],
)
def test_expressions(expression: ClauseElement, expected: str) -> None:
    assert compiled(expression) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "NULL"),
        (True, "true"),
        (7, "7"),
        (0.1, "CAST('0.1' AS DOUBLE)"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.10"), "-0.10"),
        (Decimal("NaN"), "CAST('nan' AS DOUBLE)"),
        ("it's 5%", "'it''s 5%'"),
        (date(2024, 2, 29), "DATE '2024-02-29'"),
        (time(9, 30), "TIME '09:30:00'"),
        (datetime(2024, 2, 29, 9, 30), "TIMESTAMP '2024-02-29 09:30:00'"),
        (
            datetime(2024, 2, 29, 9, 30, tzinfo=timezone(timedelta(hours=9))),
            "TIMESTAMPTZ '2024-02-29 00:30:00+00:00'",
        ),
        (timedelta(days=-1, seconds=1), "INTERVAL '-86399000000 microseconds'"),
    ],
)
def test_literals(value: Any, expected: str) -> None:
    shown = compiled(sa.select(sa.literal(value)), compile_kwargs={"literal_binds": True})
    assert shown.removeprefix("SELECT ").removesuffix(" AS anon_1") == expected


def test_lists_as_literals() -> None:
    shown = compiled(c.tags.contains(["it's", None]), compile_kwargs={"literal_binds": True})
    assert shown == "t.tags @> ['it''s', NULL]"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (sa.select(c.a).with_for_update(), "no record locks"),
        (sa.select(c.a).fetch(2, with_ties=True), "WITH TIES"),
        (sa.select(c.a).fetch(2, percent=True), "PERCENT"),
    ],
)
def test_what_cannot_be_done_is_refused(statement: ClauseElement, message: str) -> None:
    with pytest.raises(exc.CompileError, match=message):
        compiled(statement)


@pytest.mark.skipif(sa.__version__.startswith("1.4"), reason="newer than SQLAlchemy 1.4")
class TestSinceSqlalchemy2:
    def test_floor_division_of_whole_numbers_is_whole(self) -> None:
        assert compiled(c.a // 2) == "CAST(FLOOR(t.a / ?) AS BIGINT)"
        assert compiled(c.d // 2) == "FLOOR(t.d / ?)"

    def test_a_search_without_case(self) -> None:
        assert compiled(c.s.icontains("x")) == "t.s ILIKE '%' || ? || '%'"

    def test_exclusive_or_is_a_function(self) -> None:
        assert compiled(c.a.bitwise_xor(1)) == "xor(t.a, ?)"

    def test_aggregated_texts(self) -> None:
        text = compiled(sa.func.aggregate_strings(c.s, ","), compile_kwargs={"literal_binds": True})
        assert text == "string_agg(t.s, ',')"

    def test_identifiers_of_rows(self) -> None:
        assert compiled(sa.cast(c.a, sa.Uuid())) == "CAST(t.a AS UUID)"
        assert compiled(sa.cast(c.a, sa.Double())) == "CAST(t.a AS DOUBLE)"
        assert compiled(sa.cast(c.a, sa.DOUBLE_PRECISION())) == "CAST(t.a AS DOUBLE)"


def test_distinct_on() -> None:
    if sa.__version__.startswith(("1.4", "2.0")):
        statement: Any = sa.select(c.a, c.s).distinct(c.a, c.b)
    else:
        from sqlalchemy.dialects.postgresql import distinct_on

        statement = sa.select(c.a, c.s).ext(distinct_on(c.a, c.b))
    assert compiled(statement) == "SELECT DISTINCT ON (t.a, t.b) t.a, t.s FROM t"


def test_a_subquery_of_nothing() -> None:
    statement = sa.select(c.a).where(c.a == sa.any_(sa.select(c.b).scalar_subquery()))
    assert compiled(statement) == "SELECT t.a FROM t WHERE t.a = ANY (SELECT t.b FROM t)"

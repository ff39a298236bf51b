"""Random SQL conditions on the ``orders`` app, as Hypothesis strategies of text.

Only conditions that DuckDB can compute for every record.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

Sql = st.SearchStrategy[str]

OPERATORS = st.sampled_from(["=", "<>", "<", "<=", ">", ">=", "!="])


def words(*texts: str) -> Sql:
    return st.sampled_from(texts)


def quoted(*texts: str) -> Sql:
    return st.sampled_from(["'" + text.replace("'", "''") + "'" for text in texts])


NUMBERS = words(
    *("5", "0", "-5", "(-5)", "5.0", "4.9999", "4.99995", "5.00001", "-0.00001", "6", "1e0"),
    *("5e0", "-5e0", "0.1", "1e-1", "0.3", "999999999999.9999", "1000000000000", "-1000000000000"),
    *("-999999999999.99995", "1e12", "1e30", "99999999999999999999", "'5'", "'-5'", "'4.9999'"),
    *("CAST('5.0' AS DECIMAL(2, 1))", "CAST(5 AS DOUBLE)", "CAST('0.1' AS DOUBLE)", "NULL"),
    *("2 + 3", "10 * 0.5", "10 / 2", "-(2 + 3)", "1 - 6.00001", "7 - 1e0 * 2"),
    *("5::INT", "CAST('-5' AS BIGINT)", "CAST(5.4 AS SMALLINT)", "CAST(5 AS INTEGER)"),
)
WIDE_NUMBERS = words(
    *("5", "-5", "5.0000000001", "4.9999999999", "0", "5e0", "12345678901234567890.0123456789"),
    *("-12345678901234567890.0123456789", "1.2345678901234567e19", "99999999999999999999", "NULL"),
)
IDS = words(
    "1",
    "7",
    "7.0",
    "7.5",
    "0",
    "-1",
    "140",
    "141",
    "7e0",
    "7.5e0",
    "'7'",
    "' 7'",
    "NULL",
    "7::BIGINT",
)
BIG_IDS = words("99999999999999999999", "9223372036854775807", "9223372036854775808")
TITLES = quoted(
    *("", "abc", "ABC", "abc ", "abc  ", " abc", "ａｂｃ", "日本語", 'say "x"', "back\\slash"),
    *("   ", "\u3000", "x" * 64, "x" * 64 + "y", "x" * 65, "𠮟" * 33 + "a", "𠮟" * 32, "5"),
    *("0012", "it's", '" or title != "', "\x07bell"),
)
KINDS = quoted("A", "B", "C", "b", "a", "", "removed", "Removed", "undefined")
GRADES = quoted("hi", "lo", "HI", "", "removed")
TAGS = quoted("x", "y", "z", "X", "", "removed", "undefined")
STATES = quoted("new", "done", "", "removed", "NEW")
DAYS = words(
    *("DATE '2026-03-01'", "DATE '2026-03-29'", "'2026-03-02'", "'2026-3-2'", "NULL"),
    *("TIMESTAMP '2026-03-01 00:00'", "TIMESTAMP '2026-03-01 09:30'", "DATE '1899-01-01'"),
    *(
        "TIMESTAMPTZ '2026-03-01 00:00:00Z'",
        "TIMESTAMPTZ '2026-02-28 15:00:00Z'",
        "DATE '0044-03-15'",
    ),
    *("DATE '2026-03-08' - 7", "DATE '2026-02-28' + INTERVAL 1 DAY", "(DATE '2026-03-02')::DATE"),
    *("date_trunc('month', DATE '2026-03-29')", "DATE '2026-03-31' - INTERVAL '1' MONTH"),
    *("TIMESTAMPTZ '2026-03-01 15:00:00Z' - INTERVAL 15 HOUR",),
    *("CAST('2026-03-01' AS DATE)", "'2026-03-01 09:30'", "DATE '9999-12-31'"),
)
HOURS = words(
    *("TIME '09:30'", "TIME '09:30:30'", "'09:30'", "'09:30:00'", "TIME '00:00'", "NULL"),
    *("TIME '23:59:59.999999'", "'9:30'"),
)
MOMENTS = words(
    *("TIMESTAMPTZ '2026-03-01 00:30:00Z'", "TIMESTAMPTZ '2026-03-01 00:30:30Z'", "NULL"),
    *("TIMESTAMPTZ '2026-03-01 09:30:00+09:00'", "TIMESTAMP '2026-03-01 09:30'", "'2026-03-01'"),
    *("'2026-03-01 00:30:00Z'", "'2026-03-01T00:30:00Z'", "DATE '2026-03-01'", "DATE '2026-03-02'"),
    *("TIMESTAMPTZ '2026-03-09 07:00:00Z' - INTERVAL 1 DAY", "DATE '2026-03-08' - INTERVAL 7 DAY"),
    *("date_trunc('day', TIMESTAMPTZ '2026-03-01 15:30:00Z')", "DATE '2026-03-02' - 1"),
    *("TIMESTAMPTZ '2026-03-01 09:30:00Z' - INTERVAL 9 HOUR",),
    *("TIMESTAMP '2026-03-01' + INTERVAL 1 DAY",),
    # A time that New York's clocks skip, and one that they show twice.
    *("TIMESTAMP '2026-03-08 02:30'", "TIMESTAMP '2025-11-02 01:30'", "'2026-03-01 09:30'"),
    *("TIMESTAMP '1887-01-01 00:00'", "TIMESTAMPTZ '0999-12-31 23:59:00Z'"),
)
RECORD_NUMBERS = quoted("1", "7", "007", "JU-7", "abc", "", "141")
CODES = quoted("sato", "Sato", "nobody", "")

COMPARED: Sequence[tuple[str, Sql]] = (
    ('"$id"', IDS | BIG_IDS),
    ('"$revision"', words("1", "2", "NULL")),
    ("number", RECORD_NUMBERS),
    ("total", NUMBERS),
    ("weight", NUMBERS),
    ("wide", WIDE_NUMBERS),
    ("tax", NUMBERS),
    ("title", TITLES),
    ("memo", TITLES),
    ("body", TITLES),
    ("kind", KINDS),
    ("grade", GRADES),
    ("状態", STATES),
    ("day", DAYS),
    ("hour", HOURS),
    ('"at"', MOMENTS),
    ("created", MOMENTS),
    ("due", words("DATE '2026-03-01'", "'2026-03-02'")),
    ("author", CODES),
    ('"author$name"', quoted("佐藤")),
)
LISTS: Sequence[tuple[str, Sql]] = (
    ("tags", TAGS),
    ("people", CODES),
    ("category", quoted("a", "b")),
    ("files", quoted("a.txt")),
)
NAMES = [name for name, _ in (*COMPARED, *LISTS)] + ["took"]
PERIODS: Sequence[tuple[str, Sql]] = (
    ('CAST("at" AS DATE)', DAYS),
    ("created::DATE", DAYS),
    ("TRY_CAST(created AS DATE)", DAYS),
    *(
        (f"date_trunc('{unit}', {name})", MOMENTS)
        for unit in ("day", "week", "month", "quarter", "year", "hour")
        for name in ('"at"', "created")
    ),
    *(
        (
            f"date_trunc('{unit}', day)",
            words(
                "DATE '2026-03-01'",
                "'2026-03-01'",
                "NULL",
                "TIMESTAMP '2026-03-01 09:30'",
                "DATE '2026-01-01'",
            ),
        )
        for unit in ("day", "week", "month", "quarter", "year")
    ),
    ("year(day)", words("2026", "2025", "2026.5", "NULL", "0", "9999", "'2026'", "2026e0")),
    ('extract(year FROM "at")', words("2026", "2025", "2026.0")),
    ("year(created)", words("2026", "2025")),
)
COMPUTED: Sequence[tuple[str, Sql]] = (
    *(
        (expression, NUMBERS)
        for expression in (
            *("total + 1", "total - 1", "1 - total", "-total", "-(total + 1)", "total + 0.00005"),
            *("total * 2", "3 * total", "total * -1.5", "(total + 1) * 2", "2 * (1 - total) + 1"),
            *("total * 0", "total * 1e0", "total + 1e0", "total / 2", "tax + 1", "tax * 3"),
            *("total + CAST('1.5' AS DECIMAL(9, 4))", "total * CAST(2 AS SMALLINT)", "weight + 1"),
            *("total + NULL", "total + (2 + 3)", "total + total", "$id + 1", "total + '1'"),
        )
    ),
    *(
        (expression, DAYS.filter(lambda day: "9999" not in day))
        for expression in (
            *("day + 7", "7 + day", "day - 7", "day + (3 + 4)", "day + INTERVAL 7 DAY"),
            *("day - INTERVAL '1 week'", "INTERVAL 36 HOUR + day", "day + INTERVAL 1 MONTH"),
            *("day - INTERVAL 1 MONTH", "day + INTERVAL 2 YEAR", "day - INTERVAL 11 MONTH"),
            *(
                "day + INTERVAL 90 MINUTE",
                "date_add(day, INTERVAL 1 DAY)",
                "day - INTERVAL 30 SECOND",
            ),
        )
    ),
    *(
        (f"{column} {shift}", MOMENTS)
        for column in ('"at"', "created")
        for shift in (
            *("+ INTERVAL 90 MINUTE", "- INTERVAL 1 HOUR", "+ INTERVAL 30 SECOND"),
            *("+ INTERVAL 1 DAY", "- INTERVAL 7 DAY", "+ INTERVAL 1 MONTH", "- INTERVAL 1 YEAR"),
        )
    ),
    *(
        (expression, words("0", "1", "-1", "28", "29", "1.5", "-365", "NULL", "28.0", "1 + 1"))
        for expression in (
            *(
                "DATE '2026-03-01' - day",
                "day - DATE '2026-03-01'",
                "(DATE '2026-03-02' - 1) - day",
            ),
            *(
                "date_diff('day', day, DATE '2026-03-29')",
                "date_diff('day', DATE '2026-03-01', day)",
            ),
            *("date_diff('month', day, DATE '2026-03-29')", "year(day) - 2025"),
        )
    ),
)
BOOLEANS = words("TRUE", "FALSE", "NULL", "1 = 1", "2 < 1", "NULL = 1", "1 >= 1.5")
OTHERS = words(
    "total + 1 > 5",
    "total = customer_id",
    "lower(title) = 'abc'",
    "title LIKE 'a%'",
    "coalesce(total, 0) = 0",
    "CAST(\"at\" AS DATE) = DATE '2026-03-01'",
    "\"at\"::DATE >= '2026-03-01'",
    "date_trunc('day', \"at\") = TIMESTAMPTZ '2026-03-01 00:00:00Z'",
    "date_trunc('month', created) < '2026-04-01'",
    "year(day) = 2026",
    "extract(month FROM day) = 3",
    "took > INTERVAL 1 HOUR",
    "tags = ['x']",
    "len(tags) = 1",
    "(total > 0) IS NOT TRUE",
    "title < 'b'",
    "title IN ['abc', NULL]",
    "NOT (title IN ['abc', NULL])",
    "customer_id NOT IN [1, 2]",
)


def comparison(column: str, values: Sql) -> Sql:
    listed = st.lists(values, min_size=1, max_size=4).map(", ".join)
    return st.one_of(
        st.tuples(OPERATORS, values).map(lambda p: f"{column} {p[0]} {p[1]}"),
        st.tuples(values, OPERATORS).map(lambda p: f"{p[0]} {p[1]} {column}"),
        st.tuples(words("IN", "NOT IN"), listed).map(lambda p: f"{column} {p[0]} ({p[1]})"),
        st.tuples(words("BETWEEN", "NOT BETWEEN"), values, values).map(
            lambda p: f"{column} {p[0]} {p[1]} AND {p[2]}"
        ),
        st.tuples(words("IS DISTINCT FROM", "IS NOT DISTINCT FROM"), values).map(
            lambda p: f"{column} {p[0]} {p[1]}"
        ),
    )


def _on_list(column: str, values: Sql) -> Sql:
    listed = st.lists(values, max_size=3).map(lambda v: f"[{', '.join(v)}]::VARCHAR[]")
    bare = st.lists(values, min_size=1, max_size=3).map(lambda v: f"[{', '.join(v)}]")
    return st.one_of(
        st.tuples(words("list_contains", "array_contains", "list_has", "contains"), values).map(
            lambda p: f"{p[0]}({column}, {p[1]})"
        ),
        values.map(lambda v: f"{v} = ANY({column})"),
        st.tuples(
            words("list_has_any", "array_has_any", "list_has_all", "array_has_all"), listed | bare
        ).map(lambda p: f"{p[0]}({column}, {p[1]})"),
        bare.map(lambda v: f"{column} && {v}"),
        bare.map(lambda v: f"{v} && {column}"),
        bare.map(lambda v: f"{column} @> {v}"),
    )


LEAVES: Sql = st.one_of(
    *(comparison(name, values) for name, values in COMPARED),
    *(comparison(name, values) for name, values in PERIODS),
    *(comparison(name.replace("$id", '"$id"'), values) for name, values in COMPUTED),
    *(_on_list(name, values) for name, values in LISTS),
    st.sampled_from(NAMES).map(lambda name: f"{name} IS NULL"),
    st.sampled_from(NAMES).map(lambda name: f"{name} IS NOT NULL"),
    BOOLEANS,
    OTHERS,
)
CONDITIONS: Sql = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, words("AND", "OR"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda c: f"NOT ({c})"),
        st.tuples(inner, words("IS TRUE", "IS FALSE", "IS NOT TRUE", "IS NOT FALSE")).map(
            lambda p: f"({p[0]}) {p[1]}"
        ),
    ),
    max_leaves=6,
)

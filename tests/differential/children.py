"""An app with tables and files in a sandbox, and the same rows in plain DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone
from functools import cache
from typing import Any

import duckdb
from hypothesis import strategies as st

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain, StoredFile, User
from sqlalchemy_kintone.sandbox.records import add_records
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.comparison import LEVELS, Comparison
from tests.differential.domain import oracle
from tests.differential.schema import PROPERTIES, Row, rows
from tests.differential.statements import (
    COMPARED,
    LISTS,
    Sql,
    Statement,
    comparison,
    condition,
    list_condition,
    one_of_words,
    tree,
)
from tests.differential.test_differential import columns_of

LINE_FIELDS: dict[str, dict[str, Any]] = {
    f"l_{code}": {**prop, "expression": "l_n + l_m"} if prop["type"] == "CALC" else prop
    for code, prop in PROPERTIES.items()
}
PART_FIELDS: dict[str, dict[str, Any]] = {
    "p_n": {"type": "NUMBER"},
    "p_title": {"type": "SINGLE_LINE_TEXT"},
}
CHILD_PROPERTIES: dict[str, dict[str, Any]] = {
    "lines": {"type": "SUBTABLE", "fields": LINE_FIELDS},
    "parts": {"type": "SUBTABLE", "fields": PART_FIELDS},
    "papers": {"type": "FILE"},
}

_TYPES = {
    "NUMBER": "CAST(nullif(v, '') AS DECIMAL(16,4))",
    "CALC": "CAST(nullif(v, '') AS DECIMAL(16,4))",
    "DATE": "CAST(nullif(v, '') AS DATE)",
    "TIME": "CAST(nullif(v, '') AS TIME)",
    "DATETIME": "CAST(nullif(v, '') AS TIMESTAMPTZ)",
}
_LISTS = frozenset({"CHECK_BOX", "MULTI_SELECT", "USER_SELECT", "FILE"})

Thing = tuple[Row, list[Row], list[Row], list[str]]
"""The values of a record, its lines, its parts and the names of its files."""


@st.composite
def things(draw: Any, most: int) -> list[Thing]:
    """Records to write, at most so many, each with some rows."""
    own = draw(rows(most))
    parts = st.lists(
        st.fixed_dictionaries(
            {"p_n": st.sampled_from(["", "1", "2"]), "p_title": st.sampled_from(["", "abc", "ABC"])}
        ),
        max_size=3,
    )
    files = st.lists(st.sampled_from(["a.txt", "b.txt", "写真.png"]), max_size=2)
    return [(each, draw(rows(3)), draw(parts), draw(files)) for each in own]


def make_domain(switches: Switches, records: Sequence[Thing]) -> Domain:
    """A domain with the app ``things``."""
    user = User(1, "sandbox", "Sandbox", "sandbox", administrator=True)
    domain = Domain(switches=switches, users={"sandbox": user})
    app = create_app(domain, "things", {**PROPERTIES, **CHILD_PROPERTIES})
    payloads = []
    for own, lines, parts, files in records:
        keys = [_upload(domain, name) for name in files]
        values = {
            **own,
            "lines": [_row({f"l_{code}": value for code, value in line.items()}) for line in lines],
            "parts": [_row(part) for part in parts],
            "papers": [{"fileKey": key} for key in keys],
        }
        payloads.append({code: {"value": value} for code, value in values.items()})
    if payloads:
        add_records(domain, app, payloads, code="sandbox")
    return domain


def _row(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"value": {code: {"value": value} for code, value in values.items()}}


def _upload(domain: Domain, name: str) -> str:
    key = f"file-{len(domain.files)}"
    content = b"x" * len(domain.files)
    domain.files[key] = StoredFile(key, name, "text/plain", content, datetime.now(timezone.utc))
    return key


@contextmanager
def compared_children(
    sandbox: Sandbox, switches: Switches, records: Sequence[Thing], zone: str
) -> Iterator[Comparison]:
    """The app read at every level of pushdown, and its tables in plain DuckDB."""
    domain = make_domain(switches, records)
    sandbox.reset(domain)
    login = {"url": sandbox.url, "user": "sandbox", "password": "sandbox"}
    with ExitStack() as stack:
        connections = {
            level: stack.enter_context(
                kintone.connect(**login, time_zone=zone, page_size=3, pushdown=level)
            )
            for level in LEVELS
        }
        (app,) = domain.apps.values()
        columns = {
            table: [name for name in names if name != "papers"]
            for table, names in columns_of(connections["all"], domain).items()
        }
        plain = stack.enter_context(oracle(domain, columns, zone))
        _add_children(plain, app)
        yield Comparison(connections, plain)


def _add_children(plain: duckdb.DuckDBPyConnection, app: App) -> None:
    for code, prop in CHILD_PROPERTIES.items():
        if prop["type"] == "SUBTABLE":
            fields = prop["fields"]
            names = ["$parent_id", "$row_id", "$row_no", *_named(fields)]
            _create(plain, f"things${code}", names, _rows_of(app, code, fields), _typed(fields))
    files = [
        (record.id, number, each["fileKey"], each["name"], each["contentType"], each["size"])
        for record in app.records.values()
        for number, each in enumerate(record.values["papers"], 1)
    ]
    names = ["$parent_id", "$file_no", "file_key", "name", "content_type", "size"]
    typed = {"$file_no": "CAST(v AS BIGINT)", "size": "CAST(v AS BIGINT)"}
    _create(plain, "things$papers", names, files, typed)


def _named(fields: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for code, prop in fields.items():
        yield code
        if prop["type"] == "USER_SELECT":
            yield f"{code}$name"


def _typed(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    typed = dict.fromkeys(("$row_id", "$row_no"), "CAST(v AS BIGINT)")
    for name in _named(fields):
        kind = fields[name.removesuffix("$name")]["type"]
        is_list = kind in _LISTS
        typed[name] = "CASE WHEN len(v) > 0 THEN v END" if is_list else _TYPES.get(kind, "")
    return typed


def _rows_of(
    app: App, table: str, fields: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[Any, ...]]:
    for record in app.records.values():
        for number, row in enumerate(record.values[table], 1):
            cells = [_cell(row["value"], name) for name in _named(fields)]
            yield (record.id, row["id"], number, *cells)


def _cell(row: Mapping[str, Any], name: str) -> Any:
    value = row[name.removesuffix("$name")]["value"]
    part = "name" if name.endswith("$name") else "code"
    if isinstance(value, list):
        return [item[part] if isinstance(item, dict) else item for item in value]
    return value


def _create(
    plain: duckdb.DuckDBPyConnection,
    table: str,
    names: Sequence[str],
    found: Iterable[tuple[Any, ...]],
    typed: Mapping[str, str],
) -> None:
    casts = {name: typed.get(name) or "nullif(v, '')" for name in names}
    casts["$parent_id"] = "CAST(v AS BIGINT)"
    raw = ", ".join(
        f'"{name}" {"VARCHAR[]" if "len(v)" in casts[name] else "VARCHAR"}' for name in names
    )
    plain.execute(f"CREATE OR REPLACE TABLE raw ({raw})")
    for row in found:
        values = [
            value if value is None or isinstance(value, list) else str(value) for value in row
        ]
        plain.execute(f"INSERT INTO raw VALUES ({', '.join('?' for _ in names)})", values)
    items = ", ".join(
        f'{casts[name].replace("v", chr(34) + name + chr(34))} AS "{name}"'
        if casts[name] == "nullif(v, '')" or "len(v)" in casts[name]
        else f'{_substituted(casts[name], name)} AS "{name}"'
        for name in names
    )
    plain.execute(f'CREATE TABLE "{table}" AS SELECT {items} FROM raw')
    plain.execute("DROP TABLE raw")


def _substituted(cast: str, name: str) -> str:
    return cast.replace("(v", f'("{name}"')


@cache
def line_leaf(alias: str) -> Sql:
    """A condition on one column of the lines."""
    compared = [(n, values) for n, values in COMPARED if n in PROPERTIES]
    names = [f"{alias}.l_{name}" for name, _ in (*compared, *LISTS)]
    return st.one_of(
        *(comparison(f"{alias}.l_{name}", literals) for name, literals in compared),
        *(list_condition(f"{alias}.l_{name}", literals) for name, literals in LISTS),
        st.tuples(st.sampled_from(names), one_of_words("IS NULL", "IS NOT NULL")).map(" ".join),
        one_of_words(
            f'{alias}."$parent_id" = 2',
            f'{alias}."$parent_id" IN (1, 3)',
            f'{alias}."$row_no" = 1',
            f'{alias}."$row_id" > 3',
            f"{alias}.l_n = {alias}.l_m",
            f"{alias}.l_title LIKE 'a%'",
        ),
    )


@st.composite
def line_condition(draw: st.DrawFn, alias: str) -> str:
    """A condition of AND, OR and NOT over the columns of the lines."""
    return tree(draw, lambda: draw(line_leaf(alias)), most=4)


PART_CONDITIONS = one_of_words("p.p_n = 1", "p.p_title = 'abc'", "p.p_n IS NULL", "p.p_n <> 2")
JOINS = one_of_words("JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
ON = 't."$id" = l."$parent_id"'
SHOWN = 't."$id", t.title, l."$row_id", l."$row_no", l.l_n, l.l_title, l.l_tags, l.l_day'


@st.composite
def child_statements(draw: Any) -> Statement:
    """Child tables alone, joined to their app, to each other and to other tables of it."""
    shape = draw(
        one_of_words(
            'SELECT * FROM "things$lines" l WHERE {l}',
            'SELECT "$row_id", l_pick FROM "things$lines" l WHERE {l}',
            'SELECT count(*) FROM "things$lines" l WHERE {l}',
            'SELECT count(*), max("$parent_id") FROM "things$lines"',
            'SELECT max("$parent_id") FROM "things$lines" l WHERE {l}',
            'SELECT count(l_n) AS c FROM "things$lines"',
            'SELECT l_pick, count(*), sum(l_n) FROM "things$lines" l WHERE {l} GROUP BY l_pick',
            'SELECT name, size, "$file_no" FROM "things$papers" WHERE "$parent_id" < 4',
            "SELECT count(*) FROM \"things$papers\" WHERE name = 'a.txt' OR size > 3",
            'SELECT {s} FROM things t {j} "things$lines" l ON {on} WHERE {t}',
            'SELECT {s} FROM things t {j} "things$lines" l ON {on} WHERE {l}',
            'SELECT {s} FROM things t {j} "things$lines" l ON {on} WHERE {t} AND {l}',
            'SELECT {s} FROM things t {j} "things$lines" l ON {on} AND {l} WHERE {t}',
            'SELECT {s} FROM "things$lines" l {j} things t ON {on} AND {t} WHERE {l}',
            'SELECT count(*) FROM things t {j} "things$lines" l ON {on} WHERE {l}',
            'SELECT {s}, p.p_n FROM things t {j} "things$lines" l ON {on}'
            ' {j2} "things$parts" p ON t."$id" = p."$parent_id" AND {p} WHERE {l}',
            'SELECT {s}, p.p_n FROM things t {j} "things$lines" l ON {on} AND {l}'
            ' {j2} "things$parts" p ON l."$parent_id" = p."$parent_id" WHERE {p} AND {t}',
            'SELECT l.l_n, k.l_n FROM "things$lines" l {j} "things$lines" k'
            ' ON l."$parent_id" = k."$parent_id" AND {k} WHERE {l}',
            'SELECT l.l_n, k.l_n FROM things t JOIN "things$lines" l ON {on} JOIN "things$lines" k'
            ' ON t."$id" = k."$parent_id" WHERE {l} AND {k}',
            'SELECT t."$id" FROM things t WHERE t."$id" IN (SELECT "$parent_id" FROM'
            ' "things$lines" l WHERE {l}) AND {t}',
            'SELECT t."$id" FROM things t WHERE EXISTS (SELECT 1 FROM "things$lines" l'
            ' WHERE l."$parent_id" = t."$id" AND {l}) AND {t}',
            'SELECT t."$id" FROM things t WHERE NOT EXISTS (SELECT 1 FROM "things$lines" l'
            ' WHERE l."$parent_id" = t."$id" AND {l})',
            'SELECT l."$row_id" FROM "things$lines" l WHERE l."$parent_id" IN (SELECT "$id" FROM'
            " things t WHERE {t}) AND {l}",
            'SELECT l."$row_id", t.n FROM "things$lines" l JOIN things t ON l.l_n = t.n WHERE {l}',
            'SELECT t."$id", f.name FROM things t {j} "things$papers" f'
            ' ON t."$id" = f."$parent_id" WHERE {t}',
            'SELECT t."$id", (SELECT count(*) FROM "things$lines" l WHERE {on} AND {l})'
            " FROM things t",
            'SELECT (SELECT count(*) FROM things), (SELECT count(*) FROM "things$lines"),'
            ' (SELECT count(*) FROM "things$papers")',
            'SELECT "$row_id" FROM "things$lines" l WHERE {l} UNION ALL'
            ' SELECT "$row_id" FROM "things$parts"',
        )
    )
    parts = {
        "{l}": line_condition("l"),
        "{k}": line_condition("k"),
        "{t}": condition("t."),
        "{p}": PART_CONDITIONS,
        "{j2}": JOINS,
        "{j}": JOINS,
    }
    for mark, strategy in parts.items():
        if mark in shape:
            shape = shape.replace(mark, draw(strategy))
    shape = shape.replace("{on}", ON).replace("{s}", SHOWN)
    order = draw(one_of_words("", "", ' ORDER BY l."$row_id" LIMIT 2'))
    is_plain = shape.startswith('SELECT * FROM "things$lines"')
    return Statement(shape + order, ordered=True) if is_plain and order else Statement(shape)

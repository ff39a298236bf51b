"""How fast page bytes become typed Arrow columns, in several ways, on one thread and on two.

Alone: ``python -m tests.bench.decoding``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

import sqlalchemy_kintone
from sqlalchemy_kintone.catalog.model import Column, Family
from sqlalchemy_kintone.read.decode import Decoder
from tests.bench.others import PAGE, Pages
from tests.bench.reading import FEW
from tests.bench.server import big_sandbox

PAGES = 40
REPEATS = 5
HEAD = """
## Decoding alone

Thousands of records a second from page bytes to typed columns, without any network, by the driver's
decoder and by what it was chosen over. msgspec holds Python's lock, so that two threads are no
faster than one.

| | 20 fields | 20 fields, two threads | 4 fields | 4 fields, two threads |
| --- | ---: | ---: | ---: | ---: |
"""

Decode = Callable[[bytes], int]
"""Decodes a page; gives its number of records."""


def ours(columns: Sequence[Column]) -> Decode:
    """Arrow's JSON reader with an explicit schema, then casts."""
    decoder = Decoder(columns, "big (app 1)")
    return lambda body: decoder.decode(body).table.num_rows


def duckdb_json(columns: Sequence[Column]) -> Decode:
    """DuckDB's ``from_json`` with an explicit structure, then casts."""
    structure = ", ".join(
        f'"{code}": {{"value": {kind}}}'
        for code, kind in {column.field_code: _json_type(column) for column in columns}.items()
    )
    shape = f'{{"records": [{{{structure}}}]}}'
    cells = ", ".join(f'{_duck_value(column)} AS "{column.name}"' for column in columns)
    records = f"unnest(from_json(body, '{shape}').records)"
    sql = f"SELECT {cells} FROM (SELECT {records} AS r FROM page)"
    database = duckdb.connect(config={"threads": 1})

    def decode(body: bytes) -> int:
        place = database.cursor()
        place.register("page", pa.table({"body": [body.decode()]}))
        found = place.sql(sql)
        name = "to_arrow_table" if hasattr(found, "to_arrow_table") else "fetch_arrow_table"
        return len(getattr(found, name)())

    return decode


def msgspec_structs(columns: Sequence[Column]) -> Decode:
    """Msgspec's structs, then a Python value for each cell, then Arrow."""
    kinds: dict[str, Any] = {column.field_code: _python_type(column) for column in columns}
    names = {code: f"field_{place}" for place, code in enumerate(kinds)}
    record = msgspec.defstruct(
        "Record",
        [
            (names[code], msgspec.defstruct("Value", [("value", kind)]))
            for code, kind in kinds.items()
        ],
        rename={name: code for code, name in names.items()},
    )
    page = msgspec.defstruct("Page", [("records", list[record])])  # type: ignore[valid-type]
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(page)
    types = [Decoder([column], "").schema.types[0] for column in columns]

    def decode(body: bytes) -> int:
        records = decoder.decode(body).records
        arrays = []
        for column, kind in zip(columns, types, strict=True):
            name = names[column.field_code]
            values = [getattr(record, name).value for record in records]
            arrays.append(_column(values, column, kind))
        return len(arrays[0])

    return decode


WAYS: dict[str, Callable[[Sequence[Column]], Decode]] = {
    "ours: Arrow's JSON reader": ours,
    "DuckDB's `from_json`": duckdb_json,
    "msgspec structs, then Arrow": msgspec_structs,
}


def table() -> Iterator[str]:
    """The lines of the section."""
    yield HEAD
    with big_sandbox(PAGES * PAGE, 0) as access:
        login = {"url": access.url, "user": access.user, "password": access.password}
        with sqlalchemy_kintone.connect(**login) as connection:
            found = connection.catalog.find(None, "big")
            assert found is not None
        kinds = [
            (tuple(Pages(access, ()).bodies(PAGES)), found.columns),
            (
                tuple(Pages(access, FEW).bodies(PAGES)),
                tuple(column for column in found.columns if column.name in FEW),
            ),
        ]
    for name, way in WAYS.items():
        paces = [
            _pace(way(columns), bodies, threads) for bodies, columns in kinds for threads in (1, 2)
        ]
        yield f"| {name} | {' | '.join(f'{pace / 1000:.0f}' for pace in paces)} |\n"


def _pace(decode: Decode, bodies: Sequence[bytes], threads: int) -> float:
    """Records a second, the best of several runs."""
    best = 0.0
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(REPEATS):
            started = time.perf_counter()
            records = sum(pool.map(decode, bodies))
            best = max(best, records / (time.perf_counter() - started))
    if records != len(bodies) * PAGE:
        raise RuntimeError(f"{records} records of {len(bodies) * PAGE} were decoded")
    return best


def _json_type(column: Column) -> str:
    person = '{"code": "VARCHAR", "name": "VARCHAR"}'
    if column.family is Family.PERSON:
        return person
    if column.family is Family.PEOPLE:
        return f"[{person}]"
    return '["VARCHAR"]' if column.family is Family.OPTIONS else '"VARCHAR"'


def _duck_value(column: Column) -> str:
    cell = f'r."{column.field_code}".value'
    if column.family is Family.PERSON:
        return f"nullif({cell}.{_part(column)}, '')"
    if column.family is Family.PEOPLE:
        members = f"list_transform({cell}, lambda one: one.{_part(column)})"
        return f"CASE WHEN len({cell}) > 0 THEN {members} END"
    if column.family is Family.OPTIONS:
        return f"CASE WHEN len({cell}) > 0 THEN {cell} END"
    return f"CAST(nullif({cell}, '') AS {column.sql_type})"


def _part(column: Column) -> str:
    return "name" if column.part == "name" else "code"


class Person(msgspec.Struct):
    """Somebody."""

    code: str
    name: str


def _python_type(column: Column) -> Any:
    if column.family is Family.PERSON:
        return Person
    if column.family is Family.PEOPLE:
        return list[Person]
    return list[str] if column.family is Family.OPTIONS else str | None


def _column(values: Sequence[Any], column: Column, kind: pa.DataType) -> pa.Array:
    part = _part(column)
    if column.family is Family.PERSON:
        values = [getattr(each, part) for each in values]
    elif column.family is Family.PEOPLE:
        values = [[getattr(one, part) for one in each] for each in values]
    filled = [each or None for each in values]
    if pa.types.is_decimal(kind):
        return pa.array([None if each is None else Decimal(each) for each in filled], kind)
    if pa.types.is_time(kind):
        moments = [None if each is None else f"1970-01-01T{each}" for each in filled]
        return pa.array(moments).cast(pa.timestamp("s")).cast(kind)
    return pa.array(filled) if pa.types.is_list(kind) else pa.array(filled, pa.string()).cast(kind)


def main() -> None:
    """Measure and print."""
    sys.stdout.writelines(table())


if __name__ == "__main__":
    main()

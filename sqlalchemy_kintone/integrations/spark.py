"""A data source for Apache Spark 4.1 and newer: ``spark.read.format("kintone")``.

```python
from sqlalchemy_kintone.integrations.spark import KintoneDataSource

spark.dataSource.register(KintoneDataSource)
orders = (
    spark.read.format("kintone")
    .options(url="https://ex.cybozu.com", user="me", password="…", table="orders", partitions="8")
    .load()
)
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pyarrow as pa
from pyspark.sql.datasource import (
    DataSource,
    DataSourceReader,
    EqualNullSafe,
    EqualTo,
    Filter,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    InputPartition,
    IsNotNull,
    IsNull,
    LessThan,
    LessThanOrEqual,
    Not,
    StringContains,
    StringEndsWith,
    StringStartsWith,
)
from pyspark.sql.types import StructField, StructType

from sqlalchemy_kintone.connection import Connection, connect
from sqlalchemy_kintone.errors import InterfaceError
from sqlalchemy_kintone.partitions import Partition

_OWN = frozenset({"table", "schema", "partitions", "path"})
"""Options that are not the connection's."""
_SPARK_TYPES = MappingProxyType(
    {
        "VARCHAR": "STRING",
        "VARCHAR[]": "ARRAY<STRING>",
        "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
        "TIME": "STRING",
        "INTERVAL": "STRING",
    }
)
"""SQL types that Spark calls otherwise, or has not had in all versions."""
_SQL_TYPES = MappingProxyType(
    {"string": "VARCHAR", "array<string>": "VARCHAR[]", "timestamp": "TIMESTAMPTZ"}
)
"""The same the other way round."""

_COMPARISONS: Mapping[type[Filter], str] = MappingProxyType(
    {
        EqualTo: "=",
        EqualNullSafe: "IS NOT DISTINCT FROM",
        GreaterThan: ">",
        GreaterThanOrEqual: ">=",
        LessThan: "<",
        LessThanOrEqual: "<=",
    }
)
_TEXTS: Mapping[type[Filter], str] = MappingProxyType(
    {
        StringContains: "contains",
        StringEndsWith: "ends_with",
        StringStartsWith: "starts_with",
    }
)

Condition = tuple[str, tuple[object, ...]]
"""SQL with ``?`` for values, and the values."""


class KintoneDataSource(DataSource):
    """A table of Kintone as a DataFrame.

    Options: ``table``, ``schema`` where it is not the default one, ``partitions`` (how many tasks
    read, 1 without it), and the parameters of the connection by any of their names.
    """

    @classmethod
    def name(cls) -> str:
        """What ``format()`` is told."""
        return "kintone"

    def schema(self) -> str:
        """The table's columns as DDL; times and durations are texts.

        Raises:
            InterfaceError: An option is missing or wrong.
            ProgrammingError: There is no such table.
        """
        with _connected(self.options) as connection:
            cursor = connection.execute(f"SELECT * FROM {_table(self.options)} LIMIT 0")  # noqa: S608
            columns = [(column.name, str(column.type_code)) for column in cursor.description or ()]
        return ", ".join(
            f"`{name.replace('`', '``')}` {_SPARK_TYPES.get(kind, kind)}" for name, kind in columns
        )

    def reader(self, schema: StructType) -> KintoneReader:
        """What reads the columns of a schema: that of ``schema()``, or one that the user gave."""
        return KintoneReader(dict(self.options.items()), schema)


class KintoneReader(DataSourceReader):
    """Reads a table, partition by partition. It travels to the workers.

    Args:
        options: Those of the data source.
        schema: The columns to read.
    """

    def __init__(self, options: Mapping[str, str], schema: StructType) -> None:
        self._options = options
        self._schema = schema
        self._conditions: list[Condition] = []

    def pushFilters(self, filters: list[Filter]) -> Iterable[Filter]:  # noqa: N802 - Spark's name
        """Let Kintone do what it can of them; Spark checks all of them again."""
        self._conditions += filter(None, map(condition_of, filters))
        return filters

    def partitions(self) -> Sequence[InputPartition]:
        """Ranges of ids, each for a task."""
        number = _number(self._options)
        if number == 1:
            return [InputPartition(Partition(None, None))]
        with _connected(self._options) as connection:
            table, schema = self._options["table"], self._options.get("schema")
            return [InputPartition(p) for p in connection.read_partitions(table, number, schema)]

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        """The records of a partition, as they come.

        Raises:
            Error: As ``Cursor.execute``.
        """
        columns = ", ".join(map(_shown, self._schema.fields)) or "1"
        part: Partition = partition.value
        conditions = [part.condition, *(text for text, _ in self._conditions)]
        where = " AND ".join(f"({condition})" for condition in conditions)
        sql = f"SELECT {columns} FROM {_table(self._options)} WHERE {where}"  # noqa: S608 - quoted
        values = [value for _, given in self._conditions for value in given]
        with _connected(self._options) as connection:
            yield from connection.execute(sql, values).fetch_record_batch_reader()


def condition_of(found: Filter) -> Condition | None:
    """A filter of Spark as a condition; None for what SQL here has no equal of.

    Args:
        found: The filter.
    """
    if isinstance(found, Not):
        inner = condition_of(found.child)
        return (f"NOT ({inner[0]})", inner[1]) if inner is not None else None
    attribute: tuple[str, ...] = getattr(found, "attribute", ())
    if len(attribute) != 1:
        return None
    column = _quoted(attribute[0])
    if isinstance(found, IsNull | IsNotNull):
        return f"{column} IS {'NOT ' if isinstance(found, IsNotNull) else ''}NULL", ()
    if isinstance(found, In):
        values = tuple(found.value)
        marks = ", ".join("?" for _ in values)
        return (f"{column} IN ({marks})", values) if values else None
    for kinds, write in _WRITERS:
        if type(found) in kinds:
            return write(column, kinds[type(found)]), (found.value,)
    return None


_WRITERS: tuple[tuple[Mapping[type[Filter], str], Callable[[str, str], str]], ...] = (
    (_COMPARISONS, lambda column, sign: f"{column} {sign} ?"),
    (_TEXTS, lambda column, function: f"{function}({column}, ?)"),
)


def _connected(options: Mapping[str, Any]) -> Connection:
    given = {name: value for name, value in options.items() if name.lower() not in _OWN}
    return connect(**given)


def _table(options: Mapping[str, str]) -> str:
    table = options.get("table")
    if not table:
        raise InterfaceError("The option 'table' is missing: .option('table', 'orders').")
    schema = options.get("schema")
    return ".".join(_quoted(name) for name in (schema, table) if name)


def _number(options: Mapping[str, str]) -> int:
    text = options.get("partitions", "1")
    if not text.isdecimal() or int(text) < 1:
        raise InterfaceError(f"The option 'partitions' is {text!r}; it is a number from 1.")
    return int(text)


def _shown(field: StructField) -> str:
    """A column in the SELECT, with the type that Spark expects."""
    name, kind = _quoted(field.name), field.dataType.simpleString()
    return f"CAST({name} AS {_SQL_TYPES.get(kind, kind)}) AS {name}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

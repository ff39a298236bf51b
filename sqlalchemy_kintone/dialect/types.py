"""SQL types: SQLAlchemy's for the catalog's, and how values of them are written and read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import types as sqltypes
from sqlalchemy import util
from sqlalchemy.sql import operators
from sqlalchemy.sql.sqltypes import _AbstractInterval
from sqlalchemy.sql.type_api import NativeForEmulated, TypeEngine

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

    _Array = sqltypes.ARRAY[Any]
    _ArrayComparator = sqltypes.ARRAY.Comparator[Any]
    _Numeric = sqltypes.Numeric[Any]
    _Float = sqltypes.Float[Any]
else:
    # In SQLAlchemy 1.4 they are not generic.
    _Array = sqltypes.ARRAY
    _ArrayComparator = sqltypes.ARRAY.Comparator
    _Numeric = sqltypes.Numeric
    _Float = sqltypes.Float

_MICROSECOND = timedelta(microseconds=1)

CONTAINS: operators.custom_op[Any] = operators.custom_op("@>", precedence=5, is_comparison=True)
CONTAINED_BY: operators.custom_op[Any] = operators.custom_op("<@", precedence=5, is_comparison=True)
OVERLAP: operators.custom_op[Any] = operators.custom_op("&&", precedence=5, is_comparison=True)


class ARRAY(_Array):
    """A list, such as the options of a check box: ``VARCHAR[]``.

    Beside what ``sqlalchemy.ARRAY`` offers (``col[1]``, ``any_(col)``) its columns have
    ``contains(values)``, ``contained_by(values)`` and ``overlap(values)``.
    """

    class Comparator(_ArrayComparator):
        """Comparisons of lists."""

        def contains(self, other: Any, **kwargs: Any) -> Any:
            """Whether the list has all of ``other``'s elements."""
            return self.operate(CONTAINS, other, result_type=sqltypes.Boolean())

        def contained_by(self, other: Any) -> Any:
            """Whether ``other`` has all of the list's elements."""
            return self.operate(CONTAINED_BY, other, result_type=sqltypes.Boolean())

        def overlap(self, other: Any) -> Any:
            """Whether the list and ``other`` have an element in common."""
            return self.operate(OVERLAP, other, result_type=sqltypes.Boolean())

    comparator_factory = Comparator

    def literal_processor(self, dialect: Dialect) -> Callable[[Any], str] | None:
        """Lists as DuckDB writes them: ``['a', 'b']``."""
        write = self.item_type.dialect_impl(dialect).literal_processor(dialect)
        if write is None:
            return None
        return lambda values: _list_literal(values, write)


def _list_literal(values: Iterable[Any], write: Callable[[Any], str]) -> str:
    return "[" + ", ".join("NULL" if each is None else write(each) for each in values) + "]"


class INTERVAL(NativeForEmulated, _AbstractInterval):
    """A span of time: ``timedelta`` in Python."""

    __visit_name__ = "INTERVAL"
    native = True

    @classmethod
    def adapt_emulated_to_native(cls, impl: Any, **kw: Any) -> INTERVAL:
        """What ``sqlalchemy.Interval`` is here."""
        return cls()

    @property
    def _type_affinity(self) -> type[sqltypes.Interval]:
        return sqltypes.Interval

    @property
    def python_type(self) -> type[timedelta]:
        """``timedelta``."""
        return timedelta

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """The type of a value beside it. SQLAlchemy 1.4's own answer needs an emulated type."""
        return TypeEngine.coerce_compared_value(self, op, value)

    def literal_processor(self, dialect: Dialect) -> Callable[[Any], str] | None:
        """Spans in whole microseconds."""
        return lambda value: f"INTERVAL '{value // _MICROSECOND} microseconds'"


class KintoneNumeric(_Numeric):
    """``Decimal`` whatever the statement computes: DuckDB divides DECIMALs to a DOUBLE."""

    def literal_processor(self, dialect: Dialect) -> Callable[[Any], str] | None:
        """Decimals without an exponent, which would make a DOUBLE of them."""
        return _number_literal

    def bind_processor(self, dialect: Dialect) -> None:
        """Values are sent as they are."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """To ``Decimal``, or to float with ``asdecimal=False``."""
        return _to_decimal if self.asdecimal else _to_float


class KintoneFloat(_Float):
    """``float`` whatever the statement computes, or ``Decimal`` with ``asdecimal=True``."""

    def literal_processor(self, dialect: Dialect) -> Callable[[Any], str] | None:
        """Floats with all their digits."""
        return _number_literal

    def bind_processor(self, dialect: Dialect) -> None:
        """Values are sent as they are."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """To float, or to ``Decimal`` with ``asdecimal=True``."""
        return _to_decimal if self.asdecimal else _to_float


def _to_decimal(value: Any) -> Decimal | None:
    if value is None or isinstance(value, Decimal):
        return value
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _to_float(value: Any) -> float | None:
    return None if value is None else float(value)


def _number_literal(value: Any) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    return f"CAST('{float(value)!r}' AS DOUBLE)"


class KintoneDate(sqltypes.Date):
    """A date that can be written as a literal."""

    def literal_processor(self, dialect: Dialect) -> Callable[[Any], str] | None:
        """``DATE '2024-02-29'``."""
        return _date_literal


class KintoneTime(sqltypes.Time):
    """A time of day that can be written as a literal."""

    def literal_processor(self, dialect: Dialect) -> Callable[[Any], str] | None:
        """``TIME '09:30:00'``."""
        return _time_literal


class KintoneDateTime(sqltypes.DateTime):
    """A moment that can be written as a literal."""

    def literal_processor(self, dialect: Dialect) -> Callable[[Any], str] | None:
        """``TIMESTAMP '…'``, or ``TIMESTAMPTZ '…'`` for a moment with a time zone."""
        return _datetime_literal


def _date_literal(value: date) -> str:
    return f"DATE '{value.isoformat()}'"


def _time_literal(value: time) -> str:
    return f"TIME '{value.isoformat()}'"


def _datetime_literal(value: datetime) -> str:
    if value.utcoffset() is None:
        return f"TIMESTAMP '{value.isoformat(' ')}'"
    return f"TIMESTAMPTZ '{value.astimezone(timezone.utc).isoformat(' ')}'"


COLSPECS: dict[type[TypeEngine[Any]], type[TypeEngine[Any]]] = {
    sqltypes.Numeric: KintoneNumeric,
    sqltypes.Float: KintoneFloat,
    sqltypes.Date: KintoneDate,
    sqltypes.Time: KintoneTime,
    sqltypes.DateTime: KintoneDateTime,
    sqltypes.Interval: INTERVAL,
}
"""What SQLAlchemy's types become in statements of this dialect."""

# SQLAlchemy 1.4 has no type of this name.
_DOUBLE: Callable[[], TypeEngine[Any]] = getattr(sqltypes, "DOUBLE", lambda: sqltypes.Float(53))

_TYPES: Mapping[str, Callable[[], TypeEngine[Any]]] = {
    "BIGINT": sqltypes.BIGINT,
    "BLOB": sqltypes.BLOB,
    "BOOLEAN": sqltypes.BOOLEAN,
    "DATE": sqltypes.DATE,
    "DOUBLE": _DOUBLE,
    "INTEGER": sqltypes.INTEGER,
    "INTERVAL": INTERVAL,
    "SMALLINT": sqltypes.SMALLINT,
    "TIME": sqltypes.TIME,
    "TIMESTAMP": sqltypes.TIMESTAMP,
    "TIMESTAMP WITH TIME ZONE": lambda: sqltypes.TIMESTAMP(timezone=True),
    "VARCHAR": sqltypes.VARCHAR,
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def type_of(sql_type: str) -> TypeEngine[Any]:
    """SQLAlchemy's type for a catalog column's.

    Args:
        sql_type: As DuckDB writes it: ``DECIMAL(16,4)``, ``VARCHAR[]``.

    Returns:
        A new type object; ``NullType``, with a warning, for a type that is not known here.
    """
    if sql_type.endswith("[]"):
        dimensions = (len(sql_type) - len(sql_type.rstrip("[]"))) // 2
        item = type_of(sql_type[: -2 * dimensions])
        return ARRAY(item, dimensions=dimensions if dimensions > 1 else None)
    decimal = _DECIMAL.fullmatch(sql_type)
    if decimal:
        return sqltypes.DECIMAL(int(decimal[1]), int(decimal[2]))
    make = _TYPES.get(sql_type)
    if make is None:
        util.warn(f"Type {sql_type} is not known to the Kintone dialect")
        return sqltypes.NullType()
    return make()

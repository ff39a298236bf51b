"""Values as Kintone's JSON has them to typed Arrow arrays."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from sqlalchemy_kintone.catalog.model import Column, Family
from sqlalchemy_kintone.conninfo import OnInvalid

_TIMESTAMP = pa.timestamp("us", tz="UTC")
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_DURATION = r"^(?P<sign>-?)(?P<hours>[0-9]+):(?P<minutes>[0-9]+)$"
_MICROSECONDS_OF_A_MINUTE = 60_000_000

_PERSON = pa.struct([("code", pa.string()), ("name", pa.string())])
_VALUES: dict[Family, pa.DataType] = {
    Family.OPTIONS: pa.list_(pa.string()),
    Family.CATEGORY: pa.list_(pa.string()),
    Family.PERSON: _PERSON,
    Family.PEOPLE: pa.list_(_PERSON),
    Family.FILES: pa.list_(pa.struct([("name", pa.string())])),
}
"""What JSON holds for a field where it is not one text, as numbers and dates are too."""

Conversion = Callable[[pa.Array], pa.Array]

_EMPTY = pa.scalar("")
_ZERO = pa.scalar(0, pa.int32())
# Arrow's own wrappers turn constants into scalars each time, which takes longer than a page does.
_compute = pc.call_function


def json_type(column: Column) -> pa.DataType:
    """What JSON holds for a column's field, read as Arrow: texts, and lists and objects of them."""
    return _VALUES.get(column.family, pa.string())


def arrow_type(column: Column) -> pa.DataType:
    """The Arrow type of a column, which DuckDB reads as the column's ``sql_type``."""
    if column.sql_type == "DOUBLE":
        return pa.float64()
    if decimal := _DECIMAL.fullmatch(column.sql_type):
        return pa.decimal128(int(decimal[1]), int(decimal[2]))
    return {
        "BIGINT": pa.int64(),
        "VARCHAR": pa.string(),
        "VARCHAR[]": pa.list_(pa.string()),
        "DATE": pa.date32(),
        "TIME": pa.time32("s"),
        "TIMESTAMP WITH TIME ZONE": _TIMESTAMP,
        "INTERVAL": pa.duration("us"),
    }[column.sql_type]


def selection(column: Column) -> Conversion:
    """From values to texts or lists of texts; every empty value is NULL."""
    if column.family is Family.FILES:
        return lambda values: _filled_lists(_members(values, 0))
    member = 1 if column.part == "name" else 0
    if column.family is Family.PERSON:
        # Flattening, as the code of nobody is NULL.
        return lambda values: _filled_texts(values.flatten()[member])
    if column.family is Family.PEOPLE:
        return lambda values: _filled_lists(_members(values, member))
    if column.family in _VALUES:
        return _filled_lists
    return _filled_texts


def _members(lists: pa.ListArray, member: int) -> pa.ListArray:
    """Lists of one member of the objects that the lists hold."""
    texts = lists.values.field(member)
    mask = lists.is_null() if lists.null_count else None
    return pa.ListArray.from_arrays(lists.offsets, texts, mask=mask)


def _filled_texts(texts: pa.StringArray) -> pa.StringArray:
    return _with_null_where_not(_compute("not_equal", [texts, _EMPTY]), texts)


def _filled_lists(lists: pa.ListArray) -> pa.ListArray:
    lengths = _compute("list_value_length", [lists])
    return _with_null_where_not(_compute("not_equal", [lengths, _ZERO]), lists)


def _with_null_where_not(filled: pa.BooleanArray, values: pa.Array) -> pa.Array:
    if not filled.false_count:
        return values
    return _compute("if_else", [filled, values, pa.scalar(None, values.type)])


def conversion(column: Column) -> Conversion:
    """From what ``selection`` gives to the column's Arrow type.

    Where a value does not fit it raises ``ValueError`` or an Arrow exception, or the value is NULL,
    as the column says.
    """
    strict = _strict_conversion(column)
    if column.on_invalid is OnInvalid.ERROR:
        return strict
    return lambda values: _with_nulls(strict, values)


def _strict_conversion(column: Column) -> Conversion:
    target = arrow_type(column)
    if pa.types.is_time32(target):
        return _times
    if pa.types.is_duration(target):
        return _durations
    return lambda values: values.cast(target)


def first_misfit(convert: Conversion, values: pa.Array) -> int:
    """The position of the first value that does not fit; there must be one."""
    return next(i for i in range(len(values)) if _is_misfit(convert, values.slice(i, 1)))


def _with_nulls(convert: Conversion, values: pa.Array) -> pa.Array:
    """The values, with NULL for each that does not fit."""
    try:
        return convert(values)
    except (pa.ArrowException, ValueError):
        misfits = [_is_misfit(convert, values.slice(i, 1)) for i in range(len(values))]
        return convert(pc.if_else(pa.array(misfits, pa.bool_()), None, values))


def _is_misfit(convert: Conversion, value: pa.Array) -> bool:
    try:
        convert(value)
    except (pa.ArrowException, ValueError):
        return True
    return False


def _times(texts: pa.Array) -> pa.Array:
    """``09:30`` texts. Arrow reads no bare times, so they pass through a timestamp."""
    moments = pc.binary_join_element_wise("1970-01-01T", texts, "")
    return moments.cast(pa.timestamp("s")).cast(pa.time32("s"))


def _durations(texts: pa.Array) -> pa.Array:
    """``49:30`` texts: hours, which may pass 24 and be negative, and minutes."""
    found = pc.extract_regex(texts, _DURATION)
    if found.null_count != texts.null_count:
        raise ValueError("not hours:minutes")
    sign, hours, minutes = found.flatten()
    whole = pc.add(pc.multiply(hours.cast(pa.int64()), 60), minutes.cast(pa.int64()))
    signed = pc.if_else(pc.equal(sign, "-"), pc.negate(whole), whole)
    return pc.multiply_checked(signed, _MICROSECONDS_OF_A_MINUTE).cast(pa.duration("us"))

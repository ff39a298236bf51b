"""Parameters into a parsed statement: as typed literals of the tree, never as text."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from sqlglot import exp

from sqlalchemy_kintone.errors import DataError, ProgrammingError

Parameters = Sequence[object] | Mapping[str, object] | None

_MAX_DECIMAL_DIGITS = 38
_HUGEINT = 2**127
_MICROSECOND = timedelta(microseconds=1)


def bind(tree: exp.Expression, parameters: Parameters) -> exp.Expression:
    """Put parameters in the place of ``?`` and ``:name``.

    Args:
        tree: A parsed statement; it is changed.
        parameters: A sequence for ``?``, a mapping for ``:name``; None for none. Values may be
            None, bool, int, float, Decimal, str, bytes, date, time, datetime (aware ones are
            instants), timedelta, UUID, and lists or tuples of those.

    Returns:
        The tree, every placeholder replaced by a literal of the value's SQL type.

    Raises:
        ProgrammingError: More or fewer values than placeholders, a name that is missing, ``?``
            and ``:name`` mixed, or a value of a type that SQL has no literal for.
        DataError: A value outside what DuckDB can hold.
    """
    placeholders = list(tree.find_all(exp.Placeholder))
    positional = [node for node in placeholders if not node.args.get("this")]
    named = [node for node in placeholders if node.args.get("this")]
    if positional and named:
        raise ProgrammingError("Use either ? or :name parameters in a statement, not both.")
    if named:
        return _bind_named(tree, named, parameters)
    return _bind_positional(tree, positional, parameters)


def _bind_positional(
    tree: exp.Expression, places: list[exp.Placeholder], parameters: Parameters
) -> exp.Expression:
    if isinstance(parameters, Mapping):
        if parameters and places:
            raise ProgrammingError(
                "The statement has ? parameters: pass a sequence of values, not a mapping."
            )
        values: Sequence[object] = ()
    elif isinstance(parameters, str | bytes):
        raise ProgrammingError("Pass parameters as a sequence such as [value], not as one text.")
    else:
        values = parameters or ()
    if len(values) != len(places):
        raise ProgrammingError(
            f"The statement has {len(places)} parameters (?), but {len(values)} values were given."
        )
    places = sorted(places, key=lambda place: int(place.meta["start"]))
    for place, value in zip(places, values, strict=True):
        tree = _replace(tree, place, value)
    return tree


def _bind_named(
    tree: exp.Expression, places: list[exp.Placeholder], parameters: Parameters
) -> exp.Expression:
    if not isinstance(parameters, Mapping):
        raise ProgrammingError(
            "The statement has :name parameters: pass a mapping such as {'name': value}."
        )
    missing = sorted({str(place.this) for place in places} - set(parameters))
    if missing:
        given = ", ".join(sorted(str(name) for name in parameters)) or "none"
        raise ProgrammingError(
            f"No value was given for parameter :{missing[0]}. Names given: {given}."
        )
    for place in places:
        tree = _replace(tree, place, parameters[str(place.this)])
    return tree


def _replace(tree: exp.Expression, place: exp.Placeholder, value: object) -> exp.Expression:
    parent = place.parent
    if isinstance(parent, exp.In) and place.arg_key == "field" and isinstance(value, list | tuple):
        if not value:
            # Nothing is in an empty list, not even NULL; SQL has no way to write one.
            parent.replace(exp.false())
            return tree
        parent.set("field", None)
        parent.set("expressions", [literal(item) for item in value])
        return tree
    place.replace(literal(value))
    return tree


def literal(value: object) -> exp.Expression:
    """A Python value as an SQL literal of its type.

    Args:
        value: See ``bind``.

    Raises:
        ProgrammingError: A type that SQL has no literal for.
        DataError: A value outside what DuckDB can hold.
    """
    if value is None:
        return exp.Null()
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    item = getattr(value, "item", None)
    if callable(item):  # a NumPy scalar
        return literal(item())
    raise ProgrammingError(
        f"A parameter of type {type(value).__name__} cannot be sent. Pass None, bool, int, float, "
        "Decimal, str, bytes, date, time, datetime, timedelta, UUID, or a list of those."
    )


def _integer(value: int) -> exp.Expression:
    if not -_HUGEINT <= value < 2 * _HUGEINT:
        raise DataError("An integer parameter is outside the range of DuckDB's 128-bit integers.")
    return _signed(exp.Literal.number(str(abs(value))), negative=value < 0)


def _decimal(value: Decimal) -> exp.Expression:
    if not value.is_finite():
        return _cast(str(value), "DOUBLE")
    text = format(value, "f")
    whole, _, fraction = text.lstrip("-").partition(".")
    precision = max(len(whole.lstrip("0")) + len(fraction), 1)
    if precision > _MAX_DECIMAL_DIGITS:
        raise DataError(
            f"A Decimal parameter has {precision} digits; DuckDB's DECIMAL holds at most "
            f"{_MAX_DECIMAL_DIGITS}. Round it, or pass a float."
        )
    return _cast(text, f"DECIMAL({precision}, {len(fraction)})")


def _text(value: str) -> exp.Expression:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise DataError("A text parameter holds a lone surrogate, which is not Unicode.") from None
    return exp.Literal.string(str(value))


def _bytes(value: bytes | bytearray | memoryview) -> exp.Expression:
    return _cast("".join(f"\\x{byte:02X}" for byte in bytes(value)), "BLOB")


def _datetime(value: datetime) -> exp.Expression:
    if value.utcoffset() is None:
        return _cast(value.replace(tzinfo=None, fold=0).isoformat(" "), "TIMESTAMP")
    return _cast(value.astimezone(timezone.utc).isoformat(" "), "TIMESTAMPTZ")


def _time(value: time) -> exp.Expression:
    return _cast(value.isoformat(), "TIME" if value.utcoffset() is None else "TIMETZ")


def _interval(value: timedelta) -> exp.Expression:
    return _cast(f"{value // _MICROSECOND} microseconds", "INTERVAL")


def _array(value: Sequence[object]) -> exp.Expression:
    return exp.Array(expressions=[literal(item) for item in value])


def _cast(text: str, sql_type: str) -> exp.Expression:
    return exp.cast(exp.Literal.string(text), sql_type, dialect="duckdb")


def _signed(number: exp.Expression, *, negative: bool) -> exp.Expression:
    # Parenthesised, so that no operator beside it can bind more tightly than its sign.
    return exp.Paren(this=exp.Neg(this=number)) if negative else number


# In this order: a datetime is a date, and NumPy's numbers register as numbers.
_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[..., exp.Expression]], ...] = (
    (str, _text),
    ((bytes, bytearray, memoryview), _bytes),
    (datetime, _datetime),
    (date, lambda value: _cast(value.isoformat(), "DATE")),
    (time, _time),
    (timedelta, _interval),
    (Decimal, _decimal),
    (UUID, lambda value: _cast(str(value), "UUID")),
    (numbers.Integral, lambda value: _integer(int(value))),
    (numbers.Real, lambda value: _cast(repr(float(value)), "DOUBLE")),
    ((list, tuple), _array),
)

"""Computing the CALC fields (and computed texts) of a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from sqlalchemy_kintone.sandbox.values.form import Field, Form, empty
from sqlalchemy_kintone.sandbox.values.formula import NotComputable, Value
from sqlalchemy_kintone.sandbox.values.numbers import Precision, plain

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_ZERO = Decimal(0)


def compute(form: Form, values: dict[str, Any]) -> None:
    """Set every computed field of a record's values, in its tables too.

    What cannot be computed becomes ``""``; an empty NUMBER counts as 0 (both seen).
    """
    if not form.computed:
        return
    record = _RecordScope(form, values)
    for field in form.computed:
        if field.table is None:
            values[field.code] = record.shown(field)
    for table, fields in form.computed_in_tables.items():
        values[table] = [
            {
                "id": row["id"],
                "value": {
                    **row["value"],
                    **{f.code: {"type": f.type, "value": row_scope.shown(f)} for f in fields},
                },
            }
            for row, row_scope in zip(values[table], record.rows(table), strict=True)
        ]


class _Computing:
    """Marks a field whose value is being computed, to stop at circles."""


_COMPUTING = _Computing()


class _Scope:
    """Fields of one record or row; computed ones are computed when first asked for."""

    def __init__(self, form: Form, held: Callable[[str], Any]) -> None:
        self._form = form
        self._held = held
        self._computed: dict[str, Value | _Computing | None] = {}

    @property
    def precision(self) -> Precision:
        return self._form.precision

    def own(self, field: Field) -> Value:
        """The value of a field of this very record or row."""
        if field.formula is None:
            return _operand(field, self._held(field.code))
        if field.code not in self._computed:
            self._computed[field.code] = _COMPUTING
            try:
                result = field.formula.evaluate(self)
                self._computed[field.code] = _kept(field, result, self.precision)
            except NotComputable:
                self._computed[field.code] = None
        found = self._computed[field.code]
        if found is None or isinstance(found, _Computing):
            raise NotComputable
        return found

    def value(self, code: str) -> Value:
        raise NotImplementedError

    def column(self, code: str) -> Sequence[Value]:
        raise NotImplementedError

    def shown(self, field: Field) -> str:
        """A computed field's value as records show it."""
        try:
            return _shown(field, self.own(field))
        except NotComputable:
            return str(empty(field.type))


class _RecordScope(_Scope):
    def __init__(self, form: Form, values: Mapping[str, Any]) -> None:
        super().__init__(form, values.get)
        self._values = values
        self._rows: dict[str, list[_RowScope]] = {}

    def rows(self, table: str) -> list[_RowScope]:
        """The scopes of a table's rows."""
        if table not in self._rows:
            self._rows[table] = [
                _RowScope(self._form, row["value"], self) for row in self._values[table]
            ]
        return self._rows[table]

    def value(self, code: str) -> Value:
        field = self._form.everywhere.get(code)
        if field is None or field.table is not None:
            raise NotComputable
        return self.own(field)

    def column(self, code: str) -> Sequence[Value]:
        field = self._form.everywhere.get(code)
        if field is None:
            raise NotComputable
        if field.table is None:
            return [self.own(field)]
        return [row.own(field) for row in self.rows(field.table)]


class _RowScope(_Scope):
    def __init__(
        self, form: Form, cells: Mapping[str, Mapping[str, Any]], record: _RecordScope
    ) -> None:
        super().__init__(form, lambda code: cells[code]["value"])
        self._record = record
        self._cells = cells

    def value(self, code: str) -> Value:
        if code in self._cells:
            return self.own(self._form.everywhere[code])
        return self._record.value(code)

    def column(self, code: str) -> Sequence[Value]:
        return self._record.column(code)


def _operand(field: Field, held: Any) -> Value:
    """A stored value as an operand: numbers, seconds for dates and times, texts."""
    if field.type == "NUMBER":
        return Decimal(held) if held else _ZERO
    if field.type in ("CHECK_BOX", "MULTI_SELECT"):
        return tuple(held)
    if field.type in ("DATE", "DATETIME", "CREATED_TIME", "UPDATED_TIME", "TIME"):
        if not held:
            raise NotComputable
        return _seconds(field.type, held)
    if held is None:
        return ""
    if isinstance(held, str):
        return held
    raise NotComputable


def _seconds(field_type: str, held: str) -> Decimal:
    if field_type == "TIME":
        return Decimal(int(held[:2]) * 3600 + int(held[3:]) * 60)
    moment = datetime.fromisoformat(held.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return Decimal(round((moment - _EPOCH).total_seconds()))


def _kept(field: Field, result: Value, precision: Precision) -> Value:
    """A result as other formulas see it: numbers have the app's decimal places and digits."""
    if field.type != "CALC":
        return result
    if not isinstance(result, Decimal):
        raise NotComputable
    rounded = precision.round(result)
    if not precision.fits(rounded):
        raise NotComputable
    return rounded


def _shown(field: Field, result: Value) -> str:
    if isinstance(result, tuple):
        raise NotComputable
    if isinstance(result, str):
        return result
    return _FORMATS.get(str(field.settings.get("format")), plain)(result)


def _datetime_text(seconds: Decimal) -> str:
    try:
        moment = _EPOCH + timedelta(seconds=int(seconds))
    except OverflowError:
        raise NotComputable from None
    return f"{moment.isoformat()[:16]}:00Z"  # strftime does not pad years on every platform


def _hour_minute(seconds: Decimal) -> str:
    minutes = abs(int(seconds)) // 60
    sign = "-" if seconds < 0 and minutes else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02}"


_FORMATS: Mapping[str, Callable[[Decimal], str]] = {
    "DATETIME": _datetime_text,
    "DATE": lambda seconds: _datetime_text(seconds)[:10],
    "TIME": lambda seconds: _datetime_text(Decimal(int(seconds) % 86400))[11:16],
    "HOUR_MINUTE": _hour_minute,
    "DAY_HOUR_MINUTE": _hour_minute,
}

"""An app's form, made ready for writing: its fields with limits, options and defaults parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy_kintone.sandbox.model import AppSettings
from sqlalchemy_kintone.sandbox.values import formula
from sqlalchemy_kintone.sandbox.values.numbers import Precision, parse, precision_of

NO_VALUE_TYPES = frozenset(("REFERENCE_TABLE", "GROUP", "LABEL", "SPACER", "HR"))
"""Field types that are not in records."""

SYSTEM_TYPES = frozenset(
    (
        "RECORD_NUMBER",
        "CREATOR",
        "CREATED_TIME",
        "MODIFIER",
        "UPDATED_TIME",
        "STATUS",
        "STATUS_ASSIGNEE",
        "CATEGORY",
    )
)
"""Field types whose values Kintone keeps itself."""

EMPTY_LIST_TYPES = frozenset(
    (
        "CHECK_BOX",
        "MULTI_SELECT",
        "CATEGORY",
        "USER_SELECT",
        "ORGANIZATION_SELECT",
        "GROUP_SELECT",
        "STATUS_ASSIGNEE",
        "FILE",
        "SUBTABLE",
    )
)
"""Field types whose empty value is ``[]``."""

EMPTY_NULL_TYPES = frozenset(("DROP_DOWN", "RADIO_BUTTON", "DATE", "TIME"))
"""Field types whose empty value is ``null`` (seen on a real Kintone); the others' is ``""``."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A lookup: which app and key it reads, and what it copies (own code, source code)."""

    app_id: int
    key: str
    mappings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One field that records hold.

    Attributes:
        code: The field code.
        type: As in ``app/form/fields.json``.
        settings: The whole property.
        table: The code of the SUBTABLE it is in, or None.
        required: Whether an empty value is refused.
        unique: Whether equal values in two records are refused.
        options: Option to its place, for the option types.
        minimum, maximum: The range of a NUMBER.
        min_length, max_length: In UTF-16 code units.
        lookup: Where this is a lookup's key.
        formula: Of a CALC, or of a SINGLE_LINE_TEXT that is computed.
        copied: Whether a lookup fills it, so that written values are ignored.
        fields: The fields of a SUBTABLE by code.
    """

    code: str
    type: str
    settings: Mapping[str, Any]
    table: str | None = None
    required: bool = False
    unique: bool = False
    options: Mapping[str, int] = field(default_factory=dict)
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    lookup: Lookup | None = None
    formula: formula.Expression | None = None
    copied: bool = False
    fields: Mapping[str, Field] = field(default_factory=dict)

    @property
    def derived(self) -> bool:
        """Whether Kintone fills the field and ignores values sent for it."""
        return self.copied or self.formula is not None or self.type == "CALC"


@dataclass(frozen=True, slots=True)
class Form:
    """All fields that records of an app hold.

    Attributes:
        fields: Top-level fields by code, in the form's order.
        everywhere: Those and the fields inside tables (codes are unique over an app).
        precision: The app's number precision.
        initial_status: The first status of process management, or None where it was never set.
        computed: The fields with formulas.
        computed_in_tables: Those inside tables, by the table's code.
    """

    fields: Mapping[str, Field]
    everywhere: Mapping[str, Field]
    precision: Precision
    initial_status: str | None
    computed: tuple[Field, ...]
    computed_in_tables: Mapping[str, tuple[Field, ...]]

    def of_type(self, field_type: str) -> Field | None:
        """The first top-level field of a type."""
        return next((f for f in self.fields.values() if f.type == field_type), None)


def compile_form(settings: AppSettings) -> Form:
    """Parse an app's settings into a form."""
    copied = {
        mapping["field"]
        for _, prop, _ in settings.fields()
        if prop.get("lookup")
        for mapping in prop["lookup"].get("fieldMappings") or ()
    }
    fields = {
        code: _compile(code, prop, None, copied)
        for code, prop in settings.properties.items()
        if prop["type"] not in NO_VALUE_TYPES
    }
    everywhere = dict(fields)
    for table in fields.values():
        everywhere.update(table.fields)
    states = settings.process.get("states") or {}
    initial = min(states, key=lambda name: int(states[name]["index"]), default=None)
    return Form(
        fields=fields,
        everywhere=everywhere,
        precision=precision_of(settings.general),
        initial_status=initial,
        computed=tuple(f for f in everywhere.values() if f.formula is not None),
        computed_in_tables={
            table.code: inner
            for table in fields.values()
            if (inner := tuple(f for f in table.fields.values() if f.formula is not None))
        },
    )


def _compile(code: str, prop: Mapping[str, Any], table: str | None, copied: set[str]) -> Field:
    options = prop.get("options") or {}
    ordered = sorted(options, key=lambda name: int(options[name]["index"]))
    expression = str(prop.get("expression") or "")
    lookup = prop.get("lookup")
    return Field(
        code=code,
        type=prop["type"],
        settings=prop,
        table=table,
        required=bool(prop.get("required")),
        unique=bool(prop.get("unique")) and table is None,
        options={name: place for place, name in enumerate(ordered)},
        minimum=_number(prop.get("minValue")),
        maximum=_number(prop.get("maxValue")),
        min_length=_length(prop.get("minLength")),
        max_length=_length(prop.get("maxLength")),
        lookup=_lookup(lookup) if lookup else None,
        formula=formula.parse(expression) if expression.strip() else None,
        copied=code in copied,
        fields={
            inner: _compile(inner, inner_prop, code, copied)
            for inner, inner_prop in (prop.get("fields") or {}).items()
        },
    )


def _number(raw: Any) -> Decimal | None:
    return None if raw in (None, "") else parse(raw)


def _length(raw: Any) -> int | None:
    return None if raw in (None, "") else int(raw)


def _lookup(raw: Mapping[str, Any]) -> Lookup:
    return Lookup(
        app_id=int(raw["relatedApp"]["app"]),
        key=raw["relatedKeyField"],
        mappings=tuple((m["field"], m["relatedField"]) for m in raw.get("fieldMappings") or ()),
    )


def empty(field_type: str) -> Any:
    """What an empty field of this type reads as."""
    if field_type in EMPTY_LIST_TYPES:
        return []
    return None if field_type in EMPTY_NULL_TYPES else ""

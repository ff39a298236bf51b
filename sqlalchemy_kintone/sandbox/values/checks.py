"""The checks on a complete record, that is after defaults, lookups and merging."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy_kintone.sandbox.values.form import Field
from sqlalchemy_kintone.sandbox.values.writing import Writing

_USER_TYPES = frozenset(("USER_SELECT", "ORGANIZATION_SELECT", "GROUP_SELECT"))
_LIST_TYPES = frozenset(("CHECK_BOX", "MULTI_SELECT", "FILE"))
_NEVER_REQUIRED = frozenset(("RADIO_BUTTON", "CALC"))
"""Seen: Kintone does not enforce ``required`` on these over REST."""


def is_empty(value: Any) -> bool:
    """Whether a stored value is an empty one (``""``, ``null``, ``[]``)."""
    return value is None or value == "" or value == []


def value_path(field: Field, prefix: str) -> str:
    """The path under which a refusal of a field's value is reported (seen, by type)."""
    if field.type in _USER_TYPES:
        return f"{prefix}.{field.code}.values.value"
    if field.type in _LIST_TYPES:
        return f"{prefix}.{field.code}.values"
    return f"{prefix}.{field.code}.value"


def check_record(writing: Writing, values: Mapping[str, Any], prefix: str) -> None:
    """Note what a merged record lacks or has too much of, in its tables too."""
    for code, field in writing.form.fields.items():
        if field.type == "SUBTABLE":
            for place, row in enumerate(values[code]):
                row_prefix = f"{prefix}.{code}.value[{place}].value"
                for inner, inner_field in field.fields.items():
                    _check(writing, inner_field, row["value"][inner]["value"], row_prefix)
        else:
            _check(writing, field, values[code], prefix)


def _check(writing: Writing, field: Field, value: Any, prefix: str) -> None:
    if field.required and field.type not in _NEVER_REQUIRED and is_empty(value):
        writing.refuse(value_path(field, prefix), "Required.")
    if field.min_length is None and field.max_length is None:
        return
    length = len(value.encode("utf-16-le")) // 2
    # Seen: the messages name one more than the maximum and one less than the minimum.
    if field.max_length is not None and length > field.max_length:
        message = f"The value must be shorter than {field.max_length + 1} characters."
        writing.refuse(value_path(field, prefix), message)
    if field.min_length is not None and length < field.min_length:
        message = f"The value must be longer than {field.min_length - 1} characters."
        writing.refuse(value_path(field, prefix), message)

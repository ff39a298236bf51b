"""The values of fields that a new record, or a new row, does not name."""

from __future__ import annotations

from typing import Any

from sqlalchemy_kintone.sandbox.values import times
from sqlalchemy_kintone.sandbox.values.form import Field, empty
from sqlalchemy_kintone.sandbox.values.normalise import NORMALISERS, Sent, radio_default
from sqlalchemy_kintone.sandbox.values.writing import Writing

_NOW = {"DATE": times.today, "TIME": times.time_of_day}


def default(writing: Writing, field: Field, prefix: str) -> Any:
    """The default of a field that is absent when adding.

    A default that is meanwhile not valid (outside the range, say) is refused like a sent value.
    """
    raw = field.settings.get("defaultValue")
    if field.type == "RADIO_BUTTON":
        return radio_default(field)
    if field.settings.get("defaultNowValue"):
        if field.type == "DATETIME":
            return times.stamp(writing.now)
        return _NOW[field.type](writing.now, writing.zone)
    if field.type in ("USER_SELECT", "ORGANIZATION_SELECT", "GROUP_SELECT"):
        raw = [{"code": code} for code in _codes(writing, raw or [])]
    if not raw or field.lookup is not None or field.type not in NORMALISERS:
        return empty(field.type)
    return NORMALISERS[field.type](Sent(writing, field, raw, prefix))


def _codes(writing: Writing, raw: list[dict[str, str]]) -> list[str]:
    """Codes of a user-like default, its functions evaluated for the author."""
    codes: list[str] = []
    author = writing.domain.users.get(writing.author)
    for entity in raw:
        if entity.get("type") != "FUNCTION":
            codes.append(entity["code"])
        elif entity["code"] == "LOGINUSER()":
            codes.append(writing.author)
        elif author is not None and author.primary_organization is not None:
            codes.append(author.primary_organization)
    return codes

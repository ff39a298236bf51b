"""All tables of metadata, by schema and name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy_kintone.catalog.system import (
    actions,
    apps,
    comments,
    constraints,
    cursors,
    forms,
    information_schema,
    lists,
    notifications,
    people,
    permissions,
    process,
    requests,
    revisions,
    rights,
    spaces,
    statistics,
)
from sqlalchemy_kintone.catalog.system.definition import SystemTable

_FAMILIES = (
    apps,
    revisions,
    forms,
    lists,
    process,
    permissions,
    rights,
    notifications,
    actions,
    spaces,
    statistics,
    comments,
    people,
    requests,
    cursors,
    information_schema,
    constraints,
)


def _by_schema() -> dict[str, dict[str, SystemTable]]:
    found: dict[str, dict[str, SystemTable]] = {}
    for family in _FAMILIES:
        for each in family.TABLES:
            found.setdefault(each.table.schema, {})[each.table.name] = each
    return found


SYSTEM_TABLES: Mapping[str, Mapping[str, SystemTable]] = MappingProxyType(_by_schema())
"""``system``, then ``information_schema``; each name to its table."""

"""All rights of an app in one table: on the app itself, on its records and on its fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy_kintone.catalog.system.definition import Row, Wanted, define_of_app
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry
from sqlalchemy_kintone.catalog.system.rights import ENTITY, entity

Told = Mapping[str, Any]


def _permissions(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    kinds = wanted.get("kind")
    for kind, (resource, rows_of) in _KINDS.items():
        if kinds is None or kind in kinds:
            for app_id, told in inquiry.settings_of_apps(resource, wanted):
                for position, row in enumerate(rows_of(told["rights"])):
                    yield {"app_id": app_id, "kind": kind, "position": position, **row}


def _of_app(rights: Iterable[Told]) -> Iterator[Row]:
    for right in rights:
        yield {
            **entity(right),
            "manageable": right.get("appEditable"),
            "viewable": right.get("recordViewable"),
            "addable": right.get("recordAddable"),
            "editable": right.get("recordEditable"),
            "deletable": right.get("recordDeletable"),
            "importable": right.get("recordImportable"),
            "exportable": right.get("recordExportable"),
        }


def _of_records(rights: Iterable[Told]) -> Iterator[Row]:
    for right in rights:
        for holder in right["entities"]:
            yield {
                "filter": right.get("filterCond"),
                **entity(holder),
                "viewable": holder.get("viewable"),
                "editable": holder.get("editable"),
                "deletable": holder.get("deletable"),
            }


def _of_fields(rights: Iterable[Told]) -> Iterator[Row]:
    for right in rights:
        for holder in right["entities"]:
            accessibility = holder.get("accessibility")
            yield {
                "field_code": right["code"],
                **entity(holder),
                "viewable": accessibility in ("READ", "WRITE"),
                "editable": accessibility == "WRITE",
            }


_KINDS = {
    "app": ("app/acl", _of_app),
    "record": ("record/acl", _of_records),
    "field": ("field/acl", _of_fields),
}
"""The kinds of rights, with where each is read from and how."""

TABLES = (
    define_of_app(
        "permissions",
        "What somebody may do: in an app, with records of a condition, or with a field.",
        (
            ("kind", "VARCHAR", "app, record or field"),
            ("position", "BIGINT", "its place among the app's rights of that kind, from 0"),
            ("filter", "VARCHAR", "of record: which ones, in Kintone's language"),
            ("field_code", "VARCHAR", "of field: which one"),
            *ENTITY,
            ("manageable", "BOOLEAN", "of app: may change its settings"),
            ("viewable", "BOOLEAN", "may view the records, or the field"),
            ("addable", "BOOLEAN", "of app: may add records"),
            ("editable", "BOOLEAN", "may edit the records, or the field"),
            ("deletable", "BOOLEAN", "of app and record: may delete records"),
            ("importable", "BOOLEAN", "of app: may import from files"),
            ("exportable", "BOOLEAN", "of app: may export to files"),
        ),
        _permissions,
        keys=("kind",),
        primary_key=("kind", "position"),
    ),
)

"""Where lookups get their values from."""

from __future__ import annotations

from sqlalchemy_kintone.catalog.model import Catalog, Column, Table
from sqlalchemy_kintone.errors import Error

_NOT_FOR_THIS_LOGIN = (403, 404)


def lookup_source(catalog: Catalog, column: Column) -> tuple[Table, Column] | None:
    """The table and column that a lookup gets its value from.

    Args:
        catalog: The apps as tables; that of the source may have to be read.
        column: A column of an app or a child table.

    Returns:
        None for what is no lookup, where the login may not see the source, and where values of the
        source are not unique, so that they tell no record.
    """
    if column.lookup is None:
        return None
    names = (name for schema in catalog.schemas() for name in catalog.names(schema))
    name = next((each for each in names if each.app_id == column.lookup.app_id), None)
    if name is None:
        return None
    try:
        table = catalog.find(name.schema, name.name)
    except Error as error:
        if error.http_status not in _NOT_FOR_THIS_LOGIN:
            raise
        return None
    columns = table.columns if table is not None else ()
    keys = (each for each in columns if each.field_code == column.lookup.key and each.unique)
    key = next(keys, None)
    return (table, key) if table is not None and key is not None else None

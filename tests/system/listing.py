"""Everything that ``inspect()`` says of the demo, as text.

``python -m tests.system.listing > tests/system/demo_listing.txt`` writes it anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from sqlalchemy import create_engine, inspect

from tests.system.conftest import GUEST_SPACE


def listing(url: str) -> Iterator[str]:
    """Schemas, tables, views, columns, types, keys and comments, line by line.

    Args:
        url: The sandbox that serves the demo.
    """
    engine = create_engine(
        f"kintone:///?Url={url}&User=sandbox&Password=sandbox&GuestSpaceId={GUEST_SPACE}"
    )
    inspector = inspect(engine)
    for schema in inspector.get_schema_names():
        for table in inspector.get_table_names(schema):
            yield from _table(inspector, engine.dialect, schema, table)
        for view in inspector.get_view_names(schema):
            yield from _table(inspector, engine.dialect, schema, view)
            yield f"  AS {inspector.get_view_definition(view, schema)}"
    engine.dispose()


def _table(inspector: Any, dialect: Any, schema: str, table: str) -> Iterator[str]:
    comment = inspector.get_table_comment(table, schema)["text"]
    yield f"{schema}.{table}" + (f" -- {comment}" if comment else "")
    for column in inspector.get_columns(table, schema):
        line = f"  {column['name']} {column['type'].compile(dialect=dialect)}"
        line += "" if column["nullable"] else " NOT NULL"
        yield line + (f" -- {column['comment']}" if column["comment"] else "")
    primary = inspector.get_pk_constraint(table, schema)["constrained_columns"]
    if primary:
        yield f"  PRIMARY KEY ({', '.join(primary)})"
    for unique in inspector.get_unique_constraints(table, schema):
        yield f"  UNIQUE ({', '.join(unique['column_names'])})"
    for key in inspector.get_foreign_keys(table, schema):
        yield (
            f"  FOREIGN KEY ({', '.join(key['constrained_columns'])}) REFERENCES "
            f"{key['referred_schema']}.{key['referred_table']}"
            f" ({', '.join(key['referred_columns'])})"
        )


def main() -> None:
    """Print the listing of a fresh demo."""
    from sqlalchemy_kintone.sandbox.embedded import embedded_sandbox

    sys.stdout.write("\n".join(listing(embedded_sandbox().url)) + "\n")


if __name__ == "__main__":
    main()

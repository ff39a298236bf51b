"""Plain DuckDB, which says what answers are right."""

from __future__ import annotations

import duckdb

IS_OLDER_DUCKDB = int(duckdb.__version__.partition(".")[0]) < 2
"""DuckDB 1, which cannot do some statements that DuckDB 2 can, and does some wrongly."""


def is_done_wrongly(sql: str) -> bool:
    """Whether plain DuckDB may be wrong about it.

    DuckDB 1 makes `date_trunc('month', NULL) <> …` true where no month starts at the other side.
    """
    return IS_OLDER_DUCKDB and "date_trunc" in sql.lower()


def plain_duckdb(zone: str) -> duckdb.DuckDBPyConnection:
    """An empty database in memory, for a session in a time zone."""
    connection = duckdb.connect()
    connection.execute(f"SET TimeZone = '{zone}'")
    return connection

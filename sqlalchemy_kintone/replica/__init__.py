"""The local replica (``Cache``): apps kept in a DuckDB file, refreshed by what has changed."""

"""Kintone's query language: parsing, checking and answering queries over an app's records."""

from sqlalchemy_kintone.sandbox.query.query import (
    Query,
    Selection,
    compile_condition,
    compile_query,
)

__all__ = ["Query", "Selection", "compile_condition", "compile_query"]

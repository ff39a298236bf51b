"""Metadata as tables: the schemas ``system`` and ``information_schema``.

Each module defines the tables of one family and how their rows are read.
"""

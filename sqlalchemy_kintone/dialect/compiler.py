"""SQLAlchemy's expressions and types to DuckDB's SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exc
from sqlalchemy import types as sqltypes
from sqlalchemy.sql import compiler

_STRING = sqltypes.String()

# DECIMAL alone would be DECIMAL(18,3) to DuckDB, which cuts digits off. These hold any number of
# an app whose precision is not known.
_DEFAULT_PRECISION = 38
_DEFAULT_SCALE = 10

_SINGLE_PRECISION_BITS = 24


class KintoneCompiler(compiler.SQLCompiler):
    """Statements as DuckDB reads them."""

    def limit_clause(self, select: Any, **kw: Any) -> str:
        """LIMIT and OFFSET; either may stand alone."""
        text = ""
        if select._limit_clause is not None:
            text += f"\n LIMIT {self.process(select._limit_clause, **kw)}"
        if select._offset_clause is not None:
            text += f"\n OFFSET {self.process(select._offset_clause, **kw)}"
        return text

    def fetch_clause(self, select: Any, *args: Any, **kw: Any) -> str:
        """FETCH FIRST is written as LIMIT, which says the same.

        Raises:
            CompileError: FETCH with PERCENT or WITH TIES.
        """
        options = select._fetch_clause_options or {}
        if options.get("percent") or options.get("with_ties"):
            raise exc.CompileError("FETCH with PERCENT or WITH TIES is not supported by Kintone")
        text = f"\n LIMIT {self.process(select._fetch_clause, **kw)}"
        if select._offset_clause is not None:
            text += f"\n OFFSET {self.process(select._offset_clause, **kw)}"
        return text

    def for_update_clause(self, select: Any, **kw: Any) -> str:
        """Refused: Kintone has no locks, and leaving the clause out would pretend that it has.

        Raises:
            CompileError: Always.
        """
        raise exc.CompileError("FOR UPDATE is not supported: Kintone has no record locks")

    def get_select_precolumns(self, select: Any, **kw: Any) -> str:
        """DISTINCT or DISTINCT ON."""
        if select._distinct_on:
            return f"DISTINCT {self.visit_postgresql_distinct_on(select, **kw)} "
        return "DISTINCT " if select._distinct else ""

    def visit_postgresql_distinct_on(self, element: Any, **kw: Any) -> str:
        """``postgresql.distinct_on(…)``, SQLAlchemy 2.1's way to write DISTINCT ON."""
        return f"ON ({', '.join(self.process(column, **kw) for column in element._distinct_on)})"

    def visit_ilike_case_insensitive_operand(self, element: Any, **kw: Any) -> str:
        """ILIKE sees to the case itself."""
        return str(element.element._compiler_dispatch(self, **kw))

    def visit_ilike_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """ILIKE."""
        return self._ilike("ILIKE", binary, **kw)

    def visit_not_ilike_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """NOT ILIKE."""
        return self._ilike("NOT ILIKE", binary, **kw)

    def _ilike(self, words: str, binary: Any, **kw: Any) -> str:
        left, right = self.process(binary.left, **kw), self.process(binary.right, **kw)
        escape = binary.modifiers.get("escape")
        tail = "" if escape is None else f" ESCAPE {self.render_literal_value(escape, _STRING)}"
        return f"{left} {words} {right}{tail}"

    def visit_regexp_match_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """Whether any part of the text matches."""
        parts = [self.process(binary.left, **kw), self.process(binary.right, **kw)]
        return f"regexp_matches({', '.join(parts + self._flags(binary))})"

    def visit_not_regexp_match_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """Whether no part of the text matches."""
        return f"NOT {self.visit_regexp_match_op_binary(binary, operator, **kw)}"

    def visit_regexp_replace_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """The first match replaced; all of them with the flag ``g``, as in PostgreSQL."""
        parts = [self.process(binary.left, **kw), self.process(binary.right, **kw)]
        if "replacement" in binary.modifiers:  # SQLAlchemy 1.4; later the right side is both
            parts.append(self.process(binary.modifiers["replacement"], **kw))
        return f"regexp_replace({', '.join(parts + self._flags(binary))})"

    def _flags(self, binary: Any) -> list[str]:
        flags = binary.modifiers.get("flags")
        return [] if flags is None else [self.render_literal_value(flags, _STRING)]

    def visit_floordiv_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """The quotient rounded down; DuckDB's ``//`` cuts it off towards zero."""
        left, right = self.process(binary.left, **kw), self.process(binary.right, **kw)
        rounded = f"FLOOR({left} / {right})"
        whole = binary.type._type_affinity is sqltypes.Integer
        return f"CAST({rounded} AS BIGINT)" if whole else rounded

    def visit_bitwise_xor_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """``^`` is the power in DuckDB."""
        return f"xor({self.process(binary.left, **kw)}, {self.process(binary.right, **kw)})"

    def visit_getitem_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """An element of a list, counted from 1, or a part of it."""
        return f"{self.process(binary.left, **kw)}[{self.process(binary.right, **kw)}]"

    def visit_slice(self, element: Any, **kw: Any) -> str:
        """First and last index of a part."""
        return f"{self.process(element.start, **kw)}:{self.process(element.stop, **kw)}"

    def visit_empty_set_expr(self, element_types: Sequence[Any], **kw: Any) -> str:
        """A query without rows."""
        return f"SELECT {', '.join('NULL' for _ in element_types or [None])} WHERE 1 != 1"

    def visit_aggregate_strings_func(self, fn: Any, **kw: Any) -> str:
        """``string_agg``."""
        base: Any = super()
        if hasattr(base, "visit_aggregate_strings_func"):  # from SQLAlchemy 2.1 on
            kw["use_function_name"] = "string_agg"
            return str(base.visit_aggregate_strings_func(fn, **kw))
        return f"string_agg{self.function_argspec(fn, **kw)}"


class KintoneTypeCompiler(compiler.GenericTypeCompiler):
    """Types as DuckDB writes them."""

    def visit_ARRAY(self, type_: Any, **kw: Any) -> str:
        """``VARCHAR[]``."""
        return f"{self.process(type_.item_type, **kw)}{'[]' * (type_.dimensions or 1)}"

    def visit_INTERVAL(self, type_: Any, **kw: Any) -> str:
        """``INTERVAL``."""
        return "INTERVAL"

    def visit_interval(self, type_: Any, **kw: Any) -> str:
        """``INTERVAL``."""
        return "INTERVAL"

    def visit_TIMESTAMP(self, type_: Any, **kw: Any) -> str:
        """A moment with or without a time zone."""
        return "TIMESTAMP WITH TIME ZONE" if type_.timezone else "TIMESTAMP"

    def visit_DATETIME(self, type_: Any, **kw: Any) -> str:
        """As TIMESTAMP."""
        return self.visit_TIMESTAMP(type_, **kw)

    def visit_TIME(self, type_: Any, **kw: Any) -> str:
        """A time of day with or without a time zone."""
        return "TIME WITH TIME ZONE" if type_.timezone else "TIME"

    def visit_NUMERIC(self, type_: Any, **kw: Any) -> str:
        """As DECIMAL."""
        return self.visit_DECIMAL(type_, **kw)

    def visit_DECIMAL(self, type_: Any, **kw: Any) -> str:
        """``DECIMAL(p, s)``; 38 digits, 10 of them decimals, where nothing is said."""
        if type_.precision is None:
            scale = _DEFAULT_SCALE if type_.scale is None else type_.scale
            return f"DECIMAL({_DEFAULT_PRECISION}, {scale})"
        return f"DECIMAL({type_.precision}, {type_.scale or 0})"

    def visit_FLOAT(self, type_: Any, **kw: Any) -> str:
        """``DOUBLE``, unless a single precision is asked for."""
        precision = type_.precision
        return "REAL" if precision and precision <= _SINGLE_PRECISION_BITS else "DOUBLE"

    def visit_DOUBLE_PRECISION(self, type_: Any, **kw: Any) -> str:
        """``DOUBLE``."""
        return "DOUBLE"

    def visit_CLOB(self, type_: Any, **kw: Any) -> str:
        """``TEXT``."""
        return "TEXT"

    def visit_NCLOB(self, type_: Any, **kw: Any) -> str:
        """``TEXT``."""
        return "TEXT"

    def visit_BINARY(self, type_: Any, **kw: Any) -> str:
        """``BLOB``."""
        return "BLOB"

    def visit_VARBINARY(self, type_: Any, **kw: Any) -> str:
        """``BLOB``."""
        return "BLOB"

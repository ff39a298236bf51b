"""What DuckDB raises, and what the rows' sources raised, as this driver's exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType

import duckdb
import pyarrow as pa

from sqlalchemy_kintone.engine_messages import in_words_of_statement
from sqlalchemy_kintone.errors import (
    DatabaseError,
    DataError,
    Error,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)

_KINDS: Sequence[tuple[type[Exception], type[Error], str]] = (
    (duckdb.InterruptException, OperationalError, "The statement was cancelled"),
    (duckdb.ConversionException, DataError, "A value could not be converted"),
    (duckdb.OutOfRangeException, DataError, "A value is out of range"),
    (duckdb.InvalidInputException, DataError, "A value is not valid here"),
    (duckdb.NotImplementedException, NotSupportedError, "DuckDB cannot do this"),
    (duckdb.PermissionException, NotSupportedError, "A statement may not leave the database"),
    (duckdb.ParserException, ProgrammingError, "Syntax error"),
    (duckdb.BinderException, ProgrammingError, "The statement does not fit the tables"),
    (duckdb.CatalogException, ProgrammingError, "The statement names something unknown"),
    (duckdb.ProgrammingError, ProgrammingError, "The statement is wrong"),
    (duckdb.OutOfMemoryException, OperationalError, "The statement needs more memory"),
    (duckdb.InternalException, InternalError, "DuckDB failed"),
    (duckdb.Error, DatabaseError, "The statement failed"),
)


class Failures:
    """What the sources of a statement raised: DuckDB knows only the words of it."""

    def __init__(self) -> None:
        self.first: BaseException | None = None

    def noting(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The batches; what they raise is kept."""
        try:
            yield from batches
        except GeneratorExit:
            raise
        except BaseException as error:
            self.first = self.first or error
            raise


_OUT_OF_MEMORY = "Out of Memory Error"
"""How DuckDB begins such errors, of which Arrow's streams keep only the words."""

_INTERRUPTED = "Query interrupted"
"""What DuckDB makes of a KeyboardInterrupt while the main thread waits for others of its own."""

_NO_FAILURES = Failures()
"""Of statements without sources that can fail."""


class Translated:
    """A block whose DuckDB errors become this driver's.

    Args:
        failures: What sources raised, which goes before what DuckDB makes of it.
    """

    def __init__(self, failures: Failures = _NO_FAILURES) -> None:
        self._failures = failures

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, RuntimeError) and str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from error
        if isinstance(error, duckdb.Error):
            if self._failures.first is not None:
                raise self._failures.first from error
            for duck_kind, our_kind, words in _KINDS:
                if isinstance(error, duck_kind):
                    raise our_kind(f"{words}: {in_words_of_statement(str(error))}") from error


def of_stream(error: Exception, failures: Failures) -> BaseException:
    """The exception for one that a stream of Arrow's raised."""
    if failures.first is not None:
        return failures.first
    kind = OperationalError if _OUT_OF_MEMORY in str(error) else DataError
    return kind(f"The statement failed while it ran: {error}")

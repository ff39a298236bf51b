"""Files of views: the parameter ``UserDefinedViews``.

A JSON object that has an object with ``query`` for each view, as other drivers have it:
``{"recent": {"query": "SELECT * FROM orders WHERE day >= current_date - 7"}}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy_kintone.catalog.model import ViewQuery, fold
from sqlalchemy_kintone.catalog.user_views import VIEWS
from sqlalchemy_kintone.errors import InterfaceError, NotSupportedError, ProgrammingError
from sqlalchemy_kintone.plan.views import parse_view


def read_views(path: str | None) -> tuple[ViewQuery, ...]:
    """The views of a file.

    Whether their queries fit the tables shows when they are read.

    Args:
        path: The file; None for no views.

    Raises:
        InterfaceError: It cannot be read, has another form, or a query is no SQL. The message names
            the file, the view and the place.
    """
    return tuple(_views(path)) if path is not None else ()


def _views(path: str) -> Iterator[ViewQuery]:
    seen: set[str] = set()
    for name, defined in _pairs(path):
        if fold(name) in seen:
            raise _refusal(path, f"the view {name} is there twice; names have no case")
        seen.add(fold(name))
        query = defined.get("query") if isinstance(defined, Mapping) else None
        if not isinstance(query, str) or len(defined) != 1:
            raise _refusal(path, f'the view {name} has to be {{"query": "SELECT …"}}')
        view = ViewQuery(VIEWS, name, query.strip().rstrip(";"))
        try:
            parse_view(view)
        except (NotSupportedError, ProgrammingError) as error:
            raise _refusal(path, str(error)) from error
        yield view


def _pairs(path: str) -> Sequence[tuple[str, Any]]:
    """The names and definitions; a JSON object may have a name twice."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _refusal(path, f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _refusal(path, "it is no UTF-8 text") from error
    try:
        pairs = json.loads(text, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _refusal(path, f"it is no JSON: {error.msg} ({place})") from error
    if not isinstance(pairs, _Pairs):
        raise _refusal(path, 'it has to be an object: {"name": {"query": "SELECT …"}}')
    return [(name, dict(v) if isinstance(v, _Pairs) else v) for name, v in pairs]


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with each of its members."""


def _refusal(path: str, reason: str) -> InterfaceError:
    return InterfaceError(f"UserDefinedViews {path}: {reason}.")

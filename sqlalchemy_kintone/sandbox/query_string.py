"""Parameters of a URL as Kintone reads them: ``app=1&fields[0]=a&fields[1]=b``."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy_kintone.sandbox.errors import invalid_input

_SUBSCRIPTED = re.compile(r"(?P<name>[^\[\]]+)\[(?P<index>[0-9]+)\]")
_HIGHEST_SUBSCRIPT = 99
"""Subscripts in a URL run from 0 to 99; a body may hold longer lists (API documentation)."""


def parse_query_string(text: str) -> dict[str, Any]:
    """The parameters of a query string.

    Args:
        text: What follows the ``?``, percent-encoded.

    Returns:
        Name to text; ``name[0]=…&name[1]=…`` and a repeated ``name=…`` give a list of texts, in
        the order of the subscripts.

    Raises:
        KintoneError: CB_VA01 for a subscript above 99.
    """
    plain: dict[str, list[str]] = {}
    subscripted: dict[str, dict[int, str]] = {}
    for key, value in parse_qsl(text, keep_blank_values=True, max_num_fields=10_000):
        match = _SUBSCRIPTED.fullmatch(key)
        if match is None:
            plain.setdefault(key, []).append(value)
            continue
        name, index = match["name"], int(match["index"])
        if index > _HIGHEST_SUBSCRIPT:
            raise invalid_input({name: ["size must be between 0 and 100"]})
        subscripted.setdefault(name, {})[index] = value
    params: dict[str, Any] = {
        name: values[0] if len(values) == 1 else values for name, values in plain.items()
    }
    for name, values_by_index in subscripted.items():
        params[name] = [values_by_index[index] for index in sorted(values_by_index)]
    return params

"""The parameters in SQLAlchemy's URLs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from sqlalchemy_kintone.conninfo.kinds import Ids, Tokens
from sqlalchemy_kintone.conninfo.parameters import find, known
from sqlalchemy_kintone.conninfo.unknown import unknown_name
from sqlalchemy_kintone.errors import InterfaceError

_TAIL = re.compile(r";\s*([A-Za-z][A-Za-z0-9_ ]*)=")
_QUOTING = "A '&' in a value is written %26; a value with ';' needs '&' between the parameters."


def keywords_of_url(
    host: str | None,
    port: int | None,
    username: str | None,
    password: str | None,
    query: Mapping[str, str | Sequence[str]],
) -> dict[str, str]:
    """The arguments for ``connect`` from the parts of a SQLAlchemy URL, which it has decoded.

    Parameters stand in the query, separated by ``&`` or by ``;``. Of the latter, SQLAlchemy gives
    the whole rest as one value, which is split here before each ``;Name=``. In a secret it is so
    split only before names of parameters, and only in a query without ``&``: then a password may
    hold ``;``.

    Args:
        host: Where Kintone is, unless the query has ``Url``.
        port: The port of ``host``.
        username: The login name, ``User``.
        password: The password, ``Password``.
        query: The parameters.

    Returns:
        Values by keyword, such as ``{"url": "ex.cybozu.com", "app_id": "1,2"}``; a name that no
        parameter has is left as it is.

    Raises:
        InterfaceError: A parameter is given twice, or a secret is followed by what is no parameter
            and may be a piece of it.
    """
    pairs: list[tuple[str, str]] = []
    if host:
        bracketed = f"[{host}]" if ":" in host else host
        pairs.append(("url", bracketed if port is None else f"{bracketed}:{port}"))
    if username:
        pairs.append(("user", username))
    if password:
        pairs.append(("password", password))
    parameters: list[tuple[str, str]] = []
    for name, value in query.items():
        whole = value if isinstance(value, str) else _joined(name, value)
        parameters.extend(_split(name, whole, alone=len(query) == 1))
    _check_names([name for name, _ in parameters])
    pairs.extend(parameters)
    keywords: dict[str, str] = {}
    for name, value in pairs:
        parameter = find(name)
        keyword = parameter.keyword if parameter else name
        if keyword in keywords:
            shown = parameter.name if parameter else "A parameter"
            raise InterfaceError(f"{shown} is given twice in the URL: leave one of them.")
        keywords[keyword] = value
    return keywords


def _check_names(names: Sequence[str]) -> None:
    for before, name in pairwise(names):
        secret = find(before)
        if secret is not None and secret.secret and not known(name):
            raise unknown_name(name, "in the URL", after=secret, quoting=_QUOTING)


def _joined(name: str, values: Sequence[str]) -> str:
    parameter = find(name)
    if len(values) > 1 and not (parameter and isinstance(parameter.kind, (Ids, Tokens))):
        shown = parameter.name if parameter else "A parameter"
        raise InterfaceError(f"{shown} is given twice in the URL: leave one of them.")
    return ",".join(values)


def _split(name: str, value: str, *, alone: bool) -> list[tuple[str, str]]:
    """``[(name, head), (name, tail), …]`` of a value with ``;Name=value`` tails."""
    pairs: list[tuple[str, str]] = []
    start = 0
    for match in _TAIL.finditer(value):
        parameter = find(name)
        if parameter is not None and parameter.secret and not (alone and known(match[1])):
            continue
        pairs.append((name, value[start : match.start()]))
        name, start = match[1].strip(), match.end()
    rest = value[start:]
    # CData's URLs may end in a semicolon; a lone secret is taken as it is.
    if pairs:
        rest = rest.removesuffix(";")
    pairs.append((name, rest))
    return pairs

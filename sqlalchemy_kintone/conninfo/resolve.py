"""Connection string, keywords and environment to checked ``Settings``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy_kintone.conninfo import checks
from sqlalchemy_kintone.conninfo.connection_string import items
from sqlalchemy_kintone.conninfo.parameters import (
    PARAMETERS,
    Parameter,
    find,
)
from sqlalchemy_kintone.conninfo.settings import AuthScheme, Settings
from sqlalchemy_kintone.conninfo.unknown import unknown_name
from sqlalchemy_kintone.errors import InterfaceError

_CREDENTIALS: Mapping[AuthScheme, frozenset[str]] = {
    AuthScheme.PASSWORD: frozenset({"User", "Password"}),
    AuthScheme.API_TOKEN: frozenset({"APIToken"}),
    AuthScheme.OAUTH: frozenset({"OAuthAccessToken", "OAuthRefreshToken", "OAuthTokenFile"}),
}
"""What each scheme logs in with."""
_QUOTING = "A value that holds ';' must stand in double quotes."


@dataclass(frozen=True)
class _Given:
    """A value somebody gave, and where."""

    value: object = field(repr=False)
    place: str


def connect_settings(conninfo: str | None = None, /, **keywords: object) -> Settings:
    """The settings that a connection string, keywords and the environment ask for.

    Args:
        conninfo: ``Name=value;Name=value``. Names are compared without case and underscores;
            values may stand in ``"…"``, ``'…'`` or ``{…}``.
        keywords: The same names in snake_case; they win over the string. Besides text, lists,
            numbers, truth values and members of the enumerations are taken. None means not given.

    Returns:
        The settings. What is given by neither comes from the environment (``KINTONE_URL`` …),
        then from the defaults. Of credentials, the environment only completes the login that is
        asked for: it never brings in another one.

    Raises:
        InterfaceError: A parameter is unknown, missing, wrong, or contradicts another.
        NotSupportedError: A parameter or value is known but does not work yet.
    """
    return settings_of(conninfo, keywords, os.environ)


def settings_of(
    conninfo: str | None, keywords: Mapping[str, object], environment: Mapping[str, str]
) -> Settings:
    """As ``connect_settings``, with variables of the caller's in place of the environment's.

    Raises:
        InterfaceError: A parameter is unknown, missing, wrong, or contradicts another.
        NotSupportedError: A parameter or value is known but does not work yet.
    """
    given = _of_string(conninfo) if conninfo else {}
    given.update(_of_keywords(keywords))
    given = {name: each for name, each in given.items() if not _is_empty(each.value)}
    values = {name: _read(_parameter(name), each.value, each.place) for name, each in given.items()}
    values.update(_of_environment(values, environment))
    for each in PARAMETERS:
        if each.name not in values:
            values[each.name] = each.kind.read(each.default) if each.default else each.absent
    checks.check_addresses(values)
    checks.check_certificates(values)
    values["AuthScheme"] = values["AuthScheme"] or _scheme(values)
    checks.check_together(values)
    settings = {each.setting: values[each.name] for each in PARAMETERS}
    return Settings(**settings)


def _of_string(conninfo: str) -> dict[str, _Given]:
    given: dict[str, _Given] = {}
    before: Parameter | None = None
    for item in items(conninfo):
        place = f"in the connection string, at character {item.position}"
        parameter = find(item.name)
        if parameter is None:
            raise unknown_name(item.name, place, after=before, quoting=_QUOTING)
        if parameter.name in given:
            raise InterfaceError(
                f"{parameter.name} is given a second time {place}: leave one of them."
            )
        given[parameter.name] = _Given(item.value, place)
        before = parameter
    return given


def _of_keywords(keywords: Mapping[str, object]) -> Iterator[tuple[str, _Given]]:
    seen: set[str] = set()
    for name, value in keywords.items():
        parameter = find(name)
        if parameter is None:
            raise unknown_name(name, "among the keywords", after=None, quoting=_QUOTING)
        if parameter.name in seen:
            raise InterfaceError(
                f"{parameter.name} is given twice among the keywords: leave one of them."
            )
        seen.add(parameter.name)
        if value is not None:
            yield parameter.name, _Given(value, f"as keyword {parameter.keyword}")


def _of_environment(
    values: Mapping[str, Any], environment: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    """What the environment adds to the values that are given; credentials for one scheme only."""
    scheme = values.get("AuthScheme")
    if scheme is None:
        named = [each for each, names in _CREDENTIALS.items() if names & values.keys()]
        asked = dict(_environment(["AuthScheme"], environment)).get("AuthScheme")
        scheme = named[0] if len(named) == 1 else asked
        yield "AuthScheme", scheme
    others = {
        name
        for each, names in _CREDENTIALS.items()
        if scheme is not None and each is not scheme
        for name in names
    }
    absent = [each.name for each in PARAMETERS if each.name not in values]
    yield from _environment(set(absent) - others - {"AuthScheme"}, environment)


def _environment(names: Iterable[str], environment: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for name in names:
        parameter = _parameter(name)
        value = environment.get(parameter.environment, "")
        if value:
            place = f"in the environment variable {parameter.environment}"
            yield name, _read(parameter, value, place)


def _scheme(values: Mapping[str, Any]) -> AuthScheme:
    """The one scheme that there are credentials for."""
    named = [
        scheme for scheme, names in _CREDENTIALS.items() if any(values[name] for name in names)
    ]
    if len(named) == 1:
        return named[0]
    if named:
        both = " and ".join(sorted(name for s in named for name in _CREDENTIALS[s] if values[name]))
        raise InterfaceError(
            f"{both} are given together, which leaves open how to log in. Leave out those that are "
            f"not meant, or say AuthScheme={' or AuthScheme='.join(s.value for s in named)}."
        )
    raise InterfaceError(
        "There is nothing to log in with. Give User and Password, or APIToken and AppId, or "
        "an OAuth token, in the connection string, as keywords or in the environment "
        "(KINTONE_USER, KINTONE_PASSWORD …)."
    )


def _parameter(name: str) -> Parameter:
    parameter = find(name)
    assert parameter is not None, name  # noqa: S101 - names here come from the table
    return parameter


def _read(parameter: Parameter, value: object, place: str) -> Any:
    try:
        return parameter.kind.read(value)
    except ValueError as error:
        raise InterfaceError(f"{parameter.name} {place} {error}.") from None


def _is_empty(value: object) -> bool:
    return isinstance(value, (str, tuple, list)) and len(value) == 0

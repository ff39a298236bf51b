"""Reading an API call's parameters, which come typed from JSON and as text from a query string.

Each reader refuses what does not fit with CB_VA01 naming the parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy_kintone.sandbox.errors import KintoneError, invalid_input

_MISSING = object()


def _required(name: str) -> KintoneError:
    return invalid_input({name: ["Required field."]})


def integer(
    params: Mapping[str, Any],
    name: str,
    *,
    default: int | None = None,
    minimum: int | None = None,
    maximum: int | None = None,
) -> int:
    """A whole number, given as JSON number or text; refused when missing without a default."""
    raw = params.get(name, _MISSING)
    if raw is _MISSING or raw is None or raw == "":
        if default is None:
            raise _required(name)
        return default
    if isinstance(raw, bool) or not isinstance(raw, (int, str)):
        raise invalid_input({name: ["Enter an integer value."]})
    try:
        value = int(raw)
    except ValueError:
        raise invalid_input({name: ["Enter an integer value."]}) from None
    if minimum is not None and value < minimum:
        raise invalid_input({name: [f"must be greater than or equal to {minimum}"]})
    if maximum is not None and value > maximum:
        raise invalid_input({name: [f"must be less than or equal to {maximum}"]})
    return value


def text(params: Mapping[str, Any], name: str, *, default: str | None = None) -> str:
    """A text; refused when missing without a default."""
    raw = params.get(name, _MISSING)
    if raw is _MISSING or raw is None:
        if default is None:
            raise _required(name)
        return default
    if not isinstance(raw, str):
        raise invalid_input({name: ["Must be a string."]})
    return raw


def boolean(params: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    """A JSON boolean or the text ``true``/``false``."""
    raw = params.get(name, _MISSING)
    if raw is _MISSING or raw is None or raw == "":
        return default
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in ("true", "false"):
        return raw.lower() == "true"
    raise invalid_input({name: ["must be boolean."]})


def items(params: Mapping[str, Any], name: str, *, maximum: int | None = None) -> list[Any] | None:
    """A list, or None where the parameter is missing."""
    raw = params.get(name)
    if raw is None:
        return None
    if not isinstance(raw, list):
        raise invalid_input({name: ["Must be an array."]})
    if maximum is not None and len(raw) > maximum:
        raise invalid_input({name: [f"size must be between 0 and {maximum}"]})
    return raw


def integers(
    params: Mapping[str, Any], name: str, *, maximum: int | None = None
) -> list[int] | None:
    """A list of whole numbers, or None where the parameter is missing."""
    raw = items(params, name, maximum=maximum)
    if raw is None:
        return None
    return [integer({f"{name}[{i}]": item}, f"{name}[{i}]") for i, item in enumerate(raw)]


def strings(
    params: Mapping[str, Any], name: str, *, maximum: int | None = None
) -> list[str] | None:
    """A list of texts, or None where the parameter is missing."""
    raw = items(params, name, maximum=maximum)
    if raw is None:
        return None
    return [text({f"{name}[{i}]": item}, f"{name}[{i}]") for i, item in enumerate(raw)]

"""Which endpoint a request is for: the joined tables of all endpoint modules."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy_kintone.sandbox import endpoints as endpoint_package
from sqlalchemy_kintone.sandbox.api import Endpoint

_KINTONE_PATH = re.compile(r"/k/(?:guest/(?P<guest>[0-9]+)/)?v1/(?P<resource>.+)")
_USER_API_PATH = re.compile(r"/(?P<resource>v1/.+)")


@dataclass(frozen=True, slots=True)
class Location:
    """What a path names.

    Attributes:
        resource: ``records.json``, or ``v1/users.json`` for the User API outside ``/k``.
        guest_space_id: From ``/k/guest/{id}/v1/…``, else None.
    """

    resource: str
    guest_space_id: int | None


def locate(path: str) -> Location | None:
    """The location of a path without its query string, or None for a path of no API."""
    match = _KINTONE_PATH.fullmatch(path)
    if match is not None:
        guest = match["guest"]
        return Location(match["resource"], None if guest is None else int(guest))
    match = _USER_API_PATH.fullmatch(path)
    return None if match is None else Location(match["resource"], None)


def discover_endpoints() -> tuple[Endpoint, ...]:
    """The ``ENDPOINTS`` of every module in ``sandbox.endpoints``."""
    found: list[Endpoint] = []
    for module_info in pkgutil.iter_modules(endpoint_package.__path__):
        module = importlib.import_module(f"{endpoint_package.__name__}.{module_info.name}")
        found.extend(getattr(module, "ENDPOINTS", ()))
    return tuple(found)


class Router:
    """The endpoints by resource and method.

    Args:
        endpoints: The table; two rows of one method and resource are a mistake.
    """

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._by_resource: dict[str, dict[str, Endpoint]] = {}
        for endpoint in endpoints:
            methods = self._by_resource.setdefault(endpoint.resource, {})
            if endpoint.method in methods:
                raise ValueError(f"two endpoints for {endpoint.method} {endpoint.resource}")
            methods[endpoint.method] = endpoint

    def methods(self, resource: str) -> frozenset[str]:
        """The methods that a resource knows; empty for an unknown resource."""
        return frozenset(self._by_resource.get(resource, ()))

    def endpoint(self, method: str, resource: str) -> Endpoint | None:
        """The endpoint, or None."""
        return self._by_resource.get(resource, {}).get(method)

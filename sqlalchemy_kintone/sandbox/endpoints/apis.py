"""``apis.json``: which calls there are.

A handler does not know under which host it is called, so ``baseUrl`` is a path.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy_kintone.sandbox.api import Call, Endpoint


def _get(_call: Call) -> dict[str, Any]:
    # The router imports this module to find the endpoint below.
    from sqlalchemy_kintone.sandbox.routing import discover_endpoints

    names = sorted(
        f"{endpoint.resource.removesuffix('.json')}/{endpoint.method.lower()}"
        for endpoint in discover_endpoints()
        if not endpoint.resource.startswith("v1/")
    )
    return {"baseUrl": "/k/v1/", "apis": {name: {"link": f"apis/{name}.json"} for name in names}}


ENDPOINTS = (Endpoint("GET", "apis.json", _get),)

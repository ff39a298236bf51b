"""One call of the REST API, and the HTTP request that it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy_kintone.kintone.addresses import Parameters, query_string, resource_path
from sqlalchemy_kintone.kintone.retries import Effect

Method = Literal["GET", "POST", "PUT", "DELETE"]

_LONGEST_URL = 4096
"""Above this the official clients send parameters in a body; Kintone refuses 8 KB."""
_LONGEST_LIST = 100
"""Subscripts in a URL end at 99: ``fields[99]``."""


@dataclass(frozen=True)
class Call:
    """What to ask Kintone.

    Attributes:
        resource: Such as ``records``.
        parameters: Its parameters, as Kintone's JSON has them.
        guest_space_id: The guest space it is in.
        method: ``GET`` takes only what fits in a query string.
        effect: What it changes.
        deed: What may have happened where no answer comes, as ``2 records were added to app 3``.
        records: How many records it writes, where it does.
        app_id: The app that it is about, where the parameters do not name it.
    """

    resource: str
    parameters: Mapping[str, Any]
    guest_space_id: int | None = None
    method: Method = "GET"
    effect: Effect = Effect.NONE
    deed: str = ""
    records: int | None = None
    app_id: int | None = None

    @property
    def app_ids(self) -> tuple[int, ...]:
        """The apps that it is about."""
        if self.app_id is not None:
            return (self.app_id,)
        if self.resource == "bulkRequest":
            payloads = [each["payload"] for each in self.parameters["requests"]]
            return tuple(dict.fromkeys(int(each["app"]) for each in payloads))
        app_id = self.parameters.get("id" if self.resource == "app" else "app")
        return () if app_id is None else (int(app_id),)

    @property
    def subject(self) -> str:
        """What it is about, in messages: ``records of app 2``, ``app 2``, ``apps``."""
        if not self.app_ids:
            return self.resource
        apps = ", ".join(map(str, self.app_ids))
        if self.resource == "app":
            return f"app {apps}"
        return f"{self.resource} of app{'s' if len(self.app_ids) > 1 else ''} {apps}"

    @property
    def path(self) -> str:
        """``/k/v1/records.json``, or the same of a guest space."""
        return resource_path(self.resource, self.guest_space_id)


@dataclass(frozen=True)
class HttpRequest:
    """How a call is sent.

    Attributes:
        method: Of the request line.
        url: With the query string.
        headers: Besides those that every request has.
        data: The body.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    data: bytes | None


def http_request(base_url: str, call: Call) -> HttpRequest:
    """Method, address, headers and body of a call.

    A GET has no Content-Type: Kintone refuses it with CB_IL02. Its parameters go into a body, by
    method override, where the URL would be too long.

    Args:
        base_url: Such as ``https://ex.cybozu.com``.
        call: The call.
    """
    address = base_url + call.path
    headers = {"Content-Type": "application/json"}
    if call.method == "GET":
        query = query_string(call.parameters)
        url = f"{address}?{query}" if query else address
        if len(url) <= _LONGEST_URL and _longest_list(call.parameters) <= _LONGEST_LIST:
            return HttpRequest("GET", url, {}, None)
        headers["X-HTTP-Method-Override"] = "GET"
    method = "POST" if call.method == "GET" else call.method
    return HttpRequest(method, address, headers, json.dumps(dict(call.parameters)).encode())


def _longest_list(parameters: Parameters) -> int:
    lists = [each for each in parameters.values() if not isinstance(each, (str, int))]
    return max(map(len, lists), default=0)

"""A plain client for the sandbox's tests: every call is one HTTP request through ``requests``."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import requests

Observer = Callable[[str, str, requests.Response], None]
"""Sees (method, path, response) of every call, to check responses against a description."""


@dataclass(frozen=True)
class Api:
    """A caller of one sandbox.

    ``api.get("records.json", app=1, fields=["a"])`` sends GET parameters in the URL; ``post``,
    ``put`` and ``delete`` send JSON. These give the ``requests.Response``; ``ok`` gives the JSON of
    a call that must succeed, ``refused`` the (status, code) of one that must not. The User API's
    resources are ``v1/users.json`` …
    """

    url: str
    http: requests.Session
    headers: Mapping[str, str] = field(default_factory=dict)
    guest_space_id: int | None = None
    observers: tuple[Observer, ...] = ()

    def as_user(self, user: str, password: str) -> Api:
        """The same client with a password."""
        encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
        return replace(self, headers={"X-Cybozu-Authorization": encoded})

    def with_tokens(self, *tokens: str) -> Api:
        """The same client with API tokens."""
        return replace(self, headers={"X-Cybozu-API-Token": ",".join(tokens)})

    def anonymous(self) -> Api:
        """The same client without credentials."""
        return replace(self, headers={})

    def in_guest_space(self, space_id: int) -> Api:
        """The same client on a guest space's paths."""
        return replace(self, guest_space_id=space_id)

    def path(self, resource: str) -> str:
        """The path of a resource."""
        if resource.startswith(("/", "v1/")):
            return "/" + resource.lstrip("/")
        if self.guest_space_id is not None:
            return f"/k/guest/{self.guest_space_id}/v1/{resource}"
        return f"/k/v1/{resource}"

    def send(self, method: str, resource: str, **options: Any) -> requests.Response:
        """One request with ``requests``' own options (``params``, ``json``, ``data``, …)."""
        path = self.path(resource)
        headers = {**self.headers, **options.pop("headers", {})}
        options.setdefault("timeout", 30)
        response = self.http.request(method, self.url + path, headers=headers, **options)
        for observe in self.observers:
            observe(method, path, response)
        return response

    def get(self, resource: str, **params: Any) -> requests.Response:
        """A GET with its parameters in the URL."""
        return self.send("GET", resource, params=url_parameters(params))

    def post(self, resource: str, **params: Any) -> requests.Response:
        """A POST with a JSON body."""
        return self.send("POST", resource, json=params)

    def put(self, resource: str, **params: Any) -> requests.Response:
        """A PUT with a JSON body."""
        return self.send("PUT", resource, json=params)

    def delete(self, resource: str, **params: Any) -> requests.Response:
        """A DELETE with a JSON body."""
        return self.send("DELETE", resource, json=params)

    def call(self, method: str, resource: str, **params: Any) -> requests.Response:
        """A call with its parameters where its method has them."""
        if method == "GET":
            return self.get(resource, **params)
        return self.send(method, resource, json=params)

    def ok(self, method: str, resource: str, **params: Any) -> Any:
        """The JSON of a call that must succeed."""
        response = self.call(method, resource, **params)
        assert response.status_code == 200, response.text
        return response.json()

    def refused(self, method: str, resource: str, **params: Any) -> tuple[int, str]:
        """The (status, code) of a call that must be refused."""
        response = self.call(method, resource, **params)
        assert response.status_code >= 400, response.text
        return response.status_code, response.json()["code"]


def url_parameters(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Parameters as Kintone reads them in a URL: ``fields[0]=a&fields[1]=b``."""
    pairs: list[tuple[str, str]] = []
    for name, value in params.items():
        if isinstance(value, (list, tuple)):
            pairs.extend((f"{name}[{i}]", str(item)) for i, item in enumerate(value))
        elif isinstance(value, bool):
            pairs.append((name, "true" if value else "false"))
        else:
            pairs.append((name, str(value)))
    return pairs

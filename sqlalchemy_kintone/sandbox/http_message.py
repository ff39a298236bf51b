"""What travels between the socket and the API: one request, one response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy_kintone.sandbox.errors import KintoneError

Delivery = Literal["whole", "truncated", "reset", "dripping", "none", "reset-unanswered"]

JSON_TYPE = "application/json;charset=utf-8"
HTML_TYPE = "text/html;charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as it arrived.

    Attributes:
        method: The method of the request line.
        target: The request target: path and query string, still percent-encoded.
        headers: Lower-case name to value; a repeated header is joined with commas.
        body: The body, without any transfer coding.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response.

    Attributes:
        status: The HTTP status.
        body: The encoded body.
        headers: All headers but those of the connection (length, date, keep-alive).
        delivery: How the server hands it over: whole, cut off half way through the body, the
            connection reset there, in pieces, or not at all (the connection is closed, or reset).
        pause_ms: Milliseconds between the pieces.
    """

    status: int
    body: bytes
    headers: Mapping[str, str]
    delivery: Delivery = "whole"
    pause_ms: int = 0


def html_page(status: int, title: str, headers: Mapping[str, str] | None = None) -> Response:
    """A page as proxies and maintenance windows answer: HTML where a client hopes for JSON."""
    body = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{title}</body></html>"
    return Response(status, body.encode(), {"Content-Type": HTML_TYPE, **(headers or {})})


def illegal_request() -> KintoneError:
    """A 400 CB_IL02."""
    return KintoneError("CB_IL02", "Illegal request.")


def invalid_json() -> KintoneError:
    """A 400 CB_IJ01."""
    return KintoneError("CB_IJ01", "Invalid JSON string.")

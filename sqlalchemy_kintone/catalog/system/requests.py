"""What this connection has sent."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy_kintone.catalog.system.definition import APP_ID, Row, Wanted, define
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry


def _requests(inquiry: Inquiry, _wanted: Wanted) -> Iterator[Row]:
    for sent in inquiry.client.sent_requests():
        exchange = sent.exchange
        yield {
            "number": sent.number,
            "ended_at": sent.ended_at,
            "method": exchange.method,
            "resource": exchange.resource,
            "app_id": sent.app_id,
            "status": exchange.status,
            "seconds": exchange.seconds,
            "received_bytes": exchange.received_bytes,
            "try": exchange.tries,
            "records": exchange.records,
        }


TABLES = (
    define(
        "requests",
        "A request that this connection has sent: the last thousand are kept.",
        (
            ("number", "BIGINT", "counts them from 1"),
            ("ended_at", "TIMESTAMP WITH TIME ZONE", "when the answer had come"),
            ("method", "VARCHAR", "as sent; POST too where parameters are long"),
            ("resource", "VARCHAR", "what was asked for, such as records"),
            ("app_id", "BIGINT", "the app that was asked"),
            ("status", "BIGINT", "the HTTP status; NULL without an answer"),
            ("seconds", "DOUBLE", "from sending to the last byte"),
            ("received_bytes", "BIGINT", "of the body, decompressed"),
            ("try", "BIGINT", "which try it was, from 1"),
            ("records", "BIGINT", "how many it brought or was to write"),
        ),
        _requests,
        primary_key=("number",),
        references=(APP_ID,),
    ),
)

"""Comments on records. Kintone lists those of one record at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial

from sqlalchemy_kintone.catalog.apps import PlacedApp
from sqlalchemy_kintone.catalog.system.definition import APP_ID, Row, Wanted, define, json_text
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry
from sqlalchemy_kintone.errors import Error, NotSupportedError

_COMMENTS_OF_A_REQUEST = 10
"""The most that Kintone gives at once."""
_MOST_RECORDS = 500
"""Above this, a request for each record of an app is surely not meant: an app has 10,000 a day."""
_NO_SUCH_RECORD = ("GAIA_RE01", "CB_NO02")
"""It is not there, or this login may not view it."""


def _comments(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    if "app_id" not in wanted:
        raise NotSupportedError(
            "system.comments needs to be told the app, as Kintone lists the comments of one record "
            "at a time: add WHERE app_id = … AND record_id = … (or IN with a list), or join "
            "record_id to the $id of the app's table."
        )
    tasks = [
        partial(_of_record, inquiry, app, record_id)
        for app in inquiry.chosen_apps(wanted)
        for record_id in _record_ids(inquiry, app, wanted.get("record_id"))
    ]
    for rows in inquiry.all_of(tasks):
        yield from rows


def _record_ids(
    inquiry: Inquiry, app: PlacedApp, wanted: frozenset[int | str] | None
) -> Sequence[int]:
    app_id = app.info.app_id
    if wanted is not None:
        if len(wanted) > _MOST_RECORDS:
            raise _too_many(len(wanted), app_id)
        return sorted(each for each in wanted if isinstance(each, int) and each > 0)
    query = f"order by $id asc limit {_MOST_RECORDS}"
    body = inquiry.client.records_page(app_id, app.guest_space_id, query, ["$id"], total_count=True)
    page = json.loads(body)
    records = int(page["totalCount"])
    if records > _MOST_RECORDS:
        raise _too_many(records, app_id)
    return [int(record["$id"]["value"]) for record in page["records"]]


def _too_many(records: int, app_id: int) -> NotSupportedError:
    return NotSupportedError(
        f"system.comments would send a request for each of {records} records of app {app_id}, and "
        f"takes {_MOST_RECORDS} at most. Name fewer records: add record_id = … (or IN with a "
        "list), or a condition on the table whose $id record_id is joined to."
    )


def _of_record(inquiry: Inquiry, app: PlacedApp, record_id: int) -> list[Row]:
    app_id, rows = app.info.app_id, list[Row]()
    while True:
        try:
            told = inquiry.client.read(
                "record/comments",
                {
                    "app": app_id,
                    "record": record_id,
                    "order": "asc",
                    "offset": len(rows),
                    "limit": _COMMENTS_OF_A_REQUEST,
                },
                app.guest_space_id,
            )
        except Error as error:
            if error.code in _NO_SUCH_RECORD:
                return rows
            raise
        for comment in told["comments"]:
            mentions = comment.get("mentions") or []
            rows.append(
                {
                    "app_id": app_id,
                    "record_id": record_id,
                    "id": int(comment["id"]),
                    "text": comment["text"],
                    "created_at": comment["createdAt"],
                    "creator": comment["creator"]["code"],
                    "creator_name": comment["creator"]["name"],
                    "mentioned": [each["code"] for each in mentions],
                    "mentions": json_text(mentions or None),
                }
            )
        if len(told["comments"]) < _COMMENTS_OF_A_REQUEST:
            return rows


TABLES = (
    define(
        "comments",
        "A comment on a record. Needs conditions on app_id, and on record_id in larger apps.",
        (
            ("app_id", "BIGINT", "the app"),
            ("record_id", "BIGINT", "the record's $id"),
            ("id", "BIGINT", "counts the comments of the record"),
            ("text", "VARCHAR", "what it says"),
            ("created_at", "TIMESTAMP WITH TIME ZONE", "when it was written"),
            ("creator", "VARCHAR", "login name of who wrote it"),
            ("creator_name", "VARCHAR", "the name shown of who wrote it"),
            ("mentioned", "VARCHAR[]", "codes of whom it mentions"),
            ("mentions", "VARCHAR", "the same with their types, as JSON"),
        ),
        _comments,
        keys=("app_id", "record_id"),
        primary_key=("app_id", "record_id", "id"),
        references=(APP_ID,),
    ),
)

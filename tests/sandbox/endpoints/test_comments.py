"""``record/comments.json`` and ``record/comment.json`` over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.model import App
from tests.sandbox.client import Api
from tests.sandbox.endpoints.conftest import Clock, add, error

COMMENT, COMMENTS = "record/comment.json", "record/comments.json"


@pytest.fixture
def talked(api: Api, app: App) -> App:
    """The app with a record that has the comments 1 to 12."""
    add(api, app, {})
    for number in range(1, 13):
        comment(api, app, text=str(number))
    return app


def comment(api: Api, app: App, **content: Any) -> str:
    answer = api.ok("POST", COMMENT, app=app.id, record=1, comment=content)
    assert answer.keys() == {"id"}
    comment_id: str = answer["id"]
    return comment_id


def test_a_comment_reads_with_its_author_time_and_mentions(
    api: Api, user_api: Api, app: App, clock: Clock
) -> None:
    add(api, app, {})
    clock.advance(seconds=5)
    mentions = [{"code": "sandbox", "type": "USER"}, {"code": "everyone", "type": "GROUP"}]
    assert comment(user_api, app, text="hello", mentions=mentions) == "1"
    assert api.ok("GET", COMMENTS, app=app.id, record=1) == {
        "comments": [
            {
                "id": "1",
                "text": "hello ",
                "createdAt": "2026-11-25T00:30:20Z",
                "creator": {"code": "user1", "name": "User One"},
                "mentions": mentions,
            }
        ],
        "older": False,
        "newer": False,
    }


def test_a_tokens_comment_is_by_the_administrator(
    api: Api, app: App, token_api: Callable[..., Api]
) -> None:
    add(api, app, {})
    comment(token_api(app), app, text="x")
    (shown,) = api.ok("GET", COMMENTS, app=app.id, record=1)["comments"]
    assert shown["creator"] == {"code": "Administrator", "name": "Administrator"}


@pytest.mark.parametrize(
    ("params", "ids", "older", "newer"),
    [
        ({}, range(12, 2, -1), True, False),
        ({"offset": 10}, [2, 1], False, True),
        ({"offset": 3, "limit": 2}, [9, 8], True, True),
        ({"order": "desc", "limit": 1}, [12], True, False),
        ({"order": "asc"}, range(1, 11), False, True),
        ({"order": "asc", "offset": 10}, [11, 12], True, False),
        ({"order": "asc", "offset": 1, "limit": 1}, [2], True, True),
        ({"offset": 99}, [], False, True),
    ],
)
def test_pages(
    api: Api, talked: App, params: dict[str, Any], ids: list[int], older: bool, newer: bool
) -> None:
    answer = api.ok("GET", COMMENTS, app=talked.id, record=1, **params)
    assert [int(each["id"]) for each in answer["comments"]] == list(ids)
    assert (answer["older"], answer["newer"]) == (older, newer)


def test_ones_own_comment_can_be_deleted(api: Api, talked: App) -> None:
    assert api.ok("DELETE", COMMENT, app=talked.id, record=1, comment=12) == {}
    newest = api.ok("GET", COMMENTS, app=talked.id, record=1, limit=1)["comments"]
    assert [each["id"] for each in newest] == ["11"]


def test_somebody_elses_cannot(api: Api, user_api: Api, talked: App) -> None:
    refusal = user_api.refused("DELETE", COMMENT, app=talked.id, record=1, comment=12)
    assert refusal == (403, "GAIA_RE03")


def test_a_missing_comment(api: Api, talked: App) -> None:
    answer = error(api, "DELETE", COMMENT, app=talked.id, record=1, comment=99999)
    assert (answer["status"], answer["code"]) == (400, "GAIA_RE02")
    assert answer["message"] == (
        "The specified comment does not exist. The comment may have been deleted."
    )


def test_comments_go_with_their_record(api: Api, talked: App) -> None:
    api.ok("DELETE", "records.json", app=talked.id, ids=[1])
    assert api.refused("GET", COMMENTS, app=talked.id, record=1) == (404, "GAIA_RE01")
    assert talked.comments == {}


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"order": "sideways"}, "CB_VA01"),
        ({"limit": 11}, "CB_VA01"),
        ({"offset": -1}, "CB_VA01"),
    ],
)
def test_refused_pages(api: Api, talked: App, params: dict[str, Any], code: str) -> None:
    assert api.refused("GET", COMMENTS, app=talked.id, record=1, **params) == (400, code)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"text": ""}, "CB_VA01"),
        ({}, "CB_VA01"),
        (None, "CB_IJ01"),
        ({"text": "x" * 65_536}, "CB_VA01"),
        ({"text": "x", "mentions": [{"code": "nobody", "type": "USER"}]}, "GAIA_IL26"),
        ({"text": "x", "mentions": [{"code": "user1", "type": "ROBOT"}]}, "CB_VA01"),
        ({"text": "x", "mentions": [{"code": "user1", "type": "USER"}] * 11}, "CB_VA01"),
        ({"text": "x", "mentions": ["user1"]}, "CB_IJ01"),
    ],
)
def test_refused_comments(api: Api, app: App, content: Any, code: str) -> None:
    add(api, app, {})
    assert api.refused("POST", COMMENT, app=app.id, record=1, comment=content) == (400, code)
    assert app.comments == {}


def test_apps_may_have_comments_off(api: Api, app: App) -> None:
    add(api, app, {})
    app.settings.general["enableComments"] = False
    refusal = api.refused("POST", COMMENT, app=app.id, record=1, comment={"text": "x"})
    assert refusal == (400, "GAIA_RE12")

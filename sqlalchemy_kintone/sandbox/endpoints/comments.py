"""``record/comments.json`` and ``record/comment.json``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timezone
from typing import Any

from sqlalchemy_kintone.sandbox import params
from sqlalchemy_kintone.sandbox.api import Call, Endpoint
from sqlalchemy_kintone.sandbox.endpoints.records import visible_record
from sqlalchemy_kintone.sandbox.errors import KintoneError, invalid_input
from sqlalchemy_kintone.sandbox.model import App, Comment, Domain, Record
from sqlalchemy_kintone.sandbox.values.normalise import wrong_structure

_PAGE = 10
_MOST_MENTIONS = 10
_LONGEST_TEXT = 65_535
_MENTION_TYPES = ("USER", "GROUP", "ORGANIZATION")


def _get(call: Call) -> dict[str, Any]:
    """One page, newest first unless asked otherwise; ``older``/``newer`` tell of what is beside."""
    app, record = _record(call)
    order = params.text(call.params, "order", default="desc").lower()
    if order not in ("asc", "desc"):
        raise invalid_input({"order": ["must be one of the enum value"]})
    offset = params.integer(call.params, "offset", default=0, minimum=0)
    limit = params.integer(call.params, "limit", default=_PAGE, minimum=0, maximum=_PAGE)
    comments = app.comments.get(record.id, [])
    ordered = comments if order == "asc" else comments[::-1]
    before, after = offset > 0, offset + limit < len(ordered)
    return {
        "comments": [_shown(call.domain, each) for each in ordered[offset : offset + limit]],
        "older": before if order == "asc" else after,
        "newer": after if order == "asc" else before,
    }


def _post(call: Call) -> dict[str, Any]:
    app, record = _record(call)
    raw = call.params.get("comment")
    if not isinstance(raw, Mapping):
        raise wrong_structure()  # seen for a missing comment
    text = params.text({"comment.text": raw.get("text") or None}, "comment.text")
    if len(text.encode("utf-16-le")) // 2 > _LONGEST_TEXT:
        raise invalid_input({"comment.text": [f"size must be between 1 and {_LONGEST_TEXT}"]})
    comment = Comment(
        id=app.next_comment_id,
        text=text + " ",  # seen: a real Kintone appends a blank
        created_at=call.domain.clock(),
        creator=call.caller.code,
        mentions=_mentions(call.domain, raw),
    )
    app.next_comment_id += 1
    app.comments.setdefault(record.id, []).append(comment)
    return {"id": str(comment.id)}


def _delete(call: Call) -> dict[str, Any]:
    app, record = _record(call)
    comment_id = params.integer(call.params, "comment", minimum=1)
    comments = app.comments.get(record.id, [])
    comment = next((each for each in comments if each.id == comment_id), None)
    if comment is None:
        raise KintoneError(
            "GAIA_RE02",
            "The specified comment does not exist. The comment may have been deleted.",
        )
    if comment.creator != call.caller.code:
        raise KintoneError(
            "GAIA_RE03",
            f"Cannot delete the comment (ID: {comment_id}). The comment was posted by someone "
            "other than you.",
            status=403,
        )
    comments.remove(comment)
    return {}


def _record(call: Call) -> tuple[App, Record]:
    """The app and record of the call; refuses apps without comments (GAIA_RE12)."""
    app = call.app(params.integer(call.params, "app", minimum=1))
    record = visible_record(call, app, params.integer(call.params, "record", minimum=1))
    if not app.settings.general.get("enableComments", True):
        raise KintoneError("GAIA_RE12", "Comment feature is disabled.")
    return app, record


def _mentions(domain: Domain, raw: Mapping[str, Any]) -> list[dict[str, str]]:
    mentions: list[dict[str, str]] = []
    items = params.items({"comment.mentions": raw.get("mentions")}, "comment.mentions") or []
    if len(items) > _MOST_MENTIONS:
        message = f"size must be between 0 and {_MOST_MENTIONS}"
        raise invalid_input({"comment.mentions": [message]})
    for place, item in enumerate(items):
        if not isinstance(item, Mapping):
            raise wrong_structure()
        path = f"comment.mentions[{place}]"
        code = params.text({f"{path}.code": item.get("code")}, f"{path}.code")
        kind = params.text({f"{path}.type": item.get("type")}, f"{path}.type")
        if kind not in _MENTION_TYPES:
            raise invalid_input({f"{path}.type": ["must be one of the enum value"]})
        if kind == "USER" and code not in domain.users:
            raise KintoneError("GAIA_IL26", f"The specified user (code：{code}) not found.")
        mentions.append({"code": code, "type": kind})
    return mentions


def _shown(domain: Domain, comment: Comment) -> dict[str, Any]:
    creator = domain.users.get(comment.creator)
    return {
        "id": str(comment.id),
        "text": comment.text,
        "createdAt": f"{comment.created_at.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S}Z",
        "creator": creator.reference()
        if creator is not None
        else {"code": comment.creator, "name": comment.creator},
        "mentions": comment.mentions,
    }


ENDPOINTS = (
    Endpoint("GET", "record/comments.json", _get),
    Endpoint("POST", "record/comment.json", _post),
    Endpoint("DELETE", "record/comment.json", _delete),
)

"""``records/cursor.json`` over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.model import App, Domain
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.sandbox.client import Api
from tests.sandbox.endpoints.conftest import Clock, add, error

CURSOR = "records/cursor.json"


@pytest.fixture
def five(api: Api, app: App) -> App:
    """The app with five records titled a to e."""
    add(api, app, *({"title": title} for title in "abcde"))
    return app


def create(api: Api, app: App, **params: Any) -> str:
    cursor_id: str = api.ok("POST", CURSOR, app=app.id, **params)["id"]
    return cursor_id


def titles(api: Api, cursor_id: str) -> tuple[list[str], bool]:
    """The titles of the next page, and whether there is another."""
    page = api.ok("GET", CURSOR, id=cursor_id)
    return [record["title"]["value"] for record in page["records"]], page["next"]


def test_creation_counts_the_records(api: Api, five: App) -> None:
    answer = api.ok("POST", CURSOR, app=five.id, query='title in ("a", "b")', size=1)
    assert answer.keys() == {"id", "totalCount"}
    assert answer["totalCount"] == "2"


def test_pages_until_next_is_false_then_the_cursor_is_gone(api: Api, five: App) -> None:
    cursor_id = create(api, five, query="order by title desc", size=2)
    pages = [titles(api, cursor_id) for _ in range(3)]
    assert pages == [(["e", "d"], True), (["c", "b"], True), (["a"], False)]
    assert api.refused("GET", CURSOR, id=cursor_id) == (404, "GAIA_CN01")
    assert api.refused("DELETE", CURSOR, id=cursor_id) == (404, "GAIA_CN01")


def test_a_full_last_page_is_the_last(api: Api, five: App) -> None:
    cursor_id = create(api, five, query="order by title asc", size=5)
    assert titles(api, cursor_id) == (list("abcde"), False)


def test_no_records_are_one_empty_page(api: Api, app: App) -> None:
    answer = api.ok("POST", CURSOR, app=app.id)
    assert answer["totalCount"] == "0"
    assert api.ok("GET", CURSOR, id=answer["id"]) == {"records": [], "next": False}


def test_a_page_has_100_records_unless_asked_otherwise(api: Api, app: App) -> None:
    add(api, app, *({} for _ in range(100)))
    add(api, app, {})
    read, following = titles(api, create(api, app))
    assert (len(read), following) == (100, True)


def test_only_the_fields_asked_for_come(api: Api, five: App) -> None:
    cursor_id = create(api, five, fields=["title"], size=1, query="order by title asc")
    assert api.ok("GET", CURSOR, id=cursor_id) == {
        "records": [{"title": {"type": "SINGLE_LINE_TEXT", "value": "a"}}],
        "next": True,
    }


def test_records_and_order_are_fixed_values_are_read_when_fetched(api: Api, five: App) -> None:
    cursor_id = create(api, five, query="order by title asc", size=2)
    add(api, five, {"title": "0"})
    api.ok("PUT", "record.json", app=five.id, id=1, record={"title": {"value": "z"}})
    api.ok("DELETE", "records.json", app=five.id, ids=[2, 5])
    pages = [titles(api, cursor_id) for _ in range(3)]
    assert pages == [(["z"], True), (["c", "d"], True), ([], False)]


def test_a_deleted_cursor_is_gone(api: Api, five: App) -> None:
    cursor_id = create(api, five, size=1)
    assert api.ok("DELETE", CURSOR, id=cursor_id) == {}
    answer = error(api, "DELETE", CURSOR, id=cursor_id)
    assert (answer["status"], answer["code"]) == (404, "GAIA_CN01")
    assert answer["message"] == "The specified cursor does not exist or has expired."


def test_ten_cursors_are_the_most(api: Api, user_api: Api, five: App) -> None:
    first, *_ = [create(each, five, size=1) for each in [api, user_api] * 5]
    assert api.refused("POST", CURSOR, app=five.id) == (429, "GAIA_TM12")
    api.ok("DELETE", CURSOR, id=first)
    assert create(api, five)


def test_cursors_live_ten_minutes_after_their_last_use(
    api: Api, five: App, clock: Clock, domain: Domain
) -> None:
    cursor_id = create(api, five, size=1)
    idle = create(api, five, size=1)
    clock.advance(minutes=9, seconds=59)
    assert titles(api, cursor_id)[1]
    clock.advance(seconds=1)
    assert api.refused("GET", CURSOR, id=idle) == (404, "GAIA_CN01")
    clock.advance(minutes=9, seconds=58)
    assert titles(api, cursor_id)[1]
    clock.advance(minutes=10)
    assert api.refused("GET", CURSOR, id=cursor_id) == (404, "GAIA_CN01")
    assert domain.cursors == {}


def test_expired_cursors_make_room(api: Api, five: App, clock: Clock) -> None:
    for _ in range(10):
        create(api, five, size=1)
    clock.advance(minutes=10)
    assert create(api, five)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"query": "limit 1"}, "CB_VA01"),
        ({"query": "order by $id asc offset 1"}, "CB_VA01"),
        ({"query": "nonsense"}, "CB_VA01"),
        ({"query": "no_such = 1"}, "GAIA_IQ11"),
        ({"size": 0}, "CB_VA01"),
        ({"size": 501}, "CB_VA01"),
        ({"fields": "title"}, "CB_VA01"),
    ],
)
def test_refusals(api: Api, five: App, domain: Domain, params: dict[str, Any], code: str) -> None:
    assert api.refused("POST", CURSOR, app=five.id, **params) == (400, code)
    assert domain.cursors == {}


def test_unknown_fields_can_be_switched_to_a_refusal(api: Api, five: App, domain: Domain) -> None:
    domain.switches = Switches(unknown_fields="error")
    assert api.refused("POST", CURSOR, app=five.id, fields=["none"]) == (400, "GAIA_IQ11")


def test_a_cursor_belongs_to_who_made_it(api: Api, user_api: Api, five: App) -> None:
    cursor_id = create(api, five, size=1)
    assert user_api.refused("GET", CURSOR, id=cursor_id) == (403, "CB_NO02")
    assert user_api.refused("DELETE", CURSOR, id=cursor_id) == (403, "CB_NO02")
    assert titles(api, cursor_id) == (["e"], True)


def test_a_search_that_is_cut_off_says_so(api: Api, five: App, domain: Domain) -> None:
    add(api, five, *({"title": "word"} for _ in range(3)))
    domain.search_hit_limit = 2
    response = api.post(CURSOR, app=five.id, query='title like "word"')
    assert response.status_code == 200
    expected = "Filter aborted because of too many search results"
    assert response.headers["X-Cybozu-Warning"] == expected

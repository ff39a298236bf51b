"""Writing a SUBTABLE replaces its rows and merges those that are named by their id."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.model import App, Domain
from tests.sandbox.writing import added, cells, changed, make_domain, row_values, rows

FIELDS: dict[str, dict[str, Any]] = {
    "name": {"type": "SINGLE_LINE_TEXT", "defaultValue": "unnamed"},
    "qty": {"type": "NUMBER"},
}


def table_app(domain: Domain) -> App:
    properties: dict[str, dict[str, Any]] = {
        "items": {"type": "SUBTABLE", "fields": FIELDS},
        "t": {"type": "SINGLE_LINE_TEXT"},
    }
    return create_app(domain, "table", properties)


def fruit(domain: Domain, app: App) -> list[dict[str, Any]]:
    """A record with the rows apple and kiwi; its rows."""
    sent = rows({"name": "apple", "qty": "3"}, {"name": "kiwi", "qty": "5"})
    stored: list[dict[str, Any]] = added(domain, app, {"items": sent}).values["items"]
    return stored


def test_rows_read_as_ids_with_typed_cells() -> None:
    domain = make_domain()
    assert fruit(domain, table_app(domain)) == [
        {
            "id": "1",
            "value": {
                "name": {"type": "SINGLE_LINE_TEXT", "value": "apple"},
                "qty": {"type": "NUMBER", "value": "3"},
            },
        },
        {
            "id": "2",
            "value": {
                "name": {"type": "SINGLE_LINE_TEXT", "value": "kiwi"},
                "qty": {"type": "NUMBER", "value": "5"},
            },
        },
    ]


def test_known_rows_are_merged_others_are_new_and_missing_ones_gone() -> None:
    domain = make_domain()
    app = table_app(domain)
    _, kiwi = fruit(domain, app)
    sent = [{"id": kiwi["id"], "value": cells({"qty": "99"})}, *rows({"name": "new"}, {"qty": "1"})]
    after = changed(domain, app, 1, {"items": sent}).values["items"]
    assert [row["id"] for row in after] == ["2", "3", "4"]
    assert row_values(after) == [
        {"name": "kiwi", "qty": "99"},
        {"name": "new", "qty": ""},
        {"name": "unnamed", "qty": "1"},
    ]


@pytest.mark.parametrize(
    ("sent", "ids"),
    [
        ([], []),
        (None, []),
        ([{"id": "2"}, {"id": "1"}], ["2", "1"]),
        ([{"id": 1}], ["1"]),
        ([{"id": "77"}], ["3"]),
        ([{"id": None}], ["3"]),
        ([{"id": "1"}, {"id": "1"}], ["1", "3"]),
    ],
)
def test_the_rows_that_are_left_are_those_sent_in_that_order(sent: Any, ids: list[str]) -> None:
    domain = make_domain()
    app = table_app(domain)
    fruit(domain, app)
    after = changed(domain, app, 1, {"items": sent}).values["items"]
    assert [row["id"] for row in after] == ids


def test_a_table_that_is_not_sent_stays() -> None:
    domain = make_domain()
    app = table_app(domain)
    before = fruit(domain, app)
    assert changed(domain, app, 1, {"t": "x"}).values["items"] == before


@pytest.mark.parametrize(("choice", "name"), [("kept", "apple"), ("default", "unnamed")])
def test_cells_left_out_of_a_known_row_are_a_switch(choice: str, name: str) -> None:
    domain = make_domain(omitted_cells=choice)
    app = table_app(domain)
    fruit(domain, app)
    sent = [{"id": "1", "value": cells({"qty": "9"})}]
    after = changed(domain, app, 1, {"items": sent}).values["items"]
    assert row_values(after) == [{"name": name, "qty": "9"}]


def test_a_row_of_another_record_is_not_known() -> None:
    domain = make_domain()
    app = table_app(domain)
    fruit(domain, app)
    other = added(domain, app, {"items": [{"id": "1", "value": cells({"qty": "9"})}]})
    assert [row["id"] for row in other.values["items"]] == ["3"]
    assert row_values(other.values["items"]) == [{"name": "unnamed", "qty": "9"}]


def test_ids_of_rows_are_not_used_again() -> None:
    domain = make_domain()
    app = table_app(domain)
    fruit(domain, app)
    changed(domain, app, 1, {"items": []})
    after = changed(domain, app, 1, {"items": rows({"name": "c"})}).values["items"]
    assert [row["id"] for row in after] == ["3"]


@pytest.mark.parametrize("sent", ["x", {"a": 1}, ["x"], [{"value": "x"}], [{"value": {"qty": 1}}]])
def test_json_of_another_shape_is_refused(sent: Any) -> None:
    domain = make_domain()
    with pytest.raises(KintoneError) as caught:
        added(domain, table_app(domain), {"items": sent})
    assert caught.value.code == "CB_IJ01"

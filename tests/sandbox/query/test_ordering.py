"""Order by: keys, empties, ties and the types that refuse."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.api import Caller
from sqlalchemy_kintone.sandbox.model import App, Domain, Record
from sqlalchemy_kintone.sandbox.query import compile_query
from tests.sandbox.query.build import (
    SATO,
    SUZUKI,
    add_app,
    domain,
    field,
    in_order,
    options,
    refusal,
)


def _column(
    field_type: str, *values: Any, more: dict[str, Any] | None = None, **switches: Any
) -> tuple[App, Domain]:
    to = domain(**switches)
    properties = field("f", field_type, **(more or {}))
    return add_app(to, properties, *({"f": v} for v in values), statuses=("New", "Done", "Old")), to


SATO_VALUE, SUZUKI_VALUE = SATO.reference(), SUZUKI.reference()
TEXTS = ["𠮟", "ｱ", "亜", "ア", "あ", "a", "B", "10", "1a", "9", "", "😀", None]


@pytest.mark.parametrize(
    ("field_type", "values", "more", "ascending"),
    [
        ("SINGLE_LINE_TEXT", TEXTS[:10], {}, [8, 9, 10, 7, 6, 5, 4, 3, 2, 1]),
        ("SINGLE_LINE_TEXT", ["𠮟", "😀", "ｱ", ""], {}, [4, 3, 2, 1]),
        ("LINK", ["b", "a", "B"], {}, [3, 2, 1]),
        ("NUMBER", ["10", "9", "-1", "9.5"], {}, [3, 2, 4, 1]),
        ("CALC", ["10", "9"], {"format": "NUMBER"}, [2, 1]),
        ("CALC", ["100:00", "9:00", "-1:00"], {"format": "HOUR_MINUTE"}, [3, 2, 1]),
        ("DATE", ["2026-02-01", "2026-01-01"], {}, [2, 1]),
        ("TIME", ["10:00", "09:00"], {}, [2, 1]),
        ("DATETIME", ["2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z"], {}, [2, 1]),
        ("CREATED_TIME", ["2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z"], {}, [2, 1]),
        ("UPDATED_TIME", ["2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z"], {}, [2, 1]),
        ("DROP_DOWN", ["A", "Z", "", "gone"], {"options": options("Z", "A")}, [3, 2, 1, 4]),
        ("RADIO_BUTTON", ["A", "Z"], {"options": options("Z", "A")}, [2, 1]),
        ("STATUS", ["Old", "Done", "New"], {}, [3, 2, 1]),
        ("CREATOR", [SATO_VALUE, SUZUKI_VALUE], {}, [2, 1]),
        ("MODIFIER", [SATO_VALUE, SUZUKI_VALUE], {}, [2, 1]),
        ("RECORD_NUMBER", ["X-1", "X-2"], {}, [1, 2]),
    ],
)
def test_types_that_sort(
    field_type: str, values: list[Any], more: dict[str, Any], ascending: list[int]
) -> None:
    app, to = _column(field_type, *values, more=more)
    assert in_order("order by f", app, to) == ascending
    assert in_order("order by f asc", app, to) == ascending
    assert in_order("order by f desc", app, to) == ascending[::-1]


@pytest.mark.parametrize(
    "field_type",
    [
        "MULTI_LINE_TEXT",
        "RICH_TEXT",
        "CHECK_BOX",
        "MULTI_SELECT",
        "FILE",
        "USER_SELECT",
        "ORGANIZATION_SELECT",
        "GROUP_SELECT",
        "STATUS_ASSIGNEE",
        "CATEGORY",
        "REFERENCE_TABLE",
        "SUBTABLE",
        "GROUP",
    ],
)
def test_types_that_refuse(field_type: str) -> None:
    app, to = _column(field_type, more={"fields": {}, "options": options("A")})
    assert refusal("order by f", app, to) == "GAIA_IS02"
    assert refusal("order by $id, f desc", app, to) == "GAIA_IS02"


def test_the_default_order() -> None:
    assert in_order("", *_column("NUMBER", "1", "1", "1")) == [3, 2, 1]
    assert in_order("f = 1", *_column("NUMBER", "1", "2", "1")) == [3, 1]


def test_several_keys() -> None:
    to = domain()
    properties = field("a", "NUMBER") | field("b", "SINGLE_LINE_TEXT")
    values = [("1", "x"), ("2", "x"), ("1", "y"), ("2", "y"), ("1", "x")]
    app = add_app(to, properties, *({"a": a, "b": b} for a, b in values))
    assert in_order("order by a asc, b desc, $id asc", app, to) == [3, 1, 5, 4, 2]
    assert in_order("order by b, a desc, $id desc", app, to) == [2, 5, 1, 4, 3]
    assert in_order("order by $id asc, a desc", app, to) == [1, 2, 3, 4, 5]
    assert in_order("order by $id, $id desc", app, to) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("field_type", "values", "more"),
    [
        ("NUMBER", ["-1", "", None, "5"], {}),
        ("CALC", ["-1", "", None, "5"], {"format": "NUMBER"}),
        ("DATE", ["2026-01-01", "", None, "2026-02-01"], {}),
        ("TIME", ["00:00", "", None, "09:00"], {}),
        ("DATETIME", ["2026-01-01T00:00:00Z", "", None, "2026-02-01T00:00:00Z"], {}),
    ],
)
def test_where_empties_sort(field_type: str, values: list[Any], more: dict[str, Any]) -> None:
    first = _column(field_type, *values, more=more, empty_order="first")
    assert in_order("order by f, $id", *first) == [2, 3, 1, 4]
    assert in_order("order by f desc, $id", *first) == [4, 1, 2, 3]
    last = _column(field_type, *values, more=more, empty_order="last")
    assert in_order("order by f, $id", *last) == [1, 4, 2, 3]
    assert in_order("order by f desc, $id", *last) == [2, 3, 4, 1]


@pytest.mark.parametrize("ties", ["id-desc", "id-asc"])
@pytest.mark.parametrize("way", ["asc", "desc"])
def test_ties_by_id(ties: str, way: str) -> None:
    app, to = _column("NUMBER", "1", "1", "1", ties=ties)
    assert in_order(f"order by f {way}", app, to) == ([3, 2, 1] if ties == "id-desc" else [1, 2, 3])


def test_shuffled_ties_differ_from_page_to_page() -> None:
    app, to = _column("NUMBER", *["1"] * 50, ties="shuffled")
    pages = [tuple(in_order(f"order by f limit 50 offset {n}", app, to)) for n in range(5)]
    assert in_order("order by f limit 50 offset 0", app, to) == list(pages[0])
    assert set(pages[0]) == set(range(1, 51))
    assert len({page[:20] for page in pages}) == 5
    assert in_order("order by f, $id limit 50", app, to) == list(range(1, 51))


@pytest.mark.parametrize(("text_order", "ids"), [("full", [2, 1, 3]), ("prefix", [1, 2, 3])])
def test_how_much_of_a_text_sorts(text_order: str, ids: list[int]) -> None:
    same = "x" * 64
    column = _column("SINGLE_LINE_TEXT", same + "b", same + "a", "y", text_order=text_order)
    assert in_order("order by f asc, $id asc", *column) == ids


def test_order_by_revision() -> None:
    app, to = _column("NUMBER", "1", "1", order_by_revision="accept")
    app.records[1] = Record(1, 9, {"f": "1"})
    assert in_order("order by $revision", app, to) == [2, 1]
    assert refusal("order by $revision", *_column("NUMBER", order_by_revision="refuse")) == (
        "GAIA_IS02"
    )


def test_cursors_take_all_in_order() -> None:
    app, to = _column("NUMBER", *[str(n % 7) for n in range(300)])
    query = compile_query("order by f desc, $id asc limit 5 offset 3", app, to, Caller(SATO))
    ordered = query.ordered()
    assert len(ordered) == 300
    assert [r.id for r in ordered] == sorted(range(1, 301), key=lambda i: (-((i - 1) % 7), i))
    assert [r.id for r in query.ordered(lambda record: record.id < 4)] == [3, 2, 1]

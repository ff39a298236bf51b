"""Options, statuses, users, groups, organizations and categories."""

from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.model import App, Domain, User
from tests.sandbox.query.build import (
    SATO,
    SUZUKI,
    add_app,
    domain,
    field,
    matching,
    options,
    refusal,
)


def _chosen(**switches: Any) -> tuple[App, Domain]:
    to = domain(**switches)
    properties = field("dd", "DROP_DOWN", options=options("A", "B", "a b"))
    properties |= field("rb", "RADIO_BUTTON", options=options("A", "B"))
    properties |= field("cb", "CHECK_BOX", options=options("A", "B", "C"))
    properties |= field("ms", "MULTI_SELECT", options=options("A", "B", "C"))
    properties |= field("st", "STATUS") | field("cat", "CATEGORY")
    values: list[dict[str, Any]] = [
        {"dd": "A", "rb": "A", "cb": ["A", "B"], "ms": ["C"], "st": "New", "cat": ["x"]},
        {"dd": "a b", "rb": "B", "cb": ["B"], "ms": ["A", "B", "C"], "st": "Done", "cat": ["y"]},
        {"dd": None, "rb": None, "cb": [], "ms": [], "st": "New", "cat": []},
        {"dd": "removed", "rb": "A", "cb": ["removed"], "ms": [], "st": "Old", "cat": ["x", "y"]},
    ]
    return add_app(to, properties, *values, statuses=("New", "Done")), to


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ('dd in ("A")', [1]),
        ('dd in ("A", "a b")', [1, 2]),
        ('dd not in ("A")', [2, 3, 4]),
        ('dd in ("")', [3]),
        ('dd not in ("", "A")', [2, 4]),
        ('rb in ("A")', [1, 4]),
        ('rb not in ("A")', [2, 3]),
        ('cb in ("A")', [1]),
        ('cb in ("A", "B")', [1, 2]),
        ('cb in ("C")', []),
        ('cb not in ("B")', [3, 4]),
        ('ms in ("C")', [1, 2]),
        ('ms not in ("A")', [1, 3, 4]),
        ('st = "New"', [1, 3]),
        ('st != "New"', [2, 4]),
        ('st in ("New", "Done")', [1, 2, 3]),
        ('st not in ("Done")', [1, 3, 4]),
        ('cat in ("x")', [1, 4]),
        ('cat not in ("x")', [2, 3]),
        ('cat in ("")', [3]),
    ],
)
def test_options(query: str, ids: list[int]) -> None:
    assert matching(query, *_chosen()) == ids


@pytest.mark.parametrize(
    "query",
    [
        'dd in ("C")',
        'dd in ("A", "removed")',
        'dd not in ("C")',
        'rb in ("C")',
        'cb in ("D")',
        'ms not in ("removed")',
        'st = "Old"',
        'st != "Old"',
        'st in ("")',
        "dd in (5)",
    ],
)
def test_unknown_options(query: str) -> None:
    assert refusal(query, *_chosen()) == "GAIA_IQ10"


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ('rb in ("")', [3]),
        ('cb in ("")', [3]),
        ('cb not in ("")', [1, 2, 4]),
        ('ms in ("", "A")', [2, 3, 4]),
    ],
)
def test_the_empty_option(query: str, ids: list[int]) -> None:
    assert matching(query, *_chosen(empty_option="allowed")) == ids
    assert refusal(query, *_chosen(empty_option="error")) == "GAIA_IQ10"


def test_a_drop_down_may_always_be_asked_for_empties() -> None:
    assert matching('dd in ("")', *_chosen(empty_option="error")) == [3]


@pytest.mark.parametrize(
    ("query", "ids"),
    [('dd in ("A B")', [2]), ('cb in ("b")', [1, 2]), ('st = "new"', [1, 3])],
)
def test_case_of_options(query: str, ids: list[int]) -> None:
    assert refusal(query, *_chosen(option_case="exact")) == "GAIA_IQ10"
    assert matching(query, *_chosen(option_case="folded")) == ids


def _people(**switches: Any) -> tuple[App, Domain]:
    to = domain(**switches)
    properties = (
        field("made_by", "CREATOR") | field("us", "USER_SELECT") | field("w", "STATUS_ASSIGNEE")
    )
    properties |= field("org", "ORGANIZATION_SELECT") | field("gr", "GROUP_SELECT")
    sato, suzuki = SATO.reference(), SUZUKI.reference()
    sales, plant = {"code": "sales", "name": "営業"}, {"code": "plant", "name": "工場"}
    staff = {"code": "staff", "name": "社員"}
    administrator = {"code": "Administrator", "name": "Administrator"}
    records: list[dict[str, Any]] = [
        {"made_by": sato, "us": [sato, suzuki], "w": [sato], "org": [sales], "gr": [staff]},
        {"made_by": suzuki, "us": [suzuki], "w": [], "org": [plant, sales], "gr": []},
        {"made_by": administrator, "us": [], "w": [suzuki], "org": [], "gr": []},
    ]
    return add_app(to, properties, *records, statuses=("New",)), to


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ('made_by in ("sato")', [1]),
        ('made_by in ("sato", "suzuki")', [1, 2]),
        ('made_by not in ("sato")', [2, 3]),
        ('made_by in ("Administrator")', [3]),
        ('us in ("sato")', [1]),
        ('us not in ("sato")', [2, 3]),
        ('us in ("")', [3]),
        ('us not in ("", "sato")', [2]),
        ('w in ("suzuki")', [3]),
        ('org in ("sales")', [1, 2]),
        ('gr in ("staff")', [1]),
        ('gr in ("everyone")', []),
        ("made_by in (LOGINUSER())", [1]),
        ("made_by not in (LOGINUSER())", [2, 3]),
        ("us in (LOGINUSER())", [1]),
        ('us in (LOGINUSER(), "suzuki")', [1, 2]),
        ("w in (LOGINUSER())", [1]),
        ("org in (PRIMARY_ORGANIZATION())", [1, 2]),
        ('org in (PRIMARY_ORGANIZATION(), "plant")', [1, 2]),
        ("org not in (PRIMARY_ORGANIZATION())", [3]),
    ],
)
def test_people(query: str, ids: list[int]) -> None:
    assert matching(query, *_people()) == ids


def test_whom_loginuser_means() -> None:
    app, to = _people()
    assert matching("made_by in (LOGINUSER())", app, to, SUZUKI) == [2]
    assert matching("made_by in (LOGINUSER())", app, to, None) == [3]


@pytest.mark.parametrize(
    "query",
    [
        "org in (LOGINUSER())",
        "gr in (LOGINUSER())",
        "us in (PRIMARY_ORGANIZATION())",
        "us in (TODAY())",
        "cat in (LOGINUSER())",
    ],
)
def test_functions_of_the_wrong_type(query: str) -> None:
    app, to = _people()
    app.settings.properties |= field("cat", "CATEGORY")
    assert refusal(query, app, to) == "GAIA_IL08"


@pytest.mark.parametrize(
    "query",
    [
        'made_by in ("x")',
        'us in ("sato", "x")',
        'us not in ("佐藤")',
        'org in ("x")',
        'gr in ("x")',
    ],
)
def test_unknown_codes(query: str) -> None:
    assert refusal(query, *_people(unknown_user="error")) == "GAIA_IL42"
    assert refusal(query, *_people(unknown_user="nothing")) == ""


@pytest.mark.parametrize(
    ("query", "ids"), [('us in ("x")', []), ('us in ("x", "sato")', [1]), ('made_by in ("x")', [])]
)
def test_unknown_codes_that_match_nothing(query: str, ids: list[int]) -> None:
    assert matching(query, *_people(unknown_user="nothing")) == ids


@pytest.mark.parametrize("query", ['us in ("")', 'org not in ("")', 'made_by in ("")'])
def test_no_user_at_all(query: str) -> None:
    assert refusal(query, *_people(empty_option="allowed")) == ""
    assert refusal(query, *_people(empty_option="error")) == "GAIA_IQ10"


@pytest.mark.parametrize("user", [SUZUKI, None])
@pytest.mark.parametrize(
    ("query", "ignored", "nothing"),
    [
        ("org in (PRIMARY_ORGANIZATION())", [1, 2, 3], []),
        ("org not in (PRIMARY_ORGANIZATION())", [1, 2, 3], [1, 2, 3]),
        ('made_by in ("sato") and org in (PRIMARY_ORGANIZATION())', [1], []),
        ('made_by in ("sato") or org in (PRIMARY_ORGANIZATION())', [1], [1]),
        ('made_by in ("sato") or (org in (PRIMARY_ORGANIZATION()))', [1], [1]),
        ('org in (PRIMARY_ORGANIZATION(), "plant")', [2], [2]),
    ],
)
def test_primary_organization_of_somebody_without(
    query: str, ignored: list[int], nothing: list[int], user: User | None
) -> None:
    app, to = _people(primary_organization_empty="ignored")
    assert matching(query, app, to, user) == ignored
    app, to = _people(primary_organization_empty="nothing")
    assert matching(query, app, to, user) == nothing

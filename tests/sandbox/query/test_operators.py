from __future__ import annotations

from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.model import App, Domain
from tests.sandbox.query.build import Properties, add_app, domain, field, options, refusal

COMPARISONS = ("=", "!=", "<", ">", "<=", ">=")
OPERATORS = (
    *COMPARISONS,
    "in",
    "not in",
    "like",
    "not like",
    "is empty",
    "is not empty",
)
LISTS = "in|not in"
EQUALS = "=|!="
RANGES = "<|>|<=|>="
WORDS = "like|not like"
EMPTY = "is empty|is not empty"

# Field type, a literal it takes, the operators of the official table.
TYPES = [
    ("RECORD_NUMBER", "1", f"{EQUALS}|{RANGES}|{LISTS}"),
    ("NUMBER", "1", f"{EQUALS}|{RANGES}|{LISTS}"),
    ("CALC", "1", f"{EQUALS}|{RANGES}|{LISTS}"),
    ("SINGLE_LINE_TEXT", "x", f"{EQUALS}|{LISTS}|{WORDS}"),
    ("LINK", "x", f"{EQUALS}|{LISTS}|{WORDS}"),
    ("MULTI_LINE_TEXT", "x", f"{WORDS}|{EMPTY}"),
    ("RICH_TEXT", "x", WORDS),
    ("FILE", "x", f"{WORDS}|{EMPTY}"),
    ("CHECK_BOX", "A", LISTS),
    ("MULTI_SELECT", "A", LISTS),
    ("RADIO_BUTTON", "A", LISTS),
    ("DROP_DOWN", "A", LISTS),
    ("STATUS", "A", f"{EQUALS}|{LISTS}"),
    ("DATE", "2026-01-01", f"{EQUALS}|{RANGES}"),
    ("TIME", "10:00", f"{EQUALS}|{RANGES}"),
    ("DATETIME", "2026-01-01T00:00:00Z", f"{EQUALS}|{RANGES}"),
    ("CREATED_TIME", "2026-01-01T00:00:00Z", f"{EQUALS}|{RANGES}"),
    ("UPDATED_TIME", "2026-01-01T00:00:00Z", f"{EQUALS}|{RANGES}"),
    ("CREATOR", "sato", LISTS),
    ("MODIFIER", "sato", LISTS),
    ("USER_SELECT", "sato", LISTS),
    ("ORGANIZATION_SELECT", "sales", LISTS),
    ("GROUP_SELECT", "staff", LISTS),
    ("STATUS_ASSIGNEE", "sato", LISTS),
    ("CATEGORY", "x", LISTS),
    ("SUBTABLE", "x", ""),
    ("REFERENCE_TABLE", "x", ""),
    ("GROUP", "x", ""),
]


def _property(code: str, field_type: str) -> Properties:
    more: dict[str, Any] = {}
    if field_type in ("CHECK_BOX", "MULTI_SELECT", "RADIO_BUTTON", "DROP_DOWN"):
        more["options"] = options("A", "B")
    if field_type == "CALC":
        more["format"] = "NUMBER"
    if field_type == "SUBTABLE":
        more["fields"] = {}
    return field(code, field_type, **more)


def _condition(code: str, operator: str, literal: str) -> str:
    if operator.startswith("is"):
        return f"{code} {operator}"
    return (
        f'{code} {operator} ("{literal}")' if "in" in operator else _scalar(code, operator, literal)
    )


def _scalar(code: str, operator: str, literal: str) -> str:
    return f'{code} {operator} "{literal}"'


@pytest.fixture(scope="module")
def everything() -> tuple[Domain, App]:
    to = domain()
    properties: Properties = {}
    inner: Properties = {}
    for field_type, _, _ in TYPES:
        properties |= _property(field_type, field_type)
        inner |= _property(f"{field_type}_in", field_type)
    properties |= field("rows", "SUBTABLE", fields=inner)
    properties |= field(
        "rel",
        "REFERENCE_TABLE",
        referenceTable={
            "relatedApp": {"app": "1", "code": ""},
            "condition": {"field": "SINGLE_LINE_TEXT", "relatedField": "SINGLE_LINE_TEXT"},
            "filterCond": "",
        },
    )
    return to, add_app(to, properties, statuses=("A", "B"))


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize(("field_type", "literal", "allowed"), TYPES)
def test_operators_of_types(
    field_type: str, literal: str, allowed: str, operator: str, everything: tuple[Domain, App]
) -> None:
    to, app = everything
    expected = "" if operator in allowed.split("|") else "GAIA_IQ03"
    assert refusal(_condition(field_type, operator, literal), app, to) == expected


@pytest.mark.parametrize("operator", OPERATORS)
def test_operators_of_the_id(operator: str, everything: tuple[Domain, App]) -> None:
    to, app = everything
    expected = "" if operator in (*COMPARISONS, "in", "not in") else "GAIA_IQ03"
    assert refusal(_condition("$id", operator, "1"), app, to) == expected


IN_TABLES = [
    (field_type, literal, allowed)
    for field_type, literal, allowed in TYPES
    if field_type not in ("SUBTABLE", "REFERENCE_TABLE", "GROUP")
]


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize(("field_type", "literal", "allowed"), IN_TABLES)
def test_operators_in_a_table(
    field_type: str, literal: str, allowed: str, operator: str, everything: tuple[Domain, App]
) -> None:
    to, app = everything
    operators = set(allowed.split("|"))
    if "=" in operators:
        operators |= {"in", "not in"}
    expected = "" if operator in operators else "GAIA_IQ03"
    if operator in ("=", "!="):
        expected = "GAIA_IQ07"
    assert refusal(_condition(f"{field_type}_in", operator, literal), app, to) == expected


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize(("field_type", "literal", "allowed"), IN_TABLES)
def test_operators_on_related_records(
    field_type: str, literal: str, allowed: str, operator: str, everything: tuple[Domain, App]
) -> None:
    to, app = everything
    operators = set(allowed.split("|"))
    if "=" in operators:
        operators = operators - {"=", "!="} | {"in", "not in"}
    expected = "" if operator in operators else "GAIA_IQ03"
    assert refusal(_condition(f"rel.{field_type}", operator, literal), app, to) == expected


FIELDS = field("n", "NUMBER") | field("dd", "DROP_DOWN", options=options("A")) | field("t", "LINK")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('x = "1"', "GAIA_IQ11"),
        ('$revision = "1"', "GAIA_IQ11"),
        ('x.y in ("1")', "GAIA_IQ11"),
        ('n.t in ("1")', "GAIA_IR02"),
        ('dd = "Z"', "GAIA_IQ10"),  # before the operator is looked at
        ('dd = "A"', "GAIA_IQ03"),
        ('n > ""', "GAIA_IL08"),
        ('$id <= ""', "GAIA_IL08"),
        ('t like ""', "GAIA_IL08"),
        ("n = TODAY()", "GAIA_IL08"),
        ("t = TODAY()", "GAIA_IL08"),
        ("dd in (TODAY())", "GAIA_IL08"),
        ('n = "1" and x = "1" and dd = "Z"', "GAIA_IQ11"),
        ('dd = "Z" and x = "1"', "GAIA_IQ10"),
        ('x = "1" order by', "CB_VA01"),  # syntax before all else
        ('x = "1" limit 501', "GAIA_QU01"),
        ('x = "1" order by dd, n.t', "GAIA_IQ11"),
        ('n = "1" order by n.t', "GAIA_IR02"),
    ],
)
def test_which_error_comes_first(query: str, code: str) -> None:
    to = domain()
    assert refusal(query, add_app(to, FIELDS), to) == code


@pytest.mark.parametrize("query", ['s = "A"', "s in (1)", "order by s", 'w in ("sato")'])
def test_status_without_process_management(query: str) -> None:
    to = domain()
    app = add_app(to, field("s", "STATUS") | field("w", "STATUS_ASSIGNEE"))
    assert refusal(query, app, to) == "GAIA_ST02"


@pytest.mark.parametrize(
    ("query", "switch", "accepting", "refusing"),
    [
        ('c in ("x")', "category_in", "accept", "refuse"),
        ("r is empty", "rich_text_is_empty", "accept", "refuse"),
        ("r is not empty", "rich_text_is_empty", "accept", "refuse"),
    ],
)
def test_switches(query: str, switch: str, accepting: str, refusing: str) -> None:
    properties = field("c", "CATEGORY") | field("r", "RICH_TEXT")
    to = domain(**{switch: accepting})
    assert refusal(query, add_app(to, properties), to) == ""
    to = domain(**{switch: refusing})
    assert refusal(query, add_app(to, properties), to) == "GAIA_IQ03"

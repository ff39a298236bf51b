"""Random conditions against a second, naive reading of them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.query.build import add_app, domain, field, matching, options, table

Meaning = Callable[[dict[str, Any]], bool]
Case = tuple[str, Meaning]

NUMBERS = ("", "0", "5", "-5", "5.5")
TEXTS = ("", "a", "a ", "b", " a")
CHOICES = ("A", "B", "C")
PROPERTIES = (
    field("n", "NUMBER")
    | field("t", "SINGLE_LINE_TEXT")
    | field("c", "CHECK_BOX", options=options(*CHOICES))
    | field("rows", "SUBTABLE", fields=field("q", "NUMBER") | field("u", "LINK"))
)


def _below(value: str) -> Decimal:
    return Decimal(value) if value else Decimal("-Infinity")


def _number(operator: str, sought: str) -> Meaning:
    bound = Decimal(sought)
    readings: dict[str, Callable[[Decimal], bool]] = {
        "=": lambda held: held == bound,
        "!=": lambda held: held != bound,
        "<": lambda held: held < bound,
        "<=": lambda held: held <= bound,
        ">": lambda held: held > bound,
        ">=": lambda held: held >= bound,
    }
    return lambda values: readings[operator](_below(values["n"]))


def _text(negated: bool, sought: list[str]) -> Meaning:
    wanted = [each.rstrip(" ") for each in sought]
    return lambda values: (values["t"].rstrip(" ") in wanted) != negated


def _choice(negated: bool, sought: list[str]) -> Meaning:
    return lambda values: bool(set(values["c"]) & set(sought)) != negated


def _rows(values: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row["value"]["q"]["value"], row["value"]["u"]["value"]) for row in values["rows"]]


def _quoted(values: list[str]) -> str:
    return ", ".join(f'"{value}"' for value in values)


def _not(negated: bool) -> str:
    return "not in" if negated else "in"


def _lists(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


leaves: st.SearchStrategy[Case] = st.one_of(
    st.builds(
        lambda operator, sought: (f'n {operator} "{sought}"', _number(operator, sought)),
        st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
        st.sampled_from(NUMBERS[1:]),
    ),
    st.builds(
        lambda negated, sought: (f"t {_not(negated)} ({_quoted(sought)})", _text(negated, sought)),
        st.booleans(),
        _lists(TEXTS),
    ),
    st.builds(
        lambda negated, sought: (
            f"c {_not(negated)} ({_quoted(sought)})",
            _choice(negated, sought),
        ),
        st.booleans(),
        _lists(CHOICES),
    ),
    st.builds(
        lambda bound: (
            f'q > "{bound}"',
            lambda values: any(_below(q) > Decimal(bound) for q, _ in _rows(values)),
        ),
        st.sampled_from(NUMBERS[1:]),
    ),
    st.builds(
        lambda sought: (
            f'u not in ("{sought}")',
            lambda values: bool(_rows(values)) and all(u != sought for _, u in _rows(values)),
        ),
        st.sampled_from(["a", "b"]),
    ),
    st.builds(
        lambda bound, sought: (
            f'q > "{bound}" and u in ("{sought}")',
            lambda values: any(
                _below(q) > Decimal(bound) and u == sought for q, u in _rows(values)
            ),
        ),
        st.sampled_from(NUMBERS[1:]),
        st.sampled_from(["a", "b"]),
    ),
)


def _every(cases: list[Case]) -> Case:
    return (
        " and ".join(f"({text})" for text, _ in cases),
        lambda values: all(meaning(values) for _, meaning in cases),
    )


def _some(cases: list[Case]) -> Case:
    # and binds tighter than or, so the parts need no parentheses.
    return (
        " or ".join(text for text, _ in cases),
        lambda values: any(meaning(values) for _, meaning in cases),
    )


conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(_every),
        st.lists(inner, min_size=2, max_size=3).map(_some),
    ),
    max_leaves=8,
)

rows = st.lists(st.tuples(st.sampled_from(NUMBERS), st.sampled_from(["", "a", "b"])), max_size=3)
records = st.builds(
    lambda n, t, c, rows: {
        "n": n,
        "t": t,
        "c": c,
        **table("rows", *({"q": q, "u": u} for q, u in rows)),
    },
    st.sampled_from(NUMBERS),
    st.sampled_from(TEXTS),
    st.lists(st.sampled_from(CHOICES), unique=True),
    rows,
)


@given(conditions, st.lists(records, max_size=6))
def test_conditions_mean_what_they_say(case: Case, held: list[dict[str, Any]]) -> None:
    text, meaning = case
    to = domain(table_conditions="joined")
    app = add_app(to, PROPERTIES, *held)
    expected = [number for number, values in enumerate(held, start=1) if meaning(values)]
    assert matching(text, app, to) == expected


@given(conditions, st.lists(records, max_size=6), st.integers(-1, 7), st.integers(-1, 7))
def test_bounds_of_ids_only_narrow(
    case: Case, held: list[dict[str, Any]], low: int, high: int
) -> None:
    text, meaning = case
    to = domain(table_conditions="joined")
    app = add_app(to, PROPERTIES, *held)
    expected = [
        number
        for number, values in enumerate(held, start=1)
        if meaning(values) and low <= number < high
    ]
    assert matching(f"$id >= {low} and ({text}) and $id < {high}", app, to) == expected


@pytest.mark.parametrize("switch", ["joined", "anywhere"])
@given(st.lists(records, max_size=4), st.lists(leaves, min_size=1, max_size=3))
def test_one_row_is_among_the_rows(
    switch: str, held: list[dict[str, Any]], cases: list[Case]
) -> None:
    """Asking for all on the same row never finds more than asking for each on some row."""
    to = domain(table_conditions=switch)
    app = add_app(to, PROPERTIES, *held)
    text, meaning = _every(cases)
    upper = {number for number, values in enumerate(held, start=1) if meaning(values)}
    assert set(matching(text, app, to)) <= upper
    each = chain.from_iterable(matching(case[0], app, to) for case in cases)
    assert set(matching(text, app, to)) <= set(each)

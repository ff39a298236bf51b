"""Two apps with every field type, and random rows for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

Row = Mapping[str, Any]

PICK_OPTIONS = ("x", "Y", "日本", "a b")
RADIO_OPTIONS = ("r1", "r2", 'r"3')
TAGS = ("p", "q", "ｐ")


def _options(names: Sequence[str]) -> dict[str, dict[str, str]]:
    return {name: {"label": name, "index": str(index)} for index, name in enumerate(names)}


PROPERTIES: dict[str, dict[str, Any]] = {
    "n": {"type": "NUMBER"},
    "m": {"type": "NUMBER"},
    "total": {"type": "CALC", "expression": "n + m", "format": "NUMBER"},
    "title": {"type": "SINGLE_LINE_TEXT"},
    "link": {"type": "LINK", "protocol": "WEB"},
    "memo": {"type": "MULTI_LINE_TEXT"},
    "rich": {"type": "RICH_TEXT"},
    "pick": {"type": "DROP_DOWN", "options": _options(PICK_OPTIONS)},
    "radio": {"type": "RADIO_BUTTON", "options": _options(RADIO_OPTIONS)},
    "tags": {"type": "CHECK_BOX", "options": _options(TAGS)},
    "multi": {"type": "MULTI_SELECT", "options": _options(TAGS)},
    "day": {"type": "DATE"},
    "hour": {"type": "TIME"},
    "moment": {"type": "DATETIME"},
    "who": {"type": "USER_SELECT"},
}

TEXTS = (
    "",
    "a",
    "A",
    "abc",
    "ABC",
    "abc ",
    " abc",
    "ａｂｃ",
    "日本語",
    "it's",
    'say "x"',
    "back\\slash",
    "100%",
    "0012",
    "😀",
    "é",
    "e\u0301",
    "\u3000",
    "x" * 64,
    "x" * 64 + "y",
    "x" * 64 + "z",
)
_LONG_TEXTS = (*TEXTS, "two\nlines", "tab\there", " \n ")

_NUMBERS = st.one_of(
    st.integers(-3, 12).map(str),
    st.decimals(-10, 10, places=2).map(str),
    st.sampled_from(["", "", "5.00001", "0.5", "999999999999.9999", "-0", "1E+2"]),
)
_DAYS = st.integers(1, 9).map(lambda day: f"2026-03-0{day}")
_CLOCKS = st.sampled_from(["00:00", "09:00", "09:30", "23:59"])
_MOMENTS = st.tuples(_DAYS, _CLOCKS).map(lambda parts: f"{parts[0]}T{parts[1]}:00Z")

_VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "n": _NUMBERS,
    "m": _NUMBERS,
    "title": st.sampled_from(TEXTS),
    "link": st.sampled_from(["", "https://example.com/a", "https://example.com/b"]),
    "memo": st.sampled_from(_LONG_TEXTS),
    "rich": st.sampled_from(["", "abc", "<b>abc</b>"]),
    "pick": st.sampled_from(["", *PICK_OPTIONS]),
    "radio": st.sampled_from(RADIO_OPTIONS),  # emptied in some records later
    "tags": st.lists(st.sampled_from(TAGS), unique=True),
    "multi": st.lists(st.sampled_from(TAGS), unique=True),
    "day": st.one_of(st.none(), _DAYS),
    "hour": st.one_of(st.none(), _CLOCKS),
    "moment": st.one_of(st.none(), _MOMENTS),
    "who": st.sampled_from([[], [{"code": "sandbox"}]]),
}


def rows(most: int) -> st.SearchStrategy[list[Row]]:
    """Records to write, at most so many."""
    one = st.fixed_dictionaries(dict(_VALUES))
    # A list of any length is mostly short.
    counts = st.sampled_from([most, most // 2, most // 3, most * 3 // 4, 0])
    return counts.flatmap(lambda count: st.lists(one, min_size=count, max_size=count))

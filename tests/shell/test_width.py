"""How wide text is on a terminal, and what a terminal is spared."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.shell.width import display_width, padded, padded_left, visible


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("受注", 4),
        ("ｶﾅ", 2),
        ("カナ", 4),
        ("ＡＢ", 4),
        ("か\u3099", 2),
        ("e\u0301", 1),
        ("○", 1),
        ("한글", 4),
        ("🍣", 2),
        ("a\u200bb", 2),
        ("a\u00adb", 3),
    ],
)
def test_display_width(text: str, width: int) -> None:
    assert display_width(text) == width
    assert padded(text, width + 2) == text + "  "
    assert padded_left(text, width + 2) == "  " + text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("受注 ○ e\u0301 🍣", "受注 ○ e\u0301 🍣"),
        ("a\u3000b", "a\u3000b"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b", "\\x9b"),
        ("\u202eabc", "\\u202eabc"),
        ("\u2028", "\\u2028"),
        ("\ud800", "\\ud800"),
        ("\x00", "\\x00"),
    ],
)
def test_what_moves_the_cursor_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown

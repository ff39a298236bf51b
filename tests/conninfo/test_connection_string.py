"""The syntax of connection strings."""

from __future__ import annotations

import pytest

from sqlalchemy_kintone.conninfo.connection_string import items
from sqlalchemy_kintone.errors import InterfaceError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" ;; ; ", []),
        ("Url=ex", [("Url", "ex")]),
        ("Url=ex;", [("Url", "ex")]),
        (" Url = ex ; User = me ", [("Url", "ex"), ("User", "me")]),
        ("Password=a=b==", [("Password", "a=b==")]),
        ('Password="a;b=c"', [("Password", "a;b=c")]),
        ("Password='a;b=c';User=me", [("Password", "a;b=c"), ("User", "me")]),
        ("Password={a;b=c}", [("Password", "a;b=c")]),
        ('Password="say ""yes"""', [("Password", 'say "yes"')]),
        ("Password='it''s'", [("Password", "it's")]),
        ("Password={a}}b}", [("Password", "a}b")]),
        ("Password={a{b}", [("Password", "a{b")]),
        ('Password=" a " ;User=me', [("Password", " a "), ("User", "me")]),
        ('Password=""', [("Password", "")]),
        ("Password=", [("Password", "")]),
        ('Password=a"b', [("Password", 'a"b')]),
        ("User=山田;Password=秘密", [("User", "山田"), ("Password", "秘密")]),
        ("User=a\nb", [("User", "a\nb")]),
    ],
)
def test_items(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(item.name, item.value) for item in items(text)] == expected


def test_positions_count_from_one() -> None:
    assert [item.position for item in items("Url=ex;  User='a;b'; AppId=1")] == [1, 10, 22]


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("Url=ex;geheim", 8),
        ("geheim;Url=ex", 1),
        ('Url=ex;Password="geheim', 17),
        ("Url=ex;Password='geheim''", 17),
        ("Url=ex;Password={geheim", 17),
        ('Url=ex;Password="a"geheim;User=b', 19),
    ],
)
def test_errors_name_the_position_and_show_nothing(text: str, position: int) -> None:
    with pytest.raises(InterfaceError, match=f"character {position}\\b") as caught:
        list(items(text))
    assert "geheim" not in str(caught.value)

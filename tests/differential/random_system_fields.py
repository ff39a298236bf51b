"""Fields that Kintone itself keeps: people, times, statuses, categories."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from tests.differential.random_forms import Column, Field
from tests.differential.statements import DAYS, MOMENT_LITERALS, quoted

CLOCKS = ("00:00", "09:00", "09:30", "23:59")
MOMENTS = st.tuples(DAYS, st.sampled_from(CLOCKS)).map(lambda p: f"{p[0]}T{p[1]}:00Z")
REMOVED = "removed"
"""An option, status or category that records hold and the app no longer defines."""
STATES = ("未処理", "in progress", "Done", "it's")
PEOPLE: Mapping[str, Mapping[str, str]] = {
    "USER_SELECT": {"sandbox": "Sandbox", "佐藤": "佐藤 花子", "o'hara": 'O"Hara'},
    "ORGANIZATION_SELECT": {"sales": "営業", "a b": "A & B"},
    "GROUP_SELECT": {"everyone": "Everyone", "チーム": "Team"},
}
"""Codes and names of users, organizations and groups."""
GONE = {"code": "gone", "name": "退職者"}
"""A user that records hold and the domain no longer has."""


def people_columns(code: str, kind: str, sql_type: str) -> tuple[Column, Column]:
    """The columns of people: their codes, and their names."""
    codes = st.sampled_from([*PEOPLE[kind], GONE["code"], "nobody", ""]).map(quoted)
    names = st.sampled_from([*PEOPLE[kind].values(), GONE["name"], ""]).map(quoted)
    return Column(code, sql_type, codes), Column(f"{code}$name", sql_type, names)


def system_fields(app_code: str) -> list[Field]:
    """The fields that every app has."""
    numbered = [f"{app_code}-{number}" if app_code else str(number) for number in range(1, 14)]
    odd = ["0", "3", "03", "-3", "x-3", "APP-3", "app-3", "３", ""]
    by = people_columns("作成者", "USER_SELECT", "VARCHAR")
    changed_by = people_columns("更新者", "USER_SELECT", "VARCHAR")
    people = st.sampled_from(sorted(PEOPLE["USER_SELECT"])).map(lambda code: {"code": code})
    times = ("作成日時", "CREATED_TIME"), ("更新日時", "UPDATED_TIME")
    return [
        Field(
            "レコード番号",
            {"type": "RECORD_NUMBER"},
            (Column("レコード番号", "VARCHAR", st.sampled_from([*numbered, *odd]).map(quoted)),),
        ),
        Field("作成者", {"type": "CREATOR"}, by, people, kept=st.just(GONE)),
        Field("更新者", {"type": "MODIFIER"}, changed_by, people, kept=st.just(GONE)),
        *(
            Field(code, {"type": kind}, (Column(code, "TIMESTAMPTZ", MOMENT_LITERALS),), MOMENTS)
            for code, kind in times
        ),
    ]


def process_fields() -> list[Field]:
    """The fields of process management."""
    literals = st.sampled_from([*STATES, REMOVED, "", "done"]).map(quoted)
    status = Column("ステータス", "VARCHAR", literals)
    assigned = st.lists(
        st.sampled_from(sorted(PEOPLE["USER_SELECT"])).map(
            lambda code: {"code": code, "name": PEOPLE["USER_SELECT"][code]}
        ),
        unique_by=lambda each: each["code"],
        max_size=2,
    )
    return [
        Field(
            "ステータス",
            {"type": "STATUS"},
            (status,),
            kept=st.sampled_from([*STATES, REMOVED, ""]),
        ),
        Field(
            "作業者",
            {"type": "STATUS_ASSIGNEE"},
            people_columns("作業者", "USER_SELECT", "VARCHAR[]"),
            kept=assigned,
        ),
    ]


def category_field() -> Field:
    """The field of categories."""
    names = ("東京", "Tokyo > 港区", "it's", REMOVED)
    literals = st.sampled_from([*names, ""]).map(quoted)
    return Field(
        "カテゴリー",
        {"type": "CATEGORY", "enabled": True},
        (Column("カテゴリー", "VARCHAR[]", literals),),
        kept=st.lists(st.sampled_from(names), unique=True, max_size=3),
    )

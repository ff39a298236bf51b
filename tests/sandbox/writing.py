"""Short ways to write records in tests: through Python, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import pytest

from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.model import App, Domain, Group, Organization, Record, User
from sqlalchemy_kintone.sandbox.records import Change, add_records, change_records
from sqlalchemy_kintone.sandbox.switches import Switches

# A Wednesday; in Tokyo it is 09:30 of that day, in New York 19:30 of the day before.
NOW = datetime(2026, 11, 25, 0, 30, 15, tzinfo=timezone.utc)


def make_domain(**switches: Any) -> Domain:
    """A domain with an administrator, a user, an organization and a group; its clock stands."""
    users = [
        User(1, "admin", "Admin", "p", administrator=True),
        User(
            2,
            "sato",
            "佐藤",
            "p",
            timezone="America/New_York",
            organizations=["sales"],
            primary_organization="sales",
        ),
    ]
    return Domain(
        switches=Switches(**switches),
        clock=lambda: NOW,
        users={user.code: user for user in users},
        organizations={"sales": Organization(1, "sales", "営業")},
        groups={"staff": Group(1, "staff", "社員")},
    )


def cells(values: Mapping[str, Any]) -> dict[str, Any]:
    """Field code to V, as a record's JSON has it."""
    return {code: {"value": value} for code, value in values.items()}


def rows(*values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """New rows for a SUBTABLE."""
    return [{"value": cells(each)} for each in values]


def row_values(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The values of a SUBTABLE's rows, without ids and types."""
    return [{code: cell["value"] for code, cell in row["value"].items()} for row in shown]


def added(domain: Domain, app: App, values: Mapping[str, Any], code: str = "admin") -> Record:
    """The record that adding these values stores."""
    (record,) = add_records(domain, app, [cells(values)], code=code)
    return record


def changed(
    domain: Domain, app: App, record_id: int, values: Mapping[str, Any], code: str = "admin"
) -> Record:
    """The version of a record that writing these values stores."""
    (outcome,) = change_records(domain, app, [Change(record_id, cells(values))], code=code)
    return outcome.record


def refused(domain: Domain, app: App, values: Mapping[str, Any]) -> KintoneError:
    """The refusal of adding these values; nothing is stored then."""
    before = dict(app.records)
    with pytest.raises(KintoneError) as caught:
        added(domain, app, values)
    assert app.records == before
    return caught.value


def messages(domain: Domain, app: App, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """The messages by path of the CB_VA01 that adding these values gets."""
    error = refused(domain, app, values)
    assert (error.code, error.status) == ("CB_VA01", 400)
    return {path: list(each) for path, each in (error.errors or {}).items()}

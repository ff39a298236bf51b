"""As ``test_differential``, over apps with any fields."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.properties import DEFAULTS, SWITCHED_FIELDS, SYSTEM_FIELDS
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.differential.checks import Checks
from tests.differential.comparison import LEVELS, Comparison
from tests.differential.domain import SWITCHES
from tests.differential.random_domain import add_views, domain_of, oracle
from tests.differential.random_fields import EVERYWHERE
from tests.differential.random_schema import Case, cases
from tests.differential.random_system_fields import (
    category_field,
    process_fields,
    system_fields,
)
from tests.differential.test_differential import ZONES


@contextmanager
def comparison(sandbox: Sandbox, case: Case, switches: Switches, zone: str) -> Iterator[Comparison]:
    domain = domain_of(case, switches)
    sandbox.reset(domain)
    login = {"url": sandbox.url, "user": "sandbox", "password": "sandbox"}
    with ExitStack() as stack:
        connections = {
            level: stack.enter_context(
                kintone.connect(**login, time_zone=zone, page_size=case.page_size, pushdown=level)
            )
            for level in LEVELS
        }

        def names(table: str) -> Sequence[str]:
            found = connections["all"].catalog.find(None, table)
            assert found is not None, table
            return [column.name for column in found.columns]

        tables = tuple(case.schema.tables())
        plain = stack.enter_context(oracle(domain, tables, names, zone))
        add_views(plain, case.schema, names, partial(selected, sandbox))
        yield Comparison(connections, plain)


def selected(sandbox: Sandbox, app: int, condition: str) -> Sequence[int]:
    """The ids of the records that Kintone selects, asked without the driver."""
    login = base64.b64encode(b"sandbox:sandbox").decode("ascii")
    asked = urlencode({"app": app, "query": f"{condition} limit 500", "fields[0]": "$id"})
    request = urllib.request.Request(
        f"{sandbox.url}/k/v1/records.json?{asked}", headers={"X-Cybozu-Authorization": login}
    )
    with urllib.request.urlopen(request) as answer:
        return [int(record["$id"]["value"]) for record in json.load(answer)["records"]]


_SETTINGS: Mapping[str, Any] = {
    "deadline": None,
    "suppress_health_check": [
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
}


def test_every_type_is_drawn() -> None:
    kept = [*system_fields(""), *process_fields(), category_field()]
    # Groups of fields are drawn where there is nothing to look related records up by.
    drawn = {*EVERYWHERE, "GROUP", *(each.type for each in kept)}
    assert drawn >= {*DEFAULTS, *SYSTEM_FIELDS, *SWITCHED_FIELDS}


@settings(max_examples=10, **_SETTINGS)
@given(case=cases(count=16), switches=SWITCHES, zone=ZONES)
def test_statements(
    kintone_sandbox_server: Sandbox, checks: Checks, case: Case, switches: Switches, zone: str
) -> None:
    with comparison(kintone_sandbox_server, case, switches, zone) as compared:
        checks.check(compared, case.statements)


@pytest.mark.long
@settings(max_examples=850, **_SETTINGS)
@given(case=cases(count=12), switches=SWITCHES, zone=ZONES)
def test_many_statements(
    kintone_sandbox_server: Sandbox, checks: Checks, case: Case, switches: Switches, zone: str
) -> None:
    with comparison(kintone_sandbox_server, case, switches, zone) as compared:
        checks.check(compared, case.statements)

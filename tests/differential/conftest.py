"""Counts the statements that were compared, and says how many at the end of a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.differential.checks import Checks
from tests.differential.comparison import LEVELS

_PROPERTY = "statements compared"


@pytest.fixture
def checks(request: pytest.FixtureRequest) -> Iterator[Checks]:
    """Checks whose number is told at the end of the run."""
    made = Checks()
    yield made
    request.node.user_properties.append((_PROPERTY, made.compared))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Of the last report on each test, as only that is made after the fixture's end.
    reports = [each for found in terminalreporter.stats.values() for each in found]
    numbers = [
        int(number)
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "teardown"
        for name, number in report.user_properties
        if name == _PROPERTY and isinstance(number, int)
    ]
    if numbers:
        terminalreporter.write_line(
            f"{sum(numbers):,} random statements compared with plain DuckDB, each at "
            f"{len(LEVELS)} levels of pushdown"
        )

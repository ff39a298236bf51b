"""A plan in words, or as JSON: what EXPLAIN answers. Pure functions, without I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy_kintone.plan.deep import with_room
from sqlalchemy_kintone.plan.model import Exactness, KeySource, Plan, Scan
from sqlalchemy_kintone.plan.sql import parse
from sqlalchemy_kintone.stats import ScanStats, Stats


@dataclass(frozen=True)
class Bounds:
    """What is known of a number before.

    Attributes:
        least: It is not less.
        most: It is not more; None where only reading tells.
        estimate: About what it is, by what earlier reads found; None where they say nothing.
    """

    least: int
    most: int | None
    estimate: int | None = None

    @property
    def likely(self) -> int | None:
        """The number, or about; None where nothing tells."""
        return self.most if self.least == self.most else self.estimate

    def plus(self, other: Bounds) -> Bounds:
        """What is known of the sum of two numbers."""
        most = None if self.most is None or other.most is None else self.most + other.most
        likely = (self.likely, other.likely)
        estimate = None if likely[0] is None or likely[1] is None else likely[0] + likely[1]
        return Bounds(self.least + other.least, most, estimate)


@dataclass(frozen=True)
class Expectation:
    """How a scan will be read, as far as its plan tells.

    Attributes:
        strategy: The way its pages are read, in words.
        requests: How many requests that takes, if other scans do not narrow it.
        records: How many records Kintone sends then.
    """

    strategy: str
    requests: Bounds
    records: Bounds


@dataclass(frozen=True)
class Measured:
    """What a statement did, for ANALYZE.

    Attributes:
        stats: What it cost, each of its scans included.
        rows: The number of rows of its result.
    """

    stats: Stats
    rows: int


def explain_text(
    plan: Plan, expected: Mapping[str, Expectation], measured: Measured | None = None
) -> list[str]:
    """A plan as lines of text.

    Args:
        plan: The plan.
        expected: How each scan will be read, by the scan's name.
        measured: For ANALYZE, what the statement did.

    Returns:
        Each scan with its Kintone query, then the SQL that DuckDB runs over the scans. Texts of
        the statement that hold line breaks take several lines.
    """
    spent = _by_name(measured)
    lines: list[str] = []
    for scan in plan.scans:
        lines.append(f"{scan.name}: {_app(scan)}")
        lines += (f"  {each}" for each in _scan_lines(scan, expected[scan.name]))
        if scan.name in spent:
            lines.append(f"  measured: {_spent(spent[scan.name])}")
    lines.append("DuckDB:")
    lines += (f"  {each}" for each in _pretty(plan).split("\n"))
    if len(plan.scans) > 1:
        lines.append(f"Expected: {_cost(*_whole(plan, expected))}")
    if measured is not None:
        lines += _total_lines(measured)
    return "\n".join(lines).split("\n")


def explain_json(
    plan: Plan, expected: Mapping[str, Expectation], measured: Measured | None = None
) -> dict[str, Any]:
    """As ``explain_text``, as a JSON object.

    Returns:
        ``scans``, a list; ``residual``, the SQL that DuckDB runs; ``expected``, of all scans; for
        ANALYZE ``measured``. Of what is expected, ``most`` is null where only reading tells,
        ``estimate`` where nothing tells. Seconds are numbers.
    """
    spent = _by_name(measured)
    scans = []
    for scan in plan.scans:
        described = _scan_object(scan, expected[scan.name])
        if scan.name in spent:
            described["measured"] = _spent_object(spent[scan.name])
        scans.append(described)
    requests, records = _whole(plan, expected)
    whole: dict[str, Any] = {
        "scans": scans,
        "residual": _pretty(plan),
        "expected": {"requests": _bounds_object(requests), "records": _bounds_object(records)},
    }
    if measured is not None:
        stats = measured.stats
        whole["measured"] = {
            "requests": stats.requests,
            "metadata_requests": stats.metadata_requests,
            "records": stats.records,
            "received_bytes": stats.received_bytes,
            "rows": measured.rows,
            "seconds": dict(stats.seconds),
        }
    return whole


def summary(plan: Plan) -> str:
    """A plan in one line: what it asks of Kintone, scan by scan. Holds values of the statement."""
    parts = [
        f"{scan.name} of app {scan.table.app_id}: {_query(scan)}"
        if scan.table.system is None
        else f"{scan.name} of {scan.table.schema}.{scan.table.name}"
        for scan in plan.scans
    ]
    return "; ".join(parts) or "nothing is asked of Kintone"


def _by_name(measured: Measured | None) -> Mapping[str, ScanStats]:
    return {each.name: each for each in measured.stats.scans} if measured is not None else {}


def _pretty(plan: Plan) -> str:
    return with_room(lambda: parse(plan.residual_sql).sql(dialect="duckdb", pretty=True))


def _app(scan: Scan) -> str:
    table = scan.table
    if table.system is not None:
        return f"{table.schema}.{table.name} (metadata)"
    place = f"app {table.app_id}"
    if table.guest_space_id is not None:
        place += f" in guest space {table.guest_space_id}"
    return f"{table.schema}.{table.name} ({place})"


def _scan_lines(scan: Scan, expected: Expectation) -> Iterator[str]:
    if scan.table.system is not None:
        yield from _metadata_lines(scan, expected)
        return
    yield f"query: {_query(scan)}"
    if not scan.empty:
        if scan.exactness is Exactness.EXACT:
            yield "match: exact"
        else:
            yield "match: superset, of which DuckDB keeps what the local conditions hold for"
        yield f"fields: {', '.join(scan.fields)}"
    yield f"read: {expected.strategy}"
    if not scan.empty:
        yield from (f"narrowed: {_narrowing(key)}" for key in scan.keys)
    yield f"expected: {_cost(expected.requests, expected.records)}"
    for condition in () if scan.empty else scan.local:
        yield f"local: {condition.sql}"
        yield f"  because {condition.reason}"


def _metadata_lines(scan: Scan, expected: Expectation) -> Iterator[str]:
    for given in scan.given:
        yield f"asked for: {given.column.name} {', '.join(map(str, given.values))}"
    yield f"read: {expected.strategy}"
    for key in () if scan.empty else scan.keys:
        yield f"asked for: {key.column.name} of the values of {key.scan}.{key.key.name}"


def _query(scan: Scan) -> str:
    return "none, as no record can be in the answer" if scan.empty else scan.query or "all records"


def _narrowing(key: KeySource) -> str:
    return (
        f"{key.column.name} to the values of {key.scan}.{key.key.name}, where that saves requests"
    )


def _whole(plan: Plan, expected: Mapping[str, Expectation]) -> tuple[Bounds, Bounds]:
    """The requests and records of all scans."""
    requests, records = Bounds(0, 0), Bounds(0, 0)
    for scan in plan.scans:
        requests = requests.plus(expected[scan.name].requests)
        records = records.plus(expected[scan.name].records)
    return requests, records


def _cost(requests: Bounds, records: Bounds) -> str:
    if requests == records == Bounds(0, None):
        return "unknown, as nothing has counted these records lately"
    return f"{_bounded(requests, 'request')}, {_bounded(records, 'record')}"


def _bounded(bounds: Bounds, noun: str) -> str:
    least, most = bounds.least, bounds.most
    if most is not None and least == most:
        return _amount(most, noun)
    if bounds.estimate is not None:
        return f"≈ {_amount(bounds.estimate, noun)}"
    if most is not None:
        return f"{least} to {_amount(most, noun)}" if least else f"at most {_amount(most, noun)}"
    return f"at least {_amount(least, noun)}" if least else f"unknown number of {noun}s"


def _spent(stats: ScanStats) -> str:
    if stats.read_with is not None:
        return f"with {stats.read_with}"
    return (
        f"{_amount(stats.requests, 'request')}, {_amount(stats.records, 'record')}, "
        f"{_amount(stats.received_bytes, 'byte')}, {stats.seconds:.3f} s"
    )


def _total_lines(measured: Measured) -> list[str]:
    stats = measured.stats
    stages = ", ".join(f"{stage} {seconds:.3f} s" for stage, seconds in stats.seconds.items())
    return [
        f"Total: {_amount(stats.requests, 'request')} ({stats.metadata_requests} for metadata), "
        f"{_amount(stats.records, 'record')}, {_amount(stats.received_bytes, 'byte')}",
        f"Result: {_amount(measured.rows, 'row')}",
        f"Time: {stages}",
    ]


def _amount(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _scan_object(scan: Scan, expected: Expectation) -> dict[str, Any]:
    table = scan.table
    return {
        "name": scan.name,
        "schema": table.schema,
        "table": table.name,
        "app": table.app_id or None,
        "guest_space": table.guest_space_id,
        "empty": scan.empty,
        "query": scan.query,
        "condition": scan.condition,
        "order": [{"field": key.field_code, "descending": key.descending} for key in scan.order],
        "limit": scan.limit,
        "offset": scan.offset,
        "fields": list(scan.fields),
        "match": scan.exactness.value,
        "local": [{"sql": each.sql, "reason": each.reason} for each in scan.local],
        "narrowed": [
            {"column": each.column.name, "scan": each.scan, "key": each.key.name}
            for each in scan.keys
        ],
        **({"rows": scan.rows} if scan.rows is not None else {}),
        **_first_object(scan),
        **_given_object(scan),
        "strategy": expected.strategy,
        "expected": {
            "requests": _bounds_object(expected.requests),
            "records": _bounds_object(expected.records),
        },
    }


def _first_object(scan: Scan) -> dict[str, Any]:
    first = scan.first
    if first is None:
        return {}
    order = [{"field": key.field_code, "descending": key.descending} for key in first.order]
    return {"first": {"condition": first.condition, "order": order, "limit": first.records}}


def _given_object(scan: Scan) -> dict[str, Any]:
    if scan.table.system is None:
        return {}
    given = [{"column": each.column.name, "values": list(each.values)} for each in scan.given]
    return {"given": given}


def _bounds_object(bounds: Bounds) -> dict[str, int | None]:
    return {"least": bounds.least, "most": bounds.most, "estimate": bounds.likely}


def _spent_object(stats: ScanStats) -> dict[str, Any]:
    return {
        "requests": stats.requests,
        "records": stats.records,
        "received_bytes": stats.received_bytes,
        "seconds": stats.seconds,
        "read_with": stats.read_with,
    }

"""From a checked condition to a test of records.

A comparison of a table's field matches a record if some row matches it; a negative one if there
are rows and all match. Positive ones joined by ``and`` have to hold on the same row; whether that
reaches across parentheses and ``or`` is a switch. Related records are treated alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product

from sqlalchemy_kintone.sandbox.model import Json, Record
from sqlalchemy_kintone.sandbox.query.bound import Bound, Enclosed, Every, Leaf
from sqlalchemy_kintone.sandbox.query.fields import Collection, Item
from sqlalchemy_kintone.sandbox.switches import Switches

RecordTest = Callable[[Record], bool]
Items = Callable[[Record], Sequence[Item]]
Row = Mapping[str, Json]
_ChosenTest = Callable[[Record, Mapping[str, "Row | None"]], bool]


def record_test(
    bound: Bound, items_of: Callable[[Collection], Items], switches: Switches
) -> RecordTest:
    """The test of a record.

    Args:
        bound: The checked condition.
        items_of: For a table or a related list, the function from a record to its rows.
        switches: How rows are taken together.
    """
    compiler = _Compiler(items_of, switches)
    if switches.table_conditions == "anywhere":
        return compiler.with_rows_chosen(bound)
    return compiler.test(bound)


class _Compiler:
    def __init__(self, items_of: Callable[[Collection], Items], switches: Switches) -> None:
        self._items_of = items_of
        self._switches = switches

    def test(self, bound: Bound) -> RecordTest:
        if isinstance(bound, Leaf):
            return self._leaf(bound)
        if isinstance(bound, Enclosed):
            return self.test(bound.inner)
        if isinstance(bound, Every):
            return _every(self._joined(bound.parts))
        return _some([self.test(part) for part in bound.parts])

    def _leaf(self, leaf: Leaf) -> RecordTest:
        collection, matches = leaf.field.collection, leaf.matches
        if collection is None:
            return matches
        if leaf.positive:
            return self._same_item(collection, [leaf])
        items = self._items_of(collection)
        if collection.kind == "related" and self._switches.related_negatives == "some":
            return lambda record: any(map(matches, items(record)))
        return lambda record: bool(held := items(record)) and all(map(matches, held))

    def _same_item(self, collection: Collection, leaves: Iterable[Leaf]) -> RecordTest:
        items, matches = self._items_of(collection), _every([leaf.matches for leaf in leaves])
        return lambda record: any(map(matches, items(record)))

    def _joined(self, parts: Iterable[Bound]) -> list[RecordTest]:
        """The tests of what ``and`` joins, the comparisons of one table as one test."""
        tests: list[RecordTest] = []
        together: dict[Collection, list[Leaf]] = {}
        for part in parts:
            if isinstance(part, Leaf) and part.positive and self._on_one_item(part):
                together.setdefault(_collection(part), []).append(part)
            else:
                tests.append(self.test(part))
        return tests + [self._same_item(*each) for each in together.items()]

    def _on_one_item(self, leaf: Leaf) -> bool:
        collection = leaf.field.collection
        if collection is None:
            return False
        return collection.kind == "table" or self._switches.related_conditions == "same"

    def with_rows_chosen(self, bound: Bound) -> RecordTest:
        """The test whether rows can be chosen, one of each table, that fit the whole condition."""
        tables = list(dict.fromkeys(_tables(bound)))
        if not tables:
            return self.test(bound)
        rows_of = [self._items_of(Collection("table", table)) for table in tables]
        fits = self._chosen(bound)

        def test(record: Record) -> bool:
            choices = product(*(rows(record) or (None,) for rows in rows_of))
            return any(fits(record, dict(zip(tables, chosen, strict=True))) for chosen in choices)

        return test

    def _chosen(self, bound: Bound) -> _ChosenTest:
        if isinstance(bound, Enclosed):
            return self._chosen(bound.inner)
        if isinstance(bound, Leaf):
            if not _of_table(bound):
                test = self._leaf(bound)
                return lambda record, _: test(record)
            table, matches = _collection(bound).code, bound.matches

            def row_test(_: Record, rows: Mapping[str, Row | None]) -> bool:
                row = rows[table]
                return row is not None and matches(row)

            return row_test
        if isinstance(bound, Every):
            # Related records are joined as ever; a record's own tables by the rows chosen.
            own = [self._chosen(part) for part in bound.parts if _tables_in(part)]
            rest = _every(self._joined([part for part in bound.parts if not _tables_in(part)]))
            return lambda record, rows: rest(record) and all(test(record, rows) for test in own)
        some = [self._chosen(part) for part in bound.parts]
        return lambda record, rows: any(test(record, rows) for test in some)


def _collection(leaf: Leaf) -> Collection:
    collection = leaf.field.collection
    if collection is None:
        raise TypeError(f"{leaf.field.reference} has one value per record")
    return collection


def _of_table(leaf: Leaf) -> bool:
    collection = leaf.field.collection
    return collection is not None and collection.kind == "table" and leaf.positive


def _tables(bound: Bound) -> Iterable[str]:
    """The tables on whose rows the condition has positive comparisons."""
    if isinstance(bound, Leaf):
        if _of_table(bound):
            yield _collection(bound).code
    elif isinstance(bound, Enclosed):
        yield from _tables(bound.inner)
    else:
        for part in bound.parts:
            yield from _tables(part)


def _tables_in(bound: Bound) -> bool:
    return any(True for _ in _tables(bound))


def _every(tests: Sequence[Callable[[Item], bool]]) -> Callable[[Item], bool]:
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return lambda item: first(item) and second(item)
    return lambda item: all(test(item) for test in tests)


def _some(tests: Sequence[RecordTest]) -> RecordTest:
    return lambda record: any(test(record) for test in tests)

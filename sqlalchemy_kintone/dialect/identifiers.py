"""Which names need quotes."""

from __future__ import annotations

import re
import string

from sqlalchemy.sql.compiler import IdentifierPreparer

_RESERVED_WORDS = set(
    re.findall(
        r"\w+",
        """
        all alter analyse analyze and anti any array as asc asof asymmetric at authorization
        between bigint binary bit boolean both by case cast char character check coalesce collate
        collation column columns concurrently constraint create cross cube current_catalog
        current_date current_role current_time current_timestamp current_user dec decimal default
        deferrable desc describe distinct do drop else end except exists extract false fetch float
        for force foreign freeze from full generated glob grant group grouping grouping_id having
        if ilike in initially inner inout insert install int integer intersect interval into is
        isnull join lambda lateral leading left like limit localtime localtimestamp lock map
        national natural nchar new none not notnull null nullif numeric off offset old on only or
        order out outer overlaps overlay partitioned_by pivot pivot_longer pivot_wider placing
        position positional precision primary qualify real references regexp returning revoke
        right rlike rollback rollup row select semi session_user set setof show similar smallint
        some struct substring summarize symmetric table tablesample then time timestamp to
        trailing treat trim true try_cast tuple uncache union unique unpack unpivot user using
        values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement
        xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable xor
        """,
    )
)
"""Words that DuckDB or sqlglot would not read as a name everywhere."""

_INITIALS = set(string.digits + "$")


class KintoneIdentifierPreparer(IdentifierPreparer):
    """Leaves lower-case ASCII words bare and quotes the rest: ``$id``, ``受注``, ``Name``, ``end``.

    Names have no case in SQL, but are shown as written; quoting keeps it so.
    """

    reserved_words = _RESERVED_WORDS
    legal_characters = re.compile(r"[a-z_][a-z0-9_]*\Z")
    illegal_initial_characters = _INITIALS

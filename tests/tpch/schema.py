"""TPC-H's tables as apps."""

from __future__ import annotations

from collections.abc import Mapping

from tests.tables import DATE, LONG_TEXT, NUMBER, TEXT, Layout, choice
from tests.tpch import data

TABLES: Mapping[str, Layout] = {
    "region": Layout({"r_regionkey": NUMBER, "r_name": TEXT, "r_comment": LONG_TEXT}, 9, 0),
    "nation": Layout({"n_nationkey": NUMBER, "n_name": TEXT, "n_regionkey": NUMBER}, 9, 0),
    "supplier": Layout(
        {
            "s_suppkey": NUMBER,
            "s_name": TEXT,
            "s_address": TEXT,
            "s_nationkey": NUMBER,
            "s_phone": TEXT,
            "s_acctbal": NUMBER,
            "s_comment": LONG_TEXT,
        },
        15,
        2,
    ),
    "part": Layout(
        {
            "p_partkey": NUMBER,
            "p_name": TEXT,
            "p_mfgr": TEXT,
            "p_brand": choice(data.BRANDS),
            "p_type": TEXT,
            "p_size": NUMBER,
            "p_container": choice(data.CONTAINERS),
            "p_retailprice": NUMBER,
        },
        16,
        4,
    ),
    "partsupp": Layout(
        {
            "ps_partkey": NUMBER,
            "ps_suppkey": NUMBER,
            "ps_availqty": NUMBER,
            "ps_supplycost": NUMBER,
        },
        15,
        2,
    ),
    "customer": Layout(
        {
            "c_custkey": NUMBER,
            "c_name": TEXT,
            "c_address": TEXT,
            "c_nationkey": NUMBER,
            "c_phone": TEXT,
            "c_acctbal": NUMBER,
            "c_mktsegment": choice(data.SEGMENTS),
            "c_comment": LONG_TEXT,
        },
        15,
        2,
    ),
    "orders": Layout(
        {
            "o_orderkey": NUMBER,
            "o_custkey": NUMBER,
            "o_orderstatus": choice(data.ORDER_STATES),
            "o_totalprice": NUMBER,
            "o_orderdate": DATE,
            "o_orderpriority": choice(data.PRIORITIES),
            "o_clerk": TEXT,
            "o_shippriority": NUMBER,
            "o_comment": LONG_TEXT,
        },
        15,
        2,
    ),
    "lineitem": Layout(
        {
            "l_orderkey": NUMBER,
            "l_partkey": NUMBER,
            "l_suppkey": NUMBER,
            "l_linenumber": NUMBER,
            "l_quantity": NUMBER,
            "l_extendedprice": NUMBER,
            "l_discount": NUMBER,
            "l_tax": NUMBER,
            "l_returnflag": choice(data.FLAGS),
            "l_linestatus": choice(data.LINE_STATES, "RADIO_BUTTON"),
            "l_shipdate": DATE,
            "l_commitdate": DATE,
            "l_receiptdate": DATE,
            "l_shipinstruct": TEXT,
            "l_shipmode": choice(data.MODES),
            "l_comment": LONG_TEXT,
        },
        15,
        2,
    ),
}

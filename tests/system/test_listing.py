"""What ``inspect()`` shows of the demo is what it showed before."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy_kintone.sandbox import Sandbox
from tests.system.listing import listing

GOLDEN = Path(__file__).parent / "demo_listing.txt"


def test_the_listing_of_the_demo(kintone_sandbox: Sandbox) -> None:
    assert list(listing(kintone_sandbox.url)) == GOLDEN.read_text("utf-8").splitlines(), (
        "Where the change is meant, write the file anew: see tests/system/listing.py."
    )

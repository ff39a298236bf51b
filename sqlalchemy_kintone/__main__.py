"""``python -m sqlalchemy_kintone`` is ``kintone-sql``."""

from __future__ import annotations

import sys

from sqlalchemy_kintone.shell.__main__ import main

if __name__ == "__main__":
    sys.exit(main())

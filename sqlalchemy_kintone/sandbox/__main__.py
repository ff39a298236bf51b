"""``kintone-sandbox``, also ``python -m sqlalchemy_kintone.sandbox``."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Sequence

from sqlalchemy_kintone.sandbox.command import describe, sandbox_from_arguments


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT.

    Args:
        arguments: The command line without the program's name; by default the process's.

    Returns:
        The exit code: 0 after a signal, 1 where the sandbox could not start (wrong command lines
        leave with 2).
    """
    terminated = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: terminated.set())
    sandbox = sandbox_from_arguments(sys.argv[1:] if arguments is None else arguments)
    try:
        sandbox.start()
    except OSError as error:
        print(f"kintone-sandbox: cannot start: {error}", file=sys.stderr)
        return 1
    try:
        print(json.dumps(describe(sandbox), ensure_ascii=False), flush=True)
        # A wait without a timeout would not see signals on Windows.
        while not terminated.wait(0.5):
            pass
    finally:
        sandbox.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

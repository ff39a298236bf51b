"""The documentation's table of switches: ``python -m tests.sandbox.switch_table`` writes it."""

from __future__ import annotations

import sys
from dataclasses import fields
from typing import get_args, get_type_hints

from sqlalchemy_kintone.sandbox.command import switch_descriptions
from sqlalchemy_kintone.sandbox.switches import Switches


def switch_table() -> str:
    """Markdown: option, choices with the default in bold, meaning."""
    hints = get_type_hints(Switches)
    descriptions = switch_descriptions()
    rows = ["| Option | Choices (default in bold) | What it decides |", "|---|---|---|"]
    for switch in fields(Switches):
        choices = ", ".join(
            f"**`{choice}`**" if choice == switch.default else f"`{choice}`"
            for choice in get_args(hints[switch.name])
        )
        option = "--" + switch.name.replace("_", "-")
        meaning = descriptions[switch.name].replace("``", "`").replace("|", "\\|")
        rows.append(f"| `{option}` | {choices} | {meaning} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(switch_table())

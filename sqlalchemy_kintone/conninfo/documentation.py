"""The documentation's table of parameters."""

from __future__ import annotations

from sqlalchemy_kintone.conninfo.parameters import PARAMETERS


def markdown_table() -> str:
    """The table of parameters of the documentation page."""
    lines = [
        "| Name | Keyword | Environment | Value | Default | Meaning |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for each in PARAMETERS:
        default = f"`{each.default}`" if each.default else ""
        lines.append(
            f"| `{each.name}` | `{each.keyword}` | `{each.environment}` | {each.kind.label}"
            f" | {default} | {each.doc} |"
        )
    return "\n".join(lines) + "\n"

"""The plain text of HTML, as Kintone keeps it in RICH_TEXT fields."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_HIDDEN = frozenset({"script", "style", "head", "title", "template"})
"""Elements whose content is never shown."""
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "fieldset"),
        *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul"),
    }
)
"""Elements that begin and end a line."""
_CELLS = frozenset({"td", "th"})
_BLANKS = re.compile(r"[ \t\r\n\f]+")
"""What HTML shows as one blank. A no-break space is none of these."""


def html_text(html: str) -> str:
    """The text of a piece of HTML, as one would copy it from a page.

    Args:
        html: Any text: what is no HTML is taken as browsers take it.

    Returns:
        Lines parted by line feeds, none empty at the start and the end. A line ends at ``<br>`` and
        where paragraphs, lists, items, headings and rows of tables begin and end; cells are parted
        by tabs. Entities are the characters they stand for; scripts and styles are left out.
    """
    if "<" not in html and "&" not in html:
        return _BLANKS.sub(" ", html).strip(" ")
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[list[str]] = [[]]
        self._hidden = 0
        self._preformatted = 0

    def text(self) -> str:
        """What has been read."""
        lines = ("".join(parts).rstrip(" \t") for parts in self._lines)
        return "\n".join(lines).strip("\n")

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "br":
            self._lines.append([])
        elif tag in _CELLS:
            self._part("\t")
        elif tag in _BLOCKS:
            self._end_line()
            self._preformatted += tag == "pre"

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """``<br/>``. The slash means nothing but in XML."""
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if tag in _HIDDEN:
            self._hidden = max(self._hidden - 1, 0)
        elif tag in _BLOCKS:
            self._end_line()
            self._preformatted = max(self._preformatted - (tag == "pre"), 0)

    def handle_data(self, data: str) -> None:
        """Text, entities decoded."""
        if self._hidden:
            return
        if self._preformatted:
            first, *others = data.replace("\r\n", "\n").split("\n")
            self._lines[-1].append(first)
            self._lines += ([line] for line in others)
            return
        shown = _BLANKS.sub(" ", data)
        if shown.startswith(" "):
            self._part(" ")
            shown = shown[1:]
        if shown:
            self._lines[-1].append(shown)

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 - the parser's
        """``<![…``, which the parser fails for and browsers take for a comment."""
        return self.parse_bogus_comment(i)

    def _part(self, by: str) -> None:
        """Part what follows from what is on the line, unless there is nothing or it is parted."""
        line = self._lines[-1]
        if line and line[-1][-1:] not in (" ", "\t", ""):
            line.append(by)

    def _end_line(self) -> None:
        if any(part.strip(" \t") for part in self._lines[-1]):
            self._lines.append([])
        else:
            self._lines[-1].clear()

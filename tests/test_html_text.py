"""The plain text of HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlalchemy_kintone.html_text import html_text

TEXTS = [
    ("", ""),
    ("plain", "plain"),
    ("  two \n words ", "two words"),
    ("<b>bold</b> and <i>not</i>", "bold and not"),
    ("a<br>b<br/>c<BR />d", "a\nb\nc\nd"),
    ("<div>a</div><div>b</div>", "a\nb"),
    ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
    ("<div>a<br></div><div>b</div>", "a\nb"),
    ("<p>a</p>\n\n<p>b</p>", "a\nb"),
    ("before<div>in<div>inner</div>after</div>end", "before\nin\ninner\nafter\nend"),
    ("<ul><li>one</li><li>two<ol><li>deep</li></ol></li></ul>", "one\ntwo\ndeep"),
    ("<ul><li>never<li>closed</ul>", "never\nclosed"),
    (
        "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
        "a\tb\n1\t2",
    ),
    ("1 &lt; 2 &amp;&amp; &quot;x&quot; &#26085;&#x672C; &eacute;&copy;", '1 < 2 && "x" 日本 é©'),
    ("a&nbsp;b", "a\u00a0b"),
    ("&amp;lt;", "&lt;"),
    ("&unknown; & &", "&unknown; & &"),
    ("a<script>if (x < 1) { alert('</p>') }</script>b", "ab"),
    ("<style>p { color: red }</style>text", "text"),
    ("a<script>never closed", "a"),
    ("a<!-- <p>comment</p> -->b", "ab"),
    ("<![CDATA[x]]>a", "a"),
    ("<![if !IE]>a<![endif]>", "a"),
    ("<![ x>a", "a"),
    ("<?xml version='1.0'?><!DOCTYPE html>a", "a"),
    ('<a href="https://example.com/?a=1&b=2" title="x > y">link</a>', "link"),
    ('<span style="color:red">赤</span>い', "赤い"),
    ("<pre>a\n   b\n</pre>c", "a\n   b\nc"),
    ("a < b and c > d", "a < b and c > d"),
    ("</b>a</div>b</script>", "a\nb"),
    ("<b>a </b> b", "a b"),
    ("a <br> b", "a\nb"),
    ("<div> </div><div>a</div><p></p>", "a"),
]


@pytest.mark.parametrize(("html", "text"), TEXTS)
def test_text(html: str, text: str) -> None:
    assert html_text(html) == text


@given(st.text(alphabet=st.sampled_from("<>&;!-[]/='\" \n\tabpredivscript#x1é"), max_size=60))
def test_any_text_is_read(html: str) -> None:
    found = html_text(html)
    assert not found.startswith("\n")
    assert not found.endswith("\n")


@given(st.lists(st.text("ab 日é<&\"'", min_size=1, max_size=8), max_size=6))
def test_what_is_escaped_comes_back(lines: list[str]) -> None:
    shown = [" ".join(line.split(" ")).strip() for line in lines]
    escaped = [
        line.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;") for line in lines
    ]
    expected = [" ".join(part for part in line.split(" ") if part) for line in shown]
    html = "".join(f"<div>{line}</div>" for line in escaped)
    assert html_text(html) == "\n".join(line for line in expected if line)

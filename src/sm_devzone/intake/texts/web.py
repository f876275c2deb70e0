"""A web page: its article, without what stands around it (lxml is loaded here)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sm_devzone.domain.reading.duties import role_of_heading
from sm_devzone.domain.reading.text import Line, as_viewed, joined
from sm_devzone.errors import CannotRead
from sm_devzone.intake.texts.plain import decoded, looks_like_web

_SKIPPED = frozenset(
    (
        "script style nav footer aside form button select noscript iframe template svg head title input textarea "
        "option object embed audio video canvas map"
    ).split()
)
_BLOCKS = frozenset(
    (
        "p div li ul ol dl dt dd h1 h2 h3 h4 h5 h6 section article main blockquote pre figure figcaption center hr "
        "address header body html table tbody thead tfoot tr td th caption fieldset"
    ).split()
)
_AROUND = re.compile(
    "(?i)(?:^|[-_ ])(?:nav|navbar|breadcrumb|crumb|footer|foot|share|related|relate|recommend|copyright|toolbar|"
    "sidebar|side|menu|comment|banner|search|login|hot|rank|pagination|pager|qrcode|ewm|fenxiang|weizhi|dqwz)"
    "(?:$|[-_ 0-9])"
)
_HAN = re.compile("[\u4e00-\u9fff]")
_MOST = 0.7
"""How much of the words of a page its article holds, at the least, for the search to go on inside it."""


def fits(content: bytes) -> bool:
    if content.startswith((b"%PDF-", b"PK\x03\x04")):
        return False
    text = decoded(content)
    return text is not None and looks_like_web(text)


def lines(content: bytes) -> list[Line]:
    from lxml import etree, html

    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decoded(content) or "")
    try:
        # No network, no entities of a DTD, and a depth that ends.
        parser = html.HTMLParser(
            no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8"
        )
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise CannotRead("网页读不了", "请把正文复制到 Word，另存为 .docx") from error
    body = tree.find("body") if tree.find("body") is not None else tree
    article = _article(body)
    walker = _Walker()
    walker.walk(article)
    walker.close()
    found = walker.rows
    around = _around(tree, body, article, "".join(joined(row[0]) for row in found))
    return [Line(number, *row) for number, row in enumerate([*around, *found], 1)]


def _tag(node: Any) -> str:
    return node.tag if isinstance(node.tag, str) else ""


def _is_skipped(node: Any) -> bool:
    if _tag(node) in _SKIPPED or not _tag(node):
        return True
    if (
        re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", node.get("style") or "")
        or node.get("hidden") is not None
    ):
        return True
    return bool(_AROUND.search(f"{node.get('class') or ''} {node.get('id') or ''}")) and _tag(node) not in (
        "body",
        "html",
        "p",
        "td",
        "tr",
        "table",
    )


def _weight(node: Any) -> int:
    """Chinese characters of `node` that are no links."""
    if _is_skipped(node):
        return 0
    own = len(_HAN.findall(node.text or "")) if _tag(node) != "a" else 0
    for child in node:
        own += _weight(child) if _tag(child) != "a" else 0
        own += len(_HAN.findall(child.tail or ""))
    return own


def _article(body: Any) -> Any:
    """The innermost element that holds most of the words of the page outside links."""
    here, whole = body, _weight(body)
    while True:
        heaviest = max(
            (
                (_weight(child), at)
                for at, child in enumerate(here)
                if not _is_skipped(child) and _tag(child) in _BLOCKS
            ),
            default=(0, 0),
        )
        if not whole or heaviest[0] < whole * _MOST:
            return here
        inner = here[heaviest[1]]
        if _tag(inner) in ("table", "p", "h1", "ul", "ol") and not (_tag(inner) == "table" and _is_layout(inner)):
            return here
        here, whole = inner, heaviest[0]


def _around(tree: Any, body: Any, article: Any, words: str) -> list[tuple[str, None, tuple[str, ...] | None, int]]:
    """What stands outside the article and is said of the document: its title, number, day."""
    found: list[tuple[str, None, tuple[str, ...] | None, int]] = []
    inside = set(article.iter())
    for node in body.iter("h1", "h2"):
        title = joined("".join(node.itertext()))
        if node not in inside and len(title) >= 8 and title not in words and not found:
            found.append((title, None, None, 0))
    if not found:
        for node in tree.iter("meta"):
            title = joined(node.get("content") or "")
            if (node.get("name") or "").lower() == "articletitle" and len(title) >= 8 and title not in words:
                found.append((title, None, None, 0))
                break
    seen: set[str] = set()
    for node in body.iter("td", "th", "li", "span", "div", "p", "dt", "dd"):
        if node in inside or len(found) > 8 or len(node.xpath(".//*")) > 8:
            continue
        own = joined("".join(node.itertext()))
        label = re.sub("[\\[\\]【】\\s]", "", own)
        if len(own) > 80 or not re.match("(?:发文机关|发布机构|成文日期|发文字号|文号|发文日期|印发日期)", label):
            continue
        if label.rstrip("：:") == re.sub("[：:].*", "", label) and (follower := node.getnext()) is not None:
            own = f"{label.rstrip('：:')}：{joined(''.join(follower.itertext()))}"
        own = re.sub("^[\\[【]?([^\\]】：:]+)[\\]】]?[：:]?", r"\1：", own, count=1)
        if own not in seen and not own.endswith("：") and own.count("：") == 1:
            seen.add(own)
            found.append((own, None, None, 0))
    return found


def _is_layout(table: Any) -> bool:
    """Whether a table only arranges the page: nested, of one column, or with whole texts in its cells."""
    if table.xpath(".//table"):
        return True
    rows = table.xpath(".//tr")
    if max((len(row.xpath("./td|./th")) for row in rows), default=0) < 2:
        return True
    heads = [
        re.sub("[\\s*]", "", as_viewed(joined("".join(cell.itertext()))))
        for row in rows[:3]
        for cell in row.xpath("./td|./th")
    ]
    if any(role_of_heading(word) for word in heads if len(word) < 15):
        return False
    return any(len(cell.xpath(".//p")) > 6 for cell in table.iter("td"))


class _Walker:
    """Goes through an article and gathers its lines and rows."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, None, tuple[str, ...] | None, int]] = []
        self._text = ""
        self._table = 0

    def close(self) -> None:
        own = self._text.strip()
        self._text = ""
        if own.strip("\u3000\xa0 "):
            self.rows.append((re.sub(r"[ \t\r\n]+", " ", own), None, None, 0))

    def walk(self, node: Any) -> None:
        if _is_skipped(node):
            return
        tag = _tag(node)
        if tag == "br":
            self.close()
            return
        if tag == "table" and not _is_layout(node):
            self.close()
            self._table += 1
            for cells in _grid(node):
                self.rows.append(("\t".join(cell.replace("\n", " ") for cell in cells), None, cells, self._table))
            return
        block = tag in _BLOCKS
        if block:
            self.close()
        self._text += node.text or ""
        number = _first(node) if tag == "ol" else 0
        for child in node:
            if number and _tag(child) == "li":
                self.close()
                self._text += f"{child.get('value') or number}."
                number += 1
                inner = _Walker()
                inner.walk(child)
                inner.close()
                if inner.rows:
                    first, *rest = inner.rows
                    self._text += first[0]
                    self.close()
                    self.rows += rest
                self._text = ""
            else:
                self.walk(child)
            self._text += child.tail or ""
        if block:
            self.close()


def _first(node: Any) -> int:
    start = node.get("start") or "1"
    return int(start) if start.isdigit() and len(start) < 4 and (node.get("type") or "1") == "1" else 0


def _cell_text(cell: Any) -> str:
    walker = _Walker()
    walker.walk(cell)
    walker.close()
    return "\n".join(row[0] for row in walker.rows)


def _grid(table: Any) -> Iterator[tuple[str, ...]]:
    """The rows of a table, with the words of a cell in each place that it spans."""
    held: dict[int, tuple[int, str]] = {}
    for row in table.xpath("./tr|./tbody/tr|./thead/tr|./tfoot/tr"):
        cells: list[str] = []

        def fill(cells: list[str] = cells) -> None:
            while len(cells) in held:
                left, words = held[len(cells)]
                if left <= 1:
                    del held[len(cells)]
                else:
                    held[len(cells)] = (left - 1, words)
                cells.append(words)

        for cell in row.xpath("./td|./th"):
            fill()
            words = _cell_text(cell)
            for _ in range(_span(cell, "colspan")):
                if (down := _span(cell, "rowspan")) > 1:
                    held[len(cells)] = (down - 1, words)
                cells.append(words)
        fill()
        yield tuple(cells)


def _span(cell: Any, name: str) -> int:
    own = (cell.get(name) or "1").strip()
    return max(1, min(int(own), 200)) if own.isdigit() and len(own) < 5 else 1

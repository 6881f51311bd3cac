"""The Document of a body of plain paragraphs, which most are, without the parser.

A body is *plain* when it holds nothing that any rule of the parser looks for but paragraphs of
one line each, with bold runs. What comes out is then the parser's own output (test_plain.py
compares the two over the CommonMark suite and over random Chinese text); for any other body it
is None, and the parser does the work.
"""

from __future__ import annotations

import re

from bulletin.markup.document import Document, make_document

# Letters, digits, Han and the punctuation of Chinese text: no mark of Markdown, no blank.
_TEXT = r"0-9A-Za-z一-鿿〇々，。、；：？！…—·‘’“”（）《》〈〉【】「」『』％"
# The two full-width blanks that start a Chinese paragraph, then text; single blanks between.
_PARAGRAPH = re.compile(rf"(?:　　)?[{_TEXT}]+(?: [{_TEXT}]+)*")
_WITH_BOLD = re.compile(rf"(?:　　)?[{_TEXT}]*(?:\*\*[{_TEXT}]+\*\*(?:[{_TEXT}]+|$))+")
# «一、» and «（一）» may start a sub-heading.
_NUMBERED = re.compile(r"　*(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
# «———» alone is a rule.
_RULE = re.compile(r"[　 ]*—[— ]*")
_GAP = re.compile(r"\n\n+")


def plain_document(body: str) -> Document | None:
    """The document of a plain body; None where the body is not plain."""
    paragraphs = _GAP.split(body)
    parts = []
    texts = []
    for paragraph in paragraphs:
        if _NUMBERED.match(paragraph) or _RULE.fullmatch(paragraph):
            return None
        if _PARAGRAPH.fullmatch(paragraph):
            text = marked = paragraph.lstrip("　")
        elif _WITH_BOLD.fullmatch(paragraph):
            marked = _BOLD.sub(r"<strong>\1</strong>", paragraph.lstrip("　"))
            text = paragraph.replace("**", "").lstrip("　")
        else:
            return None
        parts.append(f"<p>{marked}</p>\n")
        texts.append(text)
    return make_document(("".join(parts),), (), texts, texts)

"""content/pages/*.md → ``TextPage``: the pages that are no news, such as 关于本站."""

from __future__ import annotations

from pathlib import PurePosixPath

from msgspec import Struct

from bulletin.address import fault_of_name
from bulletin.body import parse_body, read_head
from bulletin.keys import Fields, Key, Shape, names_of
from bulletin.markup import Document
from bulletin.problem import Problem, has_errors, problem
from bulletin.source import Source
from bulletin.text import nfc, visible

PAGE_KEYS = (
    Key("title", ("标题",), "title: 关于本站", required=True),
    Key("summary", ("摘要", "提要"), "summary: 一句话", shape=Shape.PROSE),
)


class TextPage(Struct, frozen=True, array_like=True, tag=True):
    """A page of text; its address is its file's stem."""

    source_path: str
    path: str  # about/
    title: str
    summary: str
    document: Document


def to_text_page(source: Source) -> tuple[TextPage | None, list[Problem]]:
    front, problems = read_head(source, names_of(PAGE_KEYS))
    if front is None or has_errors(problems):
        return None, problems
    fields = Fields(front.entries, PAGE_KEYS, source)
    title = fields.required("title")
    document, found = parse_body(front.body, source.path, front.body_line)
    stem = nfc(PurePosixPath(source.path).stem)
    problems = [*problems, *fields.problems, *found]
    if reason := fault_of_name(stem):
        facts = {
            "key": "content/pages/",
            "value": visible(stem),
            "reason": reason,
            "example": "about",
        }
        problems.append(problem("B217", source.path, 0, 0, "", **facts))
    if has_errors(problems) or title is None:
        return None, problems
    summary = fields.text("summary") or document.excerpt
    return TextPage(source.path, f"{stem}/", title.text, summary, document), problems

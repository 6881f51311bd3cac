"""A Markdown file cut into head and body, and the body parsed.

Most heads and most bodies are plain, and are read without the libraries, which are dear to
import and made for more; the others, and whatever is wrong, go to python-frontmatter, YAML and
markdown-it-py. Either way gives the same.
"""

from __future__ import annotations

from bulletin.markup import Document
from bulletin.markup.plain import plain_document
from bulletin.plaintree import plain_front_matter
from bulletin.problem import Problem
from bulletin.source import Source, digest_of
from bulletin.tree import FrontMatter
from bulletin.typedline import NO_NAMES, Names, is_body


def read_head(source: Source, names: Names = NO_NAMES) -> tuple[FrontMatter | None, list[Problem]]:
    """As ``frontmatter.read_front_matter``."""
    plain = plain_front_matter(source.text)
    if plain and not any(is_body(entry.key, names) for entry in plain.entries):
        return plain, []
    from bulletin.frontmatter import read_front_matter  # noqa: PLC0415 - dear to import

    return read_front_matter(source, names)


def parse_body(body: str, path: str, first_line: int) -> tuple[Document, list[Problem]]:
    """As ``markup.parser.parse``."""
    if plain := plain_document(body):
        return plain, []
    from bulletin.markup.parser import parse  # noqa: PLC0415 - dear to import

    return parse(body, path, first_line)


def body_key(body: str, path: str, first_line: int) -> bytes:
    """Equal for bodies that give equal Documents and Problems."""
    return digest_of(f"{path}\n{first_line}\n{body}".encode())

"""Markdown as Chinese typists write it → ``Document``; the only code that knows markdown-it-py.

``cjk`` holds emphasis and line breaks beside Han, ``typed`` what typists write, ``links`` the
references of a body, ``document`` the parser put together. Whoever is outside needs these
names alone.
"""

from bulletin.markup.document import Document, TocEntry, parse
from bulletin.markup.links import ImageRef, LinkRef

__all__ = ["Document", "ImageRef", "LinkRef", "TocEntry", "parse"]

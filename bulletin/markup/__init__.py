"""Markdown as Chinese typists write it → ``Document``; the only code that knows markdown-it-py.

``document`` and ``links`` say what a parsed body is, and need no parser. ``cjk`` holds emphasis
and line breaks beside Han, ``typed`` what typists write, ``autolink`` bare addresses, and
``parser`` all of it put together; it is imported by who parses, when there is something to.
"""

from bulletin.markup.document import Document, TocEntry
from bulletin.markup.links import ImageRef, LinkRef

__all__ = ["Document", "ImageRef", "LinkRef", "TocEntry"]

"""Bare addresses in running text become links that end where the address does."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

# ASCII alone: what follows an address in Chinese text belongs to the sentence.
_ADDRESS = re.compile(r"://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_TRAILING = ".,;:!?'*~"


def autolink_plugin(md: MarkdownIt) -> None:
    """Make bare http addresses links (markdown-it's own linkify swallows ``，欢迎访问``)."""
    md.inline.ruler.before("autolink", "ascii_autolink", _ascii_autolink)


def _ascii_autolink(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != ":" or state.linkLevel > 0:
        return False
    scheme = re.search(r"(?<![A-Za-z0-9])https?$", state.pending, re.IGNORECASE)
    found = _ADDRESS.match(state.src, state.pos, state.posMax)
    if not scheme or not found:
        return False
    rest = trim_address(found.group())
    if len(rest) <= len("://"):
        return False
    if not silent:
        state.pending = state.pending[: scheme.start()]
        address = scheme.group() + rest
        token = state.push("link_open", "a", 1)
        token.attrs = {"href": state.md.normalizeLink(address)}
        token.markup, token.info = "autolink", "auto"
        state.push("text", "", 0).content = address
        token = state.push("link_close", "a", -1)
        token.markup, token.info = "autolink", "auto"
    state.pos += len(rest)
    return True


def trim_address(address: str) -> str:
    """``address`` without what belongs to the sentence: trailing points and an unpaired )."""
    while address:
        if address[-1] in _TRAILING or (
            address[-1] in ")]"
            and address.count("([)]"[")]".index(address[-1])]) < address.count(address[-1])
        ):
            address = address[:-1]
        else:
            break
    return address

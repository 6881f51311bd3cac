"""Recipe → bytes; the only code that knows Jinja.

Templates see views alone. Undefined names are errors, and every file is escaped, feeds and
text files too, so that a new template cannot forget it.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path

import jinja2

from bulletin.plan import Copied, Made, Page, Template
from bulletin.present import (
    Frame,
    Presenter,
    absolute_presenter,
    presenter,
    rooted_presenter,
)
from bulletin.problem import ContentError, problem
from bulletin.source import picture_bytes
from bulletin.text import visible
from bulletin.theme import TemplateText, Theme

# Shown by servers at any address, so its links start at the site's root.
_ROOTED = frozenset({"404.html"})


class Renderer:
    """Makes the bytes of pages; holds what all pages share."""

    def __init__(self, theme: Theme, frame: Frame, root: Path) -> None:
        self._frame, self._root = frame, root
        self._texts = {name: text.text for name, text in theme.templates.items()}
        self._names = {text.file: name for name, text in theme.templates.items()}
        self._environment = jinja2.Environment(
            loader=jinja2.FunctionLoader(lambda name: _load(theme.templates, name)),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,
        )

    def render(self, page: Page) -> bytes:
        """The bytes of ``page``. Raises ``ContentError`` when its template is wrong."""
        recipe = page.recipe
        if isinstance(recipe, Copied):
            return picture_bytes(self._root, recipe.file)
        present = self._presenter(page)
        if isinstance(recipe, Made):
            return recipe.make(present, *page.inputs)
        return self._fill(recipe, present, page).encode()

    def _presenter(self, page: Page) -> Presenter:
        if page.path in _ROOTED:
            return rooted_presenter(self._frame, page.path)
        if page.path.endswith(".xml"):
            return absolute_presenter(self._frame, page.path)
        return presenter(self._frame, page.path)

    def _fill(self, recipe: Template, present: Presenter, page: Page) -> str:
        try:
            template = self._environment.get_template(recipe.name)
            return template.render(recipe.view(present, *page.inputs))
        except jinja2.TemplateSyntaxError as error:
            place = (error.name or recipe.name, error.lineno)
            raise self._fault("B702", place, page, detail=str(error.message)) from error
        except jinja2.TemplateNotFound as error:
            place = self._place(error, recipe.name)
            raise self._fault("B703", place, page, name=str(error.name)) from error
        except jinja2.UndefinedError as error:
            place = self._place(error, recipe.name)
            raise self._fault("B701", place, page, detail=str(error.message)) from error
        except Exception as error:
            place = self._place(error, recipe.name)
            if not place[1]:  # not raised in a template: a fault of ours, to be seen as one
                raise
            raise self._fault("B702", place, page, detail=str(error)) from error

    def _fault(self, code: str, place: tuple[str, int], page: Page, **said: str) -> ContentError:
        """The Problem of a template's line, while it made ``page``."""
        name, line = place
        facts = {key: visible(value) for key, value in said.items()}
        lines = self._texts[name].split("\n") if name in self._texts else []
        shown = lines[line - 1] if 0 < line <= len(lines) else ""
        address = "/" + visible(page.path)
        return ContentError(
            [problem(code, f"templates/{name}", line, 0, shown, **facts, address=address)]
        )

    def _place(self, error: Exception, name: str) -> tuple[str, int]:
        """The template and line innermost in an error's trace; line 0 where there is none."""
        for step in reversed(traceback.extract_tb(error.__traceback__)):
            if step.filename in self._names:
                return self._names[step.filename], step.lineno or 0
        return name, 0


def _load(templates: Mapping[str, TemplateText], name: str) -> tuple[str, str, None] | None:
    found = templates.get(name)
    return (found.text, found.file, None) if found else None

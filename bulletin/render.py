"""Recipe → bytes; the only code that knows Jinja.

Templates see views alone. Undefined names are errors, and every file is escaped, feeds and
text files too, so that a new template cannot forget it.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.compiler import CodeGenerator, MacroRef
from jinja2.compiler import Frame as JinjaFrame
from jinja2.nodes import Expr
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from bulletin import present
from bulletin.plan import Copied, Made, Page, Template
from bulletin.present import ROOT, Frame, Presenter, presenter, way_to_root
from bulletin.problem import ContentError, problem
from bulletin.source import picture_bytes
from bulletin.text import visible
from bulletin.theme import TemplateText, Theme
from bulletin.views import Card, Site


class Renderer:
    """Makes the bytes of pages; holds what all pages share."""

    def __init__(self, theme: Theme, frame: Frame, root: Path) -> None:
        self._frame, self._root = frame, root
        self._texts = {name: text.text for name, text in theme.templates.items()}
        self._names = {text.file: name for name, text in theme.templates.items()}
        self._environment = _Environment(
            loader=jinja2.FunctionLoader(lambda name: _load(theme.templates, name)),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,
        )

    def forget(self) -> None:
        """Let go of what was made of views, which are others after the next look at content/."""
        present.forget()
        for macro in self._environment.kept:
            macro.forget()

    def render(self, page: Page) -> bytes:
        """The bytes of ``page``. Raises ``ContentError`` when its template is wrong."""
        recipe = page.recipe
        if isinstance(recipe, Copied):
            return picture_bytes(self._root, recipe.file)
        if isinstance(recipe, Made):
            return recipe.make(self._presenter(page), **page.inputs)
        text = self._fill(recipe, self._presenter(page), page)
        return text.replace(ROOT, way_to_root(self._frame, page.path)).encode()

    def _presenter(self, page: Page) -> Presenter:
        return presenter(self._frame, page.path)

    def _fill(self, recipe: Template, present: Presenter, page: Page) -> str:
        try:
            template = self._environment.get_template(recipe.name)
            return template.render(recipe.view(present, **page.inputs))
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


class _Generator(CodeGenerator):
    """Hands every macro that a template defines to ``_Environment.keep``."""

    def macro_def(self, macro_ref: MacroRef, frame: JinjaFrame) -> None:
        self.write("environment.keep(context, ")
        super().macro_def(macro_ref, frame)
        self.write(")")

    def _output_child_pre(self, node: Expr, frame: JinjaFrame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escape(")


class _Environment(jinja2.Environment):
    """Jinja, faster where it is asked the same again and again: the macros of imported templates
    remember what they made of a view, and escaping remembers short texts. Pages are the same.
    """

    code_generator_class = _Generator

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.kept: list[_KeptMacro] = []

    def escape(self, value: object) -> str:
        """As ``markupsafe.escape``: titles, names and addresses come many times."""
        if type(value) is Markup:  # what a macro made
            return value
        if type(value) is str and len(value) <= SHORT:
            return _escape_short(value)
        return escape(value)

    def keep(self, context: Context, macro: Macro) -> Callable[..., str]:
        # A template that is imported sees nothing of a page: its macros depend on what they are
        # given alone. A macro of a page's own template may use all that the page has.
        if context.parent.keys() - self.globals.keys():
            return macro
        kept = _KeptMacro(macro)
        self.kept.append(kept)
        return kept


SHORT = 200
_escape_short = lru_cache(maxsize=32_768)(escape)


# Views that are the same objects on many pages: an item stands in a dozen lists.
_KEPT = frozenset({Card, Site})
_PLAIN = frozenset({str, int, bool, type(None)})


class _KeptMacro:
    """A macro that makes the same of the same card, or of the same site, once."""

    LIMIT = 8192

    def __init__(self, macro: Macro) -> None:
        self._macro = macro
        self._made: dict[object, tuple[object, str]] = {}

    def __call__(self, *arguments: Any, **named: Any) -> str:
        others = (*arguments[1:], *named.values())
        if (
            not arguments
            or type(arguments[0]) not in _KEPT
            or not _PLAIN.issuperset(map(type, others))
        ):
            return self._macro(*arguments, **named)
        # Python takes 1 and True for one, and so their types stand in the key.
        key = (id(arguments[0]), len(arguments), *named, *map(type, others), *others)
        kept = self._made.get(key)
        if kept is None:
            if len(self._made) >= self.LIMIT:
                self._made.clear()
            # The view is kept too, so that no other takes its id.
            kept = self._made[key] = (arguments[0], self._macro(*arguments, **named))
        return kept[1]

    def forget(self) -> None:
        self._made.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._macro, name)


def _load(templates: Mapping[str, TemplateText], name: str) -> tuple[str, str, None] | None:
    found = templates.get(name)
    return (found.text, found.file, None) if found else None

"""Pages are the same bytes with and without what makes rendering fast, and know their way home."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape
from msgspec.structs import replace

from bulletin import render
from bulletin.asked import Options, Watcher
from bulletin.pipeline import Prepared, prepare
from bulletin.plan import Copied, Page, Template
from bulletin.present import ROOT, Frame, way_to_root
from bulletin.render import SHORT, Renderer
from bulletin.theme import TemplateText, Theme, read_theme
from bulletin.views import Card, Date
from tests.conftest import NOW, PROJECT
from tests.samples import ANY_LOAD, SETTINGS
from tests.worlds import Newsroom, copy

CONTENTS = {
    "content": PROJECT / "content",
    **{
        folder.name: folder / "content"
        for folder in sorted((PROJECT / "tests/sites").iterdir())
        if folder.is_dir() and not folder.name.startswith("broken-")
    },
}
BASES = {
    "content": ("https://x.org/bulletin/",),
    "another-city": ("https://x.org/", "https://x.org/a/b/"),
    "minimal": ("https://x.org/",),
    "paged": ("https://x.org/",),
    "sub-path": ("https://x.org/bulletin/",),
}
FRAME = Frame(SETTINGS.facts, (), (), ())


def prepared(folder: Path, root: Path, **options: Any) -> Prepared:
    """Everything of a site but its pages; ``folder`` is its content."""
    root.mkdir(exist_ok=True)
    (root / "content").symlink_to(folder, target_is_directory=True)
    asked: dict[str, Any] = {"now": NOW, "jobs": 1} | options
    return prepare(root, Options(**asked), Watcher())[0]


def rendered(ready: Prepared, root: Path) -> dict[str, bytes]:
    """Every file of the site, made in this process."""
    theme = read_theme(root / "templates", PROJECT / "templates")
    make = Renderer(theme, ready.frame, root).render
    return {page.file: make(page) for page in ready.plan.pages}


@pytest.fixture
def without_shortcuts(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, renderers are made of plain Jinja."""
    return lambda: monkeypatch.setattr(render, "_Environment", jinja2.Environment)


# --- whole sites


@pytest.mark.parametrize("name", CONTENTS)
def test_every_page_of_a_site_is_the_same_with_plain_jinja(
    tmp_path: Path, without_shortcuts: Callable[[], None], name: str
) -> None:
    ready = prepared(CONTENTS[name], tmp_path / "root", drafts=True)
    fast = rendered(ready, tmp_path / "root")
    without_shortcuts()
    assert fast == rendered(ready, tmp_path / "root")


def test_every_page_of_own_templates_is_the_same_with_plain_jinja(
    tmp_path: Path, without_shortcuts: Callable[[], None]
) -> None:
    room = Newsroom()
    room.items["x"] = copy("2024-08-06", "x", "east/training", title="“甲 & <b>乙</b>”")
    room.save(tmp_path)
    ready = prepare(tmp_path, Options(now=NOW, jobs=1), Watcher())[0]
    fast = rendered(ready, tmp_path)
    without_shortcuts()
    assert fast == rendered(ready, tmp_path)


def test_a_page_does_not_depend_on_the_pages_made_before_it(tmp_path: Path) -> None:
    root = tmp_path / "root"
    ready = prepared(CONTENTS["another-city"], root)
    forward = rendered(ready, root)
    theme = read_theme(root / "templates", PROJECT / "templates")
    make = Renderer(theme, ready.frame, root).render
    assert {page.file: make(page) for page in reversed(ready.plan.pages)} == forward
    alone = {p.file: Renderer(theme, ready.frame, root).render(p) for p in ready.plan.pages[::7]}
    assert alone.items() <= forward.items()


# --- escaping


class WithHtml:
    """Something that says itself how it looks in HTML."""

    def __html__(self) -> str:
        return "<i>甲</i>"


class OwnText(str):
    __slots__ = ()

    def __html__(self) -> str:
        return "<u>甲</u>"


LONG = "长" * SHORT + "<b>&"
# Equal, or alike, and yet not to be shown alike: a memo that mixes them up is seen in either order.
VALUES: tuple[object, ...] = (
    *(True, 1, "1", 1.0, "True", Markup("1")),
    *("<b>", Markup("<b>"), "<b>", OwnText("<b>"), "&lt;b&gt;", Markup("&lt;b&gt;")),
    *(LONG, Markup(LONG), LONG[:SHORT], LONG[-SHORT:], LONG, "<" * (SHORT + 1), "<" * SHORT),
    *("", Markup(), None, WithHtml(), ["<b>"], ("<b>",), "\"'&", "\x81", "<\x81>"),
)
PRINTED = "{{ value }}|{{ value|e }}|{{ value ~ '<' }}|{% autoescape false %}{{ value }}{% endautoescape %}"


@pytest.mark.parametrize("values", [VALUES, VALUES[::-1]], ids=["forward", "backward"])
def test_every_value_is_printed_as_plain_jinja_prints_it(values: tuple[object, ...]) -> None:
    ours = render._Environment(autoescape=True).from_string(PRINTED)
    plain = jinja2.Environment(autoescape=True).from_string(PRINTED)
    for value in values * 2:
        assert ours.render(value=value) == plain.render(value=value), repr(value)


@ANY_LOAD
@given(st.text(max_size=2 * SHORT))
def test_any_text_is_escaped(text: str) -> None:
    made = render._Environment(autoescape=True).escape
    assert made(text) == escape(text) == made(text)
    assert made(Markup(text)) == text


def test_a_short_text_is_escaped_once_and_a_long_one_is_not_kept() -> None:
    made = render._Environment(autoescape=True).escape
    short = "只在这里出现的标题 & 副题"
    made(short)
    before = render._escape_short.cache_info()
    made(short)
    made(LONG + short)
    after = render._escape_short.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


# --- macros


def card(title: str = "甲", url: str = "news/x/") -> Card:
    date = Date("2024-08-05", "2024年8月5日", "8月5日")
    return Card(url, title, "", "", "摘要。", date, (), (), "", None, "published")


def filled(texts: Mapping[str, str], pages: list[Mapping[str, object]]) -> list[str]:
    """What page.html makes of each page, one after another, by one renderer."""
    theme = Theme({name: TemplateText(text, f"/t/{name}") for name, text in texts.items()}, ())
    renderer = Renderer(theme, FRAME, Path())
    recipe = Template("page.html", lambda present, **given: given)
    return [renderer.render(Page("x/", "", recipe, given)).decode() for given in pages]


@pytest.fixture
def same_with_plain_jinja(
    without_shortcuts: Callable[[], None],
) -> Callable[[Mapping[str, str], list[Mapping[str, object]]], list[str]]:
    """As ``filled``; that plain Jinja gives the same is a part of the bargain."""

    def both(texts: Mapping[str, str], pages: list[Mapping[str, object]]) -> list[str]:
        fast = filled(texts, pages)
        without_shortcuts()
        assert fast == filled(texts, pages)
        return fast

    return both


Filled = Callable[[Mapping[str, str], list[Mapping[str, object]]], list[str]]
MACROS = (
    "{% macro show(card, level=3, short=false) %}"
    "<h{{ level }}>{{ card.title }}{{ short }}</h{{ level }}>{% endmacro %}"
)
IMPORTED = '{% import "m.html" as m %}'


def test_a_macro_of_a_pages_own_template_sees_each_page(same_with_plain_jinja: Filled) -> None:
    text = "{% macro own(card) %}{{ heading }}{{ card.title }}{% endmacro %}{{ own(card) }}"
    one = card()
    pages: list[Mapping[str, object]] = [{"card": one, "heading": word} for word in "天地人"]
    assert same_with_plain_jinja({"page.html": text}, pages) == ["天甲", "地甲", "人甲"]


def test_a_macro_of_a_pages_own_template_is_run_at_each_call(
    same_with_plain_jinja: Filled,
) -> None:
    text = (
        "{% set seen = namespace(count=0) %}"
        "{% macro own(card) %}{% set seen.count = seen.count + 1 %}{{ seen.count }}{% endmacro %}"
        "{{ own(card) }}{{ own(card) }}"
    )
    one = card()
    assert same_with_plain_jinja({"page.html": text}, [{"card": one}] * 2) == ["12", "12"]


@pytest.mark.parametrize(
    "how",
    [
        '{% import "m.html" as m with context %}{{ m.show(card) }}',
        '{% from "m.html" import show with context %}{{ show(card) }}',
        '{% include "used.html" %}',
        '{% extends "above.html" %}{% block inner %}{{ self.title() }}{% endblock %}',
    ],
    ids=["import", "from-import", "include", "extends"],
)
def test_a_macro_that_is_given_the_page_sees_each_page(
    same_with_plain_jinja: Filled, how: str
) -> None:
    shows = "{% macro show(card) %}{{ heading }}{{ card.title }}{% endmacro %}"
    texts = {
        "page.html": how,
        "m.html": shows,
        "used.html": shows + "{{ show(card) }}",
        "above.html": "{% block inner %}{% endblock %}"
        "{% block title %}" + shows + "{{ show(card) }}{% endblock %}",
    }
    one = card()
    pages: list[Mapping[str, object]] = [{"card": one, "heading": word} for word in "天地"]
    for made, word in zip(same_with_plain_jinja(texts, pages), "天地", strict=True):
        assert f"{word}甲" in made


def test_equal_cards_are_each_shown_as_they_are(same_with_plain_jinja: Filled) -> None:
    texts = {"page.html": IMPORTED + "{{ m.show(card) }}", "m.html": MACROS}
    cards = [card("<b>甲</b>"), card(Markup("<b>甲</b>")), card("<b>甲</b>")]
    assert cards[0] == cards[1]  # text and markup are equal, and are not shown alike
    made = same_with_plain_jinja(texts, [{"card": one} for one in cards])
    assert ["&lt;b&gt;甲" in text for text in made] == [True, False, True]


def test_a_card_that_is_gone_leaves_nothing_to_one_in_its_place() -> None:
    texts = {"page.html": IMPORTED + "{{ m.show(make(title)) }}", "m.html": MACROS}
    # Each card lives as long as its call: the next would get its id, were it not kept.
    titles = [f"题{number}" for number in range(200)]
    made = filled(texts, [{"make": card, "title": title} for title in titles])
    assert made == [f"<h3>{title}False</h3>" for title in titles]


def test_the_same_card_with_other_arguments_is_shown_anew(same_with_plain_jinja: Filled) -> None:
    calls = ("card", "card, 2", "card, level=2", "card, 2, true", "card, short=true, level=2")
    text = IMPORTED + "".join(f"{{{{ m.show({call}) }}}}" for call in calls)
    (made,) = same_with_plain_jinja({"page.html": text, "m.html": MACROS}, [{"card": card()}])
    assert made == (
        "<h3>甲False</h3><h2>甲False</h2><h2>甲False</h2><h2>甲True</h2><h2>甲True</h2>"
    )


@pytest.mark.parametrize("pair", [("1", "true"), ("1", "1.0"), ("'<b>'", "'<b>'|safe")], ids=str)
def test_arguments_that_are_equal_and_look_otherwise_are_told_apart(
    same_with_plain_jinja: Filled, pair: tuple[str, str]
) -> None:
    calls = "|".join(f"{{{{ m.show(card, {given}) }}}}" for given in pair)
    texts = {"page.html": IMPORTED + calls, "m.html": MACROS}
    (made,) = same_with_plain_jinja(texts, [{"card": card()}])
    one, other = made.split("|")
    assert one != other


@pytest.mark.parametrize("given", ["[1, 2]", "{'a': 1}", "short=[1]"])
def test_a_list_may_be_an_argument_beside_a_card(same_with_plain_jinja: Filled, given: str) -> None:
    texts = {"page.html": IMPORTED + f"{{{{ m.show(card, {given}) }}}}", "m.html": MACROS}
    (made,) = same_with_plain_jinja(texts, [{"card": card()}])
    assert "甲" in made


def test_what_a_call_block_says_is_shown_each_time(same_with_plain_jinja: Filled) -> None:
    text = (
        IMPORTED
        + "{% call m.wrap(card) %}{{ heading }}{% endcall %}{% call m.wrap(card) %}乙{% endcall %}"
    )
    macro = "{% macro wrap(card) %}<p>{{ card.title }}{{ caller() }}</p>{% endmacro %}"
    one = card()
    pages: list[Mapping[str, object]] = [{"card": one, "heading": word} for word in "天地"]
    assert same_with_plain_jinja({"page.html": text, "m.html": macro}, pages) == [
        "<p>甲天</p><p>甲乙</p>",
        "<p>甲地</p><p>甲乙</p>",
    ]


def test_an_imported_macro_makes_the_same_of_a_card_once() -> None:
    made: list[tuple[object, ...]] = []

    def macro(*given: object, **named: object) -> str:
        made.append((*given, *named.values()))
        return "x"

    kept, one = render._KeptMacro(macro), card()  # type: ignore[arg-type] # as good as a macro
    for _ in range(3):
        assert kept(one, 2, short=True) == "x"
        assert kept("甲") == "x"  # not a view that stands on many pages
    assert made == [(one, 2, True), *[("甲",)] * 3]


def test_what_is_kept_of_macros_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render._KeptMacro, "LIMIT", 3)
    kept = render._KeptMacro(lambda one: one.title)  # type: ignore[arg-type] # as good as a macro
    cards = [card(str(number)) for number in range(10)]
    assert [kept(one) for one in cards * 2] == [str(number) for number in range(10)] * 2
    assert len(kept._made) <= 3


# --- the way to the root

FORMS = (ROOT, "%C2%81", "%81", "\\u0081", "&#129;", "&#x81;")


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Prepared, dict[str, bytes]]]:
    """Every site below several addresses; to be read only."""
    made = []
    for name, folder in CONTENTS.items():
        for base in BASES[name]:
            root = tmp_path_factory.mktemp("way") / name
            ready = prepared(folder, root, base_url=base, drafts=name == "another-city")
            made.append((ready, rendered(ready, root)))
    return made


Sites = list[tuple[Prepared, dict[str, bytes]]]


def texts_of(ready: Prepared, files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The files that we wrote, pictures left out, by their paths."""
    for page in ready.plan.pages:
        if not isinstance(page.recipe, Copied) and not page.path.startswith("assets/"):
            yield page.path, files[page.file].decode()


def test_what_stands_for_the_way_to_the_root_reaches_no_file(sites: Sites) -> None:
    for ready, files in sites:
        for path, text in texts_of(ready, files):
            assert [form for form in FORMS if form in text] == [], path


def test_pages_of_every_depth_lead_to_the_root(sites: Sites) -> None:
    depths = set()
    for ready, files in sites:
        (style,) = (path for name, path in ready.frame.assets if name == "style.css")
        for path, text in texts_of(ready, files):
            if path.endswith((".html", "/")) or not path:
                found = re.search(r'<link rel="stylesheet" href="([^"]*)">', text)
                if path == "404.html" or not found:
                    continue
                depths.add(path.count("/"))
                way = "../" * path.count("/") or "./"
                assert html.unescape(found[1]) == way + style, path
    assert depths >= {0, 1, 2, 3, 4, 5}


def test_links_of_the_page_for_what_is_not_found_start_at_the_root_of_the_server(
    sites: Sites,
) -> None:
    for ready, files in sites:
        base = ready.frame.settings.base_path
        found = re.findall(r'(?:href|src)="([^"]*)"', files["404.html"].decode())
        own = [address for address in found if address != "#page-main"]
        assert own
        assert [a for a in own if not a.startswith((base, ready.settings.base_url))] == []


def test_addresses_in_feeds_are_whole(sites: Sites) -> None:
    feeds = 0
    for ready, files in sites:
        for path, text in texts_of(ready, files):
            if path.endswith(("feed.xml", "feed.json")):
                feeds += 1
                said = html.unescape(text).replace('\\"', '"')
                found = re.findall(r'(?:href|src)="([^"]*)"', said)
                # A footnote of an item leads to a place in the item itself.
                relative = [a for a in found if not a.startswith(("http", "#", "mailto:"))]
                assert relative == [], path
                assert ready.settings.base_url in text
    assert feeds > 5


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("", "./"),
        ("index.html", "./"),
        ("old.html", "./"),
        ("news/", "../"),
        ("news/page.html", "../"),
        ("districts/east/", "../../"),
        ("news/2024/08/05/x/", "../../../../../"),
        ("404.html", "/b/"),
        ("news/404.html", "../"),
        ("feed.xml", "https://x.org/b/"),
        ("districts/east/feed.xml", "https://x.org/b/"),
        ("sitemap.xml", "https://x.org/b/"),
    ],
)
def test_the_way_to_the_root(path: str, way: str) -> None:
    frame = replace(FRAME, settings=replace(SETTINGS.facts, base_url="https://x.org/b/"))
    assert way_to_root(frame, path) == way

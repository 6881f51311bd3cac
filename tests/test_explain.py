"""Why a page is made: the answer names what it is made of and what has changed, and changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bulletin import cli, explain
from bulletin.asked import Options, Watcher
from bulletin.explain import INPUTS, Answer, reason_in_words, why
from bulletin.pipeline import prepare, with_marks
from bulletin.problem import BulletinError, ContentError, Language
from bulletin.state import LOST, NEW, RECIPE, TEMPLATE
from bulletin.theme import read_theme
from tests.conftest import NOW, PROJECT, Root, item, tree
from tests.test_rebuild import quick_templates  # noqa: F401 - used by every test
from tests.worlds import Newsroom, copy

pytestmark = pytest.mark.disk

MakeRoot = Callable[..., Root]
CopySite = Callable[[str], Root]
SITES = PROJECT / "tests/sites"
A, C, E = (f"news/2024/08/{name}/" for name in ("01/a", "03/c", "05/e"))


def ask(root: Root, asked: str, **options: Any) -> Answer:
    given: dict[str, Any] = {"now": NOW, "jobs": 1} | options
    return why(root.path, Options(**given), Watcher(), asked)


@pytest.fixture(autouse=True)
def same_signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command takes SIGTERM for itself; and the locale is nobody's."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def main(root: Root, *arguments: str) -> int:
    return cli.main(["--root", str(root.path), *arguments])


@pytest.fixture
def room() -> Newsroom:
    return Newsroom()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Root:
    """The newsroom, built; to be copied."""
    root = Root(tmp_path_factory.mktemp("office"))
    Newsroom().save(root.path)
    root.build()
    return root


@pytest.fixture
def built(tmp_path: Path, office: Root) -> Root:
    """The newsroom, built."""
    return Root(Path(shutil.copytree(office.path, tmp_path / "root")))


# --- which page is meant

FOLDER = "https://test.example/bulletin/"
MEANT = {
    "news/2024/08/05/first/index.html": (
        *(
            "https://test.example/news/2024/08/05/first/",
            "https://test.example/news/2024/08/05/first",
        ),
        *("https://test.example/news/2024/08/05/first/index.html", "/news/2024/08/05/first/"),
        *("news/2024/08/05/first/", "/news/2024/08/05/first", "news/2024/08/05/first"),
        *("news/2024/08/05/first/index.html", "site/news/2024/08/05/first/index.html"),
        *("./site/news/2024/08/05/first/index.html", "/news/2024/08/05/first/?x=1#top"),
        "/news/2024/08/05/%66irst/",
        "content/news/2024/08/2024-08-05-first.md",
    ),
    "index.html": ("", "/", "https://test.example/", "https://test.example", "index.html", "./"),
    "404.html": ("404.html", "/404.html", "https://test.example/404.html", "site/404.html"),
    "feed.xml": ("feed.xml", "/feed.xml", "site/feed.xml"),
    "old/甲.html": (
        "/old/甲.html",
        "/old/%E7%94%B2.html",
        "https://test.example/old/%e7%94%b2.html",
    ),
    "旧址/café/index.html": ("/旧址/café/", "旧址/cafe\u0301", "/%E6%97%A7%E5%9D%80/caf%C3%A9/"),
}


@pytest.fixture
def named(make_root: MakeRoot) -> Root:
    aliases = "[/old/甲.html, /旧址/café/]"
    root = make_root({"content/news/2024/08/2024-08-05-first.md": item("第一条", aliases=aliases)})
    root.build()
    return root


@pytest.mark.parametrize("file", MEANT)
def test_a_page_is_found_by_address_path_and_file(named: Root, file: str) -> None:
    for asked in MEANT[file]:
        assert ask(named, asked).file == file, asked


@pytest.mark.parametrize("file", MEANT)
def test_a_page_is_found_where_the_site_lies_in_a_folder(named: Root, file: str) -> None:
    for asked in MEANT[file]:
        here = asked.replace("https://test.example", "https://test.example/bulletin")
        assert ask(named, here, base_url=FOLDER).file == file, here
        if asked.startswith("/"):
            assert ask(named, "/bulletin" + asked, base_url=FOLDER).file == file, asked
            assert ask(named, asked, base_url=FOLDER).file == file, asked


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("/newss/", "/news/"),
        ("matrx", "/matrix/"),
        ("https://test.example/feed.xm", "/feed.xml"),
        ("/news/2024/08/05/frist/", "/news/2024/08/05/first/"),
    ],
)
def test_an_unknown_address_is_told_with_those_that_are_near(
    named: Root, asked: str, near: str
) -> None:
    with pytest.raises(ContentError) as caught:
        ask(named, asked)
    (told,) = caught.value.problems
    assert told.code == "B809"
    for language in Language:
        assert near in told.sentence(language)


def test_an_unknown_address_ends_the_command_with_1_and_cannot_forge_a_line(
    named: Root, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(named, "--lang", "en", "why", "/zzz/%0A::error::forged%1B") == 1
    shown = capsys.readouterr()
    assert (shown.out, "B809" in shown.err) == ("", True)
    assert "\n::error::" not in shown.err
    assert "\x1b" not in shown.err


def test_content_with_a_fault_is_told_as_a_build_tells_it(
    named: Root, capsys: pytest.CaptureFixture[str]
) -> None:
    named.news(bad=item(districts="[南岸区]"))
    assert main(named, "why", "/news/") == 1
    asked = capsys.readouterr().err
    assert main(named, "build") == 1
    assert asked == capsys.readouterr().err != ""


def test_an_item_that_is_not_shown_is_told_as_such(named: Root) -> None:
    named.news(later=item(date="2030-01-01"))
    with pytest.raises(ContentError) as caught:
        ask(named, "content/news/later.md")
    assert "--drafts" in caught.value.problems[0].sentence(Language.CHINESE)
    assert ask(named, "content/news/later.md", drafts=True).address == "news/2030/01/01/later/"


# --- why it is made

Edit = Callable[[Newsroom], None]


def edit_title(room: Newsroom) -> None:
    room.items["a"].keys["title"] = "改过的题"


def edit_body(room: Newsroom) -> None:
    room.items["a"].body[0] = "改过的正文。"


def edit_related(room: Newsroom) -> None:
    room.items["e"].keys["title"] = "改过的题"


def add_neighbour(room: Newsroom) -> None:
    room.items["x"] = copy("2024-08-06", "x", "south/care")


def edit_template(room: Newsroom) -> None:
    room.others["templates/list.html"] = (
        (PROJECT / "templates/list.html").read_text("utf-8").replace("条消息", "条")
    )


def edit_included(room: Newsroom) -> None:
    room.others["templates/inner.html"] = "<p>另一些</p>\n"


def edit_settings(room: Newsroom) -> None:
    room.site["title"] = "改名的简报"


def edit_asset(room: Newsroom) -> None:
    room.others["templates/assets/css/99-own.css"] = "p{color:#222}\n"


def edit_footer(room: Newsroom) -> None:
    room.others["content/pages/rules.md"] = "---\ntitle: 须知\n---\n\n正文。\n"


def drop_issues(room: Newsroom) -> None:
    for one in room.items.values():
        one.keys.pop("issue", None)


def edit_page(room: Newsroom) -> None:
    room.others["content/pages/about.md"] = "---\ntitle: 关于\n---\n\n新的说明。\n"


def edit_district(room: Newsroom) -> None:
    room.districts["east"]["name"] = "东岸新区"


def edit_picture(room: Newsroom) -> None:
    file = "content/news/2024/08/one.svg"
    room.others[file] = room.others[file].replace("一", "二")


def edit_issue(room: Newsroom) -> None:
    room.others["content/issues/2024-08.yaml"] = "title: 八月号\nsummary: 新的提要\n"


def nothing(room: Newsroom) -> None:
    """No edit at all."""


ABOUT, LIST = "about/index.html", "news/index.html"
FIRST, THIRD, LAST = (f"{path}index.html" for path in (A, C, E))
SECOND, OLDER = "news/2024/08/02/b/index.html", "news/2024/07/20/f/index.html"
PICTURE, MATRIX = "media/news/2024/08/one.svg", "matrix/index.html"
Reasons = dict[str, tuple[str, ...]]
REASONS: list[tuple[Edit, Reasons]] = [
    (nothing, {FIRST: (), LIST: ()}),
    (
        edit_title,
        {
            FIRST: ("article",),
            SECOND: ("earlier",),
            OLDER: ("later", "related"),
            LAST: ("related",),
            "old/a.html": ("title",),
            ABOUT: (),
        },
    ),
    # Whoever shows the title and the summary of an item does not show its text.
    (edit_body, {FIRST: ("article",), LAST: (), "districts/east/feed.xml": ("articles",)}),
    (edit_related, {FIRST: (), LAST: ("article",), LIST: ("page",)}),
    (
        add_neighbour,
        {
            LAST: ("later",),
            THIRD: (),
            LIST: ("page",),
            "index.html": ("front",),
            MATRIX: ("districts", "activities", "counted", "total"),
            "news/2024/08/06/x/index.html": (NEW,),
        },
    ),
    (edit_template, {LIST: (TEMPLATE,), FIRST: ()}),
    (edit_included, {ABOUT: (TEMPLATE,), LIST: ()}),
    (edit_settings, {FIRST: ("settings",), "feed.json": ("title", "settings"), PICTURE: ()}),
    (edit_asset, {LIST: ("assets",), PICTURE: ()}),
    (edit_footer, {LIST: ("footer",)}),
    (drop_issues, {LIST: ("sections",)}),
    (edit_page, {ABOUT: ("placed",), FIRST: ()}),
    (edit_district, {MATRIX: ("districts",), FIRST: ("article", "earlier", "related")}),
    (edit_picture, {PICTURE: ("bytes",)}),
    (
        edit_issue,
        {"issues/2024-08/index.html": ("own",), "issues/2024-07/index.html": ("later",), LIST: ()},
    ),
]


@pytest.mark.parametrize(("edit", "expected"), REASONS, ids=[e.__name__ for e, _ in REASONS])
def test_the_reason_of_an_edit_is_told_before_the_build_and_kept_after_it(
    built: Root, room: Newsroom, edit: Edit, expected: Reasons
) -> None:
    edit(room)
    room.save(built.path)
    assert {file: ask(built, file).due for file in expected} == expected
    built.build()
    for file, reasons in expected.items():
        after = ask(built, file)
        assert after.due == ()
        assert after.last
        assert after.last.reasons == (reasons or (NEW,))  # as it was made last


def test_a_file_that_was_changed_behind_our_back_is_a_reason(built: Root) -> None:
    (built.site / LIST).write_text("改坏了")
    assert ask(built, LIST).due == (LOST,)
    built.delete(f"site/{ABOUT}")
    assert ask(built, ABOUT).due == (LOST,)
    built.build()
    for file in (LIST, ABOUT):
        answer = ask(built, file)
        assert answer.last
        assert (answer.due, answer.last.reasons) == ((), (LOST,))


def test_all_reasons_of_a_page_are_told(built: Root, room: Newsroom) -> None:
    for edit in (edit_settings, edit_template, add_neighbour, edit_asset):
        edit(room)
    room.save(built.path)
    assert sorted(ask(built, LIST).due) == sorted(("page", TEMPLATE, "assets", "settings"))


def test_without_a_build_every_page_is_new(tmp_path: Path, room: Newsroom) -> None:
    root = Root(tmp_path)
    room.save(tmp_path)
    answer = ask(root, "/news/")
    assert (answer.last, answer.due) == (None, (NEW,))
    assert not root.site.exists()


def test_another_address_of_the_site_is_a_reason_of_that_build_alone(built: Root) -> None:
    assert ask(built, "/news/", base_url="https://other.example/").due == ("settings",)
    assert ask(built, "/news/").due == ()


# --- what it is made of


def test_an_answer_names_what_the_page_is_made_of(built: Root) -> None:
    answer = ask(built, A)
    inputs = dict(answer.inputs)
    assert (answer.address, answer.file) == (A, f"{A}index.html")
    assert answer.source == "content/news/2024/08/2024-08-01-a.md"
    assert answer.recipe == "templates/item.html"
    assert answer.templates == (
        "templates/base.html",
        "templates/item.html",
        "templates/macros.html",
    )
    assert inputs["article"] == ("a题 (content/news/2024/08/2024-08-01-a.md)",)
    assert inputs["later"] == ("b题 (content/news/2024/08/2024-08-02-b.md)",)


def test_a_page_of_an_own_template_names_all_that_it_includes(built: Root) -> None:
    included = ask(built, "/about/").templates
    assert {"templates/inner.html", "templates/local.html", "templates/note.html"} <= set(included)


def test_everything_is_told_in_words(built: Root) -> None:
    ready, _ = prepare(built.path, Options(now=NOW, jobs=1), Watcher())
    for page in ready.plan.pages:
        told = [word for value in page.inputs.values() for word in explain._held(value)]
        assert not [word for word in told if "object at 0x" in word or "Struct" in word], page.file


def test_a_list_of_two_names_both(built: Root) -> None:
    assert dict(ask(built, "/districts/west/").inputs)["page"] == (
        "b题 (content/news/2024/08/2024-08-02-b.md)",
    )
    assert dict(ask(built, "/news/").inputs)["page"] == (
        "e题 (content/news/2024/08/2024-08-05-e.md)",
        "d题 (content/news/2024/08/2024-08-04-d.md)",
    )


def test_a_related_item_is_named_with_the_reason(built: Root) -> None:
    related = dict(ask(built, E).inputs)["related"]
    assert related[0] == "a题 (content/news/2024/08/2024-08-01-a.md): 编辑推荐"


def test_long_lists_are_cut(tmp_path: Path, copy_site: CopySite) -> None:
    held = dict(ask(copy_site("paged"), "/feed.xml").inputs)["articles"]
    assert len(held) == 13
    assert held[-1].startswith("… +")


def planned() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every page of content/ and of the sites of the tests, with and without drafts."""
    folders = [PROJECT, *(f for f in sorted(SITES.iterdir()) if not f.name.startswith("broken-"))]
    for folder in folders:
        yield from ((folder.name, {"folder": folder, "drafts": drafts}) for drafts in (False, True))


@pytest.mark.parametrize(("name", "given"), list(planned()))
def test_every_input_of_every_page_has_a_name_in_words(
    tmp_path: Path, name: str, given: dict[str, Any]
) -> None:
    (tmp_path / "content").symlink_to(given["folder"] / "content", target_is_directory=True)
    options = Options(now=NOW, jobs=1, drafts=given["drafts"])
    ready, _ = prepare(tmp_path, options, Watcher())
    state = with_marks(
        ready.state, ready.frame, read_theme(tmp_path / "templates", PROJECT / "templates")
    )
    asked = {name for page in ready.plan.pages for name in page.inputs}
    asked |= {*state.shared.frame, NEW, LOST, TEMPLATE, RECIPE}
    assert asked - INPUTS.keys() == set()


def test_no_input_that_is_gone_keeps_its_words(tmp_path: Path, built: Root) -> None:
    used = {NEW, LOST, TEMPLATE, RECIPE, "settings", "assets", "footer", "sections"}
    (tmp_path / "own").mkdir()
    (tmp_path / "own/content").symlink_to(PROJECT / "content", target_is_directory=True)
    for root in (built.path, tmp_path / "own"):
        ready, _ = prepare(root, Options(now=NOW, jobs=1), Watcher())
        used |= {name for page in ready.plan.pages for name in page.inputs}
    # A sitemap in parts has more addresses than any site here.
    assert INPUTS.keys() - used - {"names"} == set()


def test_every_reason_is_told_in_both_languages() -> None:
    for name, (zh, en) in INPUTS.items():
        assert reason_in_words(name, Language.CHINESE) == zh != en
        assert reason_in_words(name, Language.ENGLISH) == en
        assert en.isascii()
    assert reason_in_words("unheard", Language.CHINESE) == "unheard"


# --- asking changes nothing


def kept(root: Root) -> tuple[object, ...]:
    cache = root.path / ".cache"
    files = {
        name: (cache / name).read_bytes() for name in ("state", "glance") if (cache / name).exists()
    }
    return tree(root.site), files, (root.site / LIST).stat().st_mtime_ns


def test_asking_changes_neither_the_site_nor_what_is_kept_of_it(
    built: Root, room: Newsroom
) -> None:
    before = kept(built)
    for edit in (nothing, edit_body, edit_settings):
        edit(room)
        room.save(built.path)
        for asked in ("/news/", A, "content/news/2024/08/2024-08-01-a.md"):
            ask(built, asked)
            ask(built, asked, drafts=True, base_url="https://other.example/")
        with pytest.raises(BulletinError):
            ask(built, "/none/")
        assert kept(built) == before
    built.build()
    assert ask(built, A).due == ()


def test_asking_about_content_with_a_fault_changes_nothing_either(
    built: Root, room: Newsroom
) -> None:
    before = kept(built)
    room.items["a"].keys["districts"] = "[没有的区]"
    room.save(built.path)
    with pytest.raises(ContentError):
        ask(built, A)
    assert kept(built) == before


# --- how it is told


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh",
            (
                "页面：/news/  (site/news/index.html)",
                "由什么做：templates/list.html",
                "列表里的新闻",
            ),
        ),
        ("en", ("page: /news/  (site/news/index.html)", "made by: templates/list.html", "[page]")),
    ],
)
def test_the_answer_is_told_in_both_languages(
    built: Root,
    room: Newsroom,
    capsys: pytest.CaptureFixture[str],
    language: str,
    words: tuple[str],
) -> None:
    add_neighbour(room)
    room.save(built.path)
    assert main(built, "--lang", language, "why", "/news/", "--now", "2026-01-01") == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    for word in words:
        assert word in shown.out
    last, due = shown.out.splitlines()[-2:]
    assert "[new]" in last
    assert "[page]" in due
    main(built, "--lang", language, "why", "content/pages/about.md", "--now", "2026-01-01")
    assert "[" not in capsys.readouterr().out.splitlines()[-1]  # nothing is due


def test_the_answer_as_json(
    built: Root, room: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    edit_title(room)
    room.save(built.path)
    arguments = ("why", f"/{A}", "--now", "2026-01-01", "--format", "json")
    values = []
    for language in ("zh", "en"):
        assert main(built, "--lang", language, *arguments) == 0
        values.append(json.loads(capsys.readouterr().out))
    assert values[0] == values[1]  # for scripts: names, not words
    value = values[0]
    assert value["path"] == f"/{A}"
    assert value["file"] == f"{A}index.html"
    assert (value["reasons"], value["due"]) == (["new"], ["article"])
    assert value["inputs"]["article"] == ["改过的题 (content/news/2024/08/2024-08-01-a.md)"]
    assert value["made"].startswith("20")


def test_titles_cannot_forge_a_line_of_the_answer(
    named: Root, capsys: pytest.CaptureFixture[str]
) -> None:
    named.news(forged=item('"甲\\n::error::forged\\u202e"'), third=item("第三条"))
    assert main(named, "why", "/news/", "--now", "2026-01-01") == 0
    shown = capsys.readouterr().out
    assert "forged" in shown
    assert not any(line.startswith("::error::") for line in shown.splitlines())
    assert "\u202e" not in shown


def test_a_reader_who_stops_reading_ends_the_answer_quietly(built: Root) -> None:
    process = built.start("why", "/news/")
    assert process.stdout
    process.stdout.close()
    assert process.wait(20) in (0, -signal.SIGPIPE)
    assert process.stderr
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    assert os.path.exists(built.site)

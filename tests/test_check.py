"""``check`` as people run it: on small roots, with and without a site, with and without --fix."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bulletin import checkup, pagefacts, rewrite, writer
from bulletin.asked import Options, Watcher
from bulletin.checks import wording
from bulletin.checkup import Findings
from bulletin.problem import Problem, Severity
from tests.conftest import NOW, PROJECT, Root, item, tree, without_cache

pytestmark = pytest.mark.disk
MakeRoot = Callable[..., Root]
FIRST = "content/news/2024/08/2024-08-05-first.md"
LONG = "".join(f"第{n}个班组讲了自己的故事，大家听得很认真。\n\n" for n in "一二三四五六七八九十")


def check(root: Root, **options: Any) -> Findings:
    given: dict[str, Any] = {"now": NOW, "jobs": 1} | options
    asked = Options(**given)
    return checkup.check(root.path, asked, Watcher())


def problems(root: Root, *codes: str, **options: Any) -> list[Problem]:
    return [p for p in check(root, **options).problems if not codes or p.code in codes]


def faulty(make_root: MakeRoot, inside: str, **files: str) -> Root:
    """A root whose term pages hold ``inside``."""
    template = '{% extends "base.html" %}{% block content %}' + inside + "{% endblock %}"
    return make_root({FIRST: item(), "templates/term.html": template} | dict(files))


# --- what is told


def test_a_sound_root_has_nothing_to_complain_of(root: Root) -> None:
    found = check(root)
    assert found.problems == ()
    assert len(found.items) == 1
    assert found.pages > 20


def test_nothing_is_written_but_the_cache(root: Root) -> None:
    before = without_cache(root.path)
    check(root)
    assert without_cache(root.path) == before
    root.build()
    before = without_cache(root.path)
    check(root)
    assert without_cache(root.path) == before


def test_all_that_a_build_complains_of_is_told_errors_too(make_root: MakeRoot) -> None:
    root = make_root(
        {
            FIRST: item(tgas="甲", body="见[无](x.md)和 **空格 **。\n\n<b>字</b>"),
            "content/news/2024/08/2024-08-06-b.md": item(date="明天"),
        }
    )
    assert {p.code for p in root.problems()} <= {p.code for p in problems(root)}
    assert {"B209", "B214", "B403", "B407", "B401"} <= {p.code for p in problems(root)}


@pytest.mark.parametrize(
    ("inside", "code", "words"),
    [
        ('<a href="../zzz/">坏</a>', "B901", "/districts/zzz/"),
        ('<a href="../../#nothing">坏</a>', "B902", "nothing"),
        ('<img src="../../x.png" alt="">', "B903", "x.png"),
        ('<img src="../../assets/x.png">', "B904", "assets/x.png"),
        ('<p id="page-main"></p>', "B905", "page-main"),
        ("<h4>跳</h4>", "B906", "跳"),
        ("<h1>二</h1>", "B907", "2"),
    ],
)
def test_a_fault_of_a_template_is_told_once_with_a_page_and_their_number(
    make_root: MakeRoot, inside: str, code: str, words: str
) -> None:
    root = faulty(make_root, inside)
    found = [p for p in problems(root, code) if words in str(p.facts)]
    assert len(found) == 1
    assert found[0].path == "templates/term.html"
    assert found[0].severity is Severity.WARNING
    assert "/districts/east/" in str(found[0].facts) or "/activities/law/" in str(found[0].facts)


def test_a_page_without_language_and_title_is_told(make_root: MakeRoot) -> None:
    root = make_root({FIRST: item(), "templates/term.html": "<html><h1>甲</h1></html>"})
    assert {dict(p.facts)["what"] for p in problems(root, "B908")} == {"lang", "title"}


def test_a_template_that_cannot_be_filled_is_told_once(make_root: MakeRoot) -> None:
    root = faulty(make_root, "{{ nothing }}")
    (found,) = problems(root, "B701")
    assert found.severity is Severity.ERROR
    assert found.path == "templates/term.html"


def test_what_a_body_does_wrong_is_told_once_and_at_its_line(make_root: MakeRoot) -> None:
    body = "见[无](/nowhere/)、[锚](#nothing)、[关于](/about/#nothing)。"
    other = "content/news/2024/08/2024-08-06-other.md"
    about = "---\ntitle: 关于\n---\n\n正文。\n"
    root = make_root(
        {FIRST: item(body=body), other: item("乙", body), "content/pages/about.md": about}
    )
    found = [p for p in problems(root) if p.path == FIRST]
    assert sorted((p.code, p.line) for p in found) == [("B403", 8), ("B405", 8), ("B902", 8)]
    assert all(p.column for p in found)
    assert all("/nowhere/" not in line for line in [str(p) for p in problems(root, "B901")])


def test_content_is_checked_as_well(make_root: MakeRoot) -> None:
    other = "content/news/2024/09/2024-09-05-other.md"
    body = LONG + "今年,职工⼯会在桥西街道。"
    root = make_root({FIRST: item("桥西街道开班", body), other: item("乙", body)})
    found = problems(root)
    assert {p.code for p in found} == {"B911", "B913", "B914", "B915", "B916"}
    assert all(p.text for p in found if p.line), "each with the line that it points at"


def test_a_heavy_picture_that_is_shown_is_told(make_root: MakeRoot) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><!--' + "x" * 1_100_000
    root = make_root(
        {
            FIRST: item(body="![图](a.svg)"),
            "content/news/2024/08/a.svg": svg + "--></svg>",
            "content/news/2024/08/b.svg": svg + "--></svg>",
        }
    )
    assert [p.path for p in problems(root, "B917")] == ["content/news/2024/08/a.svg"]


def test_strict_makes_errors_of_warnings(make_root: MakeRoot) -> None:
    root = make_root({FIRST: item(body="职工,会员")})
    assert [p.severity for p in problems(root, strict=True)] == [Severity.ERROR]


def test_drafts_have_pages_only_when_they_are_asked_for(make_root: MakeRoot) -> None:
    root = make_root(
        {
            FIRST: item(body="见[锚](/about/#x)", status="draft"),
            "content/pages/about.md": "---\ntitle: 甲\n---\n正\n",
        }
    )
    assert problems(root, "B902") == []
    assert len(problems(root, "B902", drafts=True)) == 1


# --- what is kept


def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many texts and pages are looked at."""
    seen = {"texts": 0, "pages": 0, "made": 0}
    text_facts, page_facts, look = wording.facts_of, pagefacts.facts_of, checkup._Look._bytes

    def texts(*given: Any) -> Any:
        seen["texts"] += 1
        return text_facts(*given)

    def pages(*given: Any) -> Any:
        seen["pages"] += 1
        return page_facts(*given)

    def made(self: Any, page: Any) -> bytes:
        before = self.render
        data = look(self, page)
        seen["made"] += self.render is not None and (
            before is not None or self.render is not before
        )
        return data

    monkeypatch.setattr(checkup, "text_facts", texts)
    monkeypatch.setattr(checkup, "page_facts", pages)
    monkeypatch.setattr(checkup._Look, "_bytes", made)
    return seen


def test_a_second_check_looks_at_nothing_again(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    first = check(root)
    seen = counted(monkeypatch)
    assert check(root) == first
    assert seen == {"texts": 0, "pages": 0, "made": 0}


def test_a_page_that_stands_in_the_site_is_not_made(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.build()
    seen = counted(monkeypatch)
    check(root)
    assert seen["pages"] > 10
    assert seen["made"] == 0


def test_a_file_of_the_site_that_is_not_as_left_is_not_believed(root: Root) -> None:
    root.build()
    page = root.site / "index.html"
    page.write_bytes(page.read_bytes().replace(b"<h1", b"<h3"))
    assert problems(root) == []


def test_an_edit_is_seen_and_so_is_its_mending(root: Root) -> None:
    assert problems(root) == []
    root.write({FIRST: item(body="职工,会员")})
    assert len(problems(root, "B914")) == 1
    root.write({FIRST: item()})
    assert problems(root) == []


def test_an_edit_of_the_vocabulary_is_seen(root: Root) -> None:
    root.write({FIRST: item("南岸区开班")})
    assert problems(root) == []
    text = (root.path / "content/districts.yaml").read_text("utf-8")
    root.write({"content/districts.yaml": text + "  - {id: south, name: 南岸区}\n"})
    assert [dict(p.facts)["district"] for p in problems(root, "B911")] == ["南岸区"]


def test_a_district_that_nobody_knows_is_told_once_and_not_as_missing_too(root: Root) -> None:
    root.write({FIRST: item("东岸区开班", districts="[东岸县]")})
    assert {p.code for p in problems(root)} == {"B301"}


def test_an_edit_of_a_template_is_seen(root: Root) -> None:
    assert problems(root) == []
    root.write(
        {
            "templates/term.html": '{% extends "base.html" %}{% block content %}<h5>a</h5>{% endblock %}'
        }
    )
    assert len(problems(root, "B906")) == 1
    root.delete("templates/term.html")
    assert problems(root) == []


def test_an_address_that_goes_away_is_missed_by_pages_that_stay(make_root: MakeRoot) -> None:
    about = "content/pages/about.md"
    link = (
        '{% extends "base.html" %}{% block content %}<a href="../../about/">关于</a>{% endblock %}'
    )
    root = make_root(
        {FIRST: item(), about: "---\ntitle: 甲\n---\n正\n", "templates/term.html": link}
    )
    assert problems(root) == []
    root.delete(about)
    assert [dict(p.facts)["target"] for p in problems(root, "B901")] == ["/about/"]


@pytest.mark.parametrize("damage", [b"", b"x", b"\x00" * 300])
def test_row11_a_damaged_cache_is_as_good_as_none(root: Root, damage: bytes) -> None:
    root.write({FIRST: item(body="职工,会员")})
    first = check(root)
    kept = root.path / ".cache" / "checked"
    data = kept.read_bytes()
    for broken in (damage, data[:-1], data[: len(data) // 2], data + damage + b"x"):
        kept.write_bytes(broken)
        assert check(root) == first
    for name in os.listdir(root.path / ".cache"):
        if name.startswith("bodies"):
            (root.path / ".cache" / name).write_bytes(damage)
    kept.unlink()
    assert check(root) == first


def test_what_a_check_kept_is_the_same_for_any_number_of_cores(make_root: MakeRoot) -> None:
    items = {
        f"content/news/2024/08/2024-08-05-{n:03}.md": item(f"题{n}", "职工,会员") for n in range(80)
    }
    found = []
    for jobs in (1, 2):
        root = make_root(items, name=f"jobs{jobs}")
        found.append(check(root, jobs=jobs).problems)
    assert found[0] == found[1]


def test_a_build_after_a_check_is_a_clean_one(root: Root, make_root: MakeRoot) -> None:
    check(root)
    root.build()
    other = make_root({FIRST: item("第一条")}, name="other")
    other.build()
    ours, theirs = tree(root.site), tree(other.site)
    assert {n for n in ours if not n.startswith(".bulletin")} == {
        n for n in theirs if not n.startswith(".bulletin")
    }
    assert all(ours[n] == theirs[n] for n in ours if not n.startswith(".bulletin"))


# --- the command


def run(root: Root, *arguments: str, environment: Mapping[str, str] | None = None) -> Any:
    return root.run("check", "--now", "2026-01-01", *arguments, environment=environment)


def test_the_status_tells_errors_from_warnings(make_root: MakeRoot) -> None:
    root = make_root({FIRST: item()})
    assert run(root).status == 0
    root.write({FIRST: item(body="职工,会员")})
    warned = run(root)
    assert warned.status == 0
    assert "B914" in warned.err
    assert run(root, "--strict").status == 1
    root.write({FIRST: item(tgas="x")})
    assert run(root).status == 1
    assert not root.site.exists()


def test_row40_what_cannot_be_started_says_so(make_root: MakeRoot) -> None:
    root = make_root({"content/site.yaml": None})
    assert run(root).status == 2
    root = make_root({FIRST: item(), "content/districts.yaml": "districts: x\n"}, name="two")
    assert run(root).status == 1


def test_only_the_files_named_are_told_of(make_root: MakeRoot) -> None:
    other = "content/news/2024/09/2024-09-05-other.md"
    root = make_root({FIRST: item(body="职工,会员"), other: item("乙", "会员,职工")})
    for typed in (
        FIRST,
        f"./{FIRST}",
        str(root.path / FIRST),
        "content/news/2024/08",
        "content/news/2024/08/",
    ):
        said = run(root, typed)
        assert FIRST in said.err, typed
        assert other not in said.err, typed
    assert other in run(root, ".").err
    assert other in run(root, FIRST, other).err


def test_a_file_is_found_from_the_current_folder_and_from_the_root(
    make_root: MakeRoot, tmp_path: Path
) -> None:
    root = make_root({FIRST: item(body="职工,会员")})
    said = Root(root.path / "content").run("--root", "..", "check", "news", root=False)
    assert said.status == 0
    assert "B914" in said.err


def test_a_file_that_is_not_there_is_told_with_the_nearest(root: Root) -> None:
    said = run(root, "content/news/2024/08/2024-08-05-frist.md")
    assert said.status == 2
    assert "2024-08-05-first.md" in said.err
    assert run(root, "../outside").status == 2


def test_json_lists_each_problem_and_what_was_mended(make_root: MakeRoot) -> None:
    root = make_root({FIRST: item(body="职工,会员")})
    assert set(json.loads(run(root, "--format", "json").out)) == {"problems"}
    told = json.loads(run(root, "--format", "json", "--fix").out)
    assert told["fixed"] == []
    assert [p["code"] for p in told["problems"]] == ["B914"]


def test_a_folder_without_a_cache_to_write_is_checked_all_the_same(root: Root) -> None:
    (root.path / ".cache").write_text("a file")
    assert problems(root) == []


# --- fix

CHINESE = "content/news/2024/08/2024-08-05-工匠学院.md"


def test_fix_mends_shows_and_tells_what_is_left(make_root: MakeRoot) -> None:
    text = item(body="职工,会员").replace("activities:", "categories:")
    root = make_root({FIRST: b"\xef\xbb\xbf" + text.encode(), CHINESE: item("乙").encode("gbk")})
    said = run(root, "--fix")
    assert said.status == 0
    assert "-categories: [技能培训]" in said.err
    assert "+activities: [技能培训]" in said.err
    assert "+slug: gong-jiang-xue-yuan" in said.err
    assert "GBK" in said.err
    assert "B914" in said.err
    assert "B102" not in said.err
    assert "B218" not in said.err
    mended = (root.path / FIRST).read_bytes()
    assert mended == text.replace("categories:", "activities:").encode()
    before = tree(root.path / "content")
    again = run(root, "--fix")
    assert "@@" not in again.err
    assert tree(root.path / "content") == before


def test_fix_touches_the_files_named_alone(make_root: MakeRoot) -> None:
    other = "content/news/2024/08/2024-08-06-会员.md"
    root = make_root({CHINESE: item("甲"), other: item("乙")})
    run(root, "--fix", CHINESE)
    assert "slug" in (root.path / CHINESE).read_text("utf-8")
    assert "slug" not in (root.path / other).read_text("utf-8")


def test_two_names_of_one_day_that_sound_alike_get_two_slugs(make_root: MakeRoot) -> None:
    root = make_root(
        {
            "content/news/2024/08/2024-08-05-工会.md": item("甲"),
            "content/news/2024/08/2024-08-05-公会.md": item("乙"),
            "content/news/2024/08/2024-08-05-gong-hui-2.md": item("丙"),
            "content/news/2024/08/2024-08-06-攻会.md": item("丁", date="2024-08-06"),
        }
    )
    assert run(root, "--fix").status == 0
    texts = [p.read_text("utf-8") for p in sorted((root.path / "content/news/2024/08").iterdir())]
    slugs = sorted(line for text in texts for line in text.split("\n") if line.startswith("slug"))
    assert slugs == ["slug: gong-hui", "slug: gong-hui", "slug: gong-hui-3"]
    assert problems(root) == []


def test_an_address_that_was_published_leads_to_the_new_one(make_root: MakeRoot) -> None:
    root = make_root({CHINESE: item("甲", aliases="[/old/]")})
    root.build()
    (old,) = [name for name in root.files() if name.startswith("news/2024/08/05/")]
    run(root, "--fix")
    root.build()
    assert "gong-jiang-xue-yuan" in root.text(old)
    assert "gong-jiang-xue-yuan" in root.text("old/index.html")


def test_a_mended_file_keeps_its_mode(make_root: MakeRoot) -> None:
    root = make_root({CHINESE: item("甲")})
    (root.path / CHINESE).chmod(0o640)
    run(root, "--fix")
    assert (root.path / CHINESE).stat().st_mode & 0o777 == 0o640


def test_row32_a_link_out_of_content_is_not_followed(make_root: MakeRoot, tmp_path: Path) -> None:
    root = make_root({FIRST: item()})
    outside = tmp_path / "outside.md"
    outside.write_bytes(b"\xef\xbb\xbf" + item().encode())
    before = outside.read_bytes()
    (root.path / "content/news/2024/08/2024-08-06-link.md").symlink_to(outside)
    assert run(root, "--fix").status == 1
    assert outside.read_bytes() == before


def test_row32_a_link_inside_content_stays_one(make_root: MakeRoot) -> None:
    root = make_root({FIRST: b"\xef\xbb\xbf" + item().encode()})
    link = root.path / "content/news/2024/08/2024-08-06-link.md"
    link.symlink_to(root.path / FIRST)
    run(root, "--fix")
    assert link.is_symlink()
    assert (root.path / FIRST).read_bytes() == item().encode()


def test_a_file_that_cannot_be_written_is_told(
    make_root: MakeRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_root({CHINESE: item("甲")})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer, "replace", full)
    mendings, faults = rewrite.mend_files(root.path, check(root), ())
    assert mendings == []
    assert [(p.code, p.path) for p in faults] == [("B921", CHINESE)]


def test_a_file_that_was_edited_meanwhile_is_not_overwritten(make_root: MakeRoot) -> None:
    root = make_root({CHINESE: item("甲")})
    found = check(root)
    (file,) = [f for f in found.files if f.path == CHINESE]
    with pytest.raises(rewrite.ChangedMeanwhileError):
        rewrite.replace_bytes(root.path, file, b"other", b"new")
    assert (root.path / CHINESE).read_bytes() == item("甲").encode()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in KiB on Linux alone")
def test_a_thousand_broken_files_are_told_in_little_memory(make_root: MakeRoot) -> None:
    text = item(
        date="明天",
        tgas="[甲]",
        places="[没有街道]",
        body="<b>字</b> **空 ** 职工,会员 [无](x.md)\n\n" * 20,
    )
    root = make_root({f"content/news/2024/08/2024-08-05-{n:04}.md": text for n in range(1000)})
    command = f"""
import resource, subprocess, sys
done = subprocess.run([sys.executable, "build.py", "--root", {str(root.path)!r}, "check", "--jobs", "1",
    "--format", "json"], stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    said = subprocess.run(
        [sys.executable, "-c", command], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    status, peak = map(int, said.stdout.split())
    assert status == 1
    assert peak < 200 * 1024


def test_the_sample_content_has_nothing_to_complain_of(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "content", tmp_path / "content")
    asked = Options(now=datetime(2026, 12, 1, tzinfo=UTC), jobs=1)
    assert checkup.check(tmp_path, asked, Watcher()).problems == ()

"""``import`` as people and scripts run it: text, Word and PDF become drafts."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from bulletin import checkup
from bulletin.asked import Options, Watcher
from bulletin.importers.docx import read_docx
from bulletin.importers.pdf import read_pdf
from bulletin.item import read_item
from bulletin.settings import to_settings
from bulletin.source import Source
from bulletin.vocabulary import to_vocabulary
from tests.conftest import ACTIVITIES, DISTRICTS, NOW, PROJECT, SITE, Root, item, tree
from tests.papers import (
    FONT,
    LEAD,
    PAGE,
    PICTURE,
    REST,
    SECOND,
    SECOND_LEAD,
    SECOND_REST,
    SIZE,
    TITLE,
    docx,
    para,
    pdf,
    run,
    text_box,
    two_stories,
)

pytestmark = pytest.mark.disk

SEED = PROJECT.parent / "shared" / "seed"
DATED = ("--date", "2024-08-05")
DRAFT = "content/news/2024/08/2024-08-05-01-dong-an-qu-zong-gong-hui-ju-ban-dian.md"
Told = pytest.CaptureFixture[str]
Make = Callable[..., Root]


@pytest.fixture
def empty(make_root: Make) -> Root:
    """A root without items, and a page beside its content."""
    return make_root({"page.md": PAGE})


def page(root: Root, name: str = "page.md") -> str:
    return str(root.path / name)


def drafts(root: Root) -> list[str]:
    return sorted(
        file.relative_to(root.path).as_posix() for file in root.path.glob("content/news/**/*.md")
    )


def head(root: Root, path: str) -> dict[str, Any]:
    """The front matter of a file as strict YAML has it."""
    text = (root.path / path).read_text("utf-8")
    read = yaml.load(text.split("---\n")[1], Loader=yaml.BaseLoader)
    assert isinstance(read, dict)
    return read


def body(root: Root, path: str) -> str:
    return (root.path / path).read_text("utf-8").split("---\n", 2)[2].strip()


def checked(root: Root) -> list[str]:
    found = checkup.check(root.path, Options(now=NOW, jobs=1), Watcher()).problems
    return [f"{one.code} {one.path}" for one in found]


def printed_json(capfd: Told, root: Root, name: str) -> dict[str, Any]:
    ran = run(capfd, root, "import", page(root, name), "--dry-run", "--format", "json")
    assert ran.status == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


# --- a draft


def test_a_page_becomes_drafts_named_by_date_and_order_and_their_paths_are_printed(
    empty: Root, capfd: Told
) -> None:
    ran = run(capfd, empty, "import", page(empty), *DATED)
    assert (ran.status, ran.out) == (0, f"{DRAFT}\n")
    assert drafts(empty) == [DRAFT]


def test_a_draft_says_in_its_front_matter_what_the_page_says(empty: Root, capfd: Told) -> None:
    asked = ("--publication", "测试报", "--edition", "第8期", "--page", "03")
    run(capfd, empty, "import", page(empty), *DATED, *asked)
    said = head(empty, DRAFT)
    extra = said.pop("extra")
    assert isinstance(extra, dict)
    assert re.fullmatch("[0-9a-f]{16}", extra["import"])
    assert extra["dateline"] == "本报讯"
    assert said == {
        "title": TITLE,
        "date": "2024-08-05",
        "status": "draft",
        "districts": ["东岸区"],
        "activities": ["技能培训"],
        "byline": [
            {"name": "王小甲", "role": "reporter"},
            {"name": "李小乙", "role": "correspondent"},
        ],
        "publication": "测试报",
        "edition": "第8期",
        "page": "03",
    }
    assert body(empty, DRAFT).startswith(
        "近日，东岸区总工会举办电工培训班，三十名职工参加，大家从认线学起，"
    )


def test_a_fresh_draft_has_nothing_to_complain_of(empty: Root, capfd: Told) -> None:
    run(capfd, empty, "import", page(empty), *DATED)
    assert checked(empty) == []


def test_what_looks_like_markdown_is_published_as_it_was_printed(
    make_root: Make, capfd: Told
) -> None:
    odd = "*号代表合格，_下划线_代表补考，<甲>等是1.5分，[1]见说明，a|b两栏。"
    root = make_root({"page.md": PAGE + "\n" + odd + "\n\n- 第一条要求大家按时到。\n"})
    assert run(capfd, root, "import", page(root), *DATED).status == 0
    vocabulary, _ = to_vocabulary(Source("d", DISTRICTS), Source("a", ACTIVITIES))
    settings, _ = to_settings(Source("s", SITE), None)
    assert vocabulary
    assert settings
    text = (root.path / DRAFT).read_text("utf-8")
    root.write({DRAFT: text.replace("status: draft\n", "")})
    root.build()
    shown = root.html(
        f"news/2024/08/05/{DRAFT[len('content/news/2024/08/2024-08-05-') : -3]}/index.html"
    )
    assert odd in [element.text for element in shown.all("p")]
    assert read_item(Source(DRAFT, text), vocabulary, settings)[1] == []


def test_what_belongs_to_the_page_is_kept_as_a_comment_in_the_first_draft(
    make_root: Make, capfd: Told
) -> None:
    root = make_root(
        {"page.md": f"2024年8月5日 星期一 --> 第3版\n\n{PAGE}\n责编 王小甲  校对 李小乙\n"}
    )
    run(capfd, root, "import", page(root), *DATED)
    assert "<!-- 版面上不属于任何一篇的文字（不发布）：" in body(root, DRAFT)
    assert "责编 王小甲 校对 李小乙 -->" in body(root, DRAFT)


# --- doubts


def test_a_doubt_is_marked_in_the_draft_and_check_reports_it_until_it_is_gone(
    make_root: Make, capfd: Told
) -> None:
    root = make_root({"page.md": f"{PAGE}\n![培训现场](gone.jpg)\n"})
    ran = run(capfd, root, "import", page(root), *DATED)
    assert "有 1 处请确认" in ran.err
    mark = "<!-- 请确认：图片 gone.jpg 没有找到，或者不能用，请补上。说明：培训现场 -->"
    assert mark in body(root, DRAFT)
    assert checked(root) == [f"B1070 {DRAFT}"]
    text = (root.path / DRAFT).read_text("utf-8")
    root.write({DRAFT: text.replace(mark, "")})
    assert checked(root) == []


def test_an_item_that_is_published_with_a_mark_is_told_of_by_the_build(
    make_root: Make, capfd: Told
) -> None:
    marked = "<!-- 请确认：没有标题 -->\n\n近日，东岸区总工会办班。"
    root = make_root(
        {DRAFT: item(body=marked), "content/news/b.md": item(body=marked, status="draft")}
    )
    ran = run(capfd, root, "build")
    assert ran.err.count("B1072") == 1
    assert "请确认" in ran.err


def test_another_date_than_the_page_shows_is_told_of(make_root: Make, capfd: Told) -> None:
    root = make_root({"page.md": "2024年8月13日 星期二 A03\n\n" + PAGE})
    right = run(capfd, root, "import", page(root, "page.md"), "--date", "2024-08-13", "--out", "a")
    assert "B1071" not in right.err
    wrong = run(capfd, root, "import", page(root, "page.md"), "--date", "2023-08-13", "--out", "b")
    assert "版面上印着 2024-08-13，您写的是 2023-08-13" in wrong.err
    assert wrong.status == 0


def test_a_mark_in_code_is_none(make_root: Make) -> None:
    root = make_root(
        {DRAFT: item(body="写成 `<!-- 请确认：甲 -->` 就行。\n\n```\n<!-- 请确认：乙 -->\n```")}
    )
    assert checked(root) == []


# --- again


def test_the_same_page_twice_changes_nothing_and_says_what_is_there(
    empty: Root, capfd: Told
) -> None:
    run(capfd, empty, "import", page(empty), *DATED)
    before = tree(empty.path)
    ran = run(capfd, empty, "import", page(empty), *DATED)
    assert (ran.status, ran.out) == (0, "")
    assert f"已有：{DRAFT}" in ran.err
    assert tree(empty.path) == before


def test_an_item_is_known_again_whatever_people_made_of_it(empty: Root, capfd: Told) -> None:
    run(capfd, empty, "import", page(empty), *DATED)
    text = (empty.path / DRAFT).read_text("utf-8").replace(TITLE, "电工班开班了")
    empty.delete(DRAFT)
    moved = "content/news/2024/09/electricians.md"
    empty.write({moved: text.replace("近日，", "8月3日，").replace("status: draft\n", "")})
    ran = run(capfd, empty, "import", page(empty), *DATED)
    assert f"已有：{moved}" in ran.err
    assert drafts(empty) == [moved]


def test_an_item_that_was_typed_by_hand_is_known_by_title_day_and_text(
    make_root: Make, capfd: Told
) -> None:
    typed = "content/news/2024/08/2024-08-05-typed.md"
    same = "近日，东岸区总工会举办电工培训班，三十名职工参加，大家从认线学起，一样一样动手做。"
    root = make_root({"page.md": PAGE, typed: item(TITLE, f"{same}\n\n{REST}")})
    assert f"已有：{typed}" in run(capfd, root, "import", page(root), *DATED).err
    root.write({typed: item(TITLE, "同名的另一件事，说的是食堂开了新窗口。")})
    assert run(capfd, root, "import", page(root), *DATED).out == f"{DRAFT}\n"


def test_two_pages_with_one_title_get_two_names(make_root: Make, capfd: Told) -> None:
    other = PAGE.replace("三十名", "五十名").replace("十二节", "十五节")
    root = make_root({"page.md": PAGE, "other.md": other})
    ran = run(capfd, root, "import", page(root), page(root, "other.md"), *DATED)
    assert ran.out.split() == [DRAFT, DRAFT.replace(".md", "-2.md")]


# --- the date


def test_without_a_date_nothing_is_written_and_the_one_on_the_page_is_offered(
    make_root: Make, capfd: Told
) -> None:
    root = make_root({"page.md": f"2024年8月13日 星期二 第3版\n\n{PAGE}"})
    ran = run(capfd, root, "import", page(root))
    assert ran.status == 2
    assert "B1051" in ran.err
    assert "版面上写着 2024-08-13" in ran.err
    assert drafts(root) == []


def test_on_a_terminal_the_date_is_asked_and_enter_takes_the_one_offered(
    make_root: Make, capfd: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_root({"page.md": f"2024年8月13日 星期二 第3版\n\n{PAGE}"})
    answers = iter(["不知道", ""])
    monkeypatch.setattr("builtins.input", lambda: next(answers))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    ran = run(capfd, root, "import", page(root))
    assert ran.status == 0
    assert "[2024-08-13]" in ran.err
    assert ran.out.startswith("content/news/2024/08/2024-08-13-01-")


@pytest.mark.parametrize("typed", ["明儿", "2024-02-30"])
def test_a_date_that_is_none_is_refused(empty: Root, capfd: Told, typed: str) -> None:
    assert run(capfd, empty, "import", page(empty), "--date", typed).status == 2
    assert drafts(empty) == []


# --- looking only


def test_a_dry_run_shows_the_page_as_a_table_and_writes_nothing(empty: Root, capfd: Told) -> None:
    before = tree(empty.path)
    ran = run(capfd, empty, "import", page(empty), "--dry-run")
    assert ran.status == 0
    assert tree(empty.path) == before
    rows = ran.out.split("\n")
    assert rows[1].split() == ["行", "篇", "当作", "把握", "文字", "理由"]
    assert rows[2].split()[:3] == ["1", "1", "标题"]
    assert any("接上一段" in row for row in rows)
    assert "   地区 东岸区" in ran.out
    assert "东岸区总工会" not in ran.err


def test_json_is_the_form_that_scripts_know_one_line_a_file(empty: Root, capfd: Told) -> None:
    ran = run(
        capfd, empty, "import", page(empty), page(empty, "gone.md"), "--dry-run", "--format", "json"
    )
    first, second = ran.out.splitlines()
    found = json.loads(first)
    assert list(found) == ["items", "slogan", "furniture"]
    assert list(found["items"][0]) == [
        *("title", "kicker", "subtitle", "genre", "byline", "districts", "places", "activities"),
        *("dateline", "paragraphs", "images", "doubts"),
    ]
    assert found["items"][0]["kicker"] is None
    assert (second, ran.status) == ("null", 1)


# --- where


def test_out_is_the_folder_that_drafts_go_to(empty: Root, capfd: Told, tmp_path: Path) -> None:
    for out in (empty.path / "content" / "news" / "new", tmp_path / "elsewhere"):
        ran = run(capfd, empty, "import", page(empty), *DATED, "--out", str(out))
        assert ran.status == 0
        assert [file.name for file in out.iterdir()] == [Path(DRAFT).name]
        for file in out.iterdir():
            file.unlink()
    run(capfd, empty, "import", page(empty), *DATED, "--out", str(tmp_path / "elsewhere"))
    ran = run(capfd, empty, "import", page(empty), *DATED, "--out", str(tmp_path / "elsewhere"))
    assert ran.out == ""


# --- pictures


def jpeg() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (80, 60), "red").save(made, "JPEG")
    return made.getvalue()


def test_a_picture_of_the_page_lies_beside_its_item_with_caption_and_credit(
    make_root: Make, capfd: Told
) -> None:
    text = f"{PAGE}\n![培训现场](photos/a.jpg)\n\n▲职工在学接线。李小乙 摄\n"
    root = make_root({"in/page.md": text, "in/photos/a.jpg": jpeg()})
    assert run(capfd, root, "import", page(root, "in/page.md"), *DATED).status == 0
    name = Path(DRAFT).name.replace(".md", "-1.jpg")
    said = head(root, DRAFT)["images"]
    assert said == [
        {"src": name, "alt": "培训现场", "caption": "职工在学接线。", "credit": "李小乙"}
    ]
    assert (root.path / DRAFT).with_name(name).read_bytes() == jpeg()
    assert checked(root) == []


# --- Word


def word(*more: str) -> str:
    return "".join(
        (
            para(TITLE, centred=True, size=44, bold=True),
            para(LEAD),
            para(REST),
            *more,
            para(SECOND, centred=True, size=44),
            para(SECOND_LEAD),
            para(SECOND_REST),
        )
    )


def test_a_word_file_has_its_titles_though_they_are_only_set_large(
    make_root: Make, capfd: Told
) -> None:
    root = make_root(
        {"page.docx": docx(word(para("", more=text_box("框里说，报名的人还可以再来。"))))}
    )
    found = printed_json(capfd, root, "page.docx")["items"]
    assert [one["title"] for one in found] == [TITLE, SECOND]
    kept = [LEAD.partition("）")[2], REST, "框里说，报名的人还可以再来。"]
    assert found[0]["paragraphs"] == kept
    assert found[1]["districts"] == ["西岸区"]


def test_a_picture_of_a_word_file_lies_beside_its_item(make_root: Make, capfd: Told) -> None:
    data = docx(
        word(para("", more=PICTURE), para("▲职工在学接线。李小乙 摄")),
        {"word/media/image1.jpg": jpeg()},
        picture="media/image1.jpg",
    )
    root = make_root({"page.docx": data})
    ran = run(capfd, root, "import", page(root, "page.docx"), *DATED)
    first = ran.out.split()[0]
    beside = first.replace(".md", "-1.jpg")
    assert (root.path / beside).read_bytes() == jpeg()
    assert head(root, first)["images"] == [
        {"src": Path(beside).name, "caption": "职工在学接线。", "credit": "李小乙"}
    ]
    assert checked(root) == [f"B406 {first}"]


def cell(inner: str, *, wide: int = 1, more: str = "") -> str:
    span = f'<w:gridSpan w:val="{wide}"/>' if wide > 1 else ""
    return f"<w:tc><w:tcPr>{span}{more}</w:tcPr>{inner}</w:tc>"


def table(*rows: str) -> str:
    grid = "<w:tblGrid><w:gridCol w:w='2000'/><w:gridCol w:w='2000'/></w:tblGrid>"
    return f"<w:tbl>{grid}{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def lines_of(body: str, **more: Any) -> list[str]:
    found = read_docx(docx(word(body), **more), "a.docx")
    return [line.image or line.text for line in found.lines]


def test_cells_of_a_word_table_that_were_merged_leave_the_others_in_their_columns() -> None:
    title = table(
        cell(para("安排"), wide=2), cell(para("日期")) + cell(para("份数")), cell(para("周一")) * 2
    )
    rows = [line for line in lines_of(title) if line.startswith("|")]
    assert rows == ["|安排||", "|日期|份数|", "|周一|周一|"]
    start, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    down = table(
        cell(para("安排"), more=start) + cell(para("日期")),
        cell(para(""), more=on) + cell(para("份数")),
    )
    rows = [line for line in lines_of(down) if line.startswith("|")]
    assert rows == ["|安排|日期|", "||份数|"]


def test_pictures_side_by_side_in_a_word_table_keep_the_captions_below_them() -> None:
    shown = f"<w:p>{PICTURE}</w:p>"
    body = table(cell(shown) + cell(shown), cell(para("图一：发放用品")) + cell(para("图二：义诊")))
    name = "media/a.png"
    found = lines_of(body, members={f"word/{name}": b"png"}, picture=name)
    at = found.index(name)
    assert found[at : at + 4] == [name, "图一：发放用品", name, "图二：义诊"]


def test_a_picture_in_a_text_box_of_a_word_file_is_not_lost() -> None:
    box = text_box("义诊现场。").replace("<w:txbxContent>", f"<w:txbxContent><w:p>{PICTURE}</w:p>")
    name = "media/a.png"
    body = para("这一段后面有一个文本框，框里有一张图。", more=box)
    assert name in lines_of(body, members={f"word/{name}": b"png"}, picture=name)


def test_a_line_break_within_a_headline_of_a_word_file_does_not_part_it() -> None:
    broken = "东岸区职工技能比武</w:t><w:br/><w:t>燃动桥头"
    assert "东岸区职工技能比武燃动桥头" in lines_of(para(broken, centred=True, size=44, bold=True))


def test_hidden_words_of_a_word_file_are_left_out_and_told_of() -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>这一句不要登</w:t></w:r>"
    found = read_docx(docx(word(para("看得见的一句。", more=hidden))), "a.docx")
    assert all("不要登" not in line.text for line in found.lines)
    assert [(one.code, one.facts) for one in found.problems] == [
        ("B1065", (("text", "这一句不要登"),))
    ]


def test_a_formula_in_a_word_file_is_read_as_plain_words() -> None:
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    formula = (
        f"<m:oMath {math}><m:sSub><m:e><m:r><m:t>H</m:t></m:r></m:e>"
        "<m:sub><m:r><m:t>2</m:t></m:r></m:sub></m:sSub><m:r><m:t>O</m:t></m:r></m:oMath>"
    )
    found = read_docx(docx(word(para("水的化学式是", more=formula))), "a.docx")
    assert found.problems == ()
    assert "水的化学式是H2O" in [line.text for line in found.lines]


# --- PDF


def test_a_pdf_is_read_column_by_column_within_each_story(make_root: Make, capfd: Told) -> None:
    root = make_root({"page.pdf": pdf(two_stories)})
    found = printed_json(capfd, root, "page.pdf")
    assert [one["title"] for one in found["items"]] == [TITLE, SECOND]
    assert found["items"][0]["paragraphs"] == [LEAD.partition("）")[2], REST]
    assert found["items"][1]["paragraphs"] == [SECOND_LEAD.partition("）")[2], SECOND_REST]
    assert found["furniture"] == ["2024年8月5日 星期一"]


def test_a_headline_in_the_middle_of_four_columns_stands_before_all_of_them() -> None:
    """It bridges two of the three gaps; the column at the left is not read before it."""

    def draw(canvas: Any) -> None:
        canvas.setFont(FONT, 24)
        canvas.drawString(200, 810, "东岸区开班")
        canvas.setFont(FONT, SIZE)
        for column in range(4):
            for row in range(6):
                text = f"第{column}栏第{row}行" + "字" * 7
                canvas.drawString(40 + column * 135, 780 - row * 15, text)

    lines = [line.text for line in read_pdf(pdf(draw), "a.pdf").lines]
    assert lines[0] == "东岸区开班"
    assert [text[1] for text in lines[1:]] == sorted(text[1] for text in lines[1:])


def test_two_stories_side_by_side_are_read_one_after_the_other() -> None:
    def draw(canvas: Any) -> None:
        for side, title in enumerate(("东岸区开班了大家来", "西岸区讲法律大家听")):
            canvas.setFont(FONT, 20)
            canvas.drawString(40 + side * 270, 810, title)
            canvas.setFont(FONT, SIZE)
            for column in range(2):
                for row in range(6):
                    text = f"{'东西'[side]}{column}{row}" + "字" * 8
                    canvas.drawString(40 + side * 270 + column * 130, 780 - row * 15, text)

    said = "".join(line.text[0] for line in read_pdf(pdf(draw), "a.pdf").lines)
    assert said == "东" * said.count("东") + "西" * said.count("西")


def test_a_text_that_stops_in_mid_sentence_is_a_doubt(make_root: Make, capfd: Told) -> None:
    cut = PAGE.replace("发给证书。", "发给证书，发证的时候还要请来师傅，电工操作台前，")
    root = make_root({"page.md": cut})
    run(capfd, root, "import", page(root, "page.md"), *DATED)
    assert "没有说完；后文也许排在别处" in body(root, DRAFT)


def test_a_photograph_of_a_pdf_lies_beside_its_item(
    make_root: Make, capfd: Told, tmp_path: Path
) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(jpeg())

    def draw(canvas: Any) -> None:
        two_stories(canvas)
        canvas.drawImage(str(photo), 40, 100, 200, 150)

    root = make_root({"page.pdf": pdf(draw)})
    ran = run(capfd, root, "import", page(root, "page.pdf"), *DATED)
    assert ran.status == 0
    pictures = list(root.path.glob("content/news/**/*.jpg"))
    assert len(pictures) == 1
    assert Image.open(pictures[0]).size == (80, 60)


def test_a_picture_of_a_pdf_that_is_no_jpeg_becomes_a_png(
    make_root: Make, capfd: Told, tmp_path: Path
) -> None:
    drawing = tmp_path / "a.png"
    Image.new("RGB", (90, 70), (200, 30, 30)).save(drawing)

    def draw(canvas: Any) -> None:
        two_stories(canvas)
        canvas.drawImage(str(drawing), 40, 100, 200, 150)

    root = make_root({"page.pdf": pdf(draw)})
    ran = run(capfd, root, "import", page(root, "page.pdf"), *DATED)
    assert ran.status == 0
    (picture,) = root.path.glob("content/news/**/*.png")
    with Image.open(picture) as opened:
        assert opened.size == (90, 70)
        assert opened.convert("RGB").getpixel((5, 5)) == (200, 30, 30)


# --- many


def test_many_pages_in_one_run_are_all_done(make_root: Make, capfd: Told) -> None:
    pages = {f"p{n:02}.md": PAGE.replace("三十", f"第{n}批三十") for n in range(40)}
    root = make_root(pages)
    ran = run(capfd, root, "import", *(page(root, name) for name in pages), *DATED)
    assert (ran.status, len(ran.out.split()), len(drafts(root))) == (0, 40, 40)
    assert "新建草稿 40 篇" in ran.err


# --- the real page


def test_the_seed_page_becomes_its_seven_drafts(make_root: Make, capfd: Told) -> None:
    pages = sorted(SEED.glob("*.txt")) if SEED.is_dir() else []
    if not pages:
        pytest.skip("the seed page lies beside the project and is not part of it")
    lent = {f"content/{n}.yaml": None for n in ("districts", "activities")}
    root = make_root(lent)
    ran = run(capfd, root, "import", str(pages[0]), "--date", "2024-08-13")
    paths = ran.out.split()
    assert (ran.status, len(paths)) == (0, 7)
    heads = [head(root, path) for path in paths]
    assert [one["districts"] for one in heads] == [
        ["密云区"],
        ["通州区"],
        ["朝阳区"],
        ["昌平区"],
        ["石景山区", "门头沟区"],
        ["经开区"],
        ["朝阳区"],
    ]
    assert [("kicker" in one, "subtitle" in one) for one in heads] == [
        (number == 3, number == 0) for number in range(7)
    ]
    assert heads[2]["genre"] == "图片新闻"
    assert [len(one["byline"]) for one in heads] == [1, 1, 2, 2, 1, 1, 1]
    paragraphs = sum(
        not block.startswith("<!--") for path in paths for block in body(root, path).split("\n\n")
    )
    assert paragraphs == 22
    assert run(capfd, root, "import", str(pages[0]), "--date", "2024-08-13").out == ""

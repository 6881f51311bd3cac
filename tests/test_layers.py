"""Imports go one way: a module may import only from those above it in the list, types included."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "bulletin"

# The package in import order. A module imports only from lines above its own.
ORDER = (
    "text",
    "problem",
    "dates",
    "address",
    "pinyin",
    "pagefacts",
    # reading
    "tree",
    "plaintree",
    "yamltree",
    "typedline",
    "typedrow",
    "typedsign",
    "typedflow",
    "typedvalue",
    "typedhead",
    "lenient",
    "fences",
    "picture",
    "source",
    "keys",
    "itemkeys",
    "settings",
    "frontmatter",
    "markup.links",
    "markup.typed",
    "markup.typedlines",
    "markup.cjk",
    "markup.autolink",
    "markup.document",
    "markup.plain",
    "markup.parser",
    "markup",
    "asking",
    "body",
    "vocabulary",
    "gazetteer",
    "issue",
    "textpage",
    "item",
    "headvalue",
    "headlines",
    "headedit",
    "mend",
    # what helps to write
    "schema",
    "jsonschema",
    "newitem",
    "cmsconfig",
    "cmsentry",
    # everything together
    "story",
    "catalogue",
    "plan",
    "state",
    "checks.material",
    "checks.wording",
    "checks.districts",
    "checks.likeness",
    "checks.notes",
    "checks.pictures",
    "checks.pages",
    "checks",
    # reading, each file once
    "reading",
    "basis",
    "taken",
    "writer",
    # what is shown
    "views",
    "structured",
    "present",
    "theme",
    "outputs.lists",
    "outputs.terms",
    "outputs.archive",
    "outputs.pages",
    "outputs.media",
    "outputs.redirects",
    "outputs.feeds",
    "outputs.sitemap",
    "outputs.assets",
    "outputs",
    # making it
    "render",
    "parallel",
    "lock",
    "cache",
    "exchange",
    "publish",
    "asked",
    "glance",
    "pipeline",
    "checkup",
    "rewrite",
    "verify",
    "explain",
    # told
    "tell",
    "report",
    "annotations",
    # the preview
    "preview",
    "preview.survey",
    "preview.pages",
    "preview.lookout",
    "preview.panel",
    "preview.live",
    "preview.guard",
    "preview.handbook",
    "preview.desk",
    "preview.cms",
    "preview.server",
    # import
    "importers",
    "importers.blocks",
    "importers.shapes",
    "importers.restore",
    "importers.lines",
    "importers.furniture",
    "importers.names",
    "importers.unwrap",
    "importers.rules",
    "importers.rows",
    "importers.classify",
    "importers.clusters",
    "importers.headlines",
    "importers.attach",
    "importers.mend",
    "importers.photos",
    "importers.lift",
    "importers.propose",
    "importers.conserve",
    "importers.page",
    "importers.sheet",
    "importers.docxparts",
    "importers.docx",
    "importers.columns",
    "importers.pdf",
    "importers.intake",
    "importers.drafts",
    "importers.known",
    "importers.desk",
    "importers.suggest",
    "importers.advice",
    # commands
    "commands.options",
    "commands.named",
    "commands.told",
    "commands.build",
    "commands.serve",
    "commands.check",
    "commands.why",
    "commands.next_change",
    "commands.new",
    "commands.import_",
    "commands.suggest",
    "commands",
    "cli",
    "start",
)
# Modules that touch neither disk nor clock nor environment; what they import must not either.
PURE = (
    *(
        "problem",
        "text",
        "dates",
        "address",
        "pinyin",
        "pagefacts",
        "tree",
        "yamltree",
        "keys",
        "settings",
        "frontmatter",
    ),
    *(
        "typedline",
        "typedrow",
        "typedsign",
        "typedflow",
        "typedvalue",
        "typedhead",
        "lenient",
        "fences",
    ),
    *(
        "markup",
        "markup.links",
        "markup.typed",
        "markup.typedlines",
        "markup.cjk",
        "markup.document",
        "markup.autolink",
        "markup.parser",
        "vocabulary",
        "gazetteer",
    ),
    *(
        "issue",
        "textpage",
        "item",
        "headvalue",
        "headlines",
        "headedit",
        "mend",
        "schema",
        "jsonschema",
        "newitem",
        "cmsconfig",
        "cmsentry",
        "story",
        "catalogue",
        "plan",
        "state",
        "checks.material",
        "checks.wording",
        "checks.districts",
        "checks.likeness",
        "checks.notes",
        "checks.pictures",
        "checks.pages",
        "checks",
        "views",
        "structured",
        "present",
    ),
    *("outputs", "outputs.lists", "outputs.terms", "outputs.archive", "outputs.pages"),
    *("outputs.media", "outputs.redirects", "outputs.feeds", "outputs.sitemap", "outputs.assets"),
    *(
        "importers.blocks",
        "importers.shapes",
        "importers.restore",
        "importers.lines",
        "importers.furniture",
        "importers.names",
        "importers.unwrap",
        "importers.rules",
        "importers.rows",
        "importers.classify",
        "importers.clusters",
        "importers.headlines",
        "importers.attach",
        "importers.mend",
        "importers.photos",
        "importers.lift",
        "importers.propose",
        "importers.conserve",
        "importers.page",
        "importers.sheet",
        "importers.columns",
        "importers.suggest",
    ),
)
IMPURE_LIBRARIES = {"os", "pathlib", "shutil", "subprocess", "time", "socket", "tempfile", "io"}
# Who may know a library; nobody else imports it.
OWNERS = {
    "yaml": {"yamltree"},
    "frontmatter": {"frontmatter"},
    "markdown_it": {
        *("markup.cjk", "markup.typed", "markup.typedlines", "markup.autolink", "markup.parser")
    },
    "mdit_py_plugins": {"markup.parser"},
    "jinja2": {"render"},
    "PIL": {"picture"},
    "pypinyin": {"pinyin"},
    "filelock": {"lock"},
    "tqdm": {"commands.told"},
    "multiprocessing": {"parallel"},
    "argparse": {"commands.options", "commands.serve"},
    "pypandoc": {"importers.docx"},
    "pypdfium2": {"importers.pdf"},
    "watchdog": {"preview.lookout"},
    "starlette": {"preview.cms", "preview.server"},
    "uvicorn": {"preview.server"},
}


def file_of(module: str) -> Path:
    path = PACKAGE.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def imports(module: str) -> set[str]:
    """Full names of what a module imports, wherever in it: at the top, in functions, for types."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file_of(module).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the layers"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                pure_path = whole == "pathlib.PurePosixPath"
                names.add(whole if is_module(whole) or pure_path else str(node.module))
    return names


def is_module(name: str) -> bool:
    package, _, rest = name.partition(".")
    return package == "bulletin" and bool(rest) and file_of(rest).is_file()


def test_the_list_names_every_module() -> None:
    found = set()
    for file in PACKAGE.rglob("*.py"):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        found.add(".".join(part for part in parts if part != "__init__"))
    assert found - {""} == set(ORDER)


@pytest.mark.parametrize("module", ORDER)
def test_a_module_imports_only_from_above(module: str) -> None:
    above = ORDER[: ORDER.index(module)]
    own = {
        name.removeprefix("bulletin.") for name in imports(module) if name.startswith("bulletin.")
    }
    assert own <= set(above)


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_knows_no_disk_and_no_clock(module: str) -> None:
    libraries = imports(module) | {name.partition(".")[0] for name in imports(module)}
    libraries -= {"pathlib"} if "pathlib.PurePosixPath" in libraries else set()
    assert not libraries & IMPURE_LIBRARIES
    source = file_of(module).read_text("utf-8")
    assert "datetime.now" not in source
    assert "date.today" not in source
    assert not re.search(r"(?<![\w.])open\(", source)


@pytest.mark.parametrize(("library", "owners"), OWNERS.items())
def test_a_library_has_one_owner(library: str, owners: set[str]) -> None:
    users = {
        module
        for module in ORDER
        if any(name.partition(".")[0] == library for name in imports(module))
    }
    assert users == owners


def test_nothing_about_one_city_or_union_stands_in_the_code() -> None:
    # District names stand in docstrings and examples; the names of this site stand nowhere.
    ids = ["miyun", "tongzhou", "jingkai", "首都工会简报", "beijing"]
    for module in ORDER:
        code = _without_strings_for_people(file_of(module))
        assert not [name for name in ids if name in code.lower()], module


def _without_strings_for_people(file: Path) -> str:
    """The code without docstrings, comments, examples of keys and sentences of Problems."""
    tree = ast.parse(file.read_text("utf-8"))
    if file.name == "problem.py":
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Key":
            node.args = node.args[:1]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant(0)
    return ast.unparse(tree)

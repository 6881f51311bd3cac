"""The same site as ours. Districts and activity types are tags whose names are their paths."""

from __future__ import annotations

import calendar
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent

FACTS = json.loads((HERE / "site.json").read_text("utf-8"))
SITENAME = FACTS["title"]
AUTHOR = FACTS["title"]
SITEURL = FACTS["url"].rstrip("/")
TERMS = FACTS["terms"]  # names by paths: districts/haidian
NAV = FACTS["nav"]  # names by addresses
CALENDAR = calendar.Calendar()
JINJA_ENVIRONMENT = {"trim_blocks": True, "lstrip_blocks": True}
PATH = str(HERE / "content")
OUTPUT_PATH = str(HERE / "output")
THEME = str(HERE)
THEME_STATIC_PATHS = ["assets"]
THEME_STATIC_DIR = "assets"
STATIC_PATHS = ["robots.txt"]
PLUGIN_PATHS = [str(HERE)]
PLUGINS = ["lists"]
TIMEZONE = "Asia/Shanghai"
DEFAULT_LANG = "zh-Hans"
LOAD_CONTENT_CACHE = False
RELATIVE_URLS = False
MARKDOWN = {"extensions": ["markdown.extensions.meta"], "output_format": "html5"}

ARTICLE_URL = "{slug}/"
ARTICLE_SAVE_AS = "{slug}/index.html"
TAG_URL = "{slug}/"
TAG_SAVE_AS = "{slug}/index.html"
TAG_REGEX_SUBSTITUTIONS: list[tuple[str, str]] = []
YEAR_ARCHIVE_URL = "news/{date:%Y}/"
YEAR_ARCHIVE_SAVE_AS = "news/{date:%Y}/index.html"
MONTH_ARCHIVE_URL = "news/{date:%Y}/{date:%m}/"
MONTH_ARCHIVE_SAVE_AS = "news/{date:%Y}/{date:%m}/index.html"
CATEGORY_SAVE_AS = ""
AUTHOR_SAVE_AS = ""

DEFAULT_PAGINATION = 20
PAGINATED_TEMPLATES = {"index": 20, "tag": 20}
PAGINATION_PATTERNS = (
    (1, "{url}", "{save_as}"),
    (2, "{url}page/{number}/", "{base_name}/page/{number}/index.html"),
)
DIRECT_TEMPLATES = ["index", "home", "districts", "activities", "matrix", "missing", "sitemap"]
INDEX_SAVE_AS, INDEX_URL = "news/index.html", "news/"
HOME_SAVE_AS, HOME_URL = "index.html", ""
DISTRICTS_SAVE_AS, DISTRICTS_URL = "districts/index.html", "districts/"
ACTIVITIES_SAVE_AS, ACTIVITIES_URL = "activities/index.html", "activities/"
MATRIX_SAVE_AS, MATRIX_URL = "matrix/index.html", "matrix/"
MISSING_SAVE_AS, MISSING_URL = "404.html", "404.html"
SITEMAP_SAVE_AS = "sitemap.xml"

FEED_ALL_ATOM = "feed.xml"
TAG_FEED_ATOM = "{slug}/feed.xml"
CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TRANSLATION_FEED_ATOM = None
FEED_MAX_ITEMS = 20

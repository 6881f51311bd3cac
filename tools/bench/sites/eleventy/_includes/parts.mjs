// The parts of pages, as functions that give HTML.
import { site } from "../archive.mjs";

const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function safe(text) {
  return String(text).replace(/[&<>"]/g, (sign) => SIGNS[sign]);
}

export function absolute(url) {
  return site.url + url.slice(1);
}

function data(value) {
  const text = JSON.stringify({ "@context": "https://schema.org", ...value }).replace(/</g, "\\u003c");
  return `<script type="application/ld+json">${text}</script>\n`;
}

// A page: url, title, description, kind, above, head and main; for an item also time.
export function frame(page) {
  const above = page.above ?? [];
  const feeds = page.feeds ?? [];
  return `<!DOCTYPE html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.url === "/" ? "" : `${safe(page.title)} – `}${site.title}</title>
<meta name="description" content="${safe(page.description)}">
<link rel="canonical" href="${absolute(page.url)}">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#f6f1e7" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#191613" media="(prefers-color-scheme: dark)">
<meta property="og:title" content="${safe(page.title)}">
<meta property="og:description" content="${safe(page.description)}">
<meta property="og:type" content="${page.kind === "item" ? "article" : "website"}">
<meta property="og:url" content="${absolute(page.url)}">
<meta property="og:site_name" content="${site.title}">
<meta property="og:locale" content="zh_CN">
${page.time ? `<meta property="article:published_time" content="${page.time}">
<meta property="article:modified_time" content="${page.time}">
` : ""}${feeds.map((feed) => `<link rel="alternate" type="${feed.type}" title="${feed.title}" href="${feed.url}">\n`).join("")}<link rel="icon" type="image/svg+xml" href="/assets/icon.svg">
<link rel="stylesheet" href="/assets/style.css">
<script src="/assets/site.js" defer></script>
${above.length ? breadcrumbData(above, page) : ""}${page.head ?? ""}</head>
<body class="page-${page.kind}">
<a class="skip" href="#page-main">跳到正文</a>
<header class="masthead frame">
<p class="nameplate"><a href="/">${site.title}</a></p>
<nav class="sections" aria-label="主导航">
<ul>
${site.nav.map((link) => `<li><a href="${link.url}"${page.url.startsWith(link.url) ? ' aria-current="true"' : ""}>${link.name}</a></li>\n`).join("")}</ul>
</nav>
</header>
<main class="frame" id="page-main" tabindex="-1">
${above.length ? breadcrumbs(above, page) : ""}${page.main}
</main>
<footer class="colophon frame">
<nav aria-label="页脚">
<ul class="links">
${feeds.map((feed) => `<li><a href="${feed.url}" type="${feed.type}">${feed.title}</a></li>\n`).join("")}</ul>
</nav>
<p>${site.title}</p>
</footer>
</body>
</html>
`;
}

function breadcrumbData(above, page) {
  const links = [...above, { name: page.title, url: page.url }];
  return data({
    "@type": "BreadcrumbList",
    itemListElement: links.map((link, place) => ({
      "@type": "ListItem",
      position: place + 1,
      name: link.name,
      item: absolute(link.url),
    })),
  });
}

function breadcrumbs(above, page) {
  return `<nav class="breadcrumbs" aria-label="当前位置">
<ol>
${above.map((link) => `<li><a href="${link.url}">${safe(link.name)}</a></li>\n`).join("")}<li><span aria-current="page">${safe(page.title)}</span></li>
</ol>
</nav>
`;
}

export function collectionData(page, news) {
  return data({
    "@type": "CollectionPage",
    name: page.title,
    url: absolute(page.url),
    inLanguage: "zh-Hans",
    isPartOf: { "@type": "WebSite", name: site.title, url: site.url },
    mainEntity: {
      "@type": "ItemList",
      itemListElement: news.map((one, place) => ({
        "@type": "ListItem",
        position: place + 1,
        name: one.title,
        url: absolute(one.url),
      })),
    },
  });
}

export function articleData(one) {
  const publisher = { "@type": "Organization", name: site.title };
  return data({
    "@type": "NewsArticle",
    headline: one.title,
    description: one.summary,
    url: absolute(one.url),
    mainEntityOfPage: absolute(one.url),
    inLanguage: "zh-Hans",
    datePublished: one.time,
    dateModified: one.time,
    dateline: one.districts.map((term) => term.name).join("、"),
    articleSection: one.activities.map((term) => term.name),
    author: [publisher],
    publisher,
    sourceOrganization: { "@type": "Organization", name: one.source },
    contentLocation: one.districts.map((term) => ({ "@type": "Place", name: term.name })),
  });
}

export function terms(one) {
  return [...one.districts, ...one.activities].map((term) => `<a href="${term.url}">${term.name}</a>\n`).join("");
}

export function card(one) {
  return `<article class="card">
<div class="card-text">
<h2 class="card-title"><a href="${one.url}">${safe(one.title)}</a></h2>
<p class="summary">${safe(one.summary)}</p>
<p class="meta">
<time datetime="${one.day}">${one.shown}</time>
${terms(one)}</p>
</div>
</article>
`;
}

export function cards(news) {
  return `<ul class="cards cards-rows">\n${news.map((one) => `<li>\n${card(one)}</li>\n`).join("")}</ul>\n`;
}

export function pager(list) {
  if (!list.newer && !list.older) return "";
  return `<nav class="pager" aria-label="翻页">
<ul>
${list.newest ? `<li><a href="${list.newest}">最新</a></li>\n` : ""}${list.newer ? `<li><a href="${list.newer}" rel="prev">较新的一页</a></li>\n` : ""}<li><span aria-current="page">第${list.number}页</span></li>
${list.older ? `<li><a href="${list.older}" rel="next">较早的一页</a></li>\n` : ""}</ul>
</nav>
`;
}

// Names with numbers and bars: objects with name, url, count and, maybe, latest (an item).
export function counts(rows) {
  const most = Math.max(1, ...rows.map((row) => row.count));
  return `<ul class="counts">\n${rows.map((row) => `<li>
<a class="count" href="${row.url}">
<span class="count-name">${row.name}</span>
<span class="count-number">${row.count}<span class="hidden">条</span></span>
<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.round((100 * row.count) / most)}" height="4"></rect></svg>
</a>
${row.latest ? `<p class="count-note"><span>最近：<time datetime="${row.latest.day}">${row.latest.shown}</time></span></p>\n` : ""}</li>
`).join("")}</ul>\n`;
}

export function tiles(rows) {
  return `<ul class="tiles">
${rows.map((row) => `<li class="tile-c1 tile-r1 shade-1"><a href="${row.url}"><span class="tile-name">${row.name}</span> <span class="tile-count">${row.count}<span class="hidden">条</span></span></a></li>\n`).join("")}</ul>
<p class="note">方格按大致方位排列，数字是消息条数，颜色越深消息越多。</p>
`;
}

// Every list: all news, districts, activity types and their crossings.
import { chineseMonth, everything, site } from "../archive.mjs";
import { cards, collectionData, counts, frame, pager } from "../_includes/parts.mjs";

export const data = {
  pagination: { data: "collections.lists", size: 1, alias: "list" },
  permalink: ({ list }) => list.url,
  eleventyExcludeFromCollections: true,
};

export function render({ list }) {
  const main = cards(list.news) + pager(list);
  const count = `<p class="meta lede"><span>共${list.total}条消息</span></p>\n`;
  const body = list.feeds.length
    ? `<div class="with-rail">\n<div class="rail-main">\n${main}</div>\n<div class="rail">\n${rail(list)}</div>\n</div>`
    : `<div class="single">\n${main}</div>`;
  return frame({
    ...list,
    description: `${list.title}的工会新闻。`,
    head: collectionData(list, list.news),
    main: `<h1 class="title">${list.title}</h1>\n${list.number === 1 ? count : ""}${body}`,
  });
}

function rail(list) {
  const own = list.kind === "districts";
  const other = own ? "activities" : "districts";
  const rows = Object.entries(site[other]).flatMap(([id, name]) => {
    const key = own ? `${list.id}/${id}` : `${id}/${list.id}`;
    const news = everything().crossings.get(key);
    return news ? [{ name, url: `/districts/${key}/`, count: news.length }] : [];
  });
  const links = list.feeds.map((feed) => `<a href="${feed.url}" type="${feed.type}">${feed.title}</a>\n`).join("");
  return `<section aria-labelledby="page-breakdown">
<h2 class="section-title" id="page-breakdown">${own ? "活动类型" : "各地区"}</h2>
${counts(rows)}</section>
<section aria-labelledby="page-months">
<h2 class="section-title" id="page-months">按月查看</h2>
${counts(months(list.all))}</section>
<p class="meta">订阅
${links}</p>
`;
}

function months(news) {
  const numbers = new Map();
  for (const one of news) {
    const month = one.day.slice(0, 7);
    numbers.set(month, (numbers.get(month) ?? 0) + 1);
  }
  return [...numbers].slice(0, 12).map(([month, count]) => ({
    name: chineseMonth(month),
    url: `/news/${month.replace("-", "/")}/`,
    count,
  }));
}

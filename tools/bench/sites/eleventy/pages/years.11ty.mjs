import { chineseMonth, everything } from "../archive.mjs";
import { counts, frame } from "../_includes/parts.mjs";

export const data = {
  pagination: { data: "collections.news", size: 1, alias: "year", before: () => [...everything().years.keys()] },
  permalink: ({ year }) => `/news/${year}/`,
  eleventyExcludeFromCollections: true,
};

export function render({ year }) {
  const { months, years } = everything();
  const own = [...months].filter(([month]) => month.startsWith(year)).reverse();
  const rows = own.map(([month, news]) => ({
    name: chineseMonth(month),
    url: `/news/${month.replace("-", "/")}/`,
    count: news.length,
  }));
  const links = [...years].map(([name, news]) => `<li><a href="/news/${name}/">${name}年 <span class="number">${news.length}<span class="hidden">条</span></span></a></li>\n`);
  return frame({
    url: `/news/${year}/`,
    title: `${year}年`,
    description: `${year}年的新闻，按月查看。`,
    kind: "archive",
    above: [{ name: "首页", url: "/" }, { name: "全部新闻", url: "/news/" }],
    main: `<h1 class="title">${year}年</h1>
<nav class="years" aria-label="年份">
<ul class="links">
${links.join("")}</ul>
</nav>
<p class="meta lede"><span>${year}年共${years.get(year).length}条消息</span></p>
<div class="two-columns">
${counts(rows)}</div>`,
  });
}

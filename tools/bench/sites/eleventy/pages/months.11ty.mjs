import { chineseMonth, everything } from "../archive.mjs";
import { cards, collectionData, frame } from "../_includes/parts.mjs";

export const data = {
  pagination: { data: "collections.news", size: 1, alias: "month", before: () => [...everything().months.keys()] },
  permalink: ({ month }) => `/news/${month.replace("-", "/")}/`,
  eleventyExcludeFromCollections: true,
};

export function render({ month }) {
  const title = chineseMonth(month);
  const news = everything().months.get(month);
  const days = groups(news);
  const url = `/news/${month.replace("-", "/")}/`;
  const year = month.slice(0, 4);
  const sections = [...days].map(([day, own]) => `<section class="day" id="day-${Number(day.slice(8))}" aria-labelledby="page-day-${Number(day.slice(8))}">
<h2 class="section-title" id="page-day-${Number(day.slice(8))}"><time datetime="${day}">${own[0].shown}</time></h2>
${cards(own)}</section>
`);
  return frame({
    url,
    title,
    description: `${title}的新闻。`,
    kind: "month",
    above: [{ name: "首页", url: "/" }, { name: "全部新闻", url: "/news/" }, { name: `${year}年`, url: `/news/${year}/` }],
    head: collectionData({ url, title }, news),
    main: `<h1 class="title">${title}</h1>
<div class="with-rail calendar-first">
<div class="rail">
${calendar(month, title, days)}</div>
<div class="rail-main">
${sections.join("")}</div>
</div>`,
  });
}

function groups(news) {
  const days = new Map();
  for (const one of news) days.set(one.day, [...(days.get(one.day) ?? []), one]);
  return days;
}

function calendar(month, title, days) {
  const [year, number] = month.split("-").map(Number);
  const offset = (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % 7;
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const cells = [];
  for (let day = 1 - offset; day <= last || (day + offset) % 7 !== 1; day++) cells.push(cell(month, day, last, days));
  const weeks = [];
  for (let start = 0; start < cells.length; start += 7) weeks.push(`<tr>\n${cells.slice(start, start + 7).join("")}</tr>\n`);
  return `<table class="calendar">
<caption class="hidden">${title}，数字链接到当天的消息</caption>
<thead>
<tr>
${[..."一二三四五六日"].map((name) => `<th scope="col"><span class="hidden">星期</span>${name}</th>\n`).join("")}</tr>
</thead>
<tbody>
${weeks.join("")}</tbody>
</table>
`;
}

function cell(month, day, last, days) {
  if (day < 1 || day > last) return "<td></td>\n";
  const news = days.get(`${month}-${String(day).padStart(2, "0")}`);
  if (!news) return `<td><span>${day}</span></td>\n`;
  return `<td><a href="#day-${day}">${day}<span class="hidden">日，${news.length}条</span></a></td>\n`;
}

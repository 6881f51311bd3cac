// The page of an item.
import { byAddress } from "../archive.mjs";
import { absolute, articleData, cards, frame, safe, terms } from "./parts.mjs";

export function render({ content, page }) {
  const one = byAddress(page.url);
  const [year, month] = one.day.split("-");
  const characters = content.replace(/<[^>]*>|\s/g, "").length;
  return frame({
    url: one.url,
    title: one.title,
    description: one.summary,
    kind: "item",
    time: one.time,
    above: [
      { name: "首页", url: "/" },
      { name: "全部新闻", url: "/news/" },
      { name: `${year}年`, url: `/news/${year}/` },
      { name: `${Number(month)}月`, url: `/news/${year}/${month}/` },
    ],
    head: articleData(one) + one.activities.map((term) => `<meta property="article:section" content="${term.name}">\n`).join(""),
    main: `<article class="item">
<header class="item-head">
<p class="rubric">
${terms(one)}</p>
<hgroup>
<h1 class="title">${safe(one.title)}</h1>
</hgroup>
<p class="meta">
<time datetime="${one.day}">${one.shown}</time>
<span>来源：${safe(one.source)}</span>
<span>${characters}字，约读${Math.ceil(characters / 400)}分钟</span>
</p>
</header>
<div class="item-text">
<div class="body">
${content}
</div>
</div>
<div class="item-facts">
<p class="tools">
<button type="button" data-copy="${absolute(one.url)}" hidden>复制网址</button>
<button type="button" data-print hidden>打印</button>
<span class="tools-status" role="status"></span>
</p>
<p class="printed-address">${absolute(one.url)}</p>
</div>
</article>
<nav class="neighbours" aria-label="前后消息">
<ul>
${one.earlier ? `<li class="earlier"><a href="${one.earlier.url}" rel="prev"><span>上一篇</span> ${safe(one.earlier.title)}</a></li>\n` : ""}${one.later ? `<li class="later"><a href="${one.later.url}" rel="next"><span>下一篇</span> ${safe(one.later.title)}</a></li>\n` : ""}</ul>
</nav>
<section class="related block" aria-labelledby="page-related">
<h2 class="section-title" id="page-related">相关消息</h2>
${cards(one.related)}</section>`,
  });
}

import { everything, feedLinks, site } from "../archive.mjs";
import { card, cards, collectionData, counts, frame, tiles } from "../_includes/parts.mjs";
import { rows } from "./terms.11ty.mjs";

export const data = { permalink: "/", eleventyExcludeFromCollections: true };

export function render() {
  const latest = everything().news.slice(0, 13);
  const page = { url: "/", title: site.title };
  return frame({
    ...page,
    description: `${site.title}的新闻。`,
    kind: "home",
    feeds: feedLinks("/", site.title),
    head: collectionData(page, latest),
    main: `<div class="front">
<section class="lead" aria-label="头条">
${card(latest[0])}</section>
<section class="beside" aria-labelledby="page-latest">
<h2 class="section-title" id="page-latest">最新消息</h2>
${cards(latest.slice(1))}<p class="more"><a href="/news/">全部新闻</a></p>
</section>
</div>
<div class="trio block">
${tiles(rows("districts"))}${counts(rows("activities"))}<p class="more"><a href="/matrix/">地区与类型</a></p>
</div>`,
  });
}

import { everything } from "../archive.mjs";
import { cards, frame } from "../_includes/parts.mjs";

export const data = { permalink: "/404.html", eleventyExcludeFromCollections: true };

export function render() {
  return frame({
    url: "/404.html",
    title: "没有这一页",
    description: "没有这一页。",
    kind: "404",
    above: [{ name: "首页", url: "/" }],
    main: `<h1 class="title">没有这一页</h1>
<p class="standfirst">网址可能输错了，也可能已经改动。可以从<a href="/">首页</a>继续。</p>
${cards(everything().news.slice(0, 6))}`,
  });
}

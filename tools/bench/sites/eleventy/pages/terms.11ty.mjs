// The pages that list districts and activity types.
import { everything, site } from "../archive.mjs";
import { counts, frame, tiles } from "../_includes/parts.mjs";

export const data = {
  pagination: { data: "kinds", size: 1, alias: "kind" },
  kinds: ["districts", "activities"],
  permalink: ({ kind }) => `/${kind}/`,
  eleventyExcludeFromCollections: true,
};

export function render({ kind }) {
  const title = kind === "districts" ? "各地区" : "活动类型";
  const own = rows(kind);
  return frame({
    url: `/${kind}/`,
    title,
    description: `${site.title}的${title}。`,
    kind: "terms",
    above: [{ name: "首页", url: "/" }],
    main: `<h1 class="title">${title}</h1>
<p class="meta lede"><a href="/matrix/">地区与类型</a></p>
${kind === "districts" ? tiles(own) : ""}<div class="two-columns">
${counts(own)}</div>`,
  });
}

export function rows(kind) {
  return Object.entries(site[kind]).flatMap(([id, name]) => {
    const news = everything()[kind].get(id);
    return news ? [{ name, url: `/${kind}/${id}/`, count: news.length, latest: news[0] }] : [];
  });
}

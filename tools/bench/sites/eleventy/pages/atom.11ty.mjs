import { site } from "../archive.mjs";
import { absolute, safe } from "../_includes/parts.mjs";

export const data = {
  pagination: { data: "collections.feeds", size: 1, alias: "feed" },
  permalink: ({ feed }) => `${feed.url}feed.xml`,
  eleventyExcludeFromCollections: true,
};

export function render({ feed }) {
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-Hans">
<id>${absolute(feed.url)}</id>
<title>${site.title} · ${feed.title}</title>
<link rel="alternate" type="text/html" href="${absolute(feed.url)}"/>
<link rel="self" type="application/atom+xml" href="${absolute(feed.url)}feed.xml"/>
<updated>${feed.news[0].time}</updated>
<author><name>${site.title}</name></author>
${feed.news.map(entry).join("")}</feed>
`;
}

function entry(one) {
  return `<entry>
<id>${absolute(one.url)}</id>
<title>${safe(one.title)}</title>
<link rel="alternate" type="text/html" href="${absolute(one.url)}"/>
<published>${one.time}</published>
<updated>${one.time}</updated>
${[...one.districts, ...one.activities].map((term) => `<category term="${term.name}"/>\n`).join("")}<summary>${safe(one.summary)}</summary>
<content type="html">${safe(one.template.content)}</content>
</entry>
`;
}

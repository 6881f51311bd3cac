import { site } from "../archive.mjs";
import { absolute } from "../_includes/parts.mjs";

export const data = {
  pagination: { data: "collections.feeds", size: 1, alias: "feed" },
  permalink: ({ feed }) => `${feed.url}feed.json`,
  eleventyExcludeFromCollections: true,
};

export function render({ feed }) {
  const value = {
    version: "https://jsonfeed.org/version/1.1",
    title: `${site.title} · ${feed.title}`,
    home_page_url: absolute(feed.url),
    feed_url: `${absolute(feed.url)}feed.json`,
    language: "zh-Hans",
    authors: [{ name: site.title }],
    items: feed.news.map((one) => ({
      id: absolute(one.url),
      url: absolute(one.url),
      title: one.title,
      summary: one.summary,
      content_html: one.template.content,
      date_published: one.time,
      date_modified: one.time,
      authors: [{ name: site.title }],
      tags: [...one.districts, ...one.activities].map((term) => term.name),
    })),
  };
  return `${JSON.stringify(value, null, 1)}\n`;
}

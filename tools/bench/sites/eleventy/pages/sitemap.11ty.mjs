import { everything } from "../archive.mjs";
import { absolute } from "../_includes/parts.mjs";

export const data = { permalink: "/sitemap.xml", eleventyExcludeFromCollections: true };

export function render({ collections }) {
  const known = everything();
  const periods = [...known.months.keys(), ...known.years.keys()].map((name) => `/news/${name.replace("-", "/")}/`);
  const firsts = collections.lists.filter((list) => list.number === 1);
  const addresses = [
    ...["/", "/districts/", "/activities/", "/matrix/", ...periods].map((url) => ({ url })),
    ...firsts.map((list) => ({ url: list.url, day: list.news[0].day })),
    ...known.news,
  ];
  const rows = addresses.map(({ url, day }) => `<url>\n<loc>${absolute(url)}</loc>\n${day ? `<lastmod>${day}</lastmod>\n` : ""}</url>\n`);
  return `<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${rows.join("")}</urlset>
`;
}

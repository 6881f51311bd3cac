// What there is: items newest first with their places, the lists they stand in, and the feeds.
import { readFileSync } from "node:fs";

export const site = JSON.parse(readFileSync(new URL("./site.json", import.meta.url), "utf-8"));
const PER_PAGE = 20;
const RELATED = 4;
let known; // made once for a build

export function byAddress(url) {
  return known.byAddress.get(url);
}

export function everything() {
  return known;
}

export function read(templates) {
  if (known) return known.news;
  const news = templates.map(story).sort((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : a.url < b.url ? -1 : 1));
  known = {
    news,
    byAddress: new Map(news.map((one) => [one.url, one])),
    districts: group(news, (one) => one.districts.map((term) => term.id)),
    activities: group(news, (one) => one.activities.map((term) => term.id)),
    crossings: group(news, (one) => one.crossings),
    months: group(news, (one) => [one.day.slice(0, 7)]),
    years: group(news, (one) => [one.day.slice(0, 4)]),
  };
  news.forEach((one, place) => {
    one.later = news[place - 1];
    one.earlier = news[place + 1];
    one.related = related(one);
  });
  return news;
}

function story(template) {
  const data = template.data;
  const day = data.date.toISOString().slice(0, 10);
  const districts = data.districts.map((id) => ({ id, name: site.districts[id], url: `/districts/${id}/` }));
  const activities = data.activities.map((id) => ({ id, name: site.activities[id], url: `/activities/${id}/` }));
  return {
    template,
    url: template.url,
    title: data.title,
    summary: data.summary,
    source: data.source,
    day,
    time: `${day}T00:00:00+08:00`,
    shown: chineseDay(day),
    districts,
    activities,
    crossings: districts.flatMap((d) => activities.map((a) => `${d.id}/${a.id}`)),
  };
}

export function chineseMonth(month) {
  const [year, number] = month.split("-");
  return `${year}年${Number(number)}月`;
}

function chineseDay(day) {
  return `${chineseMonth(day)}${Number(day.slice(8))}日`;
}

function group(news, keys) {
  const groups = new Map();
  for (const one of news) {
    for (const key of keys(one)) {
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(one);
    }
  }
  return groups;
}

// The newest of the same crossing, else of the same activity type or district.
function related(one) {
  const near = [
    ...one.crossings.map((key) => known.crossings.get(key)),
    ...one.activities.map((term) => known.activities.get(term.id)),
    ...one.districts.map((term) => known.districts.get(term.id)),
  ];
  const found = new Set();
  for (const news of near) {
    for (const other of news.slice(0, RELATED + 1)) {
      if (other !== one && found.size < RELATED) found.add(other);
    }
  }
  return [...found];
}

// Every page of every list, in pages of twenty.
export function lists(templates) {
  const news = read(templates);
  const home = { name: "首页", url: "/" };
  const pages = [...paged("/news/", "全部新闻", news, [home], "list")];
  for (const kind of ["districts", "activities"]) {
    const above = [home, { name: kind === "districts" ? "各地区" : "活动类型", url: `/${kind}/` }];
    for (const [id, own] of known[kind]) {
      pages.push(...paged(`/${kind}/${id}/`, site[kind][id], own, above, kind, id));
    }
  }
  for (const [key, own] of known.crossings) {
    const [district, activity] = key.split("/");
    const above = [home, { name: "各地区", url: "/districts/" }];
    above.push({ name: site.districts[district], url: `/districts/${district}/` });
    const title = `${site.districts[district]} · ${site.activities[activity]}`;
    pages.push(...paged(`/districts/${key}/`, title, own, above, "list"));
  }
  return pages;
}

function* paged(url, title, news, above, kind, id) {
  const last = Math.ceil(news.length / PER_PAGE);
  for (let number = 1; number <= last; number++) {
    yield {
      url: pageUrl(url, number),
      title,
      above,
      kind,
      id,
      number,
      total: news.length,
      all: news,
      news: news.slice((number - 1) * PER_PAGE, number * PER_PAGE),
      newest: number > 2 ? url : null,
      newer: number > 1 ? pageUrl(url, number - 1) : null,
      older: number < last ? pageUrl(url, number + 1) : null,
      feeds: id && number === 1 ? feedLinks(url, title) : [],
    };
  }
}

function pageUrl(url, number) {
  return number === 1 ? url : `${url}page/${number}/`;
}

export function feedLinks(url, title) {
  return [
    { url: `${url}feed.xml`, type: "application/atom+xml", title: `${site.title} · ${title}（Atom）` },
    { url: `${url}feed.json`, type: "application/feed+json", title: `${site.title} · ${title}（JSON）` },
  ];
}

export function feeds(templates) {
  const all = [{ url: "/", title: site.title, news: read(templates) }];
  for (const kind of ["districts", "activities"]) {
    for (const [id, own] of known[kind]) all.push({ url: `/${kind}/${id}/`, title: site[kind][id], news: own });
  }
  return all.map((feed) => ({ ...feed, news: feed.news.slice(0, PER_PAGE) }));
}

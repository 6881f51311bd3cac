import { everything, site } from "../archive.mjs";
import { frame } from "../_includes/parts.mjs";

export const data = { permalink: "/matrix/", eleventyExcludeFromCollections: true };

export function render() {
  const { crossings, districts } = everything();
  const activities = Object.entries(site.activities);
  const rows = Object.entries(site.districts).map(([id, name]) => `<tr>
<th scope="row"><a href="/districts/${id}/">${name}</a></th>
${activities.map(([other, activity]) => cell(`${id}/${other}`, `${name} · ${activity}`, crossings)).join("")}<td>${districts.get(id)?.length ?? 0}</td>
</tr>
`);
  return frame({
    url: "/matrix/",
    title: "地区与类型",
    description: `${site.title}的地区与类型。`,
    kind: "matrix",
    above: [{ name: "首页", url: "/" }],
    main: `<h1 class="title">地区与类型</h1>
<div class="table" role="region" aria-label="地区与类型，可左右滚动" tabindex="0">
<table class="matrix">
<thead>
<tr>
<th scope="col">地区</th>
${activities.map(([id, name]) => `<th scope="col"><a href="/activities/${id}/">${name}</a></th>\n`).join("")}</tr>
</thead>
<tbody>
${rows.join("")}</tbody>
</table>
</div>
<p class="note">数字是消息条数，颜色越深消息越多；“–”表示还没有消息。</p>`,
  });
}

function cell(key, label, crossings) {
  const news = crossings.get(key);
  if (!news) return `<td class="shade-0"><span aria-hidden="true">–</span><span class="hidden">${label}：0条</span></td>\n`;
  return `<td class="shade-1"><a href="/districts/${key}/" aria-label="${label}：${news.length}条">${news.length}</a></td>\n`;
}

"use strict";

// Nobody has to sign in to files of their own: Decap finds its visitor signed in already.
localStorage.setItem("decap-cms-user", JSON.stringify({ backendName: "proxy" }));

// A new item is named like those of the command `new`: by its date and the pinyin of its title.
async function named({ entry }) {
  const data = entry.get("data");
  if (!entry.get("newRecord")) return data;
  const said = {};
  for (const key of ["title", "date", "slug"]) said[key] = data.get(key) || "";
  const answer = await fetch("/_bulletin/cms/api/name", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(said),
  });
  // A copy of another item has its state with it.
  return data.merge(await answer.json()).set("bulletin_state", "");
}

// Saving a file publishes nothing: that is done by a build, and by the item's own status.
function reworded(phrases) {
  const { editorToolbar: bar, ...editor } = phrases.editor;
  const words = {
    publish: "保存",
    publishing: "正在保存……",
    published: "已保存",
    publishNow: "保存",
    publishAndCreateNew: "保存，再新建一篇",
    publishAndDuplicate: "保存，再复制一篇",
    deployPreviewPendingButtonLabel: "看看页面",
    deployPreviewButtonLabel: "看看页面",
    deployButtonLabel: "看看页面",
  };
  const toast = { ...phrases.ui.toast, entrySaved: "已保存", entryPublished: "已保存" };
  return {
    ...phrases,
    editor: { ...editor, editorToolbar: { ...bar, ...words } },
    ui: { ...phrases.ui, toast },
  };
}

window.CMS_MANUAL_INIT = true;
const program = document.createElement("script");
program.src = "cms/decap-cms.js";
program.onload = () => {
  CMS.registerEventListener({ name: "preSave", handler: named });
  CMS.registerLocale("zh_Hans", reworded(CMS.getLocale("zh_Hans")));
  CMS.init();
};
document.body.append(program);

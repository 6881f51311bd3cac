// The preview's own script: reloads the page when it changed, shows what is wrong, and marks what
// readers do not see yet. It is added to answers of the preview, and is never part of the site.
(() => {
  "use strict";

  const block = document.getElementById("bulletin-preview-facts");
  if (!block) return;
  const first = JSON.parse(block.textContent);
  const words = first.words;
  const RESTORE = "bulletin-preview-scroll";
  const SEEN = "bulletin-preview-seen";
  const here = location.pathname + location.search;

  // --- small things

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const remember = (key, value) => {
    try { sessionStorage.setItem(key, value); } catch { /* a browser that keeps nothing */ }
  };
  const recall = (key) => {
    try { return sessionStorage.getItem(key); } catch { return null; }
  };

  // --- reloading without losing the place

  const reload = () => {
    remember(RESTORE, JSON.stringify([here, scrollX, scrollY]));
    location.reload();
  };
  const restore = () => {
    const kept = recall(RESTORE);
    if (!kept) return;
    try { sessionStorage.removeItem(RESTORE); } catch { /* as above */ }
    const [page, x, y] = JSON.parse(kept);
    if (page !== here) return;
    const scroll = () => scrollTo({ left: x, top: y, behavior: "instant" });
    scroll();
    if (document.readyState !== "complete") addEventListener("load", scroll, { once: true });
  };

  // --- badges beside links

  const plain = (path) => { try { return decodeURI(path); } catch { return path; } };
  let badged = "";
  const badge = (badges) => {
    const now = JSON.stringify(badges ?? {});
    if (now === badged) return;
    badged = now;
    for (const old of document.querySelectorAll(".bulletin-preview-badge")) old.remove();
    const known = new Map(Object.entries(badges ?? {}).map(([path, said]) => [plain(path), said]));
    if (!known.size) return;
    for (const link of document.querySelectorAll("a[href]")) {
      if (link.origin !== location.origin) continue;
      const said = known.get(plain(link.pathname));
      if (!said || link.hash && plain(link.pathname) === plain(location.pathname)) continue;
      // The site's own cards say it already, but for when the time comes.
      const card = link.closest("article, li, tr");
      if (said[0] !== "held" && card && card.querySelector(".badge")) continue;
      link.after(make("span", { class: "bulletin-preview-badge" }, said[1]));
    }
  };

  // --- the bar and the list

  const host = make("bulletin-preview");
  const root = host.attachShadow({ mode: "open" });
  const count = make("span", { class: "count" });
  const toggle = make("button", {
    type: "button", class: "toggle", "aria-expanded": "false", "aria-controls": "list",
  }, make("span", { class: "dot", "aria-hidden": "true" }), count);
  const state = make("span", { class: "state" });
  const line = make("span", { class: "line", role: "status" });
  const aloud = make("span", { class: "aloud", "aria-live": "polite" });
  const list = make("section", { id: "list", "aria-label": words.list, tabindex: "0" });
  list.hidden = true;
  const bar = make("section", { class: "bar", "aria-label": words.title }, toggle, state, line, aloud);
  const box = make("div", { class: "box" }, list, bar);
  box.hidden = true;
  const style = make("link", { rel: "stylesheet", href: "/_bulletin/panel.css" });
  style.addEventListener("load", () => { box.hidden = false; });
  root.append(style, box);

  const open = (wanted) => {
    list.hidden = !wanted;
    toggle.setAttribute("aria-expanded", String(wanted));
    toggle.title = wanted ? words.close : words.open;
  };
  toggle.addEventListener("click", () => {
    open(list.hidden);
    if (list.hidden) remember(SEEN, shown.key);
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    open(false);
    remember(SEEN, shown.key);
    toggle.focus();
  });

  const item = (one) => {
    const [before, at, after] = one.line;
    const code = make("a", { href: one.help, target: "_blank", rel: "noopener" }, one.code);
    const parts = [make("p", { class: "place" },
      make("b", { class: one.severity }, words[one.severity]), " ", code, " ",
      make("code", {}, one.place), one.own ? make("span", { class: "own" }, words.own) : "")];
    parts.push(make("p", { class: "message" }, one.message));
    if ((before + at + after).trim()) {
      parts.push(make("pre", {}, before, at ? make("mark", {}, at) : "", after));
    }
    parts.push(make("p", { class: "cure" }, words.cure, one.cure));
    return make("li", { class: one.severity }, ...parts);
  };

  const shown = { key: null };
  const show = (facts) => {
    const errors = facts.problems.filter((one) => one.severity === "error");
    const key = JSON.stringify(facts.problems);
    count.textContent = facts.count;
    bar.dataset.level = facts.errors ? "error" : facts.warnings ? "warning" : "fine";
    state.textContent = facts.state ? facts.state[1] : "";
    state.hidden = !facts.state;
    if (key === shown.key) return;
    const before = shown.key;
    shown.key = key;
    const old = errors.some((one) => one.own) && !facts.bare
      ? [make("p", { class: "old" }, words.old)] : [];
    const more = facts.more
      ? [make("p", { class: "more" }, words.more.replace("{count}", facts.more))] : [];
    list.replaceChildren(...old, make("ol", {}, ...facts.problems.map(item)), ...more);
    toggle.disabled = !facts.problems.length;
    if (before !== null) aloud.textContent = facts.count;
    // The page of Problems has them all already.
    if (!facts.problems.length || facts.bare) open(false);
    else if (facts.errors && recall(SEEN) !== key) open(true);
  };

  // --- listening

  let source = null;
  let again = 0;
  const heard = (facts) => {
    if (facts.moved) {
      location.replace(facts.moved);
    } else if (facts.mark !== first.mark || Boolean(facts.bare) !== Boolean(first.bare)
        || facts.bare && JSON.stringify(facts.problems) !== JSON.stringify(first.problems)) {
      leave();
      reload();
    } else {
      show(facts);
      badge(facts.badges);
    }
  };
  const leave = () => {
    clearTimeout(again);
    if (source) source.close();
    source = null;
  };
  const listen = () => {
    leave();
    source = new EventSource("/_bulletin/events?at=" + encodeURIComponent(location.pathname));
    source.addEventListener("open", () => {
      if (bar.dataset.lost !== undefined) {
        delete bar.dataset.lost;
        line.textContent = words.back;
        setTimeout(() => { if (bar.dataset.lost === undefined) line.textContent = ""; }, 3000);
      }
    });
    source.addEventListener("message", (event) => heard(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      bar.dataset.lost = "";
      line.textContent = words.lost;
      if (source && source.readyState === EventSource.CLOSED) again = setTimeout(listen, 2000);
    });
  };

  const start = () => {
    document.body.append(host);
    show(first);
    badge(first.badges);
    restore();
    // A browser opens six connections to one host: pages that nobody looks at hold none.
    document.addEventListener("visibilitychange", () => (document.hidden ? leave() : listen()));
    addEventListener("pagehide", leave);
    addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
    if (!document.hidden) listen();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();

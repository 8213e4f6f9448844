// The few things that every page does by itself; each of them works without this script, in a plainer form.
(() => {
  const self = document.currentScript;
  const root = document.documentElement;
  const byId = id => document.getElementById(id);
  const loaded = new Map();

  // Loads another script of this folder once; tools call it for what they need themselves. One that failed may be asked for again.
  const load = name => {
    if (!loaded.has(name)) loaded.set(name, new Promise((done, failed) => {
      const script = document.createElement("script");
      const address = new URL(name, self.src);
      if (!address.search) address.search = new URL(self.src).search;
      script.src = address;
      script.onload = done;
      script.onerror = () => { loaded.delete(name); script.remove(); failed(new Error(name)); };
      document.head.append(script);
    }));
    return loaded.get(name);
  };
  window.guide = { load, lang: root.lang === "en" ? "en" : "zh" };

  // A tool's script comes only with a page that holds the tool.
  for (const element of document.querySelectorAll("[data-tool]")) load(`${element.dataset.tool}.js`);

  // A section that moved leaves a line with its old id, which leads on.
  const follow = () => {
    const moved = location.hash && byId(location.hash.slice(1));
    if (moved && moved.className === "moved") location.replace(moved.firstElementChild.href);
  };
  addEventListener("hashchange", follow);
  follow();

  // The language switch keeps the section: #id is the same in both languages.
  document.addEventListener("click", event => {
    const link = event.target.closest("a.switch");
    if (link) link.hash = location.hash;
  });

  // A heading's link goes to the section, and offers its address to pass on.
  document.addEventListener("click", event => {
    const link = event.target.closest("a.headerlink");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) load("share.js").then(() => guide.share(link), () => {});
  });

  // The colour scheme: the reader's choice is kept, and until there is one the system's is followed.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = scheme => { document.body.dataset.mdColorScheme = scheme; };
  const buttons = [...document.querySelectorAll("button.scheme")];
  for (const button of buttons) button.addEventListener("click", () => {
    paint(button.dataset.scheme);
    __md_set("scheme", button.dataset.scheme);
    buttons.find(other => other !== button).focus();
  });
  if (dark.addEventListener) dark.addEventListener("change", () => __md_get("scheme") || paint(dark.matches ? "slate" : "default"));

  // The menu of a narrow screen closes on Escape, and when the focus leaves it.
  const drawer = byId("__drawer");
  const menu = document.querySelector(".md-sidebar--primary");
  drawer.autocomplete = byId("__search").autocomplete = "off";
  document.addEventListener("focusin", event => {
    if (drawer.checked && event.target !== drawer && !menu.contains(event.target)) drawer.checked = false;
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape" && drawer.checked) { drawer.checked = false; drawer.focus(); }
  });

  // Search: the theme's script comes at the first sign of need, and is handed the focus, the text and an Enter that came before it.
  const search = byId("__search");
  const query = document.querySelector(".md-search__input");
  const results = document.querySelector(".md-search-result__list");
  let ready = false;
  let asked = false;  // Enter was pressed before there were results

  const keepOpen = event => { if (!event.isTrusted && !search.checked) event.preventDefault(); };
  const wake = () => load(self.dataset.theme).then(() => {
    if (ready) return;
    ready = true;
    // The theme takes the #section of the address for a new one, and closes the search box 125 ms after its start.
    search.addEventListener("click", keepOpen);
    setTimeout(() => search.removeEventListener("click", keepOpen), 200);
  }, () => { results.previousElementSibling.textContent = self.dataset.failed; });

  const concerns = target => target instanceof Element && target.closest(".md-search, #__search, [for=__search]");
  for (const type of ["pointerover", "touchstart", "focusin"]) {
    document.addEventListener(type, event => { if (!ready && concerns(event.target)) wake(); }, { passive: true });
  }
  search.addEventListener("change", () => search.checked && query.focus());
  query.addEventListener("focus", () => setTimeout(() => { if (!ready && !search.checked) search.click(); }, 1));
  query.form.addEventListener("submit", event => event.preventDefault());
  query.addEventListener("keydown", event => {
    asked = event.key === "Enter" && !event.isComposing && query.value !== "" && !results.children.length;
    if (!ready && event.key === "Escape") { search.checked = false; query.blur(); }
  });
  new MutationObserver(() => {
    const first = asked && results.querySelector("a");
    if (first) { asked = false; first.click(); }
  }).observe(results, { childList: true });
  document.addEventListener("keydown", event => {
    if (ready || event.metaKey || event.ctrlKey || event.altKey || !["/", "f", "s"].includes(event.key)) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    event.preventDefault();
    query.focus();
  });
  if (new URLSearchParams(location.search).has("q")) wake();

  // The offline copy: kept after the page has loaded, and named where it is what the reader sees.
  if (root.dataset.copy) {
    const line = document.querySelector(".offline");
    const day = new Date(root.dataset.copy);
    const text = day.toLocaleString(guide.lang === "en" ? "en-GB" : "zh-CN", { dateStyle: "long", timeStyle: "short" });
    line.querySelector("time").dateTime = day.toISOString();
    line.querySelector("time").textContent = text.replace(/(\d)([年月日])/g, "$1 $2 ").trim();
    line.hidden = false;
  }
  if (self.dataset.worker && navigator.serviceWorker && location.protocol !== "file:") {
    addEventListener("load", () => navigator.serviceWorker.register(self.dataset.worker).catch(() => {}));
  }
})();

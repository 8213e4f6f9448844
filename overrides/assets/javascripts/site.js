// The few things that every page does by itself; each of them works without this script, in a plainer form.
(() => {
  const self = document.currentScript;
  const source = new URL(self.dataset.src, location);  // this script stands in the page: where it would be, and its version
  const root = document.documentElement;
  const byId = id => document.getElementById(id);
  const loaded = new Map();

  // Loads another script of this folder once; tools call it for what they need themselves. One that failed may be asked for again.
  const load = name => {
    if (!loaded.has(name)) loaded.set(name, new Promise((done, failed) => {
      const script = document.createElement("script");
      const address = new URL(name, source);
      if (!address.search) address.search = source.search;
      script.src = address;
      script.onload = done;
      script.onerror = () => { loaded.delete(name); script.remove(); failed(new Error(name)); };
      document.head.append(script);
    }));
    return loaded.get(name);
  };

  // An element with a class and what it holds; a button that does something.
  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };
  const button = (className, text, action) => {
    const element = make("button", className, text);
    element.type = "button";
    element.addEventListener("click", action);
    return element;
  };

  // The page holds the styles of what it was built with; what comes later (results, dialogs) needs the rest.
  let dressed;
  const dress = () => dressed = dressed || new Promise(done => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(`../stylesheets/${self.dataset.sheet}`, source);
    link.onload = link.onerror = done;
    document.head.append(link);
  });
  window.guide = { load, make, button, lang: root.lang === "en" ? "en" : "zh" };

  // A tool's script comes only with a page that holds the tool, and after the page has been painted.
  const painted = new Promise(done => addEventListener("load", () => requestAnimationFrame(() => setTimeout(done))));
  for (const element of document.querySelectorAll("[data-tool]")) painted.then(() => load(`${element.dataset.tool}.js`));

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
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) Promise.all([load("share.js"), dress()]).then(() => guide.share(link), () => {});
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

  // Menu and search of a narrow screen: buttons for the theme's two checkboxes. The menu closes on Escape, and when the focus leaves it.
  const drawer = byId("__drawer");
  const search = byId("__search");
  const menu = document.querySelector(".md-sidebar--primary");
  for (const button of document.querySelectorAll("[data-toggles]")) {
    const box = byId(button.dataset.toggles);
    box.autocomplete = "off";
    button.addEventListener("click", () => box.click());
    box.addEventListener("change", () => button.setAttribute("aria-expanded", box.checked));
  }
  drawer.addEventListener("change", () => drawer.checked && [...menu.querySelectorAll("a")].find(link => link.offsetParent).focus());
  const closes = event => drawer.checked && (event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target));
  for (const type of ["focusin", "keydown"]) document.addEventListener(type, event => {
    if (!closes(event)) return;
    drawer.click();
    if (type === "keydown") document.querySelector("[data-toggles=__drawer]").focus();
  });

  // Search: the theme's script comes at the first sign of need, and is handed the focus, the text and an Enter that came before it.
  const query = document.querySelector(".md-search__input");
  const results = document.querySelector(".md-search-result__list");
  let ready = false;
  let asked = null;  // the text for which Enter was pressed before that

  let leaves = false;  // the reader closes the search by a key
  const keepOpen = event => { if (!event.isTrusted && !search.checked && !leaves) event.preventDefault(); };
  const onDisk = location.protocol === "file:";  // there search.js stands in for the worker that the theme's script asks for
  const loadAll = () => Promise.all([load("search.js"), onDisk ? load("search.js").then(() => load(self.dataset.theme)) : load(self.dataset.theme)]);
  const wake = () => Promise.all([loadAll(), dress()]).then(() => {
    if (ready) return;
    ready = true;
    guide.search(asked);
    // The theme takes the #section of the address for a new one, and closes the search box 125 ms after its start.
    search.addEventListener("click", keepOpen);
    setTimeout(() => search.removeEventListener("click", keepOpen), 200);
  }, () => { results.previousElementSibling.textContent = self.dataset.failed; });

  const concerns = target => target instanceof Element && target.closest(".md-search, [data-toggles=__search]");
  for (const type of ["pointerover", "touchstart", "focusin"]) {
    document.addEventListener(type, event => { if (!ready && concerns(event.target)) wake(); }, { passive: true });
  }
  search.addEventListener("change", () => {
    if (!search.checked) return;
    leaves = false;
    query.focus();
  });
  query.addEventListener("focus", () => setTimeout(() => { if (!ready && !search.checked && document.activeElement === query) search.click(); }, 1));
  query.form.addEventListener("submit", event => event.preventDefault());
  query.addEventListener("keydown", event => {
    if (!ready) asked = event.key === "Enter" && !event.isComposing ? query.value : null;
    leaves = ["Escape", "Tab"].includes(event.key);
    if (!ready && leaves) { search.checked = false; query.blur(); }
  });
  // Ctrl+K or ⌘K asks for search. The theme's keys, one letter alone, are hit by accident and by those who speak to their computer.
  addEventListener("keydown", event => {
    if (event.target.closest("input, select, textarea, [contenteditable]") || event.altKey || event.key.length > 1) return;
    if (!event.metaKey && !event.ctrlKey) event.stopPropagation();
    else if (event.key === "k") {
      event.preventDefault();
      query.focus();
    }
  }, true);
  if (new URLSearchParams(location.search).has("q")) wake();

  // The offline copy: kept after the page has loaded, and named where it is what the reader sees.
  if (root.dataset.copy) {
    const line = document.querySelector(".offline");
    const day = new Date(root.dataset.copy);
    const text = day.toLocaleString(guide.lang === "en" ? "en-GB" : "zh-CN", { dateStyle: "long", timeStyle: "short" });
    line.querySelector("b").textContent = text.replace(/(\d)([年月日])/g, "$1 $2 ").trim();
    line.hidden = false;
  }
  if (self.dataset.worker && navigator.serviceWorker && location.protocol !== "file:") {
    addEventListener("load", () => setTimeout(() => navigator.serviceWorker.register(self.dataset.worker).catch(() => {}), 1500));
  }
})();

// What the search dialog does beyond the theme: answers to every kind of input, the first sentence of each answer, a way on where
// nothing was found, the other language's results, and an Enter that opens the first result of what stands in the box.
(() => {
  const { make } = guide;
  const words = {
    zh: {
      found: count => `最相关的 ${count} 条`, one: "找到 1 条", none: "没有找到。换个短一点的说法试试，或者从这里走：",
      empty: "输入问题或关键词", other: "English results for “#”", commonest: "常见的几个问题",
    },
    en: {
      found: count => `The ${count} best matches`, one: "1 match", none: "Nothing found. Try fewer or other words, or start here:",
      empty: "Type a question or a few words", other: "“#” 的中文结果", commonest: "What most people ask",
    },
  }[guide.lang];
  const query = document.querySelector(".md-search__input");
  const result = document.querySelector("[data-md-component=search-result]");
  const [meta, list] = result.children;
  const config = JSON.parse(document.getElementById("__config").textContent);
  const base = new URL(config.base, location);

  // From disk a browser refuses workers: the same script then runs in the page, behind the same messages.
  if (location.protocol === "file:") {
    const worker = new EventTarget();
    const ready = guide.load("../vendor/minisearch/index.js").then(() => guide.load("search-worker.js"));
    guide.disk = { location, postMessage: data => worker.dispatchEvent(new MessageEvent("message", { data })) };
    worker.postMessage = data => ready.then(() => guide.disk.onmessage({ data }));
    window.Worker = function () { return worker; };
  }

  // The theme's arrow keys and Enter expect an element with a score in every link of the list.
  const link = (place, title, lang) => {
    const text = make("span", "", title);
    text.dataset.mdScore = 0;
    const anchor = make("a", "md-search-result__link", text);
    anchor.href = new URL(place, base);
    anchor.tabIndex = -1;
    if (lang) anchor.lang = anchor.hreflang = lang;
    return anchor;
  };

  const extra = make("div", "search-extra");

  // A link with the query for the other language's pages.
  const otherLanguage = place => {
    const address = new URL(place, base);
    address.searchParams.set("q", query.value.trim());
    return link(address, words.other.replace("#", query.value.trim().slice(0, 40)), guide.lang === "zh" ? "en" : "zh-Hans");
  };

  let shown = null;     // the query whose results stand in the list
  let entered = null;   // the query for which Enter was pressed before its results came
  const open = () => { entered = null; const first = list.querySelector("a"); if (first) first.click(); };

  const show = ({ items, help, other, query: asked }) => {
    shown = asked;
    items.forEach(([item], i) => {
      const article = list.children[i] && list.children[i].querySelector("article");
      if (!article || !item.lead) return;
      article.querySelector("p")?.remove();
      article.append(make("p", "", ...item.lead.map((piece, n) => n % 2 ? make("mark", "", piece) : piece)));
    });
    const isBlank = !asked.trim();
    meta.textContent = isBlank ? words.empty : !items.length ? words.none : items.length === 1 ? words.one : words.found(items.length);
    extra.replaceChildren();
    if (other) extra.append(make("p", "search-extra__other", otherLanguage(other)));
    if (help.length) {
      const [chooser, ...questions] = help.map(({ location, title }) => link(location, title));
      extra.append(make("p", "", chooser), make("h2", "", words.commonest), make("ul", "", ...questions.map(question => make("li", "", question))));
    }
    if (entered === asked) open();
  };

  // The theme listens for keys only: paste, voice, a pen, an input method and the button that empties the box count too.
  const tell = () => query.dispatchEvent(new KeyboardEvent("keyup"));
  query.addEventListener("input", tell);
  query.form.addEventListener("reset", () => setTimeout(tell));

  query.addEventListener("keydown", event => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.isComposing || event.keyCode === 229 || !query.value.trim()) return;
    if (shown === query.value) open();
    else entered = query.value;
  });

  // On a narrow screen the theme scrolls back to where the page was before the search, even past the section that was chosen.
  result.addEventListener("click", event => {
    const anchor = event.target.closest("a");
    if (!anchor || anchor.pathname !== location.pathname || !anchor.hash) return;
    setTimeout(() => {
      const section = document.getElementById(anchor.hash.slice(1));
      if (section && location.hash === anchor.hash) section.scrollIntoView();
    }, 250);
  });

  // site.js calls this when the theme's script is there; `early` is the text for which Enter was pressed before.
  guide.search = early => {
    entered = early;
    result.append(extra);  // not before: the theme takes the last child for its list
    component$.subscribe(state => { if (state.ref === result && state.query !== undefined) show(state); });
  };
})();

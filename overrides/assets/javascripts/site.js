// The few things that every page does by itself; each of them works without this script, in a plainer form.
(() => {
  const here = document.currentScript.src;
  const loaded = new Map();

  // Loads another script of this folder once; tools call it for what they need themselves.
  const load = name => {
    if (!loaded.has(name)) loaded.set(name, new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL(name, here);
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    }));
    return loaded.get(name);
  };
  window.guide = { load, lang: document.documentElement.lang === "en" ? "en" : "zh" };

  // A tool's script comes only with a page that holds the tool.
  for (const element of document.querySelectorAll("[data-tool]")) load(`${element.dataset.tool}.js`);

  // A section that moved leaves a line with its old id, which leads on.
  const follow = () => {
    const moved = location.hash && document.getElementById(location.hash.slice(1));
    if (moved && moved.className === "moved") location.replace(moved.firstElementChild.href);
  };
  addEventListener("hashchange", follow);
  follow();

  // The language switch keeps the section: #id is the same in both languages.
  document.addEventListener("click", event => {
    const link = event.target.closest("a.switch");
    if (link) link.hash = location.hash;
  });
})();

// Narrows the directory to a kind, and to the names that hold what is typed. Without this script it is a plain list.
(() => {
  const words = {
    zh: {
      find: "找一家", hint: "名称，中文、英文、韩文都行", all: "全部", none: "名录里没有这个名字。看账单上写的公司，照它那一类的办法办。", clear: "清除条件",
      count: (shown, total) => shown === total ? `共 ${total} 家` : `${total} 家里有 ${shown} 家`,
      kinds: { network: "三大运营商", mvno: "虚拟运营商", "tourist-sim": "旅游卡", "travel-esim": "旅行 eSIM", "pocket-wifi": "随身 Wi-Fi", "third-party": "第三方" }
    },
    en: {
      find: "Find a name", hint: "in English, Chinese or Korean", all: "All", none: "The directory has no such name. Look for the company on your bill and do as its kind does.", clear: "Clear",
      count: (shown, total) => shown === total ? `${total} entries` : `${shown} of ${total} entries`,
      kinds: { network: "Networks", mvno: "Budget carriers", "tourist-sim": "Tourist SIMs", "travel-esim": "Travel eSIMs", "pocket-wifi": "Pocket Wi-Fi", "third-party": "Third parties" }
    }
  }[guide.lang];

  const { make } = guide;
  const plain = text => text.normalize("NFKC").toLowerCase().replace(/[\s\p{P}]+/gu, "");

  const place = document.querySelector('[data-tool="directory"]');
  const named = element => [element.dataset.names, ...[...element.querySelectorAll("h3, :scope > a")].map(name => name.textContent)].join(" ");
  const entries = [...document.querySelectorAll("[data-kind]")].map(element => ({ element, kind: element.dataset.kind, names: plain(named(element)) }));

  // A section is a heading of the page with all that stands below it; while the list is narrowed, one without an entry is hidden.
  const sections = [];
  for (let element = place.nextElementSibling; element; element = element.nextElementSibling) {
    if (element.tagName === "H2" || !sections.length) sections.push([]);
    sections[sections.length - 1].push(element);
  }
  const holds = (section, entry) => section.some(element => element.contains(entry.element));

  const form = make("form", "form directory-filter");
  const field = make("p", "form__field");
  const label = make("label", "", words.find);
  const input = make("input", "");
  const kinds = make("div", "directory-filter__kinds");
  const status = make("p", "directory-filter__status");
  const none = make("p", "directory-filter__none", words.none);
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", words.find);
  kinds.setAttribute("role", "group");
  status.setAttribute("role", "status");
  none.hidden = true;
  Object.assign(input, { type: "search", id: "directory-name", autocomplete: "off", spellcheck: false });
  label.htmlFor = input.id;
  label.append(" ", make("small", "", words.hint));
  field.append(label, input);

  let kind = "";
  const buttons = ["", ...Object.keys(words.kinds).filter(name => entries.some(entry => entry.kind === name))].map(name => {
    const button = guide.button("press", name ? words.kinds[name] : words.all, () => { kind = name; update(); });
    kinds.append(button);
    return { button, name };
  });

  const update = () => {
    const asked = input.value.split(/\s+/).map(plain).filter(Boolean);
    const shown = entries.filter(entry => (!kind || entry.kind === kind) && asked.every(word => entry.names.includes(word)));
    const narrowed = shown.length < entries.length;
    for (const entry of entries) entry.element.hidden = !shown.includes(entry);
    for (const section of sections) {
      const empty = narrowed && !shown.some(entry => holds(section, entry));
      for (const element of section) if (!element.dataset.kind) element.hidden = empty;
    }
    for (const { button, name } of buttons) button.setAttribute("aria-pressed", String(name === kind));
    status.textContent = words.count(shown.length, entries.length);
    none.hidden = shown.length > 0;
  };

  // An address that names something hidden shows everything again, and goes there.
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target || !target.closest("[hidden]")) return;
    input.value = kind = "";
    update();
    target.scrollIntoView();
  };

  input.addEventListener("input", update);
  form.addEventListener("submit", event => event.preventDefault());
  document.addEventListener("click", event => { if (event.target.closest('a[href*="#"]')) setTimeout(reveal); });
  addEventListener("hashchange", reveal);
  form.append(field, ...(buttons.length > 2 ? [kinds] : []), status, none);
  place.append(form);
  update();
})();

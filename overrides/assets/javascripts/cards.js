// Gives each Korean line a button that copies it, and each line to say a full-screen card to show across a desk.
(() => {
  const words = {
    zh: { copy: "复制", copied: "已复制", failed: "没能复制", show: "大字显示", card: "给对方看", previous: "上一句", next: "下一句", close: "关闭", date: "日期", number: "号码" },
    en: { copy: "Copy", copied: "Copied", failed: "Not copied", show: "Show large", card: "Show this", previous: "Previous", next: "Next", close: "Close", date: "Date", number: "Number" }
  }[guide.lang];

  const { make, button } = guide;

  const ready = guide.load("copy.js");
  const copyButton = korean => {
    const element = button("press", words.copy, async () => {
      await ready;
      element.textContent = await guide.copy(korean.textContent) ? words.copied : words.failed;
      setTimeout(() => { element.textContent = words.copy; }, 2000);
    });
    element.setAttribute("aria-live", "polite");
    return element;
  };

  // What the reader fills in stands in brackets; what is typed on one card is filled in on the next, and kept nowhere else.
  const typed = { date: "", number: "" };
  const slots = {
    date: { mark: { ko: "[0월 0일]", zh: "[0 月 0 日]", en: "[date]" }, type: "date" },
    number: { mark: { ko: "010-[0000]-[0000]", zh: "010-[0000]-[0000]", en: "010-[0000]-[0000]" }, type: "tel" }
  };
  const spoken = (slot, lang) => {
    if (slot !== "date") return typed[slot].trim();
    const [, month, day] = typed.date.split("-").map(Number);
    if (lang === "en") return new Date(Date.UTC(2000, month - 1, day)).toLocaleDateString("en-GB", { day: "numeric", month: "long", timeZone: "UTC" });
    return lang === "ko" ? `${month}월 ${day}일` : `${month} 月 ${day} 日`;
  };
  const filled = (text, lang) => {
    for (const [slot, { mark }] of Object.entries(slots)) if (typed[slot]) text = text.split(mark[lang]).join(spoken(slot, lang));
    return text;
  };

  const dialog = make("dialog", "card md-typeset");
  const room = make("p", "card__room");
  const korean = make("span", "card__ko");
  const meaning = make("p", "card__means");
  const place = make("span", "card__place");
  const fields = make("p", "card__fields");
  const bar = make("div", "card__bar");
  let lines = [];
  let at = 0;

  // The largest letters with which the line fits its room.
  const fit = () => {
    let size = Math.max(innerWidth, innerHeight) / 6;
    do korean.style.fontSize = `${size *= 0.94}px`;
    while (size > 20 && (korean.offsetHeight > room.clientHeight || korean.scrollWidth > room.clientWidth));
  };
  const fill = () => {
    korean.textContent = filled(lines[at].querySelector(".ko").textContent, "ko");
    meaning.textContent = filled(lines[at].querySelector(".means").textContent, guide.lang);
    fit();
  };
  const turn = step => {
    at = (at + step + lines.length) % lines.length;
    place.textContent = `${at + 1} / ${lines.length}`;
    fields.replaceChildren();
    for (const [slot, { mark, type }] of Object.entries(slots)) {
      if (!lines[at].querySelector(".ko").textContent.includes(mark.ko)) continue;
      const label = make("label", "", words[slot]);
      const input = make("input", "");
      Object.assign(input, { type, value: typed[slot], autocomplete: "off" });
      input.addEventListener("input", () => { typed[slot] = input.value; fill(); });
      label.append(" ", input);
      fields.append(label);
    }
    fill();
  };
  const following = button("press", words.next, () => turn(1));

  korean.lang = "ko";
  dialog.setAttribute("aria-label", words.card);
  room.setAttribute("aria-live", "polite");
  room.append(korean);
  bar.append(button("press", words.previous, () => turn(-1)), place, following, button("press", words.close, () => dialog.close()));
  dialog.append(room, meaning, fields, bar);
  dialog.addEventListener("keydown", event => {
    if (event.target.tagName === "INPUT") return;
    if (event.key === "ArrowRight") turn(1);
    if (event.key === "ArrowLeft") turn(-1);
  });
  addEventListener("resize", () => { if (dialog.open) fit(); });
  document.body.append(dialog);

  // The screen stays on while a card is open, where the device allows it; the lock is lost when the page is left.
  let lock = null;
  const hold = async () => {
    if (!dialog.open || document.visibilityState !== "visible" || !navigator.wakeLock) return;
    try { lock = await navigator.wakeLock.request("screen"); } catch { lock = null; }
    if (lock && !dialog.open) lock.release();
  };
  document.addEventListener("visibilitychange", hold);
  dialog.addEventListener("close", () => {
    if (lock) lock.release();
    lock = null;
    lines[at].querySelector(".show").focus();
  });

  const open = line => {
    lines = [...line.parentElement.children];
    dialog.showModal();
    at = lines.indexOf(line);
    turn(0);
    following.focus();
    hold();
  };

  for (const line of document.querySelectorAll(".phrases > li, .terms > div")) {
    const tools = make(line.matches("li") ? "p" : "dd", "line-tools");
    if (line.matches(':not([data-part="letter"]) > li') && dialog.showModal) tools.append(button("press show", words.show, () => open(line)));
    tools.append(copyButton(line.querySelector('[lang="ko"]')));
    line.append(tools);
  }
})();

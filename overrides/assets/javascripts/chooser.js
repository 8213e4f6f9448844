// Shows one question of the chooser at a time. Its options are links to sections, so Back and an outcome's address work by themselves.
(() => {
  const root = document.querySelector('[data-tool="chooser"]');
  const words = {
    zh: { left: n => n === 1 ? "最后一个问题" : `最多还有 ${n} 个问题`, outcome: "这是你的结果", back: "上一步" },
    en: { left: n => n === 1 ? "The last question" : `At most ${n} questions left`, outcome: "This is your outcome", back: "Back" }
  }[guide.lang];
  const sections = new Map([...root.children].map(section => [section.querySelector("h3").id, section]));
  const first = [...sections.keys()][0];
  const optionsOf = section => section.dataset.kind === "question" ? [...section.querySelectorAll("li a")] : [];
  const questionsFrom = section => Math.max(0, ...optionsOf(section).map(link => 1 + questionsFrom(sections.get(link.hash.slice(1)))));

  const status = document.createElement("p");
  status.setAttribute("role", "status");
  const back = guide.button("press", words.back, () => history.back());
  const bar = guide.make("div", "chooser__bar", back, status);
  root.append(bar);

  let chosen = 0;  // how many answers lead to the section that an option just named
  const stepsHere = () => (history.state && history.state.steps) || 0;
  for (const section of sections.values()) for (const link of optionsOf(section)) {
    link.addEventListener("click", () => { chosen = stepsHere() + 1; });
  }

  const show = id => {
    for (const [other, section] of sections) section.hidden = other !== id;
    const section = sections.get(id);
    const isOutcome = section.dataset.kind === "outcome";
    root.toggleAttribute("data-answered", isOutcome);
    back.hidden = !stepsHere();
    status.textContent = isOutcome ? words.outcome : words.left(questionsFrom(section));
  };
  const follow = () => {
    const id = location.hash.slice(1);
    if (chosen) history.replaceState({ ...history.state, steps: chosen }, "");
    chosen = 0;
    if (!sections.has(id) && id && id !== "chooser") return;
    show(sections.has(id) ? id : first);
    if (!sections.has(id)) return;
    const heading = sections.get(id).querySelector("h3");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView();
  };

  show(first);
  root.dataset.ready = "";
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target && !root.contains(target)) target.scrollIntoView();
  addEventListener("hashchange", follow);
  follow();
})();

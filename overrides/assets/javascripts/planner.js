// Turns the leaving plan into days: what was chosen stands in the address, ticks stay on this device, and nothing is sent.
(() => {
  const root = document.querySelector('[data-tool="planner"]');
  const form = root.querySelector("form");
  const head = root.querySelector(".plan__head");
  const [date, card, message, status] = ["#plan-date", "#plan-card", "#plan-message", ".form__status"].map(name => form.querySelector(name));
  const english = guide.lang === "en";
  const words = english ? {
    none: "There is no such day: please check the date.", far: "That is too far away: the plan reaches at most two years ahead.",
    past: day => `In Korea that day has passed: it is ${day} there. If you have left, choose “have left”.`,
    old: day => `That day is too long ago: it is ${day} in Korea. If you have left, choose “have left” and today's date.`,
    weekend: "moved to the Friday before the weekend", late: "overdue: do it now", today: "today",
    midnight: (korea, here) => `In Korea it is ${korea}, on this device ${here}. The plan goes by Korean dates.`,
    copied: "Copied.", failed: "Could not copy: copy the address from the address bar.", cleared: "All ticks are cleared.",
    saved: "Saved: open the file to add it to your calendar.", sum: (done, all) => `${done} of ${all} done`,
    calendar: "Korean phone line", leave: "Departure", start: "Begun", instalments: "phone on instalments", account: "Korean bank account", sep: " · ", tick: "Done: "
  } : {
    none: "没有这一天，请检查日期。", far: "太远了：计划最多排到两年以后。",
    past: day => `韩国已经是 ${day}，这一天过去了。已经离开的话，请改选“已经离开”。`,
    old: day => `这一天过去太久了，韩国已经是 ${day}。已经离开的话，请改选“已经离开”，再填今天。`,
    weekend: "碰上周末，挪到周五", late: "已过，现在就做", today: "今天",
    midnight: (korea, here) => `韩国现在是 ${korea}，这台设备是 ${here}。计划按韩国日期排。`,
    copied: "已复制。", failed: "没能复制，请从地址栏复制。", cleared: "勾选已清除。",
    saved: "已保存：打开文件，就能加进日历。", sum: (done, all) => `${all} 件里做完 ${done} 件`,
    calendar: "韩国手机号", leave: "离境", start: "开始", instalments: "有手机分期", account: "有韩国账户", sep: " · ", tick: "做完了："
  };

  // Days are counted as UTC midnights: Korea has no summer time, so its date is that of UTC nine hours on.
  const DAY = 864e5;
  const AHEAD = 730, BEHIND = 90;
  const iso = time => new Date(time).toISOString().slice(0, 10);
  const today = () => Date.parse(iso(Date.now() + 9 * 36e5));
  const dayHere = () => { const now = new Date(); return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()); };
  const dayOf = text => {
    const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN;
    return !Number.isNaN(time) && iso(time) === text ? time : null;
  };
  const MONTHS = "January February March April May June July August September October November December".split(" ");
  const WEEKDAYS = english ? "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ") : [..."日一二三四五六"];
  const show = time => {
    const day = new Date(time);
    const [y, m, d, w] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), WEEKDAYS[day.getUTCDay()]];
    return english ? `${w} ${d} ${MONTHS[m]} ${y}` : `${y} 年 ${m + 1} 月 ${d} 日（周${w}）`;
  };

  // The list: its lines, each with the box that ticks it.
  const key = `${new URL("../..", document.currentScript.src).pathname}plan`;
  let ticks = new Set();
  try { ticks = new Set(JSON.parse(localStorage.getItem(key)) || []); } catch { /* storage is barred or holds something else */ }
  const keep = () => {
    try { ticks.size ? localStorage.setItem(key, JSON.stringify([...ticks])) : localStorage.removeItem(key); } catch { /* then ticks last as long as the page */ }
  };
  const stages = [...root.querySelectorAll(".plan__stage")].map(element => {
    const heading = element.querySelector("h3");
    const days = document.createElement("p");
    days.className = "plan__when";
    days.hidden = true;
    heading.after(days);
    const tasks = [...element.querySelectorAll("li")].map(line => {
      const link = line.querySelector("strong a");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = ticks.has(line.id);
      box.setAttribute("aria-label", words.tick + link.textContent);
      box.addEventListener("change", () => {
        ticks[box.checked ? "add" : "delete"](line.id);
        keep();
        count();
      });
      line.prepend(box);
      return { line, link, box, label: line.querySelector(".plan__day"), day: Number(line.dataset.day || element.dataset.day), kinds: (line.dataset.for || "").split(" ").filter(Boolean) };
    });
    return { element, days, tasks, title: heading.firstChild.textContent, left: "left" in element.dataset, workday: "workday" in element.dataset };
  });
  const shown = () => stages.flatMap(stage => stage.tasks).filter(task => !task.line.hidden && !task.line.closest("[hidden]"));
  const count = () => { head.querySelector(".plan__done").textContent = words.sum(shown().filter(task => task.box.checked).length, shown().length); };

  // What is chosen, as the form has it and as the address tells it: #plan?leave=2026-12-20&card=postpaid&instalments=no&account=yes
  const radio = name => form.elements[name].value;
  const choice = () => ({ state: radio("state"), date: date.value, card: card.value, instalments: radio("instalments"), account: radio("account") });
  const hashOf = chosen => `#plan?${chosen.state}=${chosen.date}&card=${chosen.card}&instalments=${chosen.instalments}&account=${chosen.account}`;
  const publicAddress = chosen => {
    const here = location.protocol.startsWith("http") ? location.origin + location.pathname : document.querySelector("link[rel=canonical]").href;
    return here + hashOf(chosen);
  };

  const dayOfStage = (base, stage, day) => {
    const time = base + day * DAY;
    const weekend = stage.workday ? [2, 0, 0, 0, 0, 0, 1][new Date(time).getUTCDay()] : 0;
    return { time: time - weekend * DAY, weekend };
  };
  const noteOf = ({ time, weekend }) => [show(time), time < today() ? words.late : time === today() ? words.today : "", weekend ? words.weekend : ""].filter(Boolean).join(words.sep);

  // What is wrong with a day, in words, and whether there is a plan for it all the same.
  const judge = (chosen, base) => {
    if (base === null) return [chosen.date || date.validity.badInput ? words.none : "", false];
    const ago = (today() - base) / DAY;
    if (-ago > AHEAD) return [words.far, false];
    if (ago > BEHIND) return [words.old(show(today())), false];
    return [chosen.state === "leave" && ago > 0 ? words.past(show(today())) : "", true];
  };

  let plan = null;  // what is shown: { chosen, base }, or null without a day
  const draw = async (text = date.value) => {
    const chosen = { ...choice(), date: text };
    const base = dayOf(text);
    const [wrong, isPlan] = judge(chosen, base);
    plan = isPlan ? { chosen, base } : null;
    const lines = [wrong, dayHere() === today() ? "" : words.midnight(show(today()), show(dayHere()))].filter(Boolean).join("\n");
    if (message.textContent !== lines) message.textContent = lines;
    date.setAttribute("aria-invalid", String(Boolean(wrong)));
    for (const label of form.querySelectorAll("[data-when]")) label.hidden = label.dataset.when !== chosen.state;
    for (const button of form.querySelectorAll("[data-do]")) button.disabled = !plan && button.dataset.do !== "clear";
    root.classList.toggle("plan--made", isPlan);
    document.documentElement.classList.toggle("plan-made", isPlan);
    head.hidden = !isPlan;

    const kinds = new Set(card.selectedOptions[0].dataset.kinds.split(" "));
    for (const kind of ["instalments", "account"]) if (chosen[kind] === "yes") kinds.add(kind);
    for (const stage of stages) {
      for (const task of stage.tasks) {
        task.line.hidden = isPlan && task.kinds.length > 0 && !task.kinds.some(kind => kinds.has(kind));
        task.when = isPlan ? dayOfStage(base, stage, task.day) : null;
        if (task.label) task.label.textContent = isPlan ? noteOf(task.when) : task.label.dataset.plain || (task.label.dataset.plain = task.label.textContent);
      }
      stage.element.hidden = isPlan && (stage.left !== (chosen.state === "start") || stage.tasks.every(task => task.line.hidden));
      stage.days.hidden = !isPlan || stage.left;
      stage.days.textContent = isPlan ? noteOf(stage.tasks[0].when) : "";
    }
    count();
    if (!isPlan) return;
    const address = publicAddress(chosen);
    head.querySelector(".plan__what").textContent = [`${words[chosen.state]} ${show(base)}`, card.selectedOptions[0].textContent,
      ...["instalments", "account"].filter(kind => chosen[kind] === "yes").map(kind => words[kind])].join(words.sep);
    await guide.load("qr.js");
    const code = await guide.qr(address, `${head.dataset.label}: ${address}`);
    if (plan && publicAddress(plan.chosen) === address) {
      head.querySelectorAll(".qr").forEach(old => old.remove());
      head.append(code);
    }
  };

  // The address to the form: only what the form can hold is taken over.
  const read = () => {
    const [name, query] = location.hash.split("?");
    if (name !== "#plan" || query === undefined) return false;
    const given = new URLSearchParams(query);
    const state = given.has("start") ? "start" : "leave";
    const text = given.get(state) || "";
    form.elements.state.value = state;
    date.value = dayOf(text) === null ? "" : text;
    if ([...card.options].some(option => option.value === given.get("card"))) card.value = given.get("card");
    for (const kind of ["instalments", "account"]) if (/^(yes|no)$/.test(given.get(kind))) form.elements[kind].value = given.get(kind);
    draw(text);
    document.getElementById("plan").scrollIntoView();
    return true;
  };
  const write = event => {
    if (event && event.target.name === "state" && event.target.value === "start" && !date.value) date.value = iso(today());
    if (date.value && date.value < "1000") return;  // a year that is still being typed
    draw();
    status.textContent = "";
    const hash = plan ? hashOf(plan.chosen) : "#plan";
    if (hash !== location.hash) history.replaceState(history.state, "", hash);
  };

  // The calendar file (RFC 5545): one all-day event for each day that has something left to do, with two reminders.
  const escape = text => text.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n");
  const fold = line => {
    const parts = [];
    let part = "", size = 0;
    for (const letter of line) {
      const bytes = new TextEncoder().encode(letter).length;
      if (size + bytes > 73) { parts.push(part); part = ""; size = 0; }
      part += letter;
      size += bytes;
    }
    return [...parts, part].join("\r\n ");
  };
  const textOf = line => {
    const copy = line.cloneNode(true);
    copy.querySelectorAll("input, .cites, .plan__mark, .plan__day").forEach(part => part.remove());
    return copy.textContent.replace(/\s+/g, " ").replace(/\u2060/g, "").trim();
  };
  const calendar = ({ chosen }) => {
    const compact = time => iso(time).replace(/-/g, "");
    const stamp = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
    const place = new URL(publicAddress(chosen));
    const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", `PRODID:-//${place.host}//planner//${english ? "EN" : "ZH"}`, "CALSCALE:GREGORIAN", "METHOD:PUBLISH"];
    for (const stage of stages.filter(stage => !stage.element.hidden)) {
      const open = stage.tasks.filter(task => !task.line.hidden && !task.box.checked);
      for (const day of new Set(open.map(task => task.day))) {
        const tasks = open.filter(task => task.day === day);
        const start = Math.max(tasks[0].when.time, today());
        const title = stage.left ? tasks.map(task => task.link.textContent).join(english ? "; " : "；") : stage.title;
        const alarm = trigger => ["BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${escape(`${words.calendar}: ${title}`)}`, `TRIGGER:${trigger}`, "END:VALARM"];
        lines.push("BEGIN:VEVENT", `UID:${stage.element.querySelector("h3").id}-${day}-${chosen.card}@${place.hostname}`, `DTSTAMP:${stamp}`, `SEQUENCE:${Math.floor(Date.now() / 6e4)}`,
          `DTSTART;VALUE=DATE:${compact(start)}`, `DTEND;VALUE=DATE:${compact(start + DAY)}`, `SUMMARY:${escape(`${words.calendar}: ${title}`)}`,
          `DESCRIPTION:${escape(tasks.map(task => `- ${textOf(task.line)}\n  ${new URL(task.link.getAttribute("href"), place).href}`).join("\n"))}`,
          `URL:${place.href}`, "TRANSP:TRANSPARENT", ...alarm("-PT15H"), ...alarm("PT9H"), "END:VEVENT");
      }
    }
    return [...lines, "END:VCALENDAR", ""].map(fold).join("\r\n");
  };

  const actions = {
    ics: () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([calendar(plan)], { type: "text/calendar;charset=utf-8" }));
      link.download = "korean-line-plan.ics";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 6e4);
      status.textContent = words.saved;
    },
    print: () => print(),
    copy: async () => {
      await guide.load("copy.js");
      status.textContent = await guide.copy(publicAddress(plan.chosen)) ? words.copied : words.failed;
    },
    clear: () => {
      ticks.clear();
      keep();
      for (const stage of stages) for (const task of stage.tasks) task.box.checked = false;
      count();
      status.textContent = words.cleared;
    }
  };

  const done = document.createElement("p");
  done.className = "plan__done";
  head.append(done);
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("change", write);
  date.addEventListener("input", write);
  form.addEventListener("click", event => { if (event.target.dataset.do) actions[event.target.dataset.do](); });
  addEventListener("hashchange", read);
  form.hidden = false;
  if (!read()) draw();
})();

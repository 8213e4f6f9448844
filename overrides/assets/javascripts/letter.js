// Fills in the letter to a carrier, holds back what should never go by mail, and hands the letter over. It keeps nothing.
(() => {
  const form = document.querySelector("form.letter");
  const list = document.querySelector('.phrases[data-part="letter"]');
  const lang = guide.lang;
  const words = {
    zh: {
      registration: "这像登录号码（13 位）。", passport: "这像护照号码。", card: "这像银行卡号。", activation: "这像 eSIM 激活码，拿到的人能装走你的 eSIM。",
      iccid: "这像完整的 ICCID，只填末 6 位。", secret: "这像验证码或密码。", held: "它不该写进邮件，没有放进信里，请删掉。",
      past: "这一天已经过去：已经离开的话，请改选。", future: "这一天还没到：还在韩国的话，请改选。",
      copied: "已复制。", failed: "没能复制，请选中下面的信自己复制。", missing: "还没填：", paste: "信也复制好了，邮件里没有就粘贴进去。收件处先向客服问出来。", sep: "、", stop: "。",
      fields: { carrier: "运营商", number: "号码", name: "姓名", date: "日期" }
    },
    en: {
      registration: "This looks like a registration number (13 digits).", passport: "This looks like a passport number.", card: "This looks like a payment card number.", activation: "This looks like an eSIM activation code: whoever has it can install your eSIM.",
      iccid: "This looks like the whole ICCID; give only the last 6 digits.", secret: "This looks like a code or a password.", held: "It should not go by mail and is not in the letter. Please delete it.",
      past: "That day has passed: if you have left, choose so above.", future: "That day is still to come: if you are in Korea, choose so above.",
      copied: "Copied.", failed: "Could not copy: select the letter below and copy it.", missing: "Still to fill in: ", paste: "The letter is copied too: paste it if the mail is empty. Ask customer service first where to send it.", sep: ", ", stop: ".",
      fields: { carrier: "carrier", number: "number", name: "name", date: "day" }
    }
  }[lang];

  const inputs = Object.fromEntries([...form.querySelectorAll("[data-field]")].map(input => [input.dataset.field, input]));
  const lines = [...list.children].map(line => {
    const [ko, means] = [line.querySelector(".ko"), line.querySelector(".means")];
    return { line, ko, means, id: line.id.replace("letter-", ""), only: line.dataset.only, text: { ko: ko.textContent, means: means.textContent } };
  });

  // Where each answer goes, in the words of data/phrases.yml; an empty bracket takes what its line is about.
  const SLOTS = {
    carrier: ["[통신사명]", "[运营商名称]", "[carrier]"],
    name: ["[영문 성명]", "[英文姓名]", "[name in English]"],
    number: ["010-[0000]-[0000]"],
    date: ["[0000년 0월 0일]", "[0000 年 0 月 0 日]", "[date]"]
  };
  const OWN = { "detail-date": { slot: SLOTS.date, field: "wish" }, "detail-reply": { slot: ["[ ]"], field: "reply" }, "detail-iccid": { slot: ["[ ]"], field: "iccid" } };
  const PARAGRAPHS = new Set(["greeting", "who-i-am", "detail-name", "questions", "privacy", "thanks"]);

  const digitsOf = text => text.replace(/(\d)[\s.\-‐-―]+(?=\d)/g, "$1");
  const luhn = digits => [...digits].reverse().reduce((sum, digit, n) => sum + (n % 2 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit] : +digit), 0) % 10 === 0;
  const phone = text => {
    const digits = digitsOf(text).replace(/[()]/g, "").replace(/^(\+|00)82\s*0?/, "0");
    const parts = digits.match(/^(01\d)(\d{3,4})(\d{4})$/);
    return parts && parts.slice(1).join("-");
  };

  // Which secret a text seems to hold (a key of `words`), or null.
  const secretIn = (text, field) => {
    const joined = digitsOf(text);
    const runs = joined.match(/\d+/g) || [];
    if (/LPA:|1\$[\w.-]+\.\w+\$/i.test(text)) return "activation";
    if (field === "number" && (phone(text) || /^(\+|00)\d{8,14}$/.test(joined))) return null;
    if (runs.some(run => /^89\d{16,20}$/.test(run)) || (field === "iccid" && runs.some(run => run.length > 6))) return "iccid";
    if (runs.some(run => /^\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{7}$/.test(run))) return "registration";
    if (runs.some(run => run.length >= 13 && run.length <= 19 && luhn(run))) return "card";
    if (field !== "reply" && /(^|[^a-z0-9])([a-z]{1,2}\d{7,8}|[a-z]\d{3}[a-z]\d{4})([^a-z0-9]|$)/i.test(joined)) return "passport";
    if (/^(name|other|carrier)$/.test(field) && runs.some(run => run.length === 9)) return "passport";
    const named = /\b(pin|otp|cvc|cvv|passcode|password|code)\b|验证码|校验码|密码|口令|인증|비밀번호/i.test(text);
    return named && /\d{3,}/.test(joined) ? "secret" : null;
  };

  const dayIn = (text, where) => {
    const [year, month, day] = text.split("-").map(Number);
    if (where === "ko") return `${year}년 ${month}월 ${day}일`;
    if (lang === "zh") return `${year} 年 ${month} 月 ${day} 日`;
    return new Date(Date.UTC(year, month - 1, day)).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  };

  // What was typed, as it goes into the letter ({ field: { ko, means } }), and what was held back ({ field: kind }).
  const read = () => {
    const held = {};
    const answers = {};
    for (const [field, input] of Object.entries(inputs)) {
      if (field === "carrier") continue;
      const text = input.value.normalize("NFKC").trim();
      if (!text || (field === "other" && inputs.carrier.value !== "other")) continue;
      const kind = secretIn(text, field);
      if (kind) held[field] = kind;
      else if (input.type === "date") answers[field] = { ko: dayIn(text, "ko"), means: dayIn(text, "means") };
      else if (field === "number") answers.number = { ko: phone(text) || text, means: phone(text) || text };
      else if (field !== "iccid" || /^\d{6}$/.test(digitsOf(text))) answers[field] = { ko: text, means: text };
    }
    const chosen = inputs.carrier.selectedOptions[0];
    if (chosen.dataset.ko) answers.carrier = { ko: chosen.dataset.ko, means: chosen.textContent };
    else if (answers.other) answers.carrier = answers.other;
    return { answers, held, where: form.querySelector("[name=letter-where]:checked").value, email: chosen.dataset.email || "" };
  };

  const fill = (text, id, answers, side) => {
    const replace = (slots, answer) => { if (answer) for (const slot of slots) text = text.split(slot).join(answer[side]); };
    const own = OWN[id];
    if (own) replace(own.slot, answers[own.field]);
    else for (const [field, slots] of Object.entries(SLOTS)) replace(slots, answers[field]);
    return text;
  };

  const alertBox = form.querySelector("[role=alert]");
  const status = form.querySelector("[role=status]");
  const mail = form.querySelector('[data-do="mail"]');
  const wanted = side => lines.filter(({ line }) => !line.hidden).map(({ id, [side]: element }) => (PARAGRAPHS.has(id) ? "\n" : "") + element.textContent);

  const update = () => {
    const { answers, held, where, email } = read();
    inputs.other.parentElement.hidden = inputs.carrier.value !== "other";
    for (const { line, ko, means, id, only, text } of lines) {
      line.hidden = (OWN[id] && !answers[OWN[id].field]) || (only && ![where, `language-${lang}`, "iccid"].includes(only));
      ko.textContent = fill(text.ko, id, answers, "ko");
      means.textContent = fill(text.means, id, answers, "means");
    }
    const notes = Object.entries(held).map(([field, kind]) => `${labelOf(field)}${lang === "zh" ? "：" : ": "}${words[kind]}${lang === "zh" ? "" : " "}${words.held}`);
    const today = new Date().toLocaleDateString("en-CA", { timeZone: "Asia/Seoul" });
    const day = inputs.date.value;
    if (day && where === "staying" && day < today) notes.push(words.past);
    if (day && where === "left" && day > today) notes.push(words.future);
    for (const [field, input] of Object.entries(inputs)) input.setAttribute("aria-invalid", String(field in held));
    const shown = notes.join("\n");
    if (alertBox.textContent !== shown) alertBox.textContent = shown;
    status.textContent = "";
    const [subject, ...body] = wanted("ko");
    // Mail programs on Windows are handed at most 2,048 characters; the letter is on the clipboard as well.
    const whole = `mailto:${email}?subject=${encodeURIComponent(subject.replace(/^[^:]+:\s*/, ""))}`;
    const text = `&body=${encodeURIComponent(body.join("\n").trim().replace(/\n/g, "\r\n"))}`;
    mail.href = /Win/.test(navigator.platform) ? whole : whole + text;
    return answers;
  };
  const labelOf = field => form.querySelector(`label[for="letter-field-${field}"]`).firstChild.textContent.trim();

  const ready = guide.load("copy.js");
  const handOver = async (text, after) => {
    await ready;
    const missing = Object.keys(words.fields).filter(field => !update()[field]).map(field => words.fields[field]);
    const done = await guide.copy(text);
    const note = missing.length ? words.missing + missing.join(words.sep) + words.stop : "";
    status.textContent = [done ? words.copied : words.failed, note, after].filter(Boolean).join(lang === "zh" ? "" : " ");
  };
  const korean = () => wanted("ko").join("\n");

  form.addEventListener("input", update);
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(update));
  form.querySelector('[data-do="ko"]').addEventListener("click", () => handOver(korean()));
  form.querySelector('[data-do="both"]').addEventListener("click", () => handOver(`${korean()}\n\n—\n\n${wanted("means").join("\n")}`));
  mail.addEventListener("click", () => handOver(korean(), words.paste));

  form.hidden = false;
  list.classList.add("phrases--letter");
  for (const plain of document.querySelectorAll("[data-plain]")) plain.hidden = true;
  update();
})();

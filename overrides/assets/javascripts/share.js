// Passes a section on: its address with its title on the clipboard, the device's share sheet, and a QR code on demand.
(() => {
  const words = {
    zh: { copied: "标题和地址已复制，贴给对方就行。", failed: "没能自动复制，请按“复制”，或选中上面的地址。", copy: "复制", share: "分享…", qr: "二维码", close: "关闭", label: "二维码：" },
    en: { copied: "Title and address copied: paste them anywhere.", failed: "Could not copy by itself: press Copy, or select the address above.", copy: "Copy", share: "Share…", qr: "QR code", close: "Close", label: "QR code: " }
  }[guide.lang];

  const { make, button } = guide;

  const dialog = make("dialog", "share md-typeset");
  const title = make("p", "share__title");
  const address = make("p", "share__address");
  const status = make("p", "share__status");
  const picture = make("div", "share__qr");
  const actions = make("div", "share__actions");
  title.id = "share-title";
  dialog.setAttribute("aria-labelledby", title.id);
  status.setAttribute("role", "status");
  let now = {};

  const copy = async () => { status.textContent = await guide.copy(`${now.title}\n${now.url}`) ? words.copied : words.failed; };
  const showCode = async () => {
    const url = now.url;
    await guide.load("qr.js");
    const code = await guide.qr(url, words.label + url);
    if (url === now.url) picture.replaceChildren(code);
  };
  actions.append(button("press", words.copy, copy));
  if (navigator.share) actions.append(button("press", words.share, () => navigator.share({ title: now.title, url: now.url }).catch(() => {})));
  actions.append(button("press", words.qr, showCode), button("press", words.close, () => dialog.close()));
  dialog.append(title, address, status, actions, picture);
  dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => now.link.focus({ preventScroll: true }));
  document.body.append(dialog);

  // The address that works for somebody else: without a query, and the published one for a copy opened from disk.
  const addressOf = id => {
    const here = location.protocol.startsWith("http") ? location.origin + location.pathname : document.querySelector("link[rel=canonical]").href;
    return `${here}#${id}`;
  };

  // Opens the dialog for a heading's link (a.headerlink).
  guide.share = async link => {
    const heading = link.parentElement.cloneNode(true);
    heading.querySelector(".headerlink").remove();
    const site = document.querySelector('meta[property="og:site_name"]').content;
    now = { link, title: `${heading.textContent.trim().replace(/\s+/g, " ")} - ${site}`, url: addressOf(link.hash.slice(1)) };
    title.textContent = now.title;
    address.textContent = now.url;
    status.textContent = "";
    picture.replaceChildren();
    if (!dialog.open) dialog.showModal();
    await guide.load("copy.js");
    copy();
  };
})();

// Puts text on the clipboard, also where the newer interface is missing or refused (an address without https, an older phone).
(() => {
  const byHand = text => {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.left = "-99rem";
    area.readOnly = true;
    const before = document.activeElement;
    (document.querySelector("dialog[open]") || document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (before) before.focus();
    return done;
  };

  // Resolves to whether the text is on the clipboard now.
  guide.copy = async text => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return byHand(text);
    }
  };
})();

// Draws an address as a QR code: black on white in both schemes, with the quiet zone that readers need.
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const QUIET = 4;

  // Resolves to an <svg> element; `label` is what a screen reader says of it.
  guide.qr = async (text, label) => {
    await guide.load("../vendor/qrcode/qrcode.js");
    const code = qrcode(0, "M");
    code.addData(text);
    code.make();
    const size = code.getModuleCount();
    let dark = "";
    for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) if (code.isDark(y, x)) dark += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
    const draw = (name, attributes) => {
      const element = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };
    const whole = size + 2 * QUIET;
    const svg = draw("svg", { viewBox: `0 0 ${whole} ${whole}`, role: "img", "aria-label": label, class: "qr", "shape-rendering": "crispEdges" });
    svg.append(draw("rect", { width: whole, height: whole, fill: "#fff" }), draw("path", { d: dark, fill: "#000" }));
    return svg;
  };
})();

// A chart of the page as a PNG: what the page drew, its colours spelt out, with heading and source.
const STYLES = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin",
  "opacity", "display", "visibility", "font-family", "font-size", "font-weight",
  "letter-spacing", "text-anchor",
];
const SCALE = 2;
const MARGIN = 24;
const NARROWEST = 640; // below it heading and source would break into many lines
const FONT = "system-ui, sans-serif";
const INK = "#1c2430";
const MUTED = "#5a6472";

/* A picture knows no style sheet: each mark gets what the page's gave it, as attributes. */
const standalone = (svg) => {
  const copy = svg.cloneNode(true);
  const copies = [copy, ...copy.querySelectorAll("*")];
  [svg, ...svg.querySelectorAll("*")].forEach((mark, index) => {
    const style = getComputedStyle(mark);
    for (const name of STYLES) copies[index].setAttribute(name, style.getPropertyValue(name));
    copies[index].removeAttribute("style");
  });
  const { width, height } = sizeOf(svg);
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  return copy;
};

const sizeOf = (svg) => svg.viewBox.baseVal;

const pictureOf = async (svg) => {
  const image = new Image();
  const text = new XMLSerializer().serializeToString(standalone(svg));
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  return image;
};

const lines = (brush, text, width) => {
  const found = [""];
  for (const word of text.split(/\s+/)) {
    const longer = `${found.at(-1)} ${word}`.trim();
    if (brush.measureText(longer).width <= width) found[found.length - 1] = longer;
    else found.push(word);
  }
  return found.filter(Boolean);
};

/* Heading, region with its months, and source: what the picture must not be without. */
const captionOf = (tools, card) => {
  const head = document.querySelector(".page-head");
  const where = ["h1", "h1 ~ p"].map((part) => head?.querySelector(part)?.textContent.trim());
  return [
    { text: headingOf(card), font: `650 20px ${FONT}`, ink: INK, step: 28 },
    { text: where.filter(Boolean).join(" · "), font: `14px ${FONT}`, ink: INK, step: 22 },
    { text: tools.dataset.source, font: `13px ${FONT}`, ink: MUTED, step: 20 },
  ];
};

const headingOf = (card) =>
  card?.querySelector("h1, h2, h3")?.textContent.replace(/\s+/g, " ").trim() ?? "";

/* The words under the chart that say what its colours mean. */
const keyOf = (card) =>
  Promise.all([...(card?.querySelectorAll(".key > span, .key > li") ?? [])].map(async (item) => {
    const mark = item.querySelector("svg");
    return { text: item.textContent.trim(), image: mark && await pictureOf(mark) };
  }));

const drawKey = (brush, key, top) => {
  let left = MARGIN;
  brush.font = `14px ${FONT}`;
  brush.fillStyle = INK;
  for (const { text, image } of key) {
    if (image) brush.drawImage(image, left, top - 12, 14, 14);
    left += image ? 20 : 0;
    brush.fillText(text, left, top);
    left += brush.measureText(text).width + 24;
  }
};

const drawn = async (tools) => {
  const holder = document.getElementById(tools.dataset.tpbisFigure);
  const svg = holder.matches("svg") ? holder : holder.querySelector("svg.chart, svg");
  const card = tools.closest(".card") ?? holder.closest(".card");
  const [image, key] = await Promise.all([pictureOf(svg), keyOf(card)]);
  const { width, height } = sizeOf(svg);
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d");
  const inner = Math.max(width, NARROWEST);
  const tall = Math.round(height * inner / width);
  const written = captionOf(tools, card).flatMap(({ text, ...look }) => {
    brush.font = look.font;
    return lines(brush, text, inner).map((line) => ({ line, ...look }));
  });
  const keyHeight = key.length ? 32 : 0;
  const below = written.reduce((sum, { step }) => sum + step, 16);
  canvas.width = SCALE * (inner + 2 * MARGIN);
  canvas.height = SCALE * (tall + keyHeight + below + 2 * MARGIN);
  brush.scale(SCALE, SCALE);
  brush.fillStyle = "#ffffff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(image, MARGIN, MARGIN, inner, tall);
  let y = MARGIN + tall + keyHeight;
  drawKey(brush, key, y - 4);
  y += 8;
  for (const { line, font, ink, step } of written) {
    y += step;
    brush.font = font;
    brush.fillStyle = ink;
    brush.fillText(line, MARGIN, y);
  }
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  return { blob, name: headingOf(card) };
};

const save = async (tools) => {
  const { blob, name } = await drawn(tools);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "grafik"}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

const copy = async (tools, button) => {
  const name = button.textContent;
  try {
    const png = drawn(tools).then(({ blob }) => blob);
    await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
    button.textContent = button.dataset.done;
  } catch {
    button.textContent = button.dataset.failed;
  }
  setTimeout(() => { button.textContent = name; }, 3000);
};

for (const tools of document.querySelectorAll("[data-tpbis-figure]")) {
  const copying = tools.querySelector("[data-tpbis-figure-copy]");
  copying.hidden = !(navigator.clipboard?.write && window.ClipboardItem);
  copying.addEventListener("click", () => copy(tools, copying));
  tools.querySelector("[data-tpbis-figure-save]").addEventListener("click", () => save(tools));
  tools.hidden = false;
}

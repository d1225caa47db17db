// Buttons that put a text on the clipboard, and say so.
const copy = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const box = document.createElement("textarea"); // a page without https has no clipboard
  box.value = text;
  document.body.append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
};

const textOf = (button) => {
  const source = document.getElementById(button.dataset.tpbisCopyFrom ?? "");
  return source ? (source.value ?? source.textContent) : button.dataset.tpbisCopy;
};

for (const button of document.querySelectorAll("[data-tpbis-copy], [data-tpbis-copy-from]")) {
  const name = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await copy(textOf(button));
    button.textContent = button.dataset.done;
    button.classList.add("is-done");
    setTimeout(() => { button.textContent = name; }, 2000);
  });
}
document.querySelector("[data-tpbis-print]")?.addEventListener("click", () => window.print());

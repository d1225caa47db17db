// Texts stand in the page, translated like everything else there.

const words = document.querySelector("template[data-tpbis-words]")?.content;

export const say = (key, values = {}) => (words.querySelector(`[data-word="${key}"]`)?.textContent ?? "")
  .replace(/{(\w+)}/g, (_all, name) => values[name]);

export const element = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  made.append(...children);
  return made;
};

export const button = (text, act) => {
  const made = element("button", { type: "button", class: "button button-small" }, text);
  made.onclick = act;
  return made;
};

export const link = (href, text) => element("a", { class: "button button-small", href }, text);

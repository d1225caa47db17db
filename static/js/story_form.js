// Seasoning for stories: what is left of a text, what belongs to a child, what was chosen.

// The numbers are shown as typed: an empty box says nothing.
const count = (box) => {
  const most = Number(box.dataset.tpbisCount);
  const line = document.createElement("p");
  line.className = "story-left";
  box.after(line);
  const show = () => {
    const used = box.value.length;
    const written = (n) => n.toLocaleString(document.documentElement.lang);
    line.textContent = used ? `${written(used)} / ${written(most)}` : "";
    line.classList.toggle("story-left-over", used > most);
  };
  box.addEventListener("input", show);
  show();
};

// The guardian is asked for a child only.
const askWhen = (form, input) => {
  const tick = form.elements[input.dataset.tpbisWhen];
  const show = () => {
    input.closest(".field").hidden = !tick.checked && input.value === "";
  };
  tick.addEventListener("change", show);
  show();
};

// What was chosen, as small pictures.
const preview = (input) => {
  const list = document.createElement("ul");
  list.className = "photos";
  list.setAttribute("role", "list");
  input.after(list);
  input.addEventListener("change", () => {
    list.replaceChildren(...[...input.files].map((file) => {
      const item = document.createElement("li");
      const picture = document.createElement("img");
      picture.alt = file.name;
      picture.src = URL.createObjectURL(file);
      picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
      item.append(picture);
      return item;
    }));
  });
};

for (const form of document.querySelectorAll("form[data-tpbis-story]")) {
  form.querySelectorAll("[data-tpbis-count]").forEach(count);
  form.querySelectorAll("[data-tpbis-when]").forEach((input) => askWhen(form, input));
  form.querySelectorAll("[data-tpbis-preview]").forEach(preview);
}
document.querySelector(".error-summary")?.focus();

// Seasoning for the recording forms: everything here works without it too.

const number = (input) => {
  const digits = input.value.trim().replaceAll(".", "");
  return /^\d+$/.test(digits) ? Number(digits) : null;
};

const named = (form, names) => names.split(" ").map((name) => form.elements[name]);

// Men + women fill in the total, until somebody types a total of their own.
const fillTotal = (form, total) => {
  const parts = named(form, total.dataset.tpbisSum);
  let own = total.value !== "";
  total.addEventListener("input", () => { own = total.value !== ""; });
  for (const part of parts) {
    part.addEventListener("input", () => {
      const numbers = parts.map(number);
      if (!own && !numbers.includes(null)) total.value = numbers.reduce((sum, n) => sum + n, 0);
    });
  }
};

// The sum under a pair of numbers.
const showTotal = (form, line) => {
  const parts = named(form, line.dataset.tpbisTotal);
  const show = () => {
    const numbers = parts.map(number);
    line.hidden = numbers.includes(null);
    line.querySelector("b").textContent =
      numbers.reduce((sum, n) => sum + (n ?? 0), 0).toLocaleString(document.documentElement.lang);
  };
  parts.forEach((part) => part.addEventListener("input", show));
  show();
};

// A question that belongs to one answer is asked only there.
const askWhen = (form, input) => {
  const [name, answer] = input.dataset.tpbisWhen.split("=");
  const show = () => {
    const needed = new FormData(form).get(name) === answer || input.value !== "";
    input.closest(".field").hidden = !needed;
  };
  form.addEventListener("change", show);
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

for (const form of document.querySelectorAll("form[data-tpbis-entry]")) {
  form.querySelectorAll("[data-tpbis-sum]").forEach((total) => fillTotal(form, total));
  form.querySelectorAll("[data-tpbis-total]").forEach((line) => showTotal(form, line));
  form.querySelectorAll("[data-tpbis-when]").forEach((input) => askWhen(form, input));
  form.querySelectorAll("[data-tpbis-preview]").forEach(preview);
}
document.querySelector(".error-summary")?.focus();

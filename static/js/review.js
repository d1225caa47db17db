// The reviewer's keys, pictures that open in place, and rows chosen together. All of it works
// without: links lead to the pictures, and every row has its own box.

// --- Rows chosen together ------------------------------------------------------------------------

const choosing = (form) => {
  const boxes = [...form.querySelectorAll("input[type=checkbox][name]")];
  const button = form.querySelector("[data-tpbis-chosen]");
  const head = form.querySelector("[data-tpbis-all]");
  if (!boxes.length || !button) return;
  const all = head.querySelector("input");
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    button.disabled = !chosen;
    form.querySelector("[data-tpbis-count]").textContent = ` (${chosen})`;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && !all.checked;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  form.addEventListener("change", show);
  head.hidden = false;
  show();
};

// --- Pictures ------------------------------------------------------------------------------------

const viewing = (page, viewer) => {
  const links = [...page.querySelectorAll(".photos a")];
  const [picture, text] = [viewer.querySelector("img"), viewer.querySelector("p span")];
  let at = 0;
  const show = (index) => {
    at = (index + links.length) % links.length;
    const small = links[at].querySelector("img");
    picture.src = links[at].href;
    picture.alt = small.alt;
    text.textContent = `${at + 1}/${links.length} · ${small.alt}`;
  };
  links.forEach((link, index) => link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(index);
    viewer.showModal();
  }));
  viewer.addEventListener("click", (event) => {
    const step = event.target.closest("button")?.value;
    if (step === "0" || event.target === viewer) viewer.close();
    else if (step) show(at + Number(step));
  });
  viewer.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(at + step);
  });
  viewer.addEventListener("close", () => {
    picture.removeAttribute("src");
    links[at].focus();
  });
};

// --- Keys ----------------------------------------------------------------------------------------

const OFF = "tpbis-no-keys";

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

const keys = (page, help, viewer) => {
  const isOn = help.querySelector("input");
  isOn.checked = !localStorage.getItem(OFF);
  isOn.addEventListener("change", () => {
    if (isOn.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
  help.hidden = false;
  const go = (rel) => page.querySelector(`a[rel=${rel}]`)?.click();
  const doing = {
    j: () => go("next"),
    ArrowRight: () => go("next"),
    k: () => go("prev"),
    ArrowLeft: () => go("prev"),
    a: () => page.querySelector("[data-tpbis-key=a]").click(),
    b: () => {
      const details = page.querySelector("[data-tpbis-key=b]").parentElement;
      details.open = true;
      details.querySelector("select").focus();
    },
    "?": () => {
      help.open = !help.open;
      if (help.open) help.querySelector("summary").focus();
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (!doing[event.key] || !isOn.checked || viewer.open || isTyping(event.target)) return;
    event.preventDefault();
    doing[event.key]();
  });
};

document.querySelectorAll("form[data-tpbis-choose]").forEach(choosing);
const page = document.querySelector("[data-tpbis-review]");
if (page) {
  const viewer = document.querySelector("[data-tpbis-viewer]");
  viewing(page, viewer);
  keys(page, page.querySelector("[data-tpbis-keys]"), viewer);
  page.querySelector(".error-summary")?.focus();
  // A decision is sent once, however often the button is pressed.
  page.querySelector("form").addEventListener("submit", (event) => {
    if (page.dataset.sent) event.preventDefault();
    page.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => { delete page.dataset.sent; });
}

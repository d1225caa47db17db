// Slides change in place, so that the full screen stays; without this they are pages with links.
const FORTH = ["ArrowRight", "PageDown", " "];
const BACK = ["ArrowLeft", "PageUp"];
const slide = () => document.querySelector("[data-tpbis-slide]");

const show = async (address) => {
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    slide().replaceWith(document.adoptNode(page.querySelector("[data-tpbis-slide]")));
    document.title = page.title;
    ready();
    say();
    return true;
  } catch {
    window.location.assign(address); // the portal says itself what is wrong
    return false;
  }
};

const turn = async (way) => {
  const link = slide().querySelector(`a[rel="${way}"]`);
  if (link && await show(link.href)) history.pushState(null, "", link.href);
};

const ready = () => {
  const full = slide().querySelector("[data-tpbis-fullscreen]");
  full.hidden = !document.fullscreenEnabled;
};

/* What was put in place of something else is read aloud only from a place that stayed. */
const say = () => {
  const parts = ["h1", "[data-tpbis-number]"].map((part) => slide().querySelector(part).textContent);
  document.querySelector("[data-tpbis-said]").textContent = parts.join(". ");
};

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a[rel]");
  if (link) {
    event.preventDefault();
    turn(link.rel);
  }
  if (event.target.closest("[data-tpbis-fullscreen]")) {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && event.target.closest("a, button")) return;
  if (FORTH.includes(event.key) || BACK.includes(event.key)) {
    event.preventDefault();
    turn(FORTH.includes(event.key) ? "next" : "prev");
  }
  if (event.key === "Escape") slide().querySelector("[data-tpbis-leave]").click();
});

window.addEventListener("popstate", () => show(window.location.href));
ready();

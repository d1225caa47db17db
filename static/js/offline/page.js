// On every page: who uses this phone, what is only on it, and whether a newer portal is ready.

import { onlyHere, remember } from "./store.js";

const { tpbisUser: user, tpbisRecords: records, tpbisShell: shell } = document.body.dataset;
const one = (name) => document.querySelector(`[data-tpbis-${name}]`);
const [, kind] = location.pathname.match(/^\/catat\/(\w+)\/$/) ?? [];
const form = kind && records ? one("entry") : null;
// Before the page's own script looks: pictures are shown from where they are kept.
form?.querySelector("[data-tpbis-preview]")?.removeAttribute("data-tpbis-preview");

const askBeforeLeaving = (out) => out.addEventListener("submit", async (event) => {
  event.preventDefault();
  const here = await onlyHere().catch(() => []);
  if (!here.length) { out.submit(); return; }
  const dialog = one("leaving");
  dialog.querySelector("b").textContent = here.length;
  dialog.onclose = () => dialog.returnValue === "leave" && out.submit();
  dialog.showModal();
});

// A newer one waits until somebody lets it in; what was typed is on the phone by then.
const offerUpdate = (registration) => {
  const bar = one("update");
  const look = () => { bar.hidden = !registration.waiting || !registration.active; };
  registration.onupdatefound = () => { registration.installing.onstatechange = look; };
  bar.querySelector("button").onclick = async () => {
    await (await import("./form.js")).flush();
    navigator.serviceWorker.oncontrollerchange = () => location.reload();
    registration.waiting.postMessage("now");
  };
  look();
};

const begin = async () => {
  // A page that does not say who is signed in (an error) changes nothing.
  if (user !== undefined) await remember(records ? user : "");
  if (!records && !shell) return;
  navigator.serviceWorker?.register("/sw.js").then(offerUpdate);
  const { send } = await import("./sender.js");
  const shape = new URLSearchParams(location.search).get("bentuk") ?? "";
  try { // What is open here is taken from the queue before anything of it is sent.
    if (shell) await (await import("./shell.js")).start(kind);
    else if (form) await (await import("./form.js")).attach(form, kind, shape);
  } finally {
    addEventListener("online", send);
    document.addEventListener("visibilitychange", () => document.hidden || send());
    send();
  }
  if (!shell) (await import("./queue.js")).showBadge(one("badge"));
  if (!form && one("preview")) (await import("./shrink.js")).shrinkIn(one("preview"));
};

document.querySelectorAll("[data-tpbis-leave]").forEach(askBeforeLeaving);
begin();

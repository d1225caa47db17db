// A recording form that is kept on the phone while it is typed, and handed to the sender when done.

import { canChange, card } from "./queue.js";
import { send } from "./sender.js";
import { keepPhotos } from "./shrink.js";
import { change, get, listen, mine, newUuid, open } from "./store.js";
import { element, link, say } from "./words.js";

const PAUSE = 400; // milliseconds without a key

let unsaved; // what keeps the last letters
let photos; // of the form
export const flush = async () => {
  await unsaved?.();
  await photos?.settle();
};

const fill = (form, fields) => {
  for (const input of form.elements) {
    const values = fields.filter(([name]) => name === input.name).map(([, value]) => value);
    if (/radio|checkbox/.test(input.type)) input.checked = values.includes(input.value);
    else if (values.length && !/hidden|file/.test(input.type)) [input.value] = values;
    input.dispatchEvent(new Event("input"));
  }
  form.dispatchEvent(new Event("change"));
};

const showErrors = (form, errors) => {
  const list = element("ul", {});
  for (const [name, texts] of Object.entries(errors)) {
    const place = document.getElementById(`bidang-${name}`);
    place?.classList.add("field-error");
    for (const text of texts) {
      const input = place?.querySelector(".choices, input, select, textarea");
      input?.before(element("p", { class: "error" }, text));
      list.append(element("li", {}, place ? element("a", { href: `#${place.id}` }, text) : text));
    }
  }
  const title = element("h2", {}, say("mend"));
  form.prepend(element("div", { class: "error-summary", role: "alert", tabindex: -1 }, title, list));
  form.firstChild.focus();
};

const clearErrors = (form) => {
  form.querySelectorAll(".error, .error-summary").forEach((one) => one.remove());
  form.querySelectorAll(".field-error").forEach((one) => one.classList.remove("field-error"));
};

export const attach = async (form, kind, shape) => {
  await open();
  navigator.storage?.persist?.();
  const key = form.elements.uuid;
  const input = form.elements.photos;
  const asked = new URLSearchParams(location.search);
  let state = "draft";
  let isHanded = false; // to the sender: what comes late must not make it a draft again
  let timer;

  // Whether it could be: what the sender has is no longer this form's.
  const put = (turn) => {
    const fields = [...new FormData(form)].filter(([name, value]) =>
      typeof value === "string" && name !== "csrfmiddlewaretoken");
    const title = form.elements.title?.value;
    const what = { kind, shape, title, fields, state: turn, at: Date.now(), loose: !navigator.onLine };
    return change(key.value, (row) => (!row || canChange(row)) && { ...row, ...what, tried: false });
  };
  const keep = async (turn) => {
    if (!(await put(turn)) && !photos?.isBusy()) {
      key.value = newUuid();
      await put(turn);
    }
    history.replaceState(null, "", `#${key.value}`);
  };
  // One after the other: what is finished must not become a draft again.
  let saving = Promise.resolve();
  const save = (turn = state) => {
    clearTimeout(timer);
    unsaved = null;
    if (isHanded) return saving;
    saving = saving.catch(() => {}).then(() => keep(turn));
    return saving;
  };
  const later = () => {
    clearTimeout(timer);
    unsaved = save;
    timer = setTimeout(save, PAUSE);
  };
  photos = input && keepPhotos(input, key, save);

  // The one in the address; one typed without signal; the last one left half-written.
  const rows = (await mine()).filter((row) => row.kind === kind && row.shape === shape && canChange(row));
  const isPlain = ![...asked.keys()].some((name) => !/^(bulan|bentuk|catat)$/.test(name));
  const found = rows.find((row) => row.uuid === location.hash.slice(1))
    ?? rows.find((row) => row.uuid === key.value && row.loose)
    ?? (isPlain && rows.filter((row) => row.state === "draft").pop());
  // Not to be sent while it is changed; the sender of another tab may have been faster.
  const taken = found && await change(found.uuid, (row) =>
    row && canChange(row) && { ...row, state: row.state === "waiting" ? "draft" : row.state });
  let notice;
  if (taken) {
    key.value = taken.uuid;
    fill(form, taken.fields);
    await photos?.show();
    state = taken.state;
    if (taken.errors) showErrors(form, taken.errors);
    asked.set("baru", 1);
    notice = element("p", { class: "notice row row-between" }, say("going_on"), link(`?${asked}`, say("anew")));
    form.before(notice);
  }
  addEventListener("hashchange", () => location.reload());
  form.addEventListener("input", later);
  form.addEventListener("change", () => save());
  document.addEventListener("visibilitychange", flush);

  const letPress = (can) => form.querySelectorAll("[type=submit]").forEach((one) => {
    one.disabled = !can;
  });
  const handOver = async () => {
    if (photos && !(await photos.settle())) return false;
    const handed = save("waiting");
    isHanded = true;
    return handed.then(() => true, () => false);
  };

  form.addEventListener("submit", async (event) => {
    const { submitter } = event;
    event.preventDefault();
    clearErrors(form);
    notice?.remove();
    letPress(false);
    if (!(await handOver())) { // no room on this phone
      isHanded = false;
      if (navigator.onLine && form.method === "post") {
        await photos?.putBack();
        form.submit();
        return;
      }
      form.append(element("p", { class: "error", role: "alert" }, say("full")));
      letPress(true);
      return;
    }
    const place = element("div", { role: "status" });
    form.hidden = true;
    form.after(place);
    const anew = kind === "pengunjung" ? "?catat=pengunjung" : `?baru=1&bentuk=${shape}`;
    history.replaceState(null, "", anew);
    listen(async () => {
      const row = await get(key.value);
      if (!place.isConnected || !row) return;
      if (row.state !== "invalid") {
        place.replaceChildren(await card(row, anew));
        const isThrough = row.state === "done" || !navigator.onLine;
        if (submitter?.name === "lagi" && isThrough) location.assign(anew);
        return;
      }
      place.remove();
      form.hidden = false;
      state = "invalid";
      isHanded = false;
      letPress(true);
      showErrors(form, row.errors);
    });
    send();
  });
};

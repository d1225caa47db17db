// A recording form that is kept on the phone while it is typed, and handed to the sender when done.

import { canChange, card } from "./queue.js";
import { send } from "./sender.js";
import { shrink } from "./shrink.js";
import { change, dropPhoto, get, listen, mine, newUuid, open, photosOf, putPhoto } from "./store.js";
import { button, element, link, say } from "./words.js";

const MOST_PHOTOS = 6;
const PAUSE = 400; // milliseconds without a key

let unsaved; // what keeps the last letters
export const flush = async () => unsaved?.();

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

// Pictures go to the phone's store one by one and leave the form: no original stays in memory.
const keepPhotos = (input, key, save) => {
  const list = element("ul", { class: "photos", role: "list" });
  const status = element("p", { class: "hint", role: "status" });
  input.after(status, list);
  const show = async () => {
    const photos = (await photosOf(key.value)).filter((photo) => photo.blob);
    list.replaceChildren(...photos.map(({ uuid, name, blob }) => {
      const picture = element("img", { alt: name, src: URL.createObjectURL(blob) });
      picture.onload = () => URL.revokeObjectURL(picture.src);
      return element("li", {}, picture,
        button(say("drop_photo"), async () => { await dropPhoto(uuid); show(); }));
    }));
  };
  input.onchange = async () => {
    const files = [...input.files];
    let there = (await photosOf(key.value)).length;
    let said = "";
    for (const [index, file] of files.entries()) {
      if (there++ === MOST_PHOTOS) { said = say("most_photos", { n: MOST_PHOTOS }); break; }
      status.textContent = say("shrinking", { n: index + 1, all: files.length });
      const blob = await shrink(file);
      await save();
      await putPhoto({ uuid: newUuid(), entry: key.value, name: file.name, blob, at: Date.now() });
      await show();
    }
    input.value = "";
    status.textContent = said;
  };
  return show;
};

export const attach = async (form, kind, shape) => {
  await open();
  navigator.storage?.persist?.();
  const key = form.elements.uuid;
  const input = form.elements.photos;
  const asked = new URLSearchParams(location.search);
  let state = "draft";
  let timer;

  const keep = async (turn) => {
    const fields = [...new FormData(form)].filter(([name, value]) =>
      typeof value === "string" && name !== "csrfmiddlewaretoken");
    const there = await get(key.value);
    if (there && !canChange(there)) key.value = newUuid();
    history.replaceState(null, "", `#${key.value}`);
    const title = form.elements.title?.value;
    const what = { kind, shape, title, fields, state: turn, at: Date.now(), loose: !navigator.onLine };
    await change(key.value, (row) => ({ ...row, ...what }));
  };
  // One after the other: what is finished must not become a draft again.
  let saving = Promise.resolve();
  const save = (turn = state) => {
    clearTimeout(timer);
    unsaved = null;
    saving = saving.catch(() => {}).then(() => keep(turn));
    return saving;
  };
  const later = () => {
    clearTimeout(timer);
    unsaved = save;
    timer = setTimeout(save, PAUSE);
  };
  const showPhotos = input ? keepPhotos(input, key, save) : () => {};

  // The one in the address; one typed without signal; the last one left half-written.
  const rows = (await mine()).filter((row) => row.kind === kind && row.shape === shape && canChange(row));
  const isPlain = ![...asked.keys()].some((name) => !/^(bulan|bentuk|catat)$/.test(name));
  const found = rows.find((row) => row.uuid === location.hash.slice(1))
    ?? rows.find((row) => row.uuid === key.value && row.loose)
    ?? (isPlain && rows.filter((row) => row.state === "draft").pop());
  let notice;
  if (found) {
    key.value = found.uuid;
    fill(form, found.fields);
    await showPhotos();
    if (found.state === "waiting") await save(); // not to be sent while it is changed
    else state = found.state;
    if (found.errors) showErrors(form, found.errors);
    asked.set("baru", 1);
    notice = element("p", { class: "notice row row-between" }, say("going_on"), link(`?${asked}`, say("anew")));
    form.before(notice);
  }
  addEventListener("hashchange", () => location.reload());
  form.addEventListener("input", later);
  form.addEventListener("change", () => save());
  document.addEventListener("visibilitychange", flush);

  form.addEventListener("submit", async (event) => {
    const { submitter } = event;
    event.preventDefault();
    clearErrors(form);
    notice?.remove();
    const place = element("div", { role: "status" });
    form.hidden = true;
    form.after(place);
    try {
      await save("waiting");
    } catch { // no room on this phone
      form.submit();
      return;
    }
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
      showErrors(form, row.errors);
    });
    send();
  });
};

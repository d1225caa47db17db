// Photos as small as a village's network needs them, kept on the phone before their form is sent.

import { dropPhoto, newUuid, photosOf, putPhoto } from "./store.js";
import { button, element, say } from "./words.js";

const MOST = 6; // for one entry
const LONGEST = 1600; // pixels
const ENOUGH = 250 * 1024; // bytes
const QUALITIES = [0.8, 0.65, 0.5, 0.38];

// A small upright JPEG of `file`, or the file itself when this browser cannot read it.
export const shrink = async (file) => {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  let small;
  for (const quality of QUALITIES) {
    small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (!small || small.size <= ENOUGH) break;
  }
  canvas.width = 0; // gives the memory back at once
  return small ?? file;
};

// Of a form that is sent as it is.
export const shrinkIn = (input) => input.addEventListener("change", async () => {
  const small = new DataTransfer();
  for (const file of [...input.files]) {
    const blob = await shrink(file);
    small.items.add(new File([blob], file.name, { type: blob.type }));
  }
  input.files = small.files;
});

const choose = (input, files) => {
  const chosen = new DataTransfer();
  files.forEach((file) => chosen.items.add(file));
  input.files = chosen.files;
};

// They go to the phone's store one by one and leave the form, so that no original stays in memory;
// those without room stay chosen. `key` holds the entry's number, `save` keeps its text.
export const keepPhotos = (input, key, save) => {
  const list = element("ul", { class: "photos", role: "list" });
  const status = element("p", { class: "hint", role: "status" });
  input.after(status, list);
  const kept = async () => (await photosOf(key.value)).filter((photo) => photo.blob);

  const show = async () => {
    list.replaceChildren(...(await kept()).map(({ uuid, name, blob }) => {
      const picture = element("img", { alt: name, src: URL.createObjectURL(blob) });
      picture.onload = () => URL.revokeObjectURL(picture.src);
      return element("li", {}, picture,
        button(say("drop_photo"), async () => { await dropPhoto(uuid); show(); }));
    }));
  };

  let isBusy = false; // the number must stay: some pictures are kept under it already
  const keep = async (files) => {
    const left = [...files];
    let said = "";
    try {
      await save();
      isBusy = true;
      let there = (await photosOf(key.value)).length;
      while (left.length) {
        if (there++ === MOST) { said = say("most_photos", { n: MOST }); break; }
        status.textContent = say("shrinking", { n: files.length - left.length + 1, all: files.length });
        const blob = await shrink(left[0]);
        await putPhoto({ uuid: newUuid(), entry: key.value, name: left[0].name, blob, at: Date.now() });
        left.shift();
        await show();
      }
    } catch { // no room on this phone
      choose(input, [...input.files, ...left]);
      said = say("full_photos");
    }
    isBusy = false;
    status.textContent = said;
  };

  let working = Promise.resolve();
  const take = () => {
    const files = [...input.files];
    input.value = "";
    working = working.then(() => keep(files));
  };
  input.onchange = take;

  return {
    show,
    isBusy: () => isBusy,
    // Whether all that were chosen are on the phone. Those without room get another try.
    settle: async () => {
      if (input.files.length) take();
      for (let last; last !== working;) {
        last = working;
        await last;
      }
      return !input.files.length;
    },
    // Into the form again, for sending it without the phone's store.
    putBack: async () => {
      const there = await kept().catch(() => []);
      const files = there.map(({ name, blob }) => new File([blob], name, { type: blob.type }));
      choose(input, [...files, ...input.files]);
    },
  };
};

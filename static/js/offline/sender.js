// Brings what waits on this phone to the portal: the text first, then its photos one by one.
// Any request may be repeated; the portal stores what it knows by its number only once.

import { change, discard, dropPhoto, me, mine, photosOf, putPhoto, tell } from "./store.js";

const WAITS = [5, 15, 60, 300]; // seconds to the next try while a page is open
const FOR_TEXT = 30; // seconds
const FOR_PHOTO = 240;
const A_DAY = 24 * 60 * 60 * 1000;

export let trouble = ""; // why nothing moves, as a word to say

const ask = async (address, token, body) => {
  const stop = new AbortController();
  const seconds = body instanceof FormData ? FOR_PHOTO : FOR_TEXT;
  const timer = setTimeout(() => stop.abort(), seconds * 1000);
  try {
    const answer = await fetch(address, {
      method: body ? "POST" : "GET",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token },
      redirect: "error",
      signal: stop.signal,
    });
    // A hotspot that wants a password first answers, too, but not with JSON.
    return { status: answer.status, ...(await answer.json()) };
  } finally {
    clearTimeout(timer);
  }
};

// Only what waits is the sender's: a row may have been taken back or discarded meanwhile.
const turn = ({ uuid }, what) =>
  change(uuid, (kept) => kept?.state === "waiting" && { ...kept, ...what });

const problem = (status) => Object.assign(new Error(status), { status });

const sendText = (row, token) => {
  if (row.stored) return ask(`/kirim/catatan/${row.uuid}/`, token);
  const { month } = Object.fromEntries(row.fields);
  const address = row.kind === "pengunjung"
    ? `/kirim/pengunjung/${month}/`
    : `/kirim/catatan/${row.kind}/?bentuk=${row.shape}`;
  return ask(address, token, new URLSearchParams(row.fields));
};

// Whether the portal has it; else the row says what there is to do.
const isStored = async (row, { status, state, errors, url, message, report_url, there }) => {
  if (state === "stored") return Boolean(await turn(row, { stored: true, message, report_url }));
  if (status === 422) await turn(row, { state: "invalid", errors });
  else if (state === "twin") await turn(row, { state, url });
  else if (state === "unknown" && row.stored) await turn(row, { state: "gone", stored: false });
  else if (state === "changed") { // figures this phone had not seen: saving again is a decision
    const fields = row.fields.filter(([name]) => name !== "seen");
    fields.push(["seen", `${there.men}-${there.women}`]);
    await turn(row, { state: "locked", message, fields });
  } else if (status === 409) await turn(row, { state: "locked", message });
  else throw problem(status);
  return false;
};

const sendPhotos = async (row, token, there = []) => {
  const photos = await photosOf(row.uuid);
  for (const [index, photo] of photos.entries()) {
    if (photo.sent || photo.error) continue;
    let answer = { state: "stored" };
    if (!there.includes(photo.uuid)) {
      tell({ uuid: row.uuid, step: { key: "sending_photo", n: index + 1, all: photos.length } });
      const body = new FormData();
      body.append("photo", photo.blob, photo.name);
      answer = await ask(`/kirim/catatan/${row.uuid}/foto/${photo.uuid}/`, token, body);
    }
    const { status, errors, message } = answer;
    const error = { 422: errors?.photo?.join(" "), 409: message }[status];
    if (!error && answer.state !== "stored") {
      await isStored({ ...row, stored: true }, answer);
      return;
    }
    await putPhoto({ ...photo, error, sent: !error, blob: error ? photo.blob : null });
  }
  const refused = (await photosOf(row.uuid)).filter((photo) => photo.error);
  if (refused.length) {
    await turn(row, { state: "photo", errors: { photos: refused.map(({ error }) => error) } });
    return;
  }
  await turn(row, { state: "done", photos: photos.length, fields: [], errors: null, at: Date.now() });
  for (const photo of photos) await dropPhoto(photo.uuid);
};

const sendOne = async (uuid, token) => {
  const row = await turn({ uuid }, { tried: true });
  if (!row) return;
  tell({ uuid, step: { key: "sending" } });
  try {
    const answer = await sendText(row, token);
    if (await isStored(row, answer)) await sendPhotos(row, token, answer.photos);
  } finally {
    tell({ uuid });
  }
};

// The token to send with, or a word for why nothing can be sent.
const greet = async () => {
  const { status, user, csrf } = await ask("/kirim/", "");
  if (status === 401) return { missing: "signed_out" };
  if (status >= 500) throw problem(status);
  return user === (await me()) ? { csrf } : { missing: "other_user" };
};

const sendAll = async () => {
  const rows = await mine();
  for (const row of rows) if (row.state === "done" && Date.now() - row.at > A_DAY) await discard(row.uuid);
  const waiting = rows.filter((row) => row.state === "waiting");
  if (!waiting.length) return "";
  let portal = await greet();
  let first; // what failed; the others have their turn all the same
  for (const { uuid } of waiting) {
    for (const isLast of [false, true]) {
      if (portal.missing) return portal.missing;
      let error;
      await sendOne(uuid, portal.csrf).catch((caught) => { error = caught; });
      if (error?.status === 401) return "signed_out";
      if (error?.status !== 403) {
        first ??= error;
        break;
      }
      // The token may be an old one. Refused with a fresh one, too: somebody has to look.
      if (isLast) await turn({ uuid }, { state: "locked", message: "" });
      else portal = await greet();
    }
  }
  if (first) throw first;
  return "";
};

let timer;
let failed = 0;
let isAsked = false;
const attempt = async () => {
  isAsked = false;
  clearTimeout(timer);
  try {
    trouble = await sendAll();
    failed = 0;
  } catch {
    trouble = "later";
    timer = setTimeout(send, WAITS[Math.min(failed, WAITS.length - 1)] * 1000);
    failed += 1;
  }
  tell();
};

// One sender at a time, whichever tab it is in.
export const send = () => {
  if (isAsked) return;
  isAsked = true;
  if (navigator.locks) navigator.locks.request("tpbis-send", attempt);
  else attempt();
};

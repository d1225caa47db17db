// The page that opens without signal: the form that was asked for, or what is on this phone.

import { attach } from "./form.js";
import { showList } from "./queue.js";
import { me, newUuid } from "./store.js";

const one = (name) => document.querySelector(`[data-tpbis-${name}]`);
const asked = new URLSearchParams(location.search);

// 2026-11-22 on this phone's calendar; Swedes write it like that.
const written = (day) => day.toLocaleDateString("sv");

const fillIn = ({ uuid, month, held_on: heldOn }) => {
  const today = new Date();
  uuid.value = newUuid();
  for (const back of month ? [0, 1, 2] : []) {
    const day = new Date(today.getFullYear(), today.getMonth() - back, 1);
    const form = { month: "long", year: "numeric" };
    const name = day.toLocaleDateString(document.documentElement.lang, form);
    month.append(new Option(name, written(day).slice(0, 7)));
  }
  if (!heldOn) return;
  const [year, number] = (asked.get("bulan") ?? "").split("-");
  const last = number ? new Date(year, number, 0) : today;
  heldOn.max = written(today);
  heldOn.value = written(last < today ? last : today);
};

export const start = async (inAddress) => {
  const kind = inAddress ?? asked.get("catat");
  const shape = (kind === "peningkatan" && asked.get("bentuk")) || "";
  const user = await me();
  const blank = user && one(`form="${shape || kind}"`);
  one(user ? "kinds" : "nobody").hidden = false;
  one("no-signal").hidden = location.pathname === "/luring/";
  if (!blank) { showList(one("list")); return; }
  const place = one("place");
  place.replaceChildren(blank.content.cloneNode(true));
  const form = place.querySelector("form");
  fillIn(form.elements);
  form.querySelector("[data-tpbis-preview]")?.removeAttribute("data-tpbis-preview");
  await import("../entry_form.js");
  await attach(form, kind, shape);
};

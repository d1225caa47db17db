// What is on this phone and not in the portal yet, in words.

import { send, trouble } from "./sender.js";
import { change, discard, dropPhoto, listen, mine, photosOf, steps } from "./store.js";
import { button, element, link, say } from "./words.js";

const JUST_NOW = 20000; // milliseconds

const address = ({ kind, shape, uuid }) =>
  (kind === "pengunjung" ? "/luring/?catat=pengunjung" : `/catat/${kind}/?bentuk=${shape}`) + `#${uuid}`;

const stateOf = (row, count) => {
  const step = steps.get(row.uuid);
  if (step) return say(step.key, step);
  if (row.state === "waiting") return say(navigator.onLine ? trouble || "soon" : "waiting");
  if (row.state === "locked" && row.message) return row.message;
  if (row.state === "done" && count) return say("done_photos", { n: count });
  return say(row.state);
};

const again = async ({ uuid }) => {
  await change(uuid, (kept) => kept && { ...kept, state: "waiting", errors: null });
  send();
};

const withoutRefused = async (row) => {
  for (const photo of await photosOf(row.uuid)) if (photo.error) await dropPhoto(photo.uuid);
  await again(row);
};

export const canChange = ({ state, tried, stored }) =>
  !stored && (state === "waiting" ? !tried : !["done", "twin"].includes(state));

const actions = (row) => {
  const drop = button(say("discard"), () => confirm(say("sure")) && discard(row.uuid));
  if (row.state === "locked" && row.stored) return [button(say("try_again"), () => again(row)), drop];
  switch (row.state) {
    case "waiting": return canChange(row) ? [link(address(row), say("change"))] : [];
    case "done": return row.report_url ? [link(row.report_url, say("see"))] : [];
    case "twin": return [link(row.url, say("compare")), drop];
    case "photo": return [button(say("without"), () => withoutRefused(row))];
    default: return [link(address(row), say(row.state === "draft" ? "go_on" : "change")), drop];
  }
};

const facts = async (row) => {
  const count = row.photos ?? (await photosOf(row.uuid)).length;
  const errors = Object.values(row.errors ?? {}).flat();
  const made = [
    element("b", {}, row.title || say(row.shape || row.kind)),
    element("p", { class: `on-phone-${row.state}` }, stateOf(row, count)),
    ...errors.map((text) => element("p", { class: "error-text" }, text)),
    element("p", { class: "row" }, ...actions(row)),
  ];
  if (row.state === "done" && row.message) made.push(element("p", {}, row.message));
  if (row.state !== "done" && count) made[1].append(` · ${say("photos", { n: count })}`);
  return made;
};

// One entry in place of its form.
export const card = async (row, anew) => {
  const next = element("p", { class: "row" }, link(anew, say("again")), link("/catat/", say("other")));
  return element("div", { class: "card stack" }, ...(await facts(row)), next);
};

export const showList = (list) => listen(async () => {
  const items = (await mine()).reverse().map(async (row) =>
    element("li", { class: "card stack" }, ...(await facts(row))));
  list.replaceChildren(...(await Promise.all(items)));
});

// What is being typed on this very page is no news; what arrived a moment ago is.
export const showBadge = (badge) => listen(async () => {
  const rows = (await mine()).filter(({ uuid }) => location.hash !== `#${uuid}`);
  const here = rows.filter((row) => row.state !== "done").length;
  const isNews = (row) => row.state === "done" && Date.now() - row.at < JUST_NOW;
  const news = !document.querySelector("form[hidden]") && rows.filter(isNews).pop();
  const [step] = steps.values();
  badge.hidden = !here && !news;
  badge.firstElementChild.textContent = here ? say("only_here", { n: here }) : news ? news.title : "";
  badge.lastElementChild.textContent = step ? say(step.key, step) : news ? stateOf(news, news.photos) : "";
});

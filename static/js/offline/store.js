// What this phone keeps: entries, half-written and finished, and their photos. Each belongs to a
// user; whoever else uses the phone neither sees nor sends it.

// Each lifts a phone from the version before. Never change one that people have: add one.
const STEPS = [
  (database) => {
    database.createObjectStore("entries", { keyPath: "uuid" }).createIndex("user", "user");
    database.createObjectStore("photos", { keyPath: "uuid" }).createIndex("entry", "entry");
    database.createObjectStore("meta");
  },
];

let opened;
export const open = () => opened ??= new Promise((resolve, reject) => {
  const request = indexedDB.open("tpbis", STEPS.length);
  request.onupgradeneeded = ({ oldVersion }) =>
    STEPS.slice(oldVersion).forEach((step) => step(request.result, request.transaction));
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    // A newer page in another tab: let it in, and open anew when asked.
    request.result.onversionchange = () => { request.result.close(); opened = null; };
    resolve(request.result);
  };
});

// The result of the request that `work` returns, once everything is on the disk.
const run = async (mode, names, work) => {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(names, mode, { durability: "strict" });
    const request = work(...names.map((name) => transaction.objectStore(name)));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
};
const read = (name, work) => run("readonly", [name], work);
const write = (name, work) => run("readwrite", [name], work);

// As the page says, else the last one seen signed in.
export const me = async () =>
  document.body.dataset.tpbisUser || read("meta", (meta) => meta.get("user"));
export const remember = (user) => write("meta", (meta) => meta.put(user, "user"));

// News for all tabs; `steps` has what is being done about an entry right now, in any of them.
const channel = new BroadcastChannel("tpbis");
const listeners = [];
export const steps = new Map();
const hear = ({ uuid, step }) => {
  if (step) steps.set(uuid, step);
  else steps.delete(uuid);
  listeners.forEach((listener) => listener());
};
channel.onmessage = ({ data }) => hear(data);
export const tell = (news = {}) => { hear(news); channel.postMessage(news); };
export const listen = (listener) => { listeners.push(listener); listener(); };

export const mine = async () => {
  const user = await me();
  if (!user) return [];
  const rows = await read("entries", (entries) => entries.index("user").getAll(user));
  return rows.sort((one, other) => one.at - other.at);
};
export const get = async (uuid) => (await mine()).find((row) => row.uuid === uuid);
// Of which the portal has not everything yet.
export const onlyHere = async () => (await mine()).filter((row) => row.state !== "done");

// `make` gets the row, if there is one, and returns what it shall be; nothing leaves it as it is.
// The row as it was written, if it was.
export const change = async (uuid, make) => {
  const user = await me();
  let made;
  await write("entries", (entries) => {
    entries.get(uuid).onsuccess = ({ target: { result } }) => {
      const row = user && (!result || result.user === user) && make(result);
      if (!row) return;
      made = { ...row, uuid, user };
      entries.put(made);
    };
  });
  tell();
  return made;
};

export const discard = async (uuid) => {
  for (const photo of await photosOf(uuid)) await dropPhoto(photo.uuid);
  await write("entries", (entries) => entries.delete(uuid));
  tell();
};

export const photosOf = async (entry) => {
  const photos = await read("photos", (all) => all.index("entry").getAll(entry));
  return photos.sort((one, other) => one.at - other.at);
};
export const putPhoto = (photo) => write("photos", (photos) => photos.put(photo));
export const dropPhoto = (uuid) => write("photos", (photos) => photos.delete(uuid));

// Such an address ends with one; crypto.randomUUID is younger than the oldest browser.
export const newUuid = () => URL.createObjectURL(new Blob()).slice(-36);

// The phone's own copy of what opens without signal. A new version waits until a page lets it in.
const CACHE = "tpbis-{{ version }}";
const SHELL = "{% url 'activities:shell' %}";
const FILES = [{% for file in files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const NAMES_SAY_WHAT_THEY_HOLD = {% if names_say_what_they_hold %}true{% else %}false{% endif %};
const PATIENCE = 20; // seconds for a form to come, before the phone's own is shown

self.addEventListener("install", (event) => event.waitUntil(
  caches.open(CACHE).then((cache) => cache.addAll(
    [SHELL, ...FILES].map((address) => new Request(address, { cache: NAMES_SAY_WHAT_THEY_HOLD && address !== SHELL ? "default" : "reload" })),
  )),
));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith("tpbis-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
})()));

self.addEventListener("message", ({ data }) => { if (data === "now") self.skipWaiting(); });

const shell = () => caches.match(SHELL);

// A page is never kept: it belongs to whoever is signed in. Only the shell stands in for it.
const page = async (request) => {
  const answer = fetch(request);
  if (request.method !== "GET" || !new URL(request.url).pathname.startsWith("/catat/")) return answer.catch(shell);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE * 1000)).then(shell);
  return Promise.race([answer.catch(shell), late]);
};

const file = async (request) => {
  if (!NAMES_SAY_WHAT_THEY_HOLD) return fetch(request).catch(() => caches.match(request));
  return (await caches.match(request)) || fetch(request);
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (FILES.includes(new URL(request.url).pathname)) event.respondWith(file(request));
});

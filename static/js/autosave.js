// Keeps what is being typed on the portal, a moment after the last key; pictures stay here. Without
// signal it waits, without JavaScript nothing is kept and nothing is lost that was sent.

const PAUSE = 2000; // milliseconds without a key

const texts = (form) => {
  const typed = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "kept" && name !== "csrfmiddlewaretoken") {
      typed.append(name, value);
    }
  }
  typed.set("kind", form.dataset.kind);
  if (form.dataset.shape) typed.set("bentuk", form.dataset.shape);
  if (form.elements.version) typed.set("perbaiki", "1");
  return typed;
};

// An entry that is mended is kept under its own number, a new one under that of its form, which
// may change while it is open.
const addressOf = (form) => {
  const uuid = form.elements.uuid.value;
  return form.elements.version || !uuid
    ? form.dataset.tpbisAutosave
    : form.dataset.tpbisAutosave.replace(/[^/]+\/$/, `${uuid}/`);
};

// Back from signing in again, the page opens with the texts.
const remember = (form) => {
  if (form.elements.version) return;
  const page = new URL(location.href);
  page.searchParams.set("draf", form.elements.uuid.value);
  page.searchParams.delete("salin");
  history.replaceState(null, "", page);
};

const start = (form) => {
  const line = form.querySelector("[data-tpbis-saved]");
  const { saved, offline, failed, signedOut } = form.dataset;
  let timer;
  let last = texts(form).toString();
  let token = form.elements.csrfmiddlewaretoken.value;

  const send = (body) => fetch(addressOf(form), {
    method: "POST",
    body,
    headers: { Accept: "application/json", "X-CSRFToken": token },
    redirect: "error",
  });

  const keep = async () => {
    const body = texts(form);
    if (body.toString() === last || form.hidden) return;
    if (!navigator.onLine) { line.textContent = offline; return; }
    try {
      let answer = await send(body);
      if (answer.status === 403) { // the phone was signed in anew: another token
        const portal = await fetch("/kirim/", { headers: { Accept: "application/json" } });
        token = (await portal.json()).csrf || token;
        answer = await send(body);
      }
      if (answer.status === 401) { line.textContent = signedOut; return; }
      const said = await answer.json();
      if (said.state === "kept") {
        last = body.toString();
        line.textContent = `${saved} ${said.at}`;
        remember(form);
      } else if (said.state !== "stored") line.textContent = said.message || failed;
    } catch {
      line.textContent = navigator.onLine ? failed : offline;
    }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => clearTimeout(timer));
  addEventListener("online", keep);
};

document.querySelectorAll("form[data-tpbis-autosave]").forEach(start);

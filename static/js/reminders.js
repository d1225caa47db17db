// The chat opens with the text as it was edited; opening it marks the reminder and goes on.
const form = document.querySelector("[data-tpbis-reminder]");
if (form) {
  const text = form.elements.text;
  const link = form.querySelector("[data-tpbis-chat]");
  const keep = form.querySelector("[data-tpbis-without-script]");
  const failed = form.querySelector("[data-tpbis-not-marked]");

  const inStep = () => {
    link.href = link.dataset.tpbisChat + encodeURIComponent(text.value.trim());
  };
  const mark = async () => {
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        keepalive: true,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      window.location.assign((await answer.json()).next);
    } catch {
      failed.hidden = false; // the chat is open all the same; the plain button marks it
      keep.hidden = false;
    }
  };

  text.addEventListener("input", inStep);
  link.addEventListener("click", (event) => {
    inStep();
    if (text.value.trim() === "") {
      event.preventDefault();
      text.focus();
      return;
    }
    mark();
  });
  inStep();
  link.hidden = false;
  keep.hidden = true;
}

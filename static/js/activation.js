/* A password that is to be written down is shown; whoever is not alone may hide it. */
for (const button of document.querySelectorAll("[data-tpbis-veil]")) {
  const field = document.getElementById(button.dataset.tpbisVeil);
  const show = (isShown) => {
    field.type = isShown ? "text" : "password";
    button.textContent = isShown ? button.dataset.hide : button.dataset.show;
    button.setAttribute("aria-pressed", String(!isShown));
  };
  button.addEventListener("click", () => show(field.type === "password"));
  button.hidden = false;
  show(true);
}

const place = document.querySelector("[data-tpbis-api]");
window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.tpbisApi,
    validatorUrl: null,
    supportedSubmitMethods: ["get"],
});

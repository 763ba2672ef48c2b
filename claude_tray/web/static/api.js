"use strict";
/* Send the requests of the page about the API and show the responses. */
(() => {
  const MAX_SHOWN = 200000;

  const buildUrl = (form) => {
    let path = form.dataset.path;
    const query = new URLSearchParams();
    for (const field of form.querySelectorAll("[data-in]")) {
      if (field.dataset.in === "path") {
        path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
      } else if (field.value !== "") {
        query.set(field.name, field.value);
      }
    }
    return query.size ? `${path}?${query}` : path;
  };

  const buildHeaders = (form) => {
    const headers = { Accept: "application/json" };
    const token = document.getElementById("access-token").value.trim();
    const csrf = document.querySelector("[name=csrfmiddlewaretoken]");
    if (token) headers.Authorization = `Bearer ${token}`;
    else if (csrf) headers["X-CSRFToken"] = csrf.value;
    if (form.elements.body) headers["Content-Type"] = "application/json";
    return headers;
  };

  const format = (text) => {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  };

  const send = async (form) => {
    const token = document.getElementById("access-token").value.trim();
    const url = buildUrl(form);
    const began = performance.now();
    const response = await fetch(url, {
      method: form.dataset.method,
      headers: buildHeaders(form),
      body: form.elements.body?.value,
      // A token is tried alone, as a program would send it.
      credentials: token ? "omit" : "same-origin",
      cache: "no-store",
    });
    const text = await response.text();
    const took = Math.round(performance.now() - began);
    return [
      `${response.status} ${response.statusText} · ${took} ms · ${url}`,
      format(text).slice(0, MAX_SHOWN),
    ];
  };

  const show = (form, status, body) => {
    const answer = form.querySelector(".answer");
    form.querySelector(".sent").textContent = status;
    answer.textContent = body;
    answer.hidden = !body;
  };

  document
    .getElementById("token-form")
    .addEventListener("submit", (event) => event.preventDefault());
  for (const form of document.querySelectorAll("form.try")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      button.disabled = true;
      try {
        show(form, ...(await send(form)));
      } catch (error) {
        show(form, String(error), "");
      }
      button.disabled = false;
    });
  }
})();

"use strict";
/* The live countdown, the theme, the browser's zone and clock. */
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  const keep = (name, value) => {
    document.cookie =
      `claude_tray_${name}=${encodeURIComponent(value)}; path=/; ` +
      `max-age=31536000; ` +
      `samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  };
  const kept = (name) =>
    document.cookie
      .split("; ")
      .find((part) => part.startsWith(`claude_tray_${name}=`))
      ?.split("=")[1];

  /* The server writes times as this browser's clock shows them. */
  const told = new Intl.DateTimeFormat(undefined, { hour: "numeric" });
  const { timeZone, hour12 } = told.resolvedOptions();
  const clock = hour12 ? "12h" : "24h";
  const before = [kept("zone"), kept("clock")].join();
  keep("zone", timeZone);
  keep("clock", clock);
  const isNew = before !== [kept("zone"), kept("clock")].join();
  const isShown = root.dataset.zone === timeZone && root.dataset.clock === clock;
  if (isNew && !isShown && "reread" in root.dataset) location.reload();

  /* The server tells the seconds left; only what passes is measured here. */
  let left = null;
  const start = () => {
    const element = document.querySelector("[data-seconds-left]");
    left = element && {
      element,
      seconds: Number(element.dataset.secondsLeft),
      from: performance.now(),
    };
    tick();
  };
  const tick = () => {
    if (!left) return;
    const gone = (performance.now() - left.from) / 1000;
    const rest = Math.max(0, Math.ceil(left.seconds - gone));
    const hours = Math.floor(rest / 3600);
    const minutes = Math.floor((rest % 3600) / 60);
    const whole = hours ? `${hours}h ${minutes}m` : `${minutes}m`;
    left.element.querySelector("[data-whole]").textContent = whole;
    document.title = `${whole} left · claude-tray`;
    left.element.querySelector("[data-rest]").textContent =
      `${String(rest % 60).padStart(2, "0")}s`;
    if (rest === 0) {
      left = null;
      document.body.dispatchEvent(new Event("window-over"));
    }
  };

  const themes = ["system", "light", "dark"];
  const name = (theme) => theme[0].toUpperCase() + theme.slice(1);
  const label = () => {
    const button = document.getElementById("theme");
    if (!button) return;
    button.setAttribute("aria-label", `Theme: ${name(root.dataset.theme)}`);
    button.title = button.getAttribute("aria-label");
  };
  const turn = () => {
    const next = (themes.indexOf(root.dataset.theme) + 1) % themes.length;
    root.dataset.theme = themes[next];
    keep("theme", themes[next]);
    label();
    document.dispatchEvent(new Event("theme"));
  };

  document.addEventListener("DOMContentLoaded", () => {
    start();
    label();
    setInterval(tick, 1000);
    document.getElementById("theme")?.addEventListener("click", turn);
    document.body.addEventListener("htmx:afterSettle", start);
    /* What was opened stays open when the middle of the page is renewed. */
    let opened = [];
    document.body.addEventListener("htmx:beforeSwap", () => {
      opened = [...document.querySelectorAll("details[open]")].map((d) => d.id);
    });
    document.body.addEventListener("htmx:afterSwap", () => {
      for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    });
    /* Figures that cannot be renewed say so. */
    const silent = (is) => {
      const notice = document.getElementById("silent");
      if (notice) notice.hidden = !is;
    };
    document.body.addEventListener("htmx:sendError", () => silent(true));
    document.body.addEventListener("htmx:responseError", () => silent(true));
    document.body.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.successful) silent(false);
    });
    /* Nobody looks at a hidden page; who comes back sees the newest. */
    document.body.addEventListener("htmx:beforeRequest", (event) => {
      if (document.hidden) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) document.body.dispatchEvent(new Event("look"));
    });
    document.addEventListener("change", (event) => {
      if ("sendOnChange" in event.target.dataset) event.target.form.requestSubmit();
    });
    const copy = document.querySelector("[data-copy]");
    copy?.addEventListener("click", async () => {
      const secret = document.getElementById(copy.dataset.copy);
      await navigator.clipboard.writeText(secret.textContent.trim());
      copy.textContent = "Copied";
    });
  });
})();

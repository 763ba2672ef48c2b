"use strict";
/* Run the countdown and the theme; send the time zone and clock format. */
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  /* Only for our own pages: below a path, others share the host. */
  const setCookie = (name, value) => {
    document.cookie =
      `claude_tray_${name}=${encodeURIComponent(value)}; ` +
      `path=${root.dataset.root}; ` +
      `max-age=31536000; ` +
      `samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  };
  const getCookie = (name) =>
    document.cookie
      .split("; ")
      .find((part) => part.startsWith(`claude_tray_${name}=`))
      ?.split("=")[1];

  /* The server formats times by these cookies. If they were missing, the page
     is loaded again. */
  const formatter = new Intl.DateTimeFormat(undefined, { hour: "numeric" });
  const { timeZone, hour12 } = formatter.resolvedOptions();
  const clock = hour12 ? "12h" : "24h";
  const before = [getCookie("zone"), getCookie("clock")].join();
  setCookie("zone", timeZone);
  setCookie("clock", clock);
  const hasChanged = before !== [getCookie("zone"), getCookie("clock")].join();
  const isShown = root.dataset.zone === timeZone && root.dataset.clock === clock;
  if (hasChanged && !isShown && "reload" in root.dataset) location.reload();

  /* Count down from the server's seconds, as local clocks may be wrong. */
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
  const format = (name, value) => root.dataset[name].replace("{}", value);
  const formatDaysLeft = (seconds) => {
    const hours = Math.floor(Math.ceil(seconds / 60) / 60);
    const days = format("days", Math.floor(hours / 24));
    return `${days} ${format("hours", hours % 24)}`;
  };
  const formatTimeLeft = (hours, minutes) => {
    if (!hours) return format("minutes", minutes);
    const padded = String(minutes).padStart(2, "0");
    return `${format("hours", hours)} ${format("minutes", padded)}`;
  };
  const tick = () => {
    if (!left) return;
    const elapsed = (performance.now() - left.from) / 1000;
    const rest = Math.max(0, Math.ceil(left.seconds - elapsed));
    const hasDays = rest >= 86400;
    const text = hasDays ? formatDaysLeft(rest) : formatTimeLeft(
      Math.floor(rest / 3600),
      Math.floor((rest % 3600) / 60),
    );
    left.element.querySelector("[data-whole]").textContent = text;
    document.title = `${root.dataset.timeLeft.replace("{}", text)} · claude-tray`;
    left.element.querySelector("[data-rest]").textContent = hasDays
      ? ""
      : format("seconds", String(rest % 60).padStart(2, "0"));
    if (rest === 0) {
      left = null;
      document.body.dispatchEvent(new Event("window-ended"));
    }
  };

  const themes = ["system", "light", "dark"];
  const label = () => {
    const button = document.getElementById("theme");
    if (!button) return;
    button.setAttribute("aria-label", button.dataset[root.dataset.theme]);
    button.title = button.getAttribute("aria-label");
  };
  const switchTheme = () => {
    const next = (themes.indexOf(root.dataset.theme) + 1) % themes.length;
    root.dataset.theme = themes[next];
    setCookie("theme", themes[next]);
    label();
    document.dispatchEvent(new Event("theme"));
  };

  document.addEventListener("DOMContentLoaded", () => {
    start();
    label();
    setInterval(tick, 1000);
    document.getElementById("theme")?.addEventListener("click", switchTheme);
    document.body.addEventListener("htmx:afterSettle", start);
    /* Keep tables open when the main part of the page is replaced. */
    let opened = [];
    document.body.addEventListener("htmx:beforeSwap", () => {
      opened = [...document.querySelectorAll("details[open]")].map((d) => d.id);
    });
    document.body.addEventListener("htmx:afterSwap", () => {
      for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    });
    /* Warn that the numbers may be out of date while updates fail. */
    const showOffline = (isOffline) => {
      const banner = document.getElementById("offline");
      if (banner) banner.hidden = !isOffline;
    };
    document.body.addEventListener("htmx:sendError", () => showOffline(true));
    document.body.addEventListener("htmx:responseError", () => showOffline(true));
    document.body.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.successful) showOffline(false);
    });
    /* Update visible pages only, and at once when one becomes visible. */
    document.body.addEventListener("htmx:beforeRequest", (event) => {
      if (document.hidden) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) document.body.dispatchEvent(new Event("refresh"));
    });
    document.addEventListener("change", (event) => {
      if ("sendOnChange" in event.target.dataset) event.target.form.requestSubmit();
    });
    /* Copy a text: the button's own, or that of the element it names. */
    document.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-copy], [data-copy-text]");
      if (!button) return;
      const { copy, copyText, copied } = button.dataset;
      const text = copyText ?? document.getElementById(copy).textContent.trim();
      await navigator.clipboard.writeText(text);
      button.classList.add("copied");
      if (copied) button.setAttribute("aria-label", copied);
      if (copied && !button.querySelector("svg")) button.textContent = copied;
    });
  });
})();

"use strict";
/* The two charts. Each draws what the table beside it says. */
(() => {
  const drawn = new Map();

  const colour = (name) => {
    const probe = document.createElement("i");
    probe.style.forcedColorAdjust = "none";
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };
  const faded = (value, share) =>
    value.replace(/^rgb\(/, "rgba(").replace(/\)$/, `, ${share})`);
  const font = (size, weight = 450) => `${weight} ${size}px Inter, sans-serif`;

  const base = (element) => ({
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
  });
  const axis = (more) => ({
    stroke: colour("faint"),
    font: font(12),
    ticks: { show: false },
    grid: { show: false },
    ...more,
  });

  /* A word box that follows the pointer. */
  const readout = (words) => ({
    hooks: {
      init: (u) => {
        u.words = document.createElement("div");
        u.words.className = "readout";
        u.words.hidden = true;
        u.over.append(u.words);
      },
      setCursor: (u) => {
        const { left, top, idx } = u.cursor;
        const parts = left >= 0 && idx != null ? words(u, idx) : null;
        u.words.hidden = !parts;
        if (!parts) return;
        u.words.replaceChildren(...parts);
        const wide = u.words.offsetWidth;
        const x = Math.min(Math.max(left - wide / 2, 0), u.over.clientWidth - wide);
        u.words.style.left = `${x}px`;
        u.words.style.top = `${Math.max(top - 52, 0)}px`;
      },
    },
  });
  const bold = (text) => {
    const element = document.createElement("b");
    element.textContent = text;
    return element;
  };
  const plain = (text) => {
    const element = document.createElement("span");
    element.textContent = text;
    return element;
  };

  /* ---- the window: use so far, even pace, limit, where it is heading ---- */
  const windowChart = (element) => {
    const d = JSON.parse(element.dataset.points);
    const xs = d.points.map((p) => p[0]);
    const ys = d.points.map((p) => p[1]);
    const now = xs[xs.length - 1];
    const last = ys[ys.length - 1];
    const heading = d.heading;
    const accent = colour("accent");
    const tone = colour(d.tone);

    const at = (u, x, y) => [u.valToPos(x, "x", true), u.valToPos(y, "y", true)];
    const line = (u, from, to, stroke, width, dash) => {
      const c = u.ctx;
      const scale = devicePixelRatio;
      c.save();
      c.strokeStyle = stroke;
      c.lineWidth = width * scale;
      c.lineCap = "round";
      c.setLineDash(dash.map((n) => n * scale));
      c.beginPath();
      c.moveTo(...at(u, ...from));
      c.lineTo(...at(u, ...to));
      c.stroke();
      c.restore();
    };
    const dot = (u, x, y, fill, ring) => {
      const c = u.ctx;
      const [px, py] = at(u, x, y);
      c.save();
      c.beginPath();
      c.arc(px, py, 5.5 * devicePixelRatio, 0, 7);
      c.fillStyle = fill;
      c.fill();
      if (ring) {
        c.lineWidth = 2.5 * devicePixelRatio;
        c.strokeStyle = ring;
        c.stroke();
      }
      c.restore();
    };
    const write = (u, text, x, y, fill, weight, align, dx, dy) => {
      const c = u.ctx;
      const [px, py] = at(u, x, y);
      c.save();
      c.font = font((weight > 500 ? 15 : 12) * devicePixelRatio, weight);
      c.fillStyle = fill;
      c.textAlign = align;
      c.textBaseline = "alphabetic";
      c.lineWidth = 5 * devicePixelRatio;
      c.lineJoin = "round";
      c.strokeStyle = colour("card");
      const to = [px + dx * devicePixelRatio, py + dy * devicePixelRatio];
      c.strokeText(text, ...to);
      c.fillText(text, ...to);
      c.restore();
    };
    const below = (u) => {
      line(u, [d.start, 0], [d.end, 0], colour("line"), 1, []);
      if (d.usual) {
        line(u, [d.start, d.usual], [d.end, d.usual], colour("faint"), 1, [2, 5]);
        write(u, d.usualWords, d.start, d.usual, colour("faint"), 450, "left", 0, -7);
      }
      if (!d.limit) return;
      const isNear = d.tone === "warning" || d.tone === "critical";
      const stroke = isNear ? tone : colour("faint");
      line(u, [d.start, d.limit], [d.end, d.limit], stroke, 1.3, [7, 5]);
      line(u, [d.start, 0], [d.end, d.limit], colour("faint"), 1, [1, 5]);
      write(u, "limit", d.start, d.limit, stroke, 450, "left", 0, -7);
    };
    const above = (u) => {
      line(u, [now, 0], [now, last], colour("faint"), 1, []);
      if (heading) {
        line(u, [now, last], heading.slice(0, 2), tone, 2.5, [1, 6]);
        dot(u, heading[0], heading[1], tone);
        const isLate = heading[0] > d.start + (d.end - d.start) * 0.9;
        const align = isLate ? "right" : "center";
        /* Below the limit's line, where it would stand on it. */
        const isUnder = heading[1] > d.top * 0.82 && heading[1] < d.top;
        const away = isUnder ? 26 : -14;
        write(u, heading[2], heading[0], heading[1], tone, 640, align, isLate ? 8 : 0, away);
      }
      dot(u, now, last, colour("text"), colour("card"));
      const isNearEnd = now > d.start + (d.end - d.start) * 0.8;
      write(u, d.label, now, last, colour("text"), 680,
        isNearEnd ? "right" : "left", isNearEnd ? -12 : 12, 22);
    };
    return new uPlot(
      {
        ...base(element),
        padding: [28, 24, 0, 24],
        scales: {
          x: { range: [d.start, d.end] },
          y: { range: [0, d.top * 1.02] },
        },
        axes: [
          axis({
            splits: d.hours,
            values: () => d.hourWords,
            size: 28,
            gap: 6,
          }),
          { show: false },
        ],
        series: [
          {},
          {
            stroke: accent,
            width: 3,
            fill: (u) => {
              const { top: y, height } = u.bbox;
              const shade = u.ctx.createLinearGradient(0, y, 0, y + height);
              shade.addColorStop(0, faded(accent, 0.42));
              shade.addColorStop(1, faded(accent, 0.04));
              return shade;
            },
            paths: uPlot.paths.spline(),
            points: { show: false },
          },
        ],
        hooks: { drawAxes: [below], draw: [above] },
        plugins: [
          readout((u, i) => [bold(d.clocks[i]), plain(` · ${d.words[i]}`)]),
        ],
      },
      [xs, ys],
      element,
    );
  };

  /* ---- cost per day ---- */
  const daysChart = (element) => {
    const rows = [...document.querySelectorAll(`#${element.dataset.table} [data-x]`)];
    rows.reverse();
    const days = rows.map((row) => row.dataset);
    const xs = days.map((_, i) => i);
    const ys = days.map((day) => Number(day.y));
    const accent = colour("accent");
    const shades = () =>
      days.map((day, i) => (i === days.length - 1 ? accent : faded(accent, 0.62)));
    const bars = uPlot.paths.bars({
      size: [0.72, 64],
      radius: [0.22, 0],
      disp: {
        fill: { unit: 3, values: shades },
        stroke: { unit: 3, values: shades },
      },
    });
    const every = Math.max(1, Math.ceil((days.length * 58) / element.clientWidth));
    const marks = xs.filter((i) => (xs.length - 1 - i) % every === 0);
    return new uPlot(
      {
        ...base(element),
        padding: [10, 18, 0, 0],
        scales: {
          x: { time: false, range: [-0.6, xs.length - 0.4] },
          y: { range: (u, low, high) => [0, high > 0 ? high * 1.08 : 1] },
        },
        axes: [
          axis({
            splits: marks,
            values: (u, all) => all.map((i) => days[i].x),
            size: 28,
            gap: 6,
          }),
          axis({
            size: 58,
            gap: 8,
            grid: { show: true, stroke: colour("line"), width: 1 },
            values: (u, all) => {
              const digits = all.every(Number.isInteger) ? 0 : 2;
              const money = (n) => (n >= 1e4 ? `${n / 1e3}K` : n.toFixed(digits));
              return all.map((n) => `$${money(n)}`);
            },
          }),
        ],
        series: [
          {},
          { width: 0, fill: accent, paths: bars, points: { show: false } },
        ],
        plugins: [
          readout((u, i) => [
            bold(days[i].cost),
            plain(` · ${days[i].tokens} tokens · ${days[i].day}`),
          ]),
        ],
      },
      [xs, ys],
      element,
    );
  };

  const draw = () => {
    for (const [element, chart] of drawn) {
      chart.destroy();
      drawn.delete(element);
    }
    for (const element of document.querySelectorAll(".chart")) {
      const make = element.dataset.points ? windowChart : daysChart;
      drawn.set(element, make(element));
    }
  };
  let waiting = 0;
  const redraw = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(draw);
  };
  document.addEventListener("DOMContentLoaded", () => {
    document.fonts.ready.then(draw);
    document.fonts.load(font(12)).then(redraw);
    document.body.addEventListener("htmx:afterSettle", redraw);
    document.addEventListener("theme", redraw);
    addEventListener("resize", redraw);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  });
})();

"use strict";
/* Draw the two charts; each has a table with the same data. */
(() => {
  const drawn = new Map();

  const color = (name) => {
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
    stroke: color("faint"),
    font: font(12),
    ticks: { show: false },
    grid: { show: false },
    ...more,
  });

  /* Show a label that follows the pointer. */
  const readout = (getParts) => ({
    hooks: {
      init: (u) => {
        u.readout = document.createElement("div");
        u.readout.className = "readout";
        u.readout.hidden = true;
        u.over.append(u.readout);
      },
      setCursor: (u) => {
        const { left, top, idx } = u.cursor;
        const parts = left >= 0 && idx != null ? getParts(u, idx) : null;
        u.readout.hidden = !parts;
        if (!parts) return;
        u.readout.replaceChildren(...parts);
        const width = u.readout.offsetWidth;
        const x = Math.min(Math.max(left - width / 2, 0), u.over.clientWidth - width);
        u.readout.style.left = `${x}px`;
        u.readout.style.top = `${Math.max(top - 52, 0)}px`;
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

  /* ---- the window: usage, even pace, limit and projection ----
     All positions are 0 to 1, from the start to the end of the window and
     from nothing to the limit, or to the top of the chart without one. */
  const windowChart = (element) => {
    const d = JSON.parse(element.dataset.chart);
    const xs = d.points.map((p) => p[0]);
    const ys = d.points.map((p) => p[1]);
    const [now, last, nowLabel] = d.now;
    const projection = d.projection;
    const accent = color("accent");
    const statusColor = color(d.color);

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
      c.strokeStyle = color("card");
      const to = [px + dx * devicePixelRatio, py + dy * devicePixelRatio];
      c.strokeText(text, ...to);
      c.fillText(text, ...to);
      c.restore();
    };
    const below = (u) => {
      line(u, [0, 0], [1, 0], color("line"), 1, []);
      for (const [y, label] of d.referenceLines) {
        line(u, [0, y], [1, y], color("faint"), 1, [2, 5]);
        write(u, label, 0, y, color("faint"), 450, "left", 0, -7);
      }
      if (!d.limitLabel) return;
      const isNear = d.color === "warning" || d.color === "critical";
      const stroke = isNear ? statusColor : color("faint");
      line(u, [0, 1], [1, 1], stroke, 1.3, [7, 5]);
      line(u, [0, 0], [1, 1], color("faint"), 1, [1, 5]);
      write(u, d.limitLabel, 0, 1, stroke, 450, "left", 0, -7);
    };
    const above = (u) => {
      line(u, [now, 0], [now, last], color("faint"), 1, []);
      if (projection) {
        const [x, y, label] = projection;
        line(u, [now, last], [x, y], statusColor, 2.5, [1, 6]);
        dot(u, x, y, statusColor);
        const isLate = x > 0.9;
        const align = isLate ? "right" : "center";
        /* Below the line of the limit, where the label would cover it. */
        const dy = y > 0.82 && y < 1 ? 26 : -14;
        write(u, label, x, y, statusColor, 640, align, isLate ? 8 : 0, dy);
      }
      dot(u, now, last, color("text"), color("card"));
      const isNearEnd = now > 0.8;
      write(u, nowLabel, now, last, color("text"), 680,
        isNearEnd ? "right" : "left", isNearEnd ? -12 : 12, 22);
    };
    return new uPlot(
      {
        ...base(element),
        padding: [28, 24, 0, 24],
        scales: {
          x: { time: false, range: [0, 1] },
          y: { range: [0, 1.02] },
        },
        axes: [
          axis({
            splits: d.hours.map((hour) => hour[0]),
            values: () => d.hours.map((hour) => hour[1]),
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
          readout((u, i) => {
            const [clock, ...rest] = d.labels[i].split(" · ");
            return [bold(clock), ...rest.map((text) => plain(` · ${text}`))];
          }),
        ],
      },
      [xs, ys],
      element,
    );
  };

  /* Costs are in dollars: the page has the rate and form of its currency. */
  const { money, rate } = document.documentElement.dataset;
  const formatMoney = (amount, digits) =>
    money.replace(
      "{}",
      new Intl.NumberFormat(document.documentElement.lang, {
        ...(amount >= 1e4
          ? { notation: "compact", maximumFractionDigits: 1 }
          : { minimumFractionDigits: digits, maximumFractionDigits: digits }),
      }).format(amount),
    );

  /* ---- cost over time, stacked by model; the rows of a table ---- */
  const readBars = (id) => {
    const table = document.getElementById(id);
    return [...table.querySelectorAll("[data-x]")].reverse().map((row) => {
      const cells = [...row.cells].map((cell) => cell.textContent);
      return {
        label: row.dataset.x,
        stack: row.dataset.y ? row.dataset.y.split(" ").map((cost) => cost * rate) : [],
        link: row.querySelector("a").href,
        from: row.dataset.from,
        to: row.dataset.to,
        isChosen: row.classList.contains("chosen"),
        name: cells[0],
        tokens: table.dataset.tokens.replace("{}", cells[4]),
        cost: cells[5],
      };
    });
  };
  const daysChart = (element) => {
    const bars = readBars(element.dataset.table);
    const xs = bars.map((_, i) => i);
    const depth = Math.max(1, ...bars.map((bar) => bar.stack.length));
    /* uPlot draws series on top of each other: the highest sums first. */
    const sums = [...Array(depth).keys()].map((part) =>
      bars.map((bar) =>
        bar.stack.slice(0, depth - part).reduce((sum, n) => sum + n, 0)),
    );
    const colors = [...Array(depth).keys()].map((part) => color(`m${depth - part}`));
    const every = Math.max(1, Math.ceil((bars.length * 58) / element.clientWidth));
    const marks = xs.filter((i) => (xs.length - 1 - i) % every === 0);
    const selects = document.getElementById(element.dataset.table).dataset.selects;
    let hasDragged = false;
    const open = (u) => {
      const bar = bars[u.cursor.idx];
      if (bar?.link && !hasDragged) location.href = bar.link;
      hasDragged = false;
    };
    /* Show the part that was dragged; every bar that it touches belongs to it. */
    const select = (u) => {
      const { left, width } = u.select;
      if (width < 4) return;
      hasDragged = true;
      const at = (x) => Math.round(Math.min(Math.max(u.posToVal(x, "x"), 0), bars.length - 1));
      const url = new URL(location.href);
      url.searchParams.set("from", bars[at(left)].from);
      url.searchParams.set("to", bars[at(left + width)].to);
      url.searchParams.delete(selects);
      location.href = url.href;
    };
    /* Shade the part that is shown. */
    const shade = (u) => {
      const chosen = xs.filter((i) => bars[i].isChosen);
      if (!chosen.length) return;
      const left = u.valToPos(chosen[0] - 0.5, "x");
      const right = u.valToPos(chosen[chosen.length - 1] + 0.5, "x");
      u.setSelect({ left, width: right - left, top: 0, height: u.over.clientHeight }, false);
    };
    const drag = { x: Boolean(selects), y: false, setScale: false };
    return new uPlot(
      {
        ...base(element),
        ...(selects ? { cursor: { ...base(element).cursor, drag } } : {}),
        padding: [10, 18, 0, 0],
        scales: {
          x: { time: false, range: [-0.6, xs.length - 0.4] },
          y: { range: (u, low, high) => [0, high > 0 ? high * 1.08 : 1] },
        },
        axes: [
          axis({
            splits: marks,
            values: (u, all) => all.map((i) => bars[i].label),
            size: 28,
            gap: 6,
          }),
          axis({
            size: 58,
            gap: 8,
            grid: { show: true, stroke: color("line"), width: 1 },
            values: (u, all) => {
              const digits = all.every(Number.isInteger) ? 0 : 2;
              return all.map((n) => formatMoney(n, digits));
            },
          }),
        ],
        series: [
          {},
          ...colors.map((fill) => ({
            width: 0,
            fill,
            paths: uPlot.paths.bars({ size: [0.72, 64] }),
            points: { show: false },
          })),
        ],
        hooks: {
          ready: [(u) => u.over.addEventListener("click", () => open(u)), shade],
          setSelect: [select],
        },
        plugins: [
          readout((u, i) => [
            bold(bars[i].cost),
            plain(` · ${bars[i].tokens} · ${bars[i].name}`),
          ]),
        ],
      },
      [xs, ...sums],
      element,
    );
  };

  const draw = () => {
    for (const [element, chart] of drawn) {
      chart.destroy();
      drawn.delete(element);
    }
    for (const element of document.querySelectorAll(".chart")) {
      const make = element.dataset.chart ? windowChart : daysChart;
      drawn.set(element, make(element));
    }
  };
  let frame = 0;
  const redraw = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
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

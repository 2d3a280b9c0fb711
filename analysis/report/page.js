"use strict";
/* The page tells everything without this script; it adds a chart to explore and a filter. */
(() => {
  const space = document.querySelector("svg")?.namespaceURI;
  const svg = (name, attributes, ...inside) => {
    const made = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  };
  const by = (id) => document.getElementById(id);
  const SHAPES = [
    ["circle", {r: 3}], ["rect", {x: -2.7, y: -2.7, width: 5.4, height: 5.4}], ["path", {d: "M0-3.6 3.3 2.4H-3.3z"}],
    ["path", {d: "M0-3.8 3.8 0 0 3.8-3.8 0z"}], ["path", {d: "M0 3.6 3.3-2.4H-3.3z"}], ["path", {d: "M-1-3h2v2h2v2h-2v2h-2v-2h-2v-2h2z"}],
  ];
  const mark = (number, x, y) => {
    const [name, attributes] = SHAPES[number % SHAPES.length];
    return svg("g", {class: `mark a${number % SHAPES.length}`, transform: `translate(${x} ${y})`}, svg(name, attributes));
  };

  const ticks = (low, high, count = 5) => {
    const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999);
    const found = [];
    for (let at = Math.ceil(low / step); at * step <= high; at++) found.push(at * step);
    return found;
  };
  const grouped = (value, places) => {
    const text = Math.abs(value).toFixed(places);
    const [whole, rest] = text.split(".");
    const parts = told.span.includes(" ") ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
    return parts + (rest ? `.${rest}` : "");
  };
  const written = (value, places, signed) => {
    if (value === null || value === undefined) return told.undefined;
    const text = grouped(value, places);
    if (!/[1-9]/.test(text)) return "0";
    return (value < 0 ? "\u2212" : signed ? "+" : "") + text;
  };
  const tickText = (value) => (value < 0 ? "\u2212" : "") + grouped(value, 6).replace(/\.?0+$/, (end) => (end.includes(".") ? "" : end));

  const box = by("explorer"), source = by("courses-data");
  const told = source ? JSON.parse(source.textContent) : null;

  const explore = () => {
    const outcome = by("ex-outcome"), cell = by("ex-cell"), what = by("ex-what"), month = by("ex-month"), read = by("ex-read");
    const boxes = [...document.querySelectorAll("input[name=ex-arm]")];
    const HIGH = 300, LEFT = 56, BELOW = 24;
    let wide = 0;
    const chosen = () => told.outcomes[outcome.value].cells[cell.value];
    const level = () => !what || what.value === "level";
    const picked = () => boxes.filter((one) => one.checked).map((one) => Number(one.value));

    const courses = () => {
      const data = chosen();
      const lines = picked().map((number) => {
        const [middle, low, high] = data.arms[number];
        if (!level()) return {number, name: told.arms[number], middle, low, high};
        const own = middle.map((one, at) => (one === null || data.base[at] === null ? null : data.base[at] + one * data.level_factor));
        return {number, name: told.arms[number], middle: own, low: [], high: []};
      });
      if (level()) lines.unshift({number: -1, name: told.baseline, middle: data.base, low: [], high: []});
      return lines;
    };

    const draw = () => {
      wide = Math.max(280, Math.min(900, by("ex-chart").clientWidth || 720));
      const lines = courses();
      const values = lines.flatMap((one) => [...one.middle, ...one.low, ...one.high]).filter((one) => one !== null);
      if (!level()) values.push(0);
      let low = Math.min(...values), high = Math.max(...values);
      if (!values.length) [low, high] = [0, 1];
      const pad = (high - low) * 0.06 || Math.abs(high) * 0.06 || 1;
      [low, high] = [low - pad, high + pad];
      const last = told.months.length - 1;
      const x = (at) => +(LEFT + (at / Math.max(last, 1)) * (wide - LEFT - 10)).toFixed(1);
      const y = (value) => +(8 + ((high - value) / (high - low)) * (HIGH - BELOW - 8)).toFixed(1);
      const [first, end] = told.window;
      const name = outcome.selectedOptions[0].textContent + told.colon + chosen().people;
      const made = svg("svg", {class: "chart", viewBox: `0 0 ${wide} ${HIGH}`, role: "img", "aria-label": name});
      made.append(svg("rect", {class: "window", x: x(first - 0.5), y: 8, width: x(end + 0.5) - x(first - 0.5), height: HIGH - BELOW - 8}));
      for (const value of ticks(low, high)) {
        made.append(svg("line", {class: value === 0 ? "grid zero" : "grid", x1: LEFT, x2: wide - 10, y1: y(value), y2: y(value)}));
        made.append(svg("text", {class: "up", x: LEFT - 6, y: y(value) + 3.5}, tickText(value)));
      }
      const every = Math.ceil(told.years.filter((one) => one !== null).length / Math.max(1, Math.floor((wide - LEFT) / 44)));
      told.years.forEach((year, at) => {
        if (year === null || year % every) return;
        made.append(svg("line", {class: "mark", x1: x(at), x2: x(at), y1: HIGH - BELOW, y2: HIGH - BELOW + 4}));
        made.append(svg("text", {class: "along", x: x(at), y: HIGH - 6}, String(year)));
      });
      for (const one of lines) {
        const there = one.low.map((value, at) => (value === null ? -1 : at)).filter((at) => at >= 0);
        const edge = [...there.map((at) => `${x(at)},${y(one.high[at])}`), ...there.reverse().map((at) => `${x(at)},${y(one.low[at])}`)];
        if (edge.length) made.append(svg("polygon", {class: `band a${one.number % SHAPES.length}`, points: edge.join(" ")}));
      }
      for (const one of lines) {
        const points = one.middle.map((value, at) => (value === null ? "" : `${x(at)},${y(value)}`)).filter(Boolean).join(" ");
        made.append(svg("polyline", {class: `line ${one.number < 0 ? "ab" : `a${one.number % SHAPES.length}`}`, points}));
      }
      const at = Number(month.value);
      made.append(svg("line", {class: "cursor", x1: x(at), x2: x(at), y1: 8, y2: HIGH - BELOW}));
      for (const one of lines) if (one.middle[at] !== null && one.number >= 0) made.append(mark(one.number, x(at), y(one.middle[at])));
      made.addEventListener("pointermove", (event) => {
        const area = made.getBoundingClientRect();
        const share = (((event.clientX - area.left) / area.width) * wide - LEFT) / (wide - LEFT - 10);
        const wanted = String(Math.max(0, Math.min(last, Math.round(share * last))));
        if (wanted !== month.value) { month.value = wanted; draw(); }
      });
      by("ex-chart").replaceChildren(made);
      say(lines, at);
    };

    const say = (lines, at) => {
      const data = chosen(), places = level() ? data.level_places : data.places, unit = level() ? data.level_unit : data.unit;
      month.setAttribute("aria-valuetext", told.months[at]);
      const parts = lines.map((one) => {
        let text = `${one.name} ${written(one.middle[at], places, !level())}`;
        const low = one.low[at], high = one.high[at];
        if (low !== undefined && low !== null) {
          text += ` (${told.span.replace("{low}", written(low, places, true)).replace("{high}", written(high, places, true))})`;
        }
        const span = document.createElement("span");
        span.textContent = text;
        return span;
      });
      const head = document.createElement("span");
      head.textContent = told.months[at] + (unit ? ` [${unit}]` : "");
      read.replaceChildren(head, ...parts);
    };

    const fill = () => {
      const before = cell.selectedIndex;
      cell.replaceChildren(...told.outcomes[outcome.value].cells.map((one, at) => new Option(one.people, String(at))));
      cell.selectedIndex = before > 0 && before < cell.options.length ? before : 0;
      draw();
    };
    outcome.addEventListener("change", fill);
    for (const one of [cell, what, ...boxes]) if (one) one.addEventListener("change", draw);
    month.addEventListener("input", draw);
    box.hidden = false;
    fill();
    new ResizeObserver(() => { if (by("ex-chart").clientWidth && Math.abs(by("ex-chart").clientWidth - wide) > 1) draw(); }).observe(box);
  };
  if (box && told) explore();

  const filter = by("as-filter");
  if (filter) {
    const rows = [...filter.closest("details").querySelectorAll("tbody tr")], count = by("as-count");
    const sift = () => {
      const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((one) => text.includes(one));
        shown += !row.hidden;
      }
      count.textContent = String(shown);
    };
    filter.closest(".js").hidden = false;
    filter.addEventListener("input", sift);
    sift();
  }
})();

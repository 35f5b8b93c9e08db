"use strict";
// Sorting, filtering, another metric, raw score or skill, unfolding. The page says everything without it.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  document.documentElement.classList.add("js");
  const known = JSON.parse($("#alternatives").textContent);

  // The number that a cell is sorted by: the one it names, else the first in its text, else the text itself.
  const valueOf = (cell) => {
    if (!cell) return null;
    if (cell.dataset.value !== undefined) return cell.dataset.value === "" ? null : Number(cell.dataset.value);
    const text = cell.textContent.trim();
    const number = text.replaceAll("\u2212", "-").match(/^-?\d+(\.\d+)?(e-?\d+)?/);
    if (number) return Number(number[0]);
    return text === "" || text === "\u2014" ? null : text.toLowerCase();
  };

  // What has no value comes last, whichever way; numbers come before words.
  const compare = (a, b, sign) => {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return sign * (typeof a === "number" ? a - b : a.localeCompare(b));
  };

  const sort = (table, heading) => {
    const column = heading.cellIndex;
    const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    all("thead th", table).forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [valueOf(row.cells[column]), row]);
    rows.sort((a, b) => compare(a[0], b[0], sign));
    body.append(...rows.map((row) => row[1]));
  };

  all("table.sortable").forEach((table) => all("thead th", table).forEach((heading) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sort(table, heading));
  }));

  const filter = () => {
    const family = $("#family").value;
    const part = $("#task").value.trim().toLowerCase();
    const off = new Set(all("#architectures input").filter((box) => !box.checked).map((box) => box.value));
    all("[data-family]").forEach((one) => {
      const task = one.dataset.task;
      const named = (task + " " + one.dataset.title).toLowerCase();
      const wanted = (!family || one.dataset.family === family) && (!task || named.includes(part));
      one.hidden = !wanted;
    });
    all("[data-architecture]").forEach((one) => { one.hidden = off.has(one.dataset.architecture); });
    const rows = all("#scores-table tbody tr");
    $("#shown").textContent = rows.filter((row) => !row.hidden).length + " of " + rows.length + " tasks shown";
  };

  // Every cell keeps what the page was written with, for the way back.
  all("#scores-table tbody td, #scores-table .scale").forEach((cell) => { cell.original = [...cell.childNodes]; });
  all("#scores-table .cell").forEach((cell) => { cell.first = cell.dataset.value || ""; });

  const show = () => {
    const metric = $("#metric").value;
    const skill = $("[name=unit]:checked").value === "skill";
    all("#scores-table tbody tr").forEach((row) => {
      const task = known.tasks[row.dataset.task] || {};
      const name = metric || row.dataset.metric;
      const values = task[name];
      const plain = !metric && !skill;
      // what failed, is missing or flagged stays; the skill and the score noted are in the headline metric
      const notes = (cell) => cell.original.filter(
        (node) => node.nodeName === "SMALL" && !/^(skill|final runs) /.test(node.textContent));
      const put = (cell, text) => cell.replaceChildren(...(plain ? cell.original : [text, ...notes(cell)]));
      const words = known.metrics[name] || name;
      const what = skill ? "skill in " + words.replace(/,.*/, "") + ", higher is better" : words;
      put($(".scale", row), what + "; mean of the final runs");
      put($(".baseline", row), values ? (skill ? "0" : values.baseline) : "\u2014");
      put($(".trained", row), values ? (skill ? values.trained_skill : values.trained_baseline) : "\u2014");
      put($(".ceiling", row), "\u2014");
      all(".cell", row).forEach((cell) => {
        const found = values && values.cells[cell.dataset.name];
        put(cell, found ? found[skill ? 2 : 0] : "\u2014");
        const number = found ? found[skill ? 3 : 1] : null;
        cell.dataset.value = plain ? cell.first : number === null ? "" : number;
      });
    });
  };

  $("#family").addEventListener("change", filter);
  $("#task").addEventListener("input", filter);
  all("#architectures input").forEach((box) => box.addEventListener("change", filter));
  $("#metric").addEventListener("change", show);
  all("[name=unit]").forEach((choice) => choice.addEventListener("change", show));
  $(".tools").addEventListener("submit", (event) => event.preventDefault());
  $(".tools").reset();
  filter();

  // Links into a folded part unfold it; on paper everything is unfolded.
  const unfold = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();
  const folds = all("details");
  const fold = document.createElement("button");
  fold.type = "button";
  fold.className = "fold";
  fold.textContent = "Unfold or fold all tasks";
  fold.addEventListener("click", () => {
    const tasks = all("details.task");
    const open = tasks.some((one) => !one.open);
    tasks.forEach((one) => { one.open = open; });
  });
  if ($("details.task")) $("#tasks h2").after(fold);
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = folds.filter((one) => !one.open);
    closed.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((one) => { one.open = false; }));
})();

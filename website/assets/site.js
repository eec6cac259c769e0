"use strict";
// Sorts and filters tables, leads from a word to its place in the index, and compares councils side
// by side. Text from the page is only ever put back as text.
(() => {
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  // Grades sort from best to worst by their mark. Words for a missing value always come last.
  const valueOf = (cell) => {
    const mark = cell.querySelector("use")?.getAttribute("href").slice(-1);
    if (mark) return String("OGRI".indexOf(mark));
    return cell.dataset.v ?? cell.textContent.trim();
  };
  // A council without reports has one cell for all columns.
  const cellOf = (row, at) => row.cells[at] ?? row.cells[row.cells.length - 1];
  const listIn = (cell) => (cell.querySelector("details")?.lastChild.textContent ?? "").split("; ");
  const isMissing = (cell) => Boolean(cell.querySelector(".quiet"));
  const compare = (a, b) => a.localeCompare(b, "en", { numeric: true });

  for (const table of document.querySelectorAll("table[data-sortable]")) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const button = make("button", { type: "button" }, ...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].filter((row) => !row.classList.contains("own"));
        rows.sort((a, b) => isMissing(cellOf(a, at)) - isMissing(cellOf(b, at)) ||
          compare(valueOf(cellOf(a, at)), valueOf(cellOf(b, at))) * (down ? -1 : 1));
        body.append(...rows);
      });
    });
    if ("filter" in table.dataset) addFilters(table);
  }

  function addFilters(table) {
    const rows = [...table.tBodies[0].rows];
    const tools = make("div", { className: "tools", role: "group", ariaLabel: "Filter the table" });
    const shown = make("output");
    const tests = [];
    const more = make("div");
    // On a phone, nine fields would push the table off the screen.
    const others = make("details", { open: matchMedia("(min-width: 40.01rem)").matches },
      make("summary", {}, "Filter by date, grade or theme"), more);
    const add = (label, control, test, place = more) => {
      place.append(make("label", {}, label, control));
      control.addEventListener("input", apply);
      tests.push((row) => !control.value || test(row, control.value));
    };
    const chooser = (values) => make("select", {}, make("option", { value: "" }, "All"),
      ...[...new Set(values)].filter(Boolean).sort(compare).map((value) => make("option", {}, value)));
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const cell = (row) => cellOf(row, at).querySelector("span")?.textContent ?? cellOf(row, at).textContent;
      if (head.dataset.pick) {
        add(head.dataset.pick, chooser(rows.map(cell)), (row, value) => cell(row) === value);
      } else if (head.dataset.words) {
        const all = rows.flatMap((row) => listIn(cellOf(row, at)));
        add(head.dataset.words, chooser(all), (row, value) => listIn(cellOf(row, at)).includes(value));
      } else if (head.dataset.since) {
        add(head.dataset.since, chooser(rows.map((row) => (cellOf(row, at).dataset.v ?? "").slice(0, 4))),
          (row, value) => cellOf(row, at).dataset.v >= value);
      }
    });
    const name = make("input", { autocomplete: "off" });
    add("Council", name,
      (row, value) => row.cells[0].textContent.toLowerCase().includes(value.toLowerCase()), tools);
    tools.append(shown, others);
    function apply() {
      for (const row of rows) row.hidden = !tests.every((test) => test(row));
      shown.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} shown`;
    }
    table.parentElement.before(tools);
    apply();
  }

  const searcher = document.getElementById("searcher");
  if (searcher) {
    searcher.hidden = false;
    const parts = searcher.dataset.parts.split(" ").filter(Boolean).map((part) => part.split("="));
    const field = document.getElementById("word");
    const go = () => {
      const word = field.value.trim().toLowerCase().replaceAll("'", "’").split(/\s+/)[0];
      const part = parts.filter(([first]) => first <= word).pop() ?? parts[0];
      if (word && part) location.href = `${part[1]}#w-${encodeURIComponent(word)}`;
    };
    document.getElementById("word-go").addEventListener("click", go);
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
  }

  const chooser = document.getElementById("chooser");
  if (chooser) {
    const place = document.getElementById("chosen");
    chooser.hidden = place.hidden = false;
    const table = document.getElementById("all-councils");
    const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent);
    const councils = new Map([...table.tBodies[0].rows].map((row) => [row.cells[0].textContent.trim(), row]));
    const MOST = 8;
    const fromAddress = () => {
      try {
        return decodeURIComponent(location.hash.slice(1)).split("|");
      } catch {
        return [];  // someone cut the address in the middle of a character
      }
    };
    const chosen = fromAddress().filter((name) => councils.has(name));
    const show = () => {
      history.replaceState(null, "", `#${encodeURIComponent(chosen.join("|"))}`);
      if (!chosen.length) return place.replaceChildren();
      const rows = chosen.map((name) => councils.get(name));
      const themes = rows.map((row) => listIn(cellOf(row, heads.length - 1)).filter(Boolean));
      const shared = themes.length < 2 ? [] : themes[0].filter((theme) => themes.every((list) => list.includes(theme)));
      const head = make("tr", {}, make("th", { scope: "col" }, "Compared"), ...rows.map((row, at) => {
        const remove = make("button", { type: "button", ariaLabel: `Remove ${chosen[at]}` }, "Remove");
        remove.addEventListener("click", () => { chosen.splice(at, 1); show(); });
        const link = row.cells[0].querySelector("a").cloneNode(true);
        return make("th", { scope: "col" }, link, make("br"), remove);
      }));
      const lines = heads.slice(1).map((title, at) => make("tr", {}, make("th", { scope: "row" }, title),
        ...rows.map((row, place) => {
          const cell = make("td", {}, ...[...cellOf(row, at + 1).childNodes].map((node) => node.cloneNode(true)));
          cell.dataset.head = chosen[place];
          return cell;
        })));
      const both = make("tr", {}, make("th", { scope: "row" }, "Main themes that all of them raise"),
        make("td", { colSpan: rows.length }, shared.join("; ") || (rows.length < 2 ? "Add another council" : "None found")));
      place.replaceChildren(make("table", { className: "dense stack chosen" }, make("caption", {}, "The chosen councils"),
        make("thead", {}, head), make("tbody", {}, ...lines, both)));
    };
    findCouncil([...councils.keys()], (name, said, field) => {
      if (chosen.includes(name)) return said.replaceChildren(`${name} is already chosen.`);
      if (chosen.length >= MOST) return said.replaceChildren(`Only ${MOST} councils fit side by side. Remove one first.`);
      chosen.push(name);
      field.value = "";
      show();
    });
    show();
  }
})();

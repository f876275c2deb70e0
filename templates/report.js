{#- Filter, sort and search of the list of duties; what is chosen stands in the address, so that it can be sent on. -#}
"use strict";
(() => {
  const bar = document.querySelector(".filter");
  if (!bar) return;
  const table = document.querySelector(".duties");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const list = document.querySelector("#list");
  const shown = document.querySelector(".shown");
  const controls = Object.fromEntries([...bar.querySelectorAll("[name]")].map((control) => [control.name, control]));
  const chosen = ["unit", "measure", "signal", "state"];
  const order = new Intl.Collator("zh-CN", { numeric: true });
  const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  let sort = "";

  document.documentElement.classList.add("js");
  bar.hidden = false;

  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => {
      sort = sort === String(column) ? `-${column}` : String(column);
      show();
    });
    head.dataset.label = head.textContent; // what is printed: a button shows on the first page only
    head.replaceChildren(button);
  });

  // One stop for Tab in a field of cells; the arrows move between those that are to be seen.
  function walk(field, cells, step) {
    let here = null;
    const stand = (cell) => {
      here?.setAttribute("tabindex", "-1");
      here = cell;
      here.setAttribute("tabindex", "0");
    };
    for (const cell of cells) cell.setAttribute("tabindex", "-1");
    if (cells.length) stand(cells[0]);
    field.addEventListener("focusin", (event) => {
      const cell = cells.find((one) => one === event.target);
      if (cell) stand(cell);
    });
    field.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !cells.includes(event.target)) return;
      const next = step(event.key, event.target);
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
    return stand;
  }

  for (const grid of document.querySelectorAll(".matrix")) {
    const lines = [...grid.tBodies[0].rows].map((row) => [...row.cells].slice(1));
    grid.setAttribute("role", "grid");
    const cells = lines.flat().filter((cell) => cell.dataset.measure);
    for (const cell of cells) cell.setAttribute("aria-label", cell.title);
    walk(grid, cells, (key, cell) => {
      const [row, column] = [lines.findIndex((line) => line.includes(cell)), cell.cellIndex - 1];
      const along = lines[row];
      const down = lines.map((line) => line[column]);
      const taken = (some) => some.find((one) => one.dataset.measure);
      if (key === "ArrowRight") return taken(along.slice(column + 1));
      if (key === "ArrowLeft") return taken(along.slice(0, column).reverse());
      if (key === "ArrowDown") return taken(down.slice(row + 1));
      if (key === "ArrowUp") return taken(down.slice(0, row).reverse());
      if (key === "Home") return taken(along);
      if (key === "End") return taken([...along].reverse());
      if (key !== "Enter" && key !== " ") return null;
      cell.click();
      return cell;
    });
  }

  // The unit of a row lists all that is its own.
  const owners = rows.map((row) => {
    const owner = document.createElement("button");
    const cell = row.querySelector(".unit");
    owner.type = "button";
    owner.textContent = cell.textContent;
    owner.title = `只看${cell.textContent}`;
    owner.addEventListener("click", () => {
      location.hash = `unit=${encodeURIComponent(row.dataset.unit)}`;
    });
    cell.replaceChildren(owner);
    return owner;
  });
  const standInList = walk(body, owners, (key, owner) => {
    const seen = [...body.rows].filter((row) => !row.hidden);
    const place = seen.indexOf(owner.closest("tr"));
    const to = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: seen.length - 1 }[key];
    return seen[to]?.querySelector("button");
  });

  const key = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent;

  function sorted() {
    if (sort === "") return rows;
    const column = Math.abs(Number(sort));
    const way = sort.startsWith("-") ? -1 : 1;
    // What is empty comes last, whichever way round.
    return [...rows].sort((a, b) => {
      const [one, other] = [key(a, column), key(b, column)];
      return (one === "") - (other === "") || way * order.compare(one, other);
    });
  }

  function show() {
    const wanted = controls.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const fits =
        chosen.every((name) => !controls[name].value || row.dataset[name] === controls[name].value) &&
        wanted.every((word) => words.get(row).includes(word));
      row.hidden = !fits;
      count += fits;
    }
    body.append(...sorted());
    heads.forEach((head, column) => {
      const here = sort !== "" && Math.abs(Number(sort)) === column;
      if (here) head.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    controls.sort.value = sort;
    for (const line of document.querySelectorAll(".matrix tbody tr"))
      line.classList.toggle("chosen", line.dataset.unit === controls.unit.value);
    const said = chosen.filter((name) => controls[name].value).map((name) => controls[name].selectedOptions[0].text);
    if (wanted.length) said.push(`“${controls.q.value.trim()}”`);
    shown.textContent = said.length
      ? `${said.join("，")}：${count}项，共${rows.length}项。`
      : `共${rows.length}项${sort === "" ? "，最急的在前" : ""}。`;
    list.classList.toggle("chosen", said.length > 0);
    const first = [...body.rows].find((row) => !row.hidden);
    if (first) standInList(first.querySelector("button"));
    remember();
  }

  function remember() {
    const parts = [...chosen, "q"].filter((name) => controls[name].value).map((name) => [name, controls[name].value]);
    if (sort !== "") parts.push(["sort", sort]);
    const hash = parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
    if (hash || location.hash.includes("=")) history.replaceState(null, "", hash ? `#${hash}` : "#list");
  }

  // A unit may be given by a part of its name where only one has it.
  function meant(control, value) {
    const options = [...control.options];
    if (options.some((option) => option.value === value)) return value;
    const near = value ? options.filter((option) => option.text.includes(value)) : [];
    return near.length === 1 ? near[0].value : null;
  }

  function follow() {
    if (!location.hash.includes("=")) return;
    const asked = new URLSearchParams(location.hash.slice(1));
    const unknown = [];
    for (const name of chosen) {
      const found = meant(controls[name], asked.get(name) ?? "");
      controls[name].value = found ?? "";
      if (found === null) unknown.push(asked.get(name));
    }
    controls.q.value = asked.get("q") ?? "";
    const column = asked.get("sort") ?? "";
    sort = /^-?\d+$/.test(column) && Math.abs(Number(column)) < heads.length ? column : "";
    show();
    if (unknown.length) shown.textContent = `没有“${unknown.join("”“")}”。${shown.textContent}`;
    const heading = document.querySelector("#list h2");
    heading.focus({ preventScroll: true });
    heading.scrollIntoView();
  }

  function clear() {
    for (const name of [...chosen, "q"]) controls[name].value = "";
    sort = "";
    show();
  }

  bar.addEventListener("input", (event) => {
    if (event.target === controls.sort) sort = controls.sort.value;
    show();
  });
  bar.querySelector("button").addEventListener("click", clear);
  list.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    controls.q.focus();
    bar.scrollIntoView();
  });
  document.addEventListener("click", (event) => {
    const cell = event.target.closest(".matrix td[data-measure]");
    if (cell) location.hash = `unit=${encodeURIComponent(cell.parentNode.dataset.unit)}&measure=${cell.dataset.measure}`;
  });
  addEventListener("hashchange", follow);
  follow();
})();

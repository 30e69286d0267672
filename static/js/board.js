// Dragging a trip on the week board. While it is held, every cell says whether it fits; dropping it
// sends the same form as the page behind the trip's own link, which does all this without a mouse.
"use strict";
(() => {
  const board = document.querySelector("[data-board]");
  const status = document.querySelector("[data-board-status]");
  if (!board || !status) return;
  const nobody = "00000000-0000-0000-0000-000000000000";
  const words = board.dataset;
  let held = null;

  const address = (pattern, trip) => pattern.replace(nobody, trip);
  const say = (text) => { status.textContent = text; };

  const mark = () => {
    for (const cell of board.querySelectorAll("td[data-escort]")) {
      const day = held.days[cell.dataset.day];
      const clash = day && day[cell.dataset.escort];
      if (clash === undefined || cell.contains(held.block)) continue;
      cell.classList.add(clash ? "clashes" : "fits");
    }
    board.setAttribute("data-marked", "");
    say(words.ready);
  };

  const clear = () => {
    board.removeAttribute("data-marked");
    for (const cell of board.querySelectorAll(".fits, .clashes, .is-over")) {
      cell.classList.remove("fits", "clashes", "is-over");
    }
  };

  const clashIn = (cell) => {
    const day = held && held.days && held.days[cell.dataset.day];
    return day ? day[cell.dataset.escort] : undefined;
  };

  const field = (form, name, value) => {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  };

  const send = (cell) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = address(words.move, held.trip);
    field(form, "csrf_token", words.token);
    field(form, "key", crypto.randomUUID ? crypto.randomUUID() : words.key);
    field(form, "escort", cell.dataset.escort);
    if (held.from) field(form, "instead_of", held.from);
    document.body.append(form);
    form.requestSubmit();
  };

  board.addEventListener("dragstart", async (event) => {
    const block = event.target.closest("[data-trip]");
    if (!block) return;
    const mine = { block, trip: block.dataset.trip, day: null, days: null, from: null };
    const cell = block.closest("td");
    mine.day = cell.dataset.day || null;
    mine.from = cell.dataset.escort || null;
    held = mine;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", mine.trip);
    block.classList.add("is-dragged");
    say(words.wait);
    try {
      const answer = await fetch(address(words.fits, mine.trip));
      if (!answer.ok || held !== mine) return;
      mine.days = (await answer.json()).days;
      mark();
    } catch {
      // Without an answer nothing can be dropped; the trip's own page is still there.
    }
  });

  board.addEventListener("dragover", (event) => {
    const cell = event.target.closest("td[data-escort]");
    if (!cell || clashIn(cell) === undefined) return;
    event.preventDefault();
    if (cell.classList.contains("is-over")) return;
    for (const other of board.querySelectorAll(".is-over")) other.classList.remove("is-over");
    cell.classList.add("is-over");
    const name = cell.parentElement.querySelector(".board-name").textContent;
    say(`${name}: ${clashIn(cell) || words.good}`);
  });

  board.addEventListener("drop", (event) => {
    const cell = event.target.closest("td[data-escort]");
    if (!cell || clashIn(cell) === undefined) return;
    event.preventDefault();
    const clash = clashIn(cell);
    if (clash) {
      const name = cell.parentElement.querySelector(".board-name").textContent;
      say(`${words.no} ${name} ${clash}`);
    } else if (held.block.hasAttribute("data-keeps-day")) {
      send(cell);
    } else {
      // A new day must be asked of the citizen: that is a question on the trip's own page.
      const page = new URL(address(words.move, held.trip), location.href);
      page.searchParams.set("dag", cell.dataset.day);
      page.searchParams.set("ledsager", cell.dataset.escort);
      if (held.from) page.searchParams.set("i_stedet_for", held.from);
      location.assign(page);
    }
  });

  board.addEventListener("dragend", () => {
    if (held) held.block.classList.remove("is-dragged");
    held = null;
    clear();
  });
})();

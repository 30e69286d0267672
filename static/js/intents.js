// Forms marked data-intent go through the outbox: kept first, shown as queued, then sent. A form
// of the server's is what it always was where this script, or the key, is not there.
"use strict";
(() => {
  const place = document.getElementById("tablet");
  if (!place || !self.tablet) return;
  const words = place.dataset;
  const { account, name } = words;
  const { go, said } = self.tablet;
  const flashes = document.querySelector(".flashes");
  const mine = new Map(); // id → what waits or is to be settled, of this account, unsealed
  let key; // unknown until the outbox is open; then the key, or null without one
  let opens = null;
  const opened = new Promise((ok) => { opens = ok; });
  let skew = 0;
  let isDirty = false;

  // The Danish clock as the server has it, "15.40", whatever the tablet believes.
  const DANISH = {
    timeZone: "Europe/Copenhagen", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  };
  const clock = (at, mark = ".") => {
    const parts = new Intl.DateTimeFormat("da-DK", DANISH).formatToParts(at);
    return ["hour", "minute"].map((type) => parts.find((p) => p.type === type).value).join(mark);
  };

  const show = (id, texts, tone = "") => {
    const box = document.getElementById(id).content.firstElementChild.cloneNode(true);
    const [text, heading] = texts;
    const line = box.querySelector(".alert-text");
    if (line) line.textContent = text;
    if (heading) box.querySelector(".alert-heading").textContent = heading;
    if (tone) box.dataset.tone = tone;
    flashes.append(box);
    return box;
  };

  const entry = async (item) => {
    if (!mine.has(item.id) || mine.get(item.id).state !== item.state) {
      mine.set(item.id, { state: item.state, body: await outbox.unseal(key, item.sealed) });
    }
    return mine.get(item.id);
  };

  // One who stays at home leaves the trip to the others, who can still set out and come home; the
  // last of them does not.
  const isWhole = ({ kind, payload, isLast }) =>
    kind !== "cancel" || !payload.citizen_id || isLast;

  // What a page may show or hide for it: its kind, and the kind with what it does to the trip.
  const signs = ({ kind, payload }) => (payload.effect ? [kind, `${kind}-${payload.effect}`] : [kind]);

  // The queued state stands over the server's: a trip never looks done before the server says so.
  const mark = (id, body) => {
    for (const trip of document.querySelectorAll(`[data-trip-shown="${body.trip_id}"]`)) {
      const mark = "[data-queued-here]";
      const here = trip.matches(mark) ? trip : trip.querySelector(mark);
      const lines = [...trip.querySelectorAll(".queued")];
      const isSaid = lines.some((line) => line.textContent === body.label);
      if (here && !isSaid) {
        const line = document.createElement("span");
        line.className = "queued status status-warning";
        line.dataset.queuedAs = id;
        line.textContent = body.label;
        here.append(line);
      }
      if (!isWhole(body)) continue;
      for (const sign of signs(body)) {
        for (const part of trip.querySelectorAll(`[data-until~="${sign}"]`)) part.hidden = true;
        for (const part of trip.querySelectorAll(`[data-after~="${sign}"]`)) part.hidden = false;
      }
    }
  };

  // A form whose deed waits is not offered again, in whatever rendering of the page; notes and
  // incidents are told as often as they happen, and a trip goes on as often as it waited.
  const isOf = (form, { state: how, body }) => {
    const { intent, trip, occurrence, citizen } = form.dataset;
    if (how !== "waiting" || body.kind !== intent) return false;
    if (intent === "book") {
      return body.citizen_id === citizen && body.payload.occurrence_id === occurrence;
    }
    const isOnce = ["start", "finish", "cancel"].includes(intent) && isWhole(body);
    return isOnce && body.trip_id === trip;
  };

  // What has been answered waits no longer, whoever sent it: the page, another one or the worker.
  // What was refused may be told again; what is done, or is to be settled, may not.
  const unmark = ({ id, state: how }) => {
    for (const line of document.querySelectorAll(`[data-queued-as="${id}"]`)) {
      const form = line.nextElementSibling;
      line.remove();
      if (how === "refused" && form?.matches("form[data-intent]")) wake(form);
    }
  };

  // "start" with "queued" before it is the name of its words, "queuedStart".
  const named = (prefix, kind) => `${prefix}${kind[0].toUpperCase()}${kind.slice(1)}`;

  const settle = (id, { state: how, body }) => {
    if (document.getElementById(`settle-${id}`)) return;
    const what = said(named("what", body.kind));
    const box = show("tablet-settle", [body.words, said(how, { what })], how);
    box.id = `settle-${id}`;
    const seen = async () => {
      await outbox.remove(id);
      mine.delete(id);
      box.remove();
    };
    const link = box.querySelector("a");
    if (body.url) link.href = body.url;
    else link.remove();
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      await seen();
      location.assign(body.url);
    });
    box.querySelector("button").addEventListener("click", seen);
  };

  const tally = () => {
    document.documentElement.dataset.queue =
      [...mine.values()].filter((one) => one.state === "waiting").length;
  };

  const paint = async (isOnline = navigator.onLine) => {
    const items = await outbox.entries();
    // Both say it at once: what is sealed takes a moment to open, and the bar must not be ahead.
    document.documentElement.dataset.queue =
      items.filter((item) => item.account === account && item.state === "waiting").length;
    self.tablet.count(items, isOnline);
    for (const item of items) {
      if (item.account !== account) continue;
      const { state: how, body } = await entry(item);
      if (how !== "waiting") settle(item.id, mine.get(item.id));
      else mark(item.id, body);
    }
    for (const form of document.querySelectorAll("form[data-intent]")) {
      const [id, one] = [...mine].find(([, waiting]) => isOf(form, waiting)) ?? [];
      if (one) stand(form, id, one.body);
    }
    tally();
  };

  // ---- asking a form ----------------------------------------------------------------------------
  const values = (form, submitter) => {
    const payload = {};
    const sent = new FormData(form);
    if (submitter?.name) sent.set(submitter.name, submitter.value);
    for (const [field, value] of sent) {
      if (!["csrf_token", "key", "back"].includes(field) && value !== "") payload[field] = value;
    }
    // One of a list is told by what it stands for, one that stands alone is yes or no.
    for (const box of form.querySelectorAll("input[type=checkbox]")) {
      if (box.closest(".chip-list, .choice-list")) payload[box.name] = sent.getAll(box.name);
      else payload[box.name] = box.checked;
    }
    if (form.dataset.intent === "book") payload.citizen_id = form.dataset.citizen;
    if (payload.travel_each_way) payload.travel_each_way = Number(payload.travel_each_way);
    return payload;
  };

  const label = (kind, payload) => {
    const time = (payload.ended ?? clock(Date.now() + skew)).replace(":", ".");
    return said(named("queued", kind), { time });
  };

  // A trip that went on may wait once more, and go on again.
  const TURNS = { resume: "happened", happened: "resume" };
  const isTurned = (id, { kind, trip_id }) => {
    const later = [...mine.keys()].slice([...mine.keys()].indexOf(id) + 1);
    return later.map((one) => mine.get(one).body)
      .some((body) => body.trip_id === trip_id && body.kind === TURNS[kind]);
  };

  const queue = async (form, submitter) => {
    const kind = form.dataset.intent;
    const payload = values(form, submitter);
    // A press of a button has one id, the form's own. The same words again are the same press;
    // under an id that is taken, other words are another wish.
    const own = form.elements.key?.value || crypto.randomUUID();
    const waits = mine.get(own);
    const isSame = waits && JSON.stringify(waits.body.payload) === JSON.stringify(payload);
    if (isSame && !isTurned(own, waits.body)) {
      return { id: own, body: waits.body };
    }
    const spent = (await outbox.fact("spent")) ?? {};
    const id = waits || spent[own] ? crypto.randomUUID() : own;
    const now = new Date();
    const body = {
      kind,
      trip_id: form.dataset.trip || null,
      citizen_id: form.dataset.citizen || null,
      version: form.dataset.version ? Number(form.dataset.version) : null,
      device_at: now.toISOString(),
      payload,
      isLast: form.dataset.whole !== undefined,
      label: label(kind, payload),
    };
    const sealed = await outbox.seal(key, body);
    await outbox.put({
      id, account, name, at: now.getTime(), n: mine.size, state: "waiting", sealed,
    });
    mine.set(id, { state: "waiting", body });
    return { id, body };
  };

  const rest = (form, isResting) => {
    for (const button of form.querySelectorAll("button")) button.disabled = isResting;
  };

  const stand = (form, id, body) => {
    mark(id, body);
    form.hidden = true;
    if (form.closest("[data-trip-shown]")) return; // the trip itself says what is queued
    let box = form.previousElementSibling;
    if (!box?.matches(".queued-form")) {
      box = document.getElementById("tablet-queued").content.firstElementChild.cloneNode(true);
      box.classList.add("queued-form");
      form.before(box);
    }
    box.dataset.queuedAs = id;
    box.querySelector(".alert-heading").textContent = body.label;
    box.querySelector(".alert-text").textContent = words.keptHere;
  };

  const wake = (form) => {
    form.hidden = false;
    if (form.previousElementSibling?.matches(".queued-form")) form.previousElementSibling.remove();
    if (form.elements.key) form.elements.key.value = crypto.randomUUID();
    rest(form, false);
  };

  // Who says that the trip ends now goes on to where it is ended, with a network or without.
  const goesOn = (form, payload) => payload.effect === "end" && form.dataset.finish;
  const PATIENCE = 3000; // milliseconds for the answer, which has words and a page of its own

  const tap = async (form, submitter, tappedAt) => {
    rest(form, true);
    let queued;
    try {
      queued = await queue(form, submitter);
    } catch {
      rest(form, false);
      form.submit(); // no room on the device: the ordinary way
      return;
    }
    stand(form, queued.id, queued.body);
    tally();
    requestAnimationFrame(() => setTimeout(() =>
      performance.measure("queued", { start: tappedAt, end: performance.now() })));
    navigator.serviceWorker.ready.then(({ sync: bonus }) => bonus?.register("outbox"))
      .catch(() => null);
    const sent = sync({ form, id: queued.id });
    if (!goesOn(form, queued.body.payload)) return sent;
    await Promise.race([sent, new Promise((ok) => { setTimeout(ok, PATIENCE); })]);
    const isWaiting = mine.get(queued.id)?.state === "waiting";
    return isWaiting ? go(form.dataset.finish, form.dataset.notEndedYet) : undefined;
  };

  const makesSense = (form) => {
    const { started, ended } = form.elements;
    const now = clock(Date.now() + skew, ":");
    const isInOrder = !ended || (started.value < ended.value && ended.value <= now);
    return isInOrder && form.checkValidity();
  };

  // What is pressed before the outbox is open waits a moment for it; then it goes the ordinary way.
  const MOMENT = 1000; // milliseconds
  const held = new Set();
  const hold = async (form, submitter) => {
    if (held.has(form)) return;
    held.add(form);
    await Promise.race([opened, new Promise((ok) => { setTimeout(ok, MOMENT); })]);
    held.delete(form);
    key ??= null;
    form.requestSubmit(submitter);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.intent || event.submitter?.hasAttribute("formaction")) return;
    if (key === undefined) {
      event.preventDefault();
      hold(form, event.submitter);
      return;
    }
    if (!key) return;
    if (navigator.onLine && !makesSense(form)) return; // the server says what is wrong where
    if (!form.checkValidity()) {
      event.preventDefault();
      form.reportValidity();
      return;
    }
    event.preventDefault();
    tap(form, event.submitter, event.timeStamp);
  }, true);
  document.addEventListener("input", () => { isDirty = true; });

  // ---- hearing the answers ----------------------------------------------------------------------
  const ASKS = ["finish", "cancel", "book"];
  const sayNo = (answer) => {
    const box = document.getElementById("tablet-error").content.firstElementChild.cloneNode(true);
    document.querySelector(".error-summary")?.remove();
    box.querySelector(".alert-text").textContent = answer.words ?? "";
    const link = box.querySelector("a");
    if (answer.url && answer.url !== location.pathname) link.href = answer.url;
    else link.parentElement.remove();
    document.querySelector("main h1").before(box);
    box.focus();
  };

  const hear = async (answers, pressed) => {
    for (const answer of answers) {
      mine.delete(answer.id);
      unmark(answer);
    }
    const own = answers.find((answer) => answer.id === pressed?.id);
    if (own?.state === "done") {
      const { intent, stay } = pressed.form.dataset;
      const text = intent === "book" ? "" : own.words; // the page it leads to says so itself
      return go(stay === undefined ? own.url : "", text);
    }
    if (own?.state === "refused") {
      await outbox.remove(own.id); // said where it was asked: there is nothing more to settle
      wake(pressed.form);
      // The page itself asks what nobody has decided, and shows what would fit instead.
      if (ASKS.includes(pressed.form.dataset.intent)) pressed.form.submit();
      else sayNo(own);
    } else if (own && pressed) {
      wake(pressed.form);
      pressed.form.hidden = true;
    }
    const done = answers.filter((answer) => answer.state === "done");
    if (!done.length) return undefined;
    const text = done.length === 1 ? done[0].words : said("sent", { n: done.length });
    if (!isDirty && !own) return go("", text);
    show("tablet-done", [text]);
    return undefined;
  };

  let retry = null;
  let patience = 1000;
  const sync = async (pressed = null) => {
    if (!key) return;
    clearTimeout(retry);
    const report = await outbox.flush(words.send, pressed?.id);
    if (report.stopped === "log_in") {
      await self.tablet.gone();
      return;
    }
    await hear(report.answers, pressed);
    await paint(report.stopped !== "network" && navigator.onLine);
    patience = report.stopped ? Math.min(patience * 2, 60000) : 1000;
    if (report.stopped) retry = setTimeout(sync, patience);
  };

  // ---- a page from the device -------------------------------------------------------------------
  // The times of a page that was kept are old: the tablet's own stand in their place.
  const refresh = () => {
    const age = Date.now() + skew - Date.parse(words.now);
    if (!(age > 90000)) return;
    const line = document.createElement("p");
    line.className = "net-old";
    line.textContent = said("old", { time: clock(Date.parse(words.now)) });
    place.after(line);
    for (const form of document.querySelectorAll('form[data-intent="finish"]')) {
      if (document.querySelector(".error-summary")) continue;
      form.elements.ended.value = clock(Date.now() + skew, ":");
      const began = [...mine.values()].find(({ body }) =>
        body.kind === "start" && body.trip_id === form.dataset.trip);
      if (began) form.elements.started.value = clock(Date.parse(began.body.device_at) + skew, ":");
    }
  };

  // Who told without a network that the trip ends now comes home early, as the server would say.
  const tickEarly = () => {
    for (const form of document.querySelectorAll('form[data-intent="finish"]')) {
      const isToEnd = [...mine.values()].some(({ body }) => body.kind === "happened"
        && body.trip_id === form.dataset.trip && body.payload.effect === "end");
      if (isToEnd && form.elements.is_broken_off) form.elements.is_broken_off.checked = true;
    }
  };

  const begin = async (given) => {
    key = given;
    if (!key) {
      opens();
      return;
    }
    skew = (await outbox.fact("skew")) ?? 0;
    const told = sessionStorage.getItem("told");
    sessionStorage.removeItem("told");
    if (told) show("tablet-done", [told]);
    await paint();
    opens();
    tickEarly();
    if (words.now) refresh();
    await outbox.seal(key, {}); // the first sealing is the slow one: not at the first tap
    document.documentElement.dataset.outbox = "ready";
    await sync();
  };

  outbox.channel.addEventListener("message", ({ data }) => {
    if (data.report) hear(data.report.answers, null).then(() => paint());
  });
  addEventListener("online", () => sync());
  addEventListener("offline", () => paint(false));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sync(); });
  self.tablet.begin = begin;
})();

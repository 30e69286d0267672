// Whose tablet it is right now: the day's pages are kept for the one who works, and everything of
// the last user is gone from the screen and the device when she has left.
"use strict";
(() => {
  const place = document.getElementById("tablet");
  const isAble = self.outbox && "serviceWorker" in navigator && "locks" in navigator
    && self.crypto?.subtle && "caches" in self;
  if (!place || !isAble) return;
  const words = place.dataset;
  const { account, state, worker, key: keyAddress, idle } = words;
  const lockAddress = document.getElementById("tablet-lock")?.getAttribute("action");
  const html = document.documentElement;
  const isRead = new Promise((ok) => document.addEventListener("DOMContentLoaded", ok));
  const LAST = "klippekort-last-touch";

  const said = (key, values = {}) =>
    Object.entries(values).reduce(
      (text, [word, value]) => text.replace(`{${word}}`, value), words[key]);

  // What waits is told on every page, also to whoever it does not belong to.
  const count = (items, isOnline) => {
    const waiting = items.filter((item) => item.state === "waiting");
    const own = waiting.filter((item) => item.account === account).length;
    const others = new Map();
    for (const { account: whose, name } of waiting) {
      if (whose !== account) others.set(name, (others.get(name) ?? 0) + 1);
    }
    const lines = [];
    if (!isOnline && state === "work") lines.push(words.noNetwork);
    if (own) lines.push(said(isOnline ? "sending" : "waiting", { n: own }));
    for (const [name, n] of others) lines.push(said("elsewhere", { n, name }));
    document.getElementById("net").replaceChildren(...lines.map((line) => {
      const part = document.createElement("p");
      part.textContent = line;
      return part;
    }));
    return own;
  };
  const recount = async () => count(await outbox.entries(), navigator.onLine);

  const cover = () => { html.dataset.covered = ""; };
  const uncover = () => { delete html.dataset.covered; };

  const keep = async (opened = null) => {
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ keep: account, opened });
  };

  // A form that found no network: what was typed stands where it was, and its button can be pressed
  // again. The worker says so; of several pages only the one in view has pressed it.
  let pressed = null;
  let pressedTo = "";
  document.addEventListener("submit", ({ target, submitter }) => {
    pressed = target;
    const to = submitter?.getAttribute("formaction") || target.getAttribute("action");
    pressedTo = new URL(to ?? "", location.href).pathname;
  });
  const sayUnsent = (pathname) => {
    if (!pressed || document.hidden || pathname !== pressedTo) return;
    pressed.removeAttribute("data-sent");
    for (const button of pressed.querySelectorAll("button")) button.disabled = false;
    document.getElementById("unsent")?.remove();
    const box = document.getElementById("tablet-unsent").content.firstElementChild.cloneNode(true);
    box.id = "unsent";
    (pressed.closest(".actions, .visit-actions") ?? pressed).before(box);
    box.focus();
  };

  // The server no longer knows this log-in: it says what comes instead.
  const gone = async () => {
    cover();
    await outbox.forget();
    const last = Number(sessionStorage.getItem(LAST));
    sessionStorage.setItem(LAST, String(Date.now()));
    if (Date.now() - last > 5000) location.reload();
    else location.replace("/");
  };

  // ---- leaving ----------------------------------------------------------------------------------
  const leave = async (form) => {
    cover(); // a page that the browser's back button finds again shows nothing
    const { pathname } = new URL(form.action);
    await outbox.note("leaving", { account, by: form.matches("[data-leave]") ? null : pathname });
    // From now on the worker says good-bye before anything is asked for.
    const there = await navigator.serviceWorker.getRegistration();
    await there?.navigationPreload?.disable().catch(() => null);
    await outbox.forget();
    form.submit();
  };

  const ask = (form, waiting) => {
    const box = document.getElementById("tablet-leave");
    box.querySelector("[data-count]").textContent = said("waiting", { n: waiting });
    box.addEventListener("click", (event) => {
      const { value } = event.target.closest("button") ?? {};
      if (!value) return;
      box.close();
      if (value === "leave") leave(form);
    });
    box.showModal();
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const isLock = form.getAttribute("action") === lockAddress;
    if (state !== "work" || !(isLock || form.matches("[data-leave]"))) return;
    event.preventDefault();
    const waiting = await recount();
    if (waiting && !isLock) ask(form, waiting);
    else leave(form);
  }, true);

  // ---- resting ----------------------------------------------------------------------------------
  const touched = () => localStorage.setItem(LAST, String(Date.now()));
  const restedFor = () => Date.now() - Number(localStorage.getItem(LAST) ?? Date.now());
  const hasRested = () => restedFor() > idle * 60000;
  let isLocking = false;

  const lock = async () => {
    const form = document.getElementById("tablet-lock");
    if (!form || isLocking) return;
    isLocking = true;
    cover();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      await outbox.forget();
      location.replace(answer.ok ? answer.url : "/");
    } catch {
      // Without a network nobody can be asked for a PIN: the page is hidden until somebody says who
      // she is, and locked as soon as there is one.
      isLocking = false;
      uncover();
      const box = document.getElementById("tablet-cover");
      if (!box.open) box.showModal();
    }
  };

  const watch = () => {
    const box = document.getElementById("tablet-cover");
    box.addEventListener("cancel", (event) => event.preventDefault());
    box.querySelector("button").addEventListener("click", () => {
      touched();
      box.close();
    });
    for (const kind of ["pointerdown", "keydown", "scroll"]) {
      addEventListener(kind, () => { if (!hasRested()) touched(); }, { passive: true });
    }
    const look = () => { if (hasRested()) lock(); };
    setInterval(look, 5000);
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    look();
  };

  // Somebody who reads without asking the server for anything is still there; and a log-in that was
  // closed meanwhile is noticed.
  const STILL_HERE = 4 * 60000;
  const greet = async () => {
    if (document.hidden || restedFor() > STILL_HERE) return;
    const asked = fetch(keyAddress, { redirect: "manual", cache: "no-store" });
    const answer = await asked.catch(() => null);
    if (answer && (answer.type === "opaqueredirect" || answer.status === 401)) await gone();
  };

  // ---- who is here ------------------------------------------------------------------------------
  // The page is painted before its own chores are done: on a small tablet they would stand in the
  // way. Nobody sees a page in the background painted, nor says every browser that it was.
  const LATEST = 300; // milliseconds
  const painted = new Promise((ok) => {
    if (document.hidden || !navigator.onLine) ok(); // the bar moves the page: not under a finger
    setTimeout(ok, LATEST);
    new PerformanceObserver((seen) => {
      if (seen.getEntriesByName("first-contentful-paint").length) ok();
    }).observe({ type: "paint", buffered: true });
  });

  const work = async () => {
    if (document.visibilityState === "visible" && !localStorage.getItem(LAST)) touched();
    watch();
    await painted;
    const kept = await outbox.fact("key");
    if (kept && kept.account !== account) await outbox.forget();
    await outbox.note("here", account);
    navigator.storage?.persist?.().catch(() => null);
    const registered = navigator.serviceWorker.register(worker);
    registered.then((there) => there.update()).catch(() => null);
    const key = await outbox.unlock(account, keyAddress).catch(() => null);
    await isRead;
    await self.tablet.begin(key);
    await keep(location.pathname);
  };

  const nobody = async () => {
    await outbox.note("here", "");
    if (await outbox.fact("key")) await outbox.forget();
    else if (await outbox.fact("shift")) await outbox.forget();
    localStorage.removeItem(LAST);
    await recount();
    html.dataset.forgotten = "";
  };

  // In place of a page that could not be had: it comes as soon as it can.
  const wait = async () => {
    await recount();
    const isItself = location.pathname === words.offline;
    const isLeft = await outbox.fact("leaving");
    const how = isLeft ? "left" : (await outbox.fact("shift")) ? "day" : "nothing";
    for (const part of document.querySelectorAll("[data-when]")) {
      part.hidden = part.dataset.when !== how;
    }
    const look = () => fetch(worker, { method: "HEAD", cache: "no-store" }).then(
      () => (isItself ? location.replace("/") : location.reload()), () => null);
    if (!isItself || isLeft) setInterval(look, 5000);
    addEventListener("online", look);
  };

  outbox.channel.addEventListener("message", ({ data }) => {
    if (data.kept) Object.assign(html.dataset, { kept: data.kept, keptBy: data.version });
    if (data.gone && state === "work" && !("covered" in html.dataset)) {
      cover();
      location.reload();
    }
  });

  // The browser's back button may find the page of somebody who has left.
  addEventListener("pageshow", async (event) => {
    if (!event.persisted) return;
    cover();
    if (state === "work" && (await outbox.fact("here")) === account) uncover();
    else location.reload();
  });

  self.tablet = { count, gone, said };
  if (state === "work") {
    addEventListener("online", () => keep());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) keep(); });
    setInterval(() => keep(), 5 * 60000);
    setInterval(greet, STILL_HERE);
    navigator.serviceWorker.addEventListener("controllerchange", () => keep());
    navigator.serviceWorker.addEventListener("message", ({ data }) => {
      if (data.unsent) sayUnsent(data.unsent);
      const isShown = data.type !== "application/pdf" || navigator.pdfViewerEnabled !== false;
      const isSaved = data.file && (data.isAttached || !isShown);
      if (data.unsent || isSaved) self.tablet.stays?.(data.unsent ?? data.file);
    });
    work().catch(() => null);
  } else if (state === "nobody") {
    nobody().catch(() => null);
  } else {
    wait().catch(() => null);
  }
})();

// Keeps the day's pages for when there is no network, for the one who is logged in and for no
// longer than the shift. `shell` and the outbox are put before this text when it is sent.
"use strict";
const STATIC = `static-${shell.version}`;
const PAGES = "pages";
const PATIENCE = 3000; // milliseconds until a kept page is shown instead of a slow one
const CALM = 500; // milliseconds until a page that was answered is painted, and can be put away
const OFTEN = 30 * 60 * 1000; // every fetch of a page is on record as a look: not more than needed
const { channel, drop, fact, flush, forget, note, time } = self.outbox;
const ANY = { ignoreVary: true };

self.addEventListener("install", (event) => event.waitUntil((async () => {
  await (await caches.open(STATIC)).addAll([...shell.files, shell.offline]);
  await self.skipWaiting();
})()));

// The browser asks for a page while the worker wakes and looks whose day is kept. Not all browsers
// can; and while a log-out is unheard, nothing may be asked for before it (see `leave`).
const askAhead = async () => {
  if (!(await fact("leaving"))) await self.registration.navigationPreload?.enable();
};

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  await askAhead();
  if (!(await fact("shift"))) await dropOldFiles();
  await self.clients.claim();
})()));

// Pages that were kept by an older release name its files: those go when all pages are new.
const dropOldFiles = async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("static-") && name !== STATIC) await caches.delete(name);
  }
};

const offline = async () =>
  (await caches.match(shell.offline, ANY)) ?? new Response("", { status: 503 });

// Returns the plan as long as the shift lasts; afterwards nothing of it is left.
const plan = async () => {
  const shift = await fact("shift");
  if (!shift || Date.now() < shift.until) return shift;
  await drop("shift");
  await caches.delete(PAGES);
  return undefined;
};

const isGone = (answer) => answer.type === "opaqueredirect" || [401, 403].includes(answer.status);

// Puts a page in its place if it is whole, and of the account that the plan is for.
const store = async (path, answer, shift) => {
  if (answer.status !== 200 || answer.redirected) return false;
  const text = await answer.clone().text();
  if (!text.includes(`data-account="${shift.account}"`)) return false;
  const pages = await caches.open(PAGES);
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  await pages.put(path, new Response(text, { headers }));
  // Somebody may have logged out while the page was on its way.
  if ((await fact("shift"))?.account === shift.account) return true;
  await caches.delete(PAGES);
  return false;
};

const fetchPlan = async () => {
  const answer = await fetch(shell.plan, { redirect: "manual", cache: "no-store" });
  if (isGone(answer)) {
    await forget();
    return undefined;
  }
  if (!answer.ok) return undefined;
  const said = await answer.json();
  await time(answer);
  const until = Date.parse(said.until) - ((await fact("skew")) ?? 0);
  const marks = Object.fromEntries(said.urls.map((path, place) => [path, said.marks[place]]));
  return { account: said.account, until, urls: said.urls, marks, version: shell.version };
};

// Fetches one page and puts it in its place; returns its status, 401 when nobody is logged in any
// more.
const fetchPage = async (path, shift) => {
  newest.delete(path);
  const answer = await fetch(path, {
    redirect: "manual", cache: "no-store", headers: { "X-Kept": "1" },
  });
  if (answer.status === 401) {
    await forget();
    return answer.status;
  }
  const isStored = answer.status < 500 && (await store(path, answer, shift));
  if (!isStored && answer.status < 500) await (await caches.open(PAGES)).delete(path);
  return answer.status;
};

// The plan names the pages to choose a trip on; the first trips of each can be booked as well. A
// way of one's own, or a place of one's own choice, cannot wait on the tablet: those are not kept.
const BOOKING = /^\/borgere\/[^/]+\/tur$/;
const CHOICE = /\/tur\/[0-9a-f-]{36}$/;
const CHOICES = 3;
const choices = async (path) => {
  const text = await (await (await caches.open(PAGES)).match(path, ANY))?.text();
  const found = [...(text ?? "").matchAll(/href="([^"?]+)"/g)].map(([, address]) => address);
  const here = found.filter((one) => one.startsWith(`${path}/`) && CHOICE.test(one));
  return [...new Set(here)].slice(0, CHOICES);
};

// Fetches the plan, and of its pages those that are new or have changed, that name one of what was
// `touched`, or all when they are old. `opened` is the page that was just opened: a page of the day
// knows of no other, so the plan is not asked for again; Today may show a trip given meanwhile.
const keep = async (account, opened) => {
  const before = await plan();
  const isSame = before?.account === account && before.version === shell.version;
  const touched = (await fact("touched")) ?? [];
  const isFresh = isSame && Date.now() - before.at < OFTEN;
  if (isFresh && !touched.length && before.urls.indexOf(opened) > 0) return before;
  const shift = await fetchPlan();
  if (!shift || shift.until <= Date.now()) return undefined;
  if (before && before.account !== shift.account) await caches.delete(PAGES);
  const at = isFresh ? before.at : Date.now();
  const kept = isFresh ? { ...before.kept } : {};
  const stays = (path) => CHOICE.test(path) && shift.urls.includes(path.replace(/\/[^/]+$/, ""));
  const urls = [...shift.urls, ...(isSame ? before.urls.filter(stays) : [])];
  // Not whole before all is fetched.
  await note("shift", { ...shift, urls, kept: { ...kept }, at: isFresh ? at : 0 });
  const pages = await caches.open(PAGES);
  for (const [place, path] of shift.urls.entries()) { // the list grows on the way
    const names = (id) => place === 0 || path.includes(id);
    if (kept[path] !== shift.marks[path] || touched.some(names)) {
      const status = await fetchPage(path, shift);
      if (status === 401) return undefined;
      if (status < 500) kept[path] = shift.marks[path];
    }
    if (!BOOKING.test(path)) continue;
    for (const choice of await choices(path)) {
      shift.urls.push(choice);
      shift.marks[choice] = shift.marks[path];
    }
  }
  if ((await fact("shift"))?.account !== shift.account) return undefined;
  for (const request of await pages.keys()) {
    const { pathname, search } = new URL(request.url);
    const path = pathname + search;
    if (shift.urls.includes(path)) continue;
    await pages.delete(request);
    delete kept[path]; // it is fetched anew when it comes back
  }
  await note("shift", { ...shift, kept, at });
  const since = ((await fact("touched")) ?? []).filter((id) => !touched.includes(id));
  await note("touched", since);
  if (!isFresh) await dropOldFiles();
  return shift;
};

const tellKept = (account, opened) => navigator.locks.request("pages", async () => {
  try {
    const shift = await keep(account, opened);
    if (shift) channel.postMessage({ kept: shift.urls.length, version: shell.version });
  } catch {
    // No network: what is kept already stays as it is.
  }
});

// A log-out, or a lock, that the server has not heard of comes before anything else it is asked.
const saidGoodbye = async (leaving) => {
  try {
    const answer = await fetch(leaving.by ?? shell.leave, {
      method: "POST", headers: { "X-Account": leaving.account }, redirect: "manual",
    });
    const isHeard = answer.ok || answer.type === "opaqueredirect";
    if (isHeard) {
      await drop("leaving");
      await askAhead();
    }
    return isHeard;
  } catch {
    return false;
  }
};

const later = (milliseconds) => new Promise((ok) => { setTimeout(ok, milliseconds, null); });

// Tells the page that waits for an answer when it will not be replaced by it: only that page knows
// what it asked for, and whether this browser can show such a file.
const tellFile = async (path, answer) => {
  const type = answer.headers.get("Content-Type") ?? "text/html";
  if (!answer.ok || type.startsWith("text/html")) return;
  const isAttached = /^attachment/i.test(answer.headers.get("Content-Disposition") ?? "");
  for (const page of await self.clients.matchAll({ type: "window" })) {
    page.postMessage({ file: path, isAttached, type });
  }
};

// What the browser has asked for ahead is not for whoever comes after one who has just left.
const ask = async (event, isAhead) =>
  ((isAhead && (await event.preloadResponse)) || fetch(event.request));

const newest = new Map(); // path → the answer that is to be put away, unless a newer one comes
const page = async (event) => {
  const { pathname, search } = new URL(event.request.url);
  const [leaving, shift] = await Promise.all([fact("leaving"), plan()]);
  if (leaving && !(await saidGoodbye(leaving))) return offline();
  const path = pathname === "/" && shift ? shift.urls[0] : pathname + search;
  const isKept = Boolean(shift?.urls.includes(path));
  const asked = ask(event, !leaving);
  event.waitUntil(asked.then(async (answer) => {
    if (!isKept || path !== pathname + search || !answer.ok) return tellFile(pathname, answer);
    const copy = answer.clone();
    newest.set(path, copy);
    await later(CALM);
    if (newest.get(path) !== copy) return undefined;
    newest.delete(path);
    return store(path, copy, shift);
  }).catch(() => null));
  const kept = async () => isKept && (await caches.open(PAGES)).match(path, ANY);
  try {
    const answer = (isKept && (await Promise.race([asked, later(PATIENCE)])))
      || (await kept()) || (await asked);
    const isAway = [502, 503, 504].includes(answer.status);
    return (isAway && (await kept())) || answer;
  } catch {
    return (await kept()) || offline();
  }
};

// A form that could not be sent: the page it stands on stays as it is, with all that was typed, and
// says so itself. Without a shift there may be no such page.
const unsent = async (request) => {
  if (!(await plan())) return offline();
  const { pathname } = new URL(request.url);
  for (const page of await self.clients.matchAll({ type: "window" })) {
    page.postMessage({ unsent: pathname });
  }
  return new Response(null, { status: 204 });
};

const file = async (request) => {
  const hit = await caches.match(request, ANY);
  if (hit) return hit;
  try {
    const answer = await fetch(request);
    const isNamed = /\/vendor\/|[?&]v=/.test(request.url);
    if (answer.status === 200 && isNamed) {
      await (await caches.open(STATIC)).put(request, answer.clone());
    }
    return answer;
  } catch (refused) {
    // A page kept by an older release asks for the file by its old fingerprint.
    const other = await caches.match(request, { ...ANY, ignoreSearch: true });
    if (other) return other;
    throw refused;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "GET" && pathname.startsWith("/static/")) {
    event.respondWith(file(request));
  } else if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(page(event));
  } else if (request.mode === "navigate" && [shell.logOut, shell.lock].includes(pathname)) {
    event.respondWith(fetch(request).catch(() => Response.redirect(shell.offline, 303)));
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => unsent(request)));
  }
});

// The browser wakes the worker when there is a network again. Not all browsers do, so every page
// sends as well.
self.addEventListener("sync", (event) => {
  if (event.tag !== "outbox") return;
  event.waitUntil((async () => {
    const { stopped } = await flush(shell.send);
    if (stopped) throw new Error("not all was sent"); // the browser tries again
  })());
});

// ---- notices ------------------------------------------------------------------------------------
// What comes is sealed for this browser alone, and names nobody: a locked screen is read by anybody.
const read = (data) => {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
};

// The same notice sent twice stands once, and is not heard again.
const notify = async (said) => {
  const { title = "Klippekort", body = "", lang = "da", tag = "news", url = "/", seen } = said;
  await self.registration.showNotification(title, {
    body, tag, renotify: false, lang, dir: "auto", icon: shell.icon, data: { url },
  });
  if (!seen) return;
  await fetch(shell.shown, { method: "POST", body: seen, credentials: "omit" }).catch(() => null);
};

self.addEventListener("push", (event) => event.waitUntil(notify(read(event.data))));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { href, origin } = new URL(event.notification.data?.url ?? "/", location.origin);
  if (origin !== location.origin) return;
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const there = pages.find((page) => page.url === href);
    await (there ? there.focus() : self.clients.openWindow(href));
  })());
});

self.addEventListener("message", (event) => {
  const { keep: account, opened } = event.data ?? {};
  if (account) event.waitUntil(tellKept(account, opened));
});

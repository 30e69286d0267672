// What is done on the tablet waits here, sealed, until the server has answered. Pages and the
// service worker share this file, so that either can send.
"use strict";
(() => {
  const DAY = 86400000;
  const LONGEST_WAIT = 30000; // milliseconds for an answer; then it is asked for again
  const channel = new BroadcastChannel("klippekort");
  let opened = null;

  const database = () => {
    opened ??= new Promise((ok, fail) => {
      const asked = indexedDB.open("klippekort", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("outbox", { keyPath: "id" });
        asked.result.createObjectStore("facts");
      };
      asked.onsuccess = () => ok(asked.result);
      asked.onerror = () => fail(asked.error);
    });
    return opened;
  };

  const within = async (mode, work) => {
    const base = await database();
    return new Promise((ok, fail) => {
      const turn = base.transaction(["outbox", "facts"], mode);
      const asked = work(turn.objectStore("outbox"), turn.objectStore("facts"));
      turn.oncomplete = () => ok(asked?.result);
      turn.onabort = turn.onerror = () => fail(turn.error);
    });
  };

  const fact = (name) => within("readonly", (_box, facts) => facts.get(name));
  const note = (name, value) => within("readwrite", (_box, facts) => { facts.put(value, name); });
  const drop = (...names) =>
    within("readwrite", (_box, facts) => { for (const name of names) facts.delete(name); });
  const entries = async () =>
    (await within("readonly", (box) => box.getAll())).sort((a, b) => a.at - b.at || a.n - b.n);
  const put = (entry) => within("readwrite", (box) => { box.put(entry); });
  const remove = (id) => within("readwrite", (box) => { box.delete(id); });

  // The key belongs to the account and comes from the server. It leaves the device at log-out, and
  // what still waits can then be read by nobody until its owner is back.
  const seal = async (key, value) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(value));
    return { iv, text: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain) };
  };
  const unseal = async (key, { iv, text }) => JSON.parse(
    new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, text)));

  // Every answer tells how far the tablet's clock is behind the server's, in milliseconds.
  let skew = null;
  const time = async (answer) => {
    const behind = Date.parse(answer.headers.get("Date") ?? "") + 500 - Date.now();
    if (Number.isNaN(behind) || Math.abs(behind - (skew ?? Infinity)) < 2000) return answer;
    skew = Math.abs(behind) < 2000 ? 0 : behind;
    await note("skew", skew);
    return answer;
  };

  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));

  // Returns the account's key, or null when the server does not give it.
  const unlock = async (account, address) => {
    const kept = await fact("key");
    if (kept?.account === account) return kept.key;
    const answer = await fetch(address, { redirect: "manual", cache: "no-store" });
    if (!answer.ok) return null;
    await time(answer);
    const said = await answer.json();
    if (said.account !== account) return null;
    const key = await crypto.subtle.importKey(
      "raw", bytes(said.key), "AES-GCM", false, ["encrypt", "decrypt"]);
    await note("key", { account, key });
    return key;
  };

  // Gone from the device: the pages, the plan and the key. What waits stays, sealed.
  const forget = async () => {
    await drop("shift", "key", "touched");
    for (const name of await caches.keys()) if (name.startsWith("pages")) await caches.delete(name);
    channel.postMessage({ gone: true });
  };

  const answered = async (entry, body, state, said) => {
    await within("readwrite", (box, facts) => {
      box.delete(entry.id);
      facts.get("spent").onsuccess = (event) => {
        const spent = Object.fromEntries(
          Object.entries(event.target.result ?? {}).filter(([, at]) => at > Date.now() - 2 * DAY));
        facts.put({ ...spent, [entry.id]: Date.now() }, "spent");
      };
      facts.get("touched").onsuccess = (event) => {
        const touched = [body.trip_id, body.citizen_id].filter(Boolean);
        facts.put([...new Set([...(event.target.result ?? []), ...touched])], "touched");
      };
    });
    return { id: entry.id, state, trip_id: body.trip_id, label: body.label, ...said };
  };

  const post = (address, entry, body, isOnScreen) => {
    const patience = new AbortController();
    const bell = setTimeout(() => patience.abort(), LONGEST_WAIT);
    const { label, citizen_id, isLast, ...intent } = body;
    return fetch(address, {
      method: "POST",
      redirect: "manual",
      signal: patience.signal,
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": entry.id,
        "X-Account": entry.account,
        ...(isOnScreen && { "X-On-Screen": "1" }), // whoever asked sees the answer
      },
      body: JSON.stringify({ id: entry.id, ...intent, device_now: new Date().toISOString() }),
    }).finally(() => clearTimeout(bell));
  };

  const heard = async (answer) => {
    if (answer.type === "opaqueredirect" || answer.status === 401) return "log_in";
    // Only our own server's words count: a network that asks for a log-in answers in HTML.
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return "later";
    if (answer.status >= 500 || [408, 425, 429].includes(answer.status)) return "later";
    return answer.json();
  };

  // Sends what waits, oldest first. The lock lets one page, or the worker, send at a time; the id
  // makes a repeat harmless when an answer was lost. What failed holds back its own trip only.
  const send = async (address, onScreen) => {
    const report = { answers: [], stopped: null };
    const kept = await fact("key");
    if (!kept) return report;
    const held = new Set();
    for (const entry of await entries()) {
      if (entry.account !== kept.account || entry.state !== "waiting") continue;
      const body = await unseal(kept.key, entry.sealed);
      if (body.trip_id && held.has(body.trip_id)) continue;
      let said;
      try {
        const sent = post(address, entry, body, entry.id === onScreen);
        said = await heard(await time(await sent));
      } catch {
        report.stopped = "network";
        break;
      }
      if (said === "log_in") {
        report.stopped = said;
        break;
      }
      if (said === "later") {
        report.stopped = said;
        held.add(body.trip_id ?? entry.id);
        if (held.size > 2) break;
        continue;
      }
      if (said.outcome === "done") {
        report.answers.push(await answered(entry, body, "done", said));
        continue;
      }
      const state = said.outcome === "conflict" ? "conflict" : "refused";
      const { words = "", url = "" } = said;
      const sealed = await seal(kept.key, { ...body, words, url });
      report.answers.push(await answered(entry, body, state, said));
      await put({ ...entry, state, sealed });
    }
    return report;
  };
  const flush = async (address, onScreen = null) => {
    const report = await navigator.locks.request("outbox", () => send(address, onScreen));
    if (report.answers.length) channel.postMessage({ report });
    return report;
  };

  self.outbox = {
    channel, drop, entries, fact, flush, forget, note, put, remove, seal, time, unlock, unseal,
  };
})();

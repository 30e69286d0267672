// The button that lets this browser be told: it asks the browser for a subscription bound to our
// key, and sends it as a form, so that the page answers as after any other press.
"use strict";
(() => {
  const form = document.getElementById("push-form");
  const isAble = form && "serviceWorker" in navigator && "PushManager" in self
    && "Notification" in self && self.crypto?.randomUUID;
  if (!isAble) return;
  const show = (id, isShown) => { document.getElementById(id).hidden = !isShown; };
  form.hidden = false;
  show("push-unable", false);

  const bytes = (text) => Uint8Array.from(
    atob(text.replaceAll("-", "+").replaceAll("_", "/")), (mark) => mark.charCodeAt(0));
  const padded = (text) => text + "=".repeat((4 - (text.length % 4)) % 4);
  const same = (one, other) => one && one.length === other.length
    && other.every((byte, place) => one[place] === byte);

  // A subscription bound to a key we no longer have is of no use to anybody.
  const subscription = async () => {
    const { pushManager } = await navigator.serviceWorker.register(form.dataset.worker)
      .then(() => navigator.serviceWorker.ready);
    const key = bytes(padded(form.dataset.key));
    const there = await pushManager.getSubscription();
    const bound = there?.options.applicationServerKey;
    if (there && same(bound && new Uint8Array(bound), key)) return there;
    await there?.unsubscribe();
    return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    show("push-refused", false);
    try {
      if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
      const { endpoint, keys } = (await subscription()).toJSON();
      const said = { key: crypto.randomUUID(), endpoint, point: keys.p256dh, secret: keys.auth };
      for (const [name, value] of Object.entries(said)) form.elements[name].value = value;
      form.submit();
    } catch {
      show("push-refused", true);
    }
  });
})();

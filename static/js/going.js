// Where the page goes on to, of itself or by a tap: nobody is called back from the page she has gone
// on to, and no tap is lost.
"use strict";
(() => {
  if (!self.tablet) return;
  const { account } = document.getElementById("tablet").dataset;

  // However slow the page comes; if none came after all, or the worker says that it was a file, what
  // was to be shown is shown then.
  const SLOWEST = 20000; // milliseconds for a page over a bad line
  let leavesUntil = 0;
  let leavesFor = "";
  let wish = null; // to go on, once she has not left after all
  let bell = null;
  let going = ""; // the address of the page that comes in place of this one
  const leaves = (pathname) => {
    leavesUntil = performance.now() + SLOWEST;
    leavesFor = pathname;
  };
  const stays = (pathname) => {
    if (pathname !== leavesFor) return;
    leavesUntil = 0;
    wish?.();
  };

  const go = (address, text) => {
    clearTimeout(bell);
    const left = leavesUntil - performance.now();
    if (left > 0) {
      wish = () => go(address, text);
      bell = setTimeout(wish, left);
      return;
    }
    wish = null;
    if (text) sessionStorage.setItem("told", text);
    going = address || here();
    if (address) location.assign(address);
    else location.reload();
  };

  // A link that is tapped when the next page is already coming is followed from there, by the same
  // user, if that page comes soon.
  const TAPPED = "klippekort-tapped";
  const SOON = 5000; // milliseconds
  const here = () => location.pathname + location.search;
  const isElsewhere = (link) =>
    link.origin === location.origin && !link.target && !link.hasAttribute("download")
    && !(link.hash && link.pathname + link.search === here());
  const tap = ({ target, button, ctrlKey, metaKey, shiftKey }) => {
    const link = target.closest("a[href]");
    if (!link || !isElsewhere(link) || button || ctrlKey || metaKey || shiftKey) return false;
    leaves(link.pathname);
    const tapped = { account, to: link.href, from: going, at: Date.now() };
    if (going) sessionStorage.setItem(TAPPED, JSON.stringify(tapped));
    return true;
  };
  // A tap begins with the finger on the link: the page may be gone before it is lifted. A finger that
  // slides, or is lifted elsewhere, has tapped nothing.
  let isPressed = false;
  const release = () => {
    if (!isPressed) return;
    isPressed = false;
    sessionStorage.removeItem(TAPPED);
    stays(leavesFor);
  };
  document.addEventListener("pointerdown", (event) => { isPressed = tap(event); });
  document.addEventListener("click", (event) => {
    isPressed = false;
    tap(event);
  });
  document.addEventListener("pointercancel", release);
  const LIFTED = 300; // milliseconds in which the click comes
  document.addEventListener("pointerup", () => setTimeout(release, LIFTED));

  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const { submitter, target } = event;
    const to = submitter?.getAttribute("formaction") || target.getAttribute("action");
    leaves(new URL(to ?? "", location.href).pathname);
  });

  const follow = () => {
    const tapped = JSON.parse(sessionStorage.getItem(TAPPED));
    sessionStorage.removeItem(TAPPED);
    const isMeant = tapped?.account === account && tapped.from === here();
    if (!isMeant || tapped.to === location.href || Date.now() - tapped.at > SOON) return;
    leaves(new URL(tapped.to).pathname);
    location.assign(tapped.to);
  };

  Object.assign(self.tablet, { go, stays });
  follow();
})();

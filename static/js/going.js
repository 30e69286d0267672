// Where the page goes on to, of itself or by a tap: nobody is called back from the page she has gone
// on to, no tap is lost, and none is made of a finger that was not lifted.
"use strict";
(() => {
  if (!self.tablet) return;
  const { account } = document.getElementById("tablet").dataset;

  // However slow the page comes; if none came after all, or the worker says that it was a file, what
  // was to be shown is shown then.
  const SLOWEST = 20000; // milliseconds for a page over a bad line
  let leavesUntil = 0;
  let leavesFor = "";
  let heldUntil = 0; // by a finger on the page
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
    const left = Math.max(leavesUntil, heldUntil) - performance.now();
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
  const linkOf = ({ target, button, ctrlKey, metaKey, shiftKey }) => {
    const link = target.closest("a[href]");
    const isPlain = !button && !ctrlKey && !metaKey && !shiftKey;
    return link && isPlain && isElsewhere(link) ? link : null;
  };
  const note = (link) => {
    const tapped = { account, to: link.href, from: going, at: Date.now() };
    if (going) sessionStorage.setItem(TAPPED, JSON.stringify(tapped));
  };

  // No page is taken from under a finger, for a moment: the next one does not hear that it is lifted.
  // Where it comes all the same nothing was tapped, and so where the finger slides, or is lifted
  // elsewhere.
  const HELD = 2000; // milliseconds, however long the finger rests
  const LIFTED = 300; // milliseconds in which the click comes
  let pressed = null; // the link under the finger
  let lifting = null;
  const hold = (time) => {
    clearTimeout(lifting);
    heldUntil = performance.now() + time;
  };
  const rest = () => {
    clearTimeout(lifting);
    heldUntil = 0;
    pressed = null;
  };
  const release = () => {
    if (pressed) sessionStorage.removeItem(TAPPED);
    rest();
    wish?.();
  };
  document.addEventListener("pointerdown", (event) => {
    hold(HELD);
    pressed = linkOf(event);
  });
  document.addEventListener("pointerup", ({ clientX, clientY }) => {
    hold(LIFTED);
    // What a finger touched first is the target of all it does: what it leaves is under it.
    const isOn = pressed?.contains(document.elementFromPoint(clientX, clientY));
    if (isOn) note(pressed);
    lifting = setTimeout(release, LIFTED);
  });
  document.addEventListener("pointercancel", release);
  document.addEventListener("click", (event) => {
    const link = linkOf(event);
    rest();
    if (link) {
      leaves(link.pathname);
      note(link);
    }
    // What she pressed keeps its word first; where that is nothing, the page goes on.
    lifting = setTimeout(release, LIFTED);
  });

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

// A screen that many share: warns whoever is quiet for long, then closes her page; and never shows a
// page again that somebody has left.
"use strict";
(() => {
  const QUIET = 60000;
  const WARNED = 30000;
  const done = document.querySelector("form[data-done]");
  const warning = document.querySelector("[data-idle]");
  const field = document.querySelector("form[data-scan] input:not([type=hidden])");

  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  if (field) {
    // The reader types wherever the focus is: it comes back to the field by itself.
    field.focus();
    addEventListener("keydown", (event) => {
      const elsewhere = document.activeElement === document.body;
      if (elsewhere && event.key.length === 1) field.focus();
    });
  }
  if (!done || !warning) return;

  const stay = warning.querySelector("[data-stay]");
  let quiet;
  let last;
  let before;

  const close = () => done.requestSubmit();

  const warn = () => {
    before = document.activeElement;
    warning.hidden = false;
    stay.focus();
    last = setTimeout(close, WARNED);
  };

  const begin = () => {
    clearTimeout(quiet);
    clearTimeout(last);
    if (!warning.hidden) {
      warning.hidden = true;
      before?.focus();
    }
    quiet = setTimeout(warn, QUIET);
  };

  stay.addEventListener("click", begin);
  for (const sign of ["pointerdown", "keydown", "scroll", "input"]) {
    addEventListener(sign, () => { if (warning.hidden) begin(); }, { passive: true });
  }
  addEventListener("keydown", (event) => {
    if (!warning.hidden && event.key === "Escape") begin();
  });
  begin();
})();

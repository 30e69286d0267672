// Stops a second tap: a form's buttons rest from the moment it is sent until the next page.
"use strict";
(() => {
  const sent = "data-sent";

  const wake = (form) => {
    form.removeAttribute(sent);
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.hasAttribute(sent)) {
      event.preventDefault();
      return;
    }
    form.setAttribute(sent, "");
    // A disabled button is not sent with the form, and its value may be the answer: wait for that.
    setTimeout(() => {
      for (const button of form.querySelectorAll("button")) button.disabled = true;
    });
    // After a download, or without an answer, the page is still here and must be usable.
    setTimeout(wake, 10000, form);
  });

  // The browser's back button shows the old page as it was left, with its buttons at rest.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll(`form[${sent}]`).forEach(wake);
  });
})();

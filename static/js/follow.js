// Follows work that is under way: the part of the page marked data-follow is fetched anew each
// second, and when the work is done the page is loaded again. Without this script there is a link.
"use strict";
(() => {
  const part = document.querySelector("[data-follow]");

  const look = async () => {
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-follow]");
      if (!fresh) {
        location.reload();
        return;
      }
      part.replaceChildren(...fresh.childNodes);
    } catch {
      // No answer this time; the next one may come.
    }
    setTimeout(look, 1000);
  };

  setTimeout(look, 1000);
})();

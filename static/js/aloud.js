// Reads the page aloud with a voice that lives on this very device: no word of it leaves the house.
// Where there is no such voice in the page's language, there is no button.
"use strict";
(() => {
  const button = document.querySelector("[data-aloud]");
  const voices = window.speechSynthesis;
  if (!button || !voices) return;
  const words = button.querySelector("span");
  const start = words.textContent;
  const language = document.documentElement.lang.slice(0, 2).toLowerCase();

  const voice = () => voices.getVoices().find(
    (one) => one.localService && one.lang.toLowerCase().replace("_", "-").split("-")[0] === language,
  );

  const look = () => { button.hidden = !voice(); };

  // What is seen, line by line: long texts in one piece are cut off by some voices.
  const lines = () => {
    const main = document.querySelector("main");
    const picked = main.querySelectorAll("h1, h2, h3, p, dt, dd, li, legend, label, svg[role=img]");
    return [...picked]
      .filter((part) => part.checkVisibility() && !part.querySelector("p, dt, li, label"))
      .map((part) => part.getAttribute("aria-label") || part.innerText)
      .map((text) => text.trim())
      .filter(Boolean);
  };

  const rest = () => {
    voices.cancel();
    words.textContent = start;
    button.removeAttribute("aria-pressed");
  };

  button.addEventListener("click", () => {
    if (button.hasAttribute("aria-pressed")) {
      rest();
      return;
    }
    const chosen = voice();
    if (!chosen) {
      look();
      return;
    }
    voices.cancel();
    const said = lines();
    said.forEach((text, place) => {
      const part = new SpeechSynthesisUtterance(text);
      part.voice = chosen;
      part.lang = chosen.lang;
      part.rate = 0.9;
      if (place === said.length - 1) part.onend = rest;
      voices.speak(part);
    });
    button.setAttribute("aria-pressed", "true");
    words.textContent = button.dataset.stop;
  });

  look();
  voices.addEventListener?.("voiceschanged", look);
  addEventListener("pagehide", () => voices.cancel());
})();

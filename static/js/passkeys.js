// Asks the browser for a passkey, and sends its answer with the form. Without it the page says what else can be used.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => {
    const padded = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=/g, "");

  const asked = () => {
    const options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of [options.excludeCredentials, options.allowCredentials]) {
      for (const one of list || []) one.id = bytes(one.id);
    }
    return { publicKey: options };
  };

  const answer = (key) => {
    const said = { clientDataJSON: text(key.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (key.response[name]) said[name] = text(key.response[name]);
    }
    return JSON.stringify({
      id: key.id,
      rawId: text(key.rawId),
      type: key.type,
      response: said,
      clientExtensionResults: {},
    });
  };

  const button = form.querySelector("button");
  const trouble = form.querySelector(".passkey-trouble");
  button.hidden = false;
  form.querySelector(".passkey-without").hidden = true;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    trouble.textContent = "";
    try {
      const key = await navigator.credentials[form.dataset.passkey](asked());
      form.elements.answer.value = answer(key);
      form.submit();
    } catch (error) {
      button.disabled = false;
      // The device has one already; or the address is bare numbers, or not the one set for us.
      const why = { InvalidStateError: "held", SecurityError: "address" }[error.name];
      trouble.textContent = trouble.dataset[why] || trouble.dataset.trouble;
    }
  });
})();

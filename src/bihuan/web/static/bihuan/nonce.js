// A secret made in the browser: only its digest goes into the form, the secret itself is never sent.
const place = document.querySelector("[data-nonce]");
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const make = async (party) => {
  const secret = hex(crypto.getRandomValues(new Uint8Array(16)));
  const digest = hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret)));
  document.querySelector(`[data-digest="${party}"]`).value = digest;
  place.querySelector("[data-nonce-shown]").textContent = secret;
};

if (place && globalThis.crypto?.subtle) {
  place.hidden = false;
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-nonce-for]");
    if (button) make(button.dataset.nonceFor);
  });
}

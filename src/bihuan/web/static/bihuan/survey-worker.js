// Governs /s/ and nothing else: the network first, and what the page put aside when there is none.
// No answer passes through here into a cache; those are in the page's own storage until they are sent.
const KEPT = "bh-survey";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  event.respondWith(
    fetch(request).catch(async (error) => {
      const found = await (await caches.open(KEPT)).match(request, { ignoreSearch: request.mode === "navigate" });
      if (found) return found;
      throw error;
    }),
  );
});

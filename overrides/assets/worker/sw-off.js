// Removes the offline copy and its worker from every device that asks for /sw.js: see "offline" in mkdocs.yml.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith(`guide ${self.registration.scope} `)) await caches.delete(name);
  await self.registration.unregister();
})()));

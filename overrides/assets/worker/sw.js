// Keeps one whole version of the guide on the reader's device. hooks/offline.py fills in the version and its files, and
// writes this to /sw.js; sw-off.js takes its place there to remove it everywhere.
const VERSION = "{{version}}";
const FILES = {{files}};  // path below the root -> checksum: a copy is of one version, or it is not made
const PATIENCE = 3000;  // ms that a page may wait for the network when there is a copy

const ROOT = self.registration.scope;
const MINE = `guide ${ROOT} `;
const CACHE = MINE + VERSION;

const save = async (cache, path, integrity) => {
  const address = new URL(path, ROOT).href;
  const response = await fetch(new Request(address, { integrity, cache: "no-cache" }));
  if (!response.ok) throw new Error(`${response.status} ${address}`);
  const headers = { "content-type": response.headers.get("content-type"), "x-saved": new Date().toISOString() };
  await cache.put(address, new Response(await response.blob(), { headers }));
};

self.addEventListener("install", event => event.waitUntil((async () => {
  try {
    const cache = await caches.open(CACHE);
    await Promise.all(Object.entries(FILES).map(([path, integrity]) => save(cache, path, integrity)));
    await self.skipWaiting();
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
})()));

self.addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith(MINE) && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

// The kept file of an address; a page also by the other ways of writing its address.
const exact = address => caches.match(address, { cacheName: CACHE });
const kept = async url => {
  const page = url.origin + url.pathname.replace(/index\.html$/, "");
  return await exact(url.href) || await exact(page) || await exact(`${page}/`) || await caches.match(page, { cacheName: CACHE, ignoreSearch: true });
};

// A kept page says since when it is kept; site.js shows it.
const dated = async (response, status) => {
  const text = await response.text();
  const html = text.replace("<html ", `<html data-copy="${response.headers.get("x-saved")}" `);
  return new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8" } });
};

const answer = async (request, url) => {
  const isPage = request.mode === "navigate";
  const asset = url.href.startsWith(`${ROOT}assets/`) && await exact(url.href);
  if (asset) return asset;
  const copy = await kept(url);
  let late;
  const network = isPage ? fetch(request, { cache: "no-cache" }) : fetch(request);
  const patience = new Promise(done => { late = setTimeout(done, copy ? PATIENCE : 600000); });
  try {
    const response = await Promise.race([network, patience]);
    clearTimeout(late);
    if (response && (response.status < 500 || !copy)) return response;
  } catch (error) {
    if (!copy && !isPage) throw error;
  }
  network.catch(() => {});
  if (copy) return isPage ? dated(copy, 200) : copy;
  return dated(await kept(new URL(url.href.startsWith(`${ROOT}en/`) ? "en/404.html" : "404.html", ROOT)), 404);
};

self.addEventListener("fetch", event => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || !url.href.startsWith(ROOT) || event.request.headers.has("range")) return;
  event.respondWith(answer(event.request, url).catch(() => fetch(event.request)));
});

// Everything is fetched once and kept under its version, so that the page works without a network.
// Each file is kept only if it is this version's: a server may have the new list before the files.
const PLACE = `workshop ${new URL("./", location.href).pathname} `;
const VERSION = `${PLACE}{{ version }}`;
const FILES = {{ files }};
const WASM = "pyodide/pyodide.asm.wasm"; // it lies here unpacked, so that the browser keeps what it compiles

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(VERSION);
  const wanted = Object.entries(FILES).map(([file, integrity]) => new Request(file, { cache: "no-cache", integrity }));
  await cache.addAll(wanted);
  const packed = await cache.match(`${WASM}.packed`), headers = { "Content-Type": "application/wasm" };
  await cache.put(WASM, new Response(packed.body.pipeThrough(new DecompressionStream("gzip")), { headers }));
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(PLACE) && name !== VERSION && name !== `${PLACE}later`) await caches.delete(name);
  }
  await clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const answer = async () => (await (await caches.open(VERSION)).match(event.request, { ignoreSearch: true })) || fetch(event.request);
  event.respondWith(answer());
});

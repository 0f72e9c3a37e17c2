// Python in a worker: how it starts, and how its files come out of what was loaded. Few hosts
// compress such files, so they lie packed and are unpacked here, by the browser and not by Python.
import { loadPyodide } from "./pyodide/pyodide.mjs";

export const HERE = new URL("./", location.href);
export const NAME = `workshop ${HERE.pathname}`; // another folder of this server has another workshop
const SITE = "/site";

/** Start Python with the files of some archives. */
export async function startPython(words, ...names) {
  const archives = names.map(async (name) => filesOf(await packed(name)));
  const ask = self.fetch;
  self.fetch = (what, how) => {
    const { href, pathname } = new URL(what.url || what, HERE);
    if (pathname.endsWith(".zip")) return packed(`${href}.packed`);
    return pathname.endsWith(".wasm") && !words.kept ? packed(`${href}.packed`, "application/wasm") : ask(what, how);
  };
  // Typst asks for the time zone by `eval`, which the page's policy refuses, unless it is known
  const env = { HOME: "/home/pyodide", TZ: "UTC0" };
  const py = await loadPyodide({ indexURL: new URL("pyodide/", HERE).href, env });
  self.fetch = ask;
  for (const files of await Promise.all(archives)) lay(py, files);
  py.runPython(`import sys; sys.path.insert(0, "${SITE}")`);
  return py;
}

/** What is called for each piece that comes in: who waits can tell a slow network from a dead one. */
export const loading = { heard() {} };

function counted(body) {
  const transform = (piece, to) => { loading.heard(); to.enqueue(piece); };
  return body.pipeThrough(new TransformStream({ transform }));
}

/** Return what a file of the folder holds when it is unpacked, as a reply. */
async function packed(file, type) {
  const reply = await fetch(new URL(file, HERE));
  if (!reply.ok) throw new Error(`${file}: ${reply.status}`);
  return unpack(reply, type);
}

function unpack(reply, type = "application/octet-stream") {
  const body = counted(reply.body).pipeThrough(new DecompressionStream("gzip"));
  return new Response(body, { headers: { "Content-Type": type } });
}

/** Return paths and bytes of a tar archive's files; it is never in memory as a whole. */
async function filesOf(reply) {
  const files = [], letters = new TextDecoder(), reader = reply.body.getReader();
  let chunk = new Uint8Array();
  const take = async (size) => {
    const taken = new Uint8Array(size);
    for (let at = 0; at < size;) {
      if (!chunk.length) chunk = (await reader.read()).value;
      const part = chunk.subarray(0, size - at);
      taken.set(part, at);
      at += part.length;
      chunk = chunk.subarray(part.length);
    }
    return taken;
  };
  let head;
  while ((head = await take(512))[0]) {
    const field = (at, length) => letters.decode(head.subarray(at, at + length)).split("\0", 1)[0];
    const size = parseInt(field(124, 12), 8);
    files.push([[SITE, field(345, 155), field(0, 100)].filter(Boolean).join("/"), await take(size)]);
    await take(-size & 511);
  }
  while (!(await reader.read()).done); // so that what was wrong on the way is found
  return files;
}

/** Give files to Python, which takes their bytes as they are. */
export function lay(py, files) {
  const folders = new Set();
  for (const [path, data] of files) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!folders.has(folder)) py.FS.mkdirTree(folder);
    folders.add(folder);
    py.FS.writeFile(path, data, { canOwn: true });
  }
}

/** Return what is loaded when it is first needed; then it is kept for a time without a network. */
export async function later(words, name, type) {
  const place = new URL(words.later[name], HERE);
  const cache = await self.caches?.open(`${NAME} later`);
  const load = async () => {
    const loaded = await fetch(place).catch(() => null);
    if (!loaded?.ok) throw new Error(words["not-loaded"]);
    return new Response(counted(loaded.body), { headers: loaded.headers });
  };
  let reply = await cache?.match(place);
  if (!reply) {
    reply = await load();
    // not a clone, half of which would wait in memory; where there is no room, it is loaded again
    if (cache) reply = await cache.put(place, reply).then(() => cache.match(place)).catch(() => null) || await load();
  }
  return type ? unpack(reply, type) : filesOf(unpack(reply));
}

/** Return what Python made: text, or its bytes. */
export function plain(made) {
  if (typeof made === "string") return made;
  const data = made.toJs();
  made.destroy();
  return data;
}

// Python in a worker: how it starts, and how its files come out of what was loaded. Few hosts
// compress such files, so they lie packed and are unpacked here, by the browser and not by Python.
import { loadPyodide } from "./pyodide/pyodide.mjs";

export const HERE = new URL("./", location.href);
export const NAME = `workshop ${HERE.pathname}`; // another folder of this server has another workshop
const SITE = "/site";

/** Start Python with everything that is loaded at first. */
export async function startPython(words) {
  const site = bytesOf(packed("python.packed"));
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
  lay(py, await site);
  py.runPython(`import sys; sys.path.insert(0, "${SITE}")`);
  return py;
}

/** Return what a file of the folder holds when it is unpacked, as a reply. */
async function packed(file, type) {
  const reply = await fetch(new URL(file, HERE));
  if (!reply.ok) throw new Error(`${file}: ${reply.status}`);
  return unpack(reply, type);
}

function unpack(reply, type = "application/octet-stream") {
  return new Response(reply.body.pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": type } });
}

async function bytesOf(reply) { return new Uint8Array(await (await reply).arrayBuffer()); }

/** Write the files of a tar archive for Python, which takes their bytes as they are. */
export function lay(py, tar) {
  const folders = new Set(), letters = new TextDecoder();
  const field = (at, size) => letters.decode(tar.subarray(at, at + size)).split("\0", 1)[0];
  for (let at = 0; tar[at];) {
    const path = [SITE, field(at + 345, 155), field(at, 100)].filter(Boolean).join("/");
    const size = parseInt(field(at + 124, 12), 8), folder = path.slice(0, path.lastIndexOf("/"));
    if (!folders.has(folder)) py.FS.mkdirTree(folder);
    folders.add(folder);
    at += 512;
    py.FS.writeFile(path, tar.subarray(at, at + size), { canOwn: true });
    at += Math.ceil(size / 512) * 512;
  }
}

/** Return what is loaded when it is first needed; then it is kept for a time without a network. */
export async function later(words, name, type) {
  const place = new URL(words.later[name], HERE);
  const cache = await self.caches?.open(`${NAME} later`);
  let reply = await cache?.match(place);
  if (!reply) {
    reply = await fetch(place).catch(() => null);
    if (!reply?.ok) throw new Error(words["not-loaded"]);
    await cache?.put(place, reply.clone()).catch(() => {}); // no room: it is loaded again then
  }
  return type ? unpack(reply, type) : await bytesOf(unpack(reply));
}

/** Return what Python made: text, or its bytes. */
export function plain(made) {
  if (typeof made === "string") return made;
  const data = made.toJs();
  made.destroy();
  return data;
}

// Python and the session. What the page is told to be saved is in the browser's storage by then.
import { HERE, NAME, later, lay, plain, startPython } from "./python.js";

const FILE = "/data/session.workshop";
const BEFORE = "before "; // and a version: the session as it was before that version wrote into it
let py, walk, bytes, words, typst, kept = 0, raw = null, ready = false, at = "";

// -- the browser's storage: one record, and a copy from before each new version ------------------

const wait = (request) => new Promise((yes, no) => {
  request.onsuccess = () => yes(request.result);
  request.onerror = () => no(request.error);
});
const base = (() => {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore("kept");
  return wait(request);
})();
base.catch(() => {}); // told where it is used

async function stored(name = "session") {
  return await wait((await base).transaction("kept").objectStore("kept").get(name));
}

/** Keep the session, unless another tab has kept a newer one: then nothing is written. */
async function store(data) {
  const act = (await base).transaction("kept", "readwrite", { durability: "strict" });
  const done = new Promise((yes, no) => {
    act.oncomplete = yes;
    act.onabort = () => no(act.error || new Error("newer"));
  });
  const place = act.objectStore("kept");
  const before = await wait(place.get("session"));
  if ((before?.number || 0) !== kept) act.abort();
  else {
    if (before?.data && before.version !== words.version) place.put(before, `${BEFORE}${words.version}`);
    if (data) place.put({ number: kept + 1, version: words.version, data }, "session");
    else place.clear().onsuccess = () => place.put({ number: kept + 1, version: words.version, data }, "session");
  }
  await done;
  kept += 1;
  others.postMessage("saved");
}

// -- one tab writes, the others follow ------------------------------------------------------------

const others = new BroadcastChannel(NAME);
others.onmessage = () => inTurn(async () => {
  if (!ready) return;
  await load();
  postMessage({ event: "again" });
});

function lead() {
  if (!navigator.locks) return; // `store` still sees to it that nothing is written over
  const forever = () => new Promise(() => {});
  return new Promise((decided) => {
    navigator.locks.request(NAME, { ifAvailable: true }, (lock) => {
      decided();
      if (lock) return forever();
      walk.follow(true);
      navigator.locks.request(NAME, async () => {
        await inTurn(async () => { await load(); walk.follow(false); });
        postMessage({ event: "again" });
        await forever();
      });
    });
  });
}

async function load() {
  const record = await stored();
  kept = record?.number || 0;
  raw = record?.data || null;
  walk.load(bytes(raw || new Uint8Array()));
}

// -- what is loaded when it is first needed -------------------------------------------------------

const loaded = new Set();

/** Give Python what it reads a file with. */
async function add(names) {
  for (const name of names.filter((one) => !loaded.has(one))) {
    lay(py, await later(words, name));
    loaded.add(name);
  }
}

const KEEP = 20_000; // ms in which Typst stays compiled, since it takes some 100 MB
const SILENT = 40_000; // ms; a browser at times never begins a worker, or a load never comes to its end
let printing = Promise.resolve(), prints = 0, forget;

class Silence extends Error {}

/** Do something, and once again if nothing was heard of it. */
const twice = (act) => act().catch((error) => {
  if (!(error instanceof Silence)) throw error;
  console.warn("nothing was heard of the printing worker: begun again");
  return act();
});

/** Start a worker that prints; its Python starts while this one makes the document. */
const startPaper = () => twice(async () => {
  const worker = new Worker("paper.js", { type: "module" });
  const ask = (what) => new Promise((yes, no) => {
    let silent;
    const end = (tell, made) => {
      clearTimeout(silent);
      worker.onmessage = worker.onerror = null;
      tell(made);
    };
    const wait = () => {
      clearTimeout(silent);
      silent = setTimeout(() => { worker.terminate(); end(no, new Silence(words["not-loaded"])); }, SILENT);
    };
    wait();
    worker.onerror = (event) => end(no, new Error(event.message || words["not-loaded"]));
    worker.onmessage = ({ data }) => {
      if (data?.heard) wait();
      else if (data?.loaded) clearTimeout(silent); // Typst says nothing while it sets
      else if (data?.error) end(no, new Error(data.error));
      else end(yes, data);
    };
    worker.postMessage(what);
  });
  await ask({ words, typst }); // a worker begins only while this one does nothing
  return { ask, end: () => worker.terminate() };
});

/** Return a document as PDF, one after the other; Typst stays compiled for a moment. */
function print(needs, document, begun) {
  prints += 1;
  const made = printing.then(() => twice(async () => {
    const paper = begun || await startPaper();
    begun = null;
    try {
      const done = await paper.ask({ needs, document });
      typst = done.typst;
      clearTimeout(forget);
      forget = setTimeout(() => { typst = undefined; }, KEEP);
      return done.pdf;
    } finally {
      paper.end();
    }
  }));
  printing = made.catch(() => {}).then(() => { prints -= 1; });
  return made;
}

/** Remove what an earlier version has kept. */
async function tidy() {
  const cache = await self.caches?.open(`${NAME} later`);
  const needed = Object.values(words.later).map((file) => new URL(file, HERE).href);
  for (const { url } of (await cache?.keys()) || []) if (!needed.includes(url)) await cache.delete(url);
}

/** Return the whole session as a file's bytes. */
function session() {
  return plain(walk.data());
}

const does = {
  async open(given) {
    words = given;
    py = await startPython(words, "paper.packed", "python.packed");
    py.FS.mkdirTree("/data");
    py.runPython(`
      import os, sys
      from workshop.web.walk import Walk
      for file in {getattr(module, "__file__", None) or "" for module in sys.modules.values()}:
          if file.startswith("/site/"): os.unlink(file) # it is in memory, and not read again
    `);
    bytes = py.runPython("lambda data: data.to_bytes()");
    walk = py.globals.get("Walk")(FILE, words.content);
    try {
      await load();
    } catch (error) {
      console.error(error);
      throw new Error(raw ? words.unreadable : words.failed.replace("{problem}", error.message.trim().split("\n").pop()));
    }
    await lead();
    ready = true;
    tidy().catch((error) => console.warn(error));
    return walk.about();
  },
  turn(id, by) {
    const page = walk.turn(id, by);
    at = JSON.parse(page).id;
    return page;
  },
  async take(number, message) {
    const answer = JSON.parse(walk.take(number, message));
    return JSON.stringify(await keep(answer, "problem"));
  },
  async undo() {
    return (await keep({ ok: true, said: walk.undo() }, "said")).said;
  },
  async bring(name, data, row) {
    await add(JSON.parse(walk.needs(name)));
    const result = JSON.parse(walk.bring(name, bytes(data), row));
    return JSON.stringify(result.ok ? await keep(result, "said") : result);
  },
  async restore(_name, data) {
    try {
      walk.load(bytes(data));
    } catch (error) {
      console.warn(error.message);
      return JSON.stringify({ ok: false, said: words["no-session"] });
    }
    return JSON.stringify(await keep({ ok: true, said: words["brought-session"] }, "said"));
  },
  async forget() {
    walk.load(bytes(new Uint8Array()));
    raw = null;
    await store(null);
  },
  /** Return the versions from before which a copy of the session is kept. */
  async copies() {
    const names = await wait((await base).transaction("kept").objectStore("kept").getAllKeys());
    return names.filter((name) => name.startsWith(BEFORE)).map((name) => name.slice(BEFORE.length));
  },
  async download(kind) {
    if (kind.startsWith(BEFORE)) return (await stored(kind)).data;
    if (kind.endsWith(".workshop")) return ready ? session() : raw; // what cannot be read is given back as it is
    if (!kind.endsWith(".pdf")) return plain(walk.download(kind));
    const begun = prints ? null : await startPaper();
    try {
      const needs = JSON.parse(walk.needs(kind)), made = plain(walk.download(kind));
      return () => print(needs, made, begun); // meanwhile answers are taken
    } catch (error) {
      begun?.end();
      throw error;
    }
  },
};

/** Keep the session after a change, and return what to answer: never “saved” if it is not. */
async function keep(answer, where) {
  if (answer.ok) {
    try {
      await store(session());
    } catch (error) {
      console.warn(error);
      await load(); // Python knows only what is kept, as the next visit will
      walk.turn(at);
      const newer = error.message === "newer";
      if (newer) postMessage({ event: "again" });
      return { ...answer, ok: false, saved: false, [where]: words[newer ? "newer" : "not-saved"] };
    }
  }
  setTimeout(() => inTurn(() => postMessage({ changed: walk.changed() })));
  return answer;
}

let queue = Promise.resolve();
function inTurn(act) {
  const done = queue.then(act);
  queue = done.catch((error) => console.error(error));
  return done;
}

onmessage = ({ data: { id, what, args } }) => inTurn(async () => {
  try {
    const result = await does[what](...args);
    if (result instanceof Function) result().then((made) => postMessage({ id, result: made }), (error) => fail(id, error));
    else postMessage({ id, result });
  } catch (error) {
    fail(id, error);
  }
});

function fail(id, error) {
  console.error(error);
  postMessage({ id, error: String(error.message) });
}

// The page around the questions. Fields are drawn by live.js as in a notebook; Python, in a worker,
// says what is shown and keeps what is answered.
import front from "./live.js";

const WORDS = JSON.parse(document.getElementById("words").textContent);
const at = (id) => document.getElementById(`web-${id}`);
const main = document.getElementById("main");
const calls = new Map();
const WASM = "pyodide/pyodide.asm.wasm";
const keeper = navigator.serviceWorker; // none over plain HTTP
const kept = !!keeper?.controller; // whether it gives what this visit loads
let last = 0, models = [], ends = [], here = null, about = null, asked = false, chosen = null;

const worker = new Worker("worker.js", { type: "module" });
worker.onerror = (event) => tell(WORDS["too-old"] + (event.message ? ` (${event.message})` : ""));
worker.onmessage = ({ data }) => {
  if (data.changed) return redraw(JSON.parse(data.changed));
  if (data.event === "again") return go(here?.id || "", 0, true);
  const call = calls.get(data.id);
  calls.delete(data.id);
  if ("error" in data) call.no(new Error(data.error));
  else call.yes(data.result);
};

function call(what, ...args) {
  const id = ++last;
  worker.postMessage({ id, what, args });
  return new Promise((yes, no) => calls.set(id, { yes, no }));
}

function tell(words) { at("state").textContent = words; at("state").hidden = !words; }

function say(lines) {
  at("said").replaceChildren(...[lines].flat().map((line) => Object.assign(document.createElement("p"), { textContent: line })));
}

/** What live.js knows of a widget: a view that changes, and somebody to send to. */
class Model {
  constructor(number, view) { this.number = number; this.view = view; this.listeners = new Map(); }
  get(name) { return name === "view" ? this.view : false; }
  on(name, listener) { this.listeners.set(name, listener); }
  off(name) { this.listeners.delete(name); }
  set(view) { this.view = view; this.listeners.get("change:view")?.(); }
  send(message) {
    if (!asked) navigator.storage?.persist?.();
    asked = true;
    call("take", this.number, JSON.stringify(message)).then((answer) => this.listeners.get("msg:custom")?.(JSON.parse(answer)));
  }
}

/** Python escapes every word that somebody typed, and the page's policy runs no script in it. */
function fill(node, html) { node.innerHTML = html; }

function draw(page) {
  for (const end of ends) end();
  ends = [];
  models = [];
  const top = document.createElement("h1");
  top.tabIndex = -1;
  top.textContent = page.id === about.findings ? WORDS.findings : about.parts[page.part - 1].title;
  main.replaceChildren(top);
  if (page.last) { // what is there to take away stands below all findings
    const jump = Object.assign(document.createElement("button"), { type: "button", className: "web-jump", textContent: WORDS.yours });
    jump.onclick = () => at("yours").querySelector("summary").focus();
    main.append(jump);
  }
  let folded = null;
  for (const item of page.items) {
    const node = document.createElement("div");
    if (item.html !== undefined) {
      fill(node, item.html);
      main.append(node);
    } else if (item.kind === "ask") {
      main.append(node);
      const model = new Model(item.screen, item.view);
      models[item.screen] = model;
      ends.push(front.render({ model, el: node }));
    } else {
      let place = main;
      if (item.folded) {
        folded ||= fold(WORDS.background, main);
        place = folded;
      }
      place.append(node);
      const set = item.kind === "findings" ? (view) => showFindings(node, view) : (view) => fill(node, view.html);
      models[item.screen] = { set };
      set(item.view);
    }
  }
  here = page;
  head(page);
  at("turn").hidden = false;
  at("back").disabled = page.first;
  at("next").disabled = page.last;
  if (page.last) at("yours").open = true;
  for (const link of at("parts").querySelectorAll("a")) {
    const current = page.last ? link.dataset.id === about.findings : link.dataset.part === String(page.part);
    if (current) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  }
  document.body.dataset.at = page.id;
}

function fold(words, into) {
  const details = document.createElement("details");
  details.append(Object.assign(document.createElement("summary"), { textContent: words }));
  into.append(details);
  return details;
}

function showFindings(node, view) {
  fill(node, view.html);
  if (!view.folded) return;
  const inner = document.createElement("div");
  fill(inner, view.folded);
  fold(view.title, node).append(inner);
}

function head(page) {
  at("bar").hidden = false;
  at("progress-words").textContent = page.progress;
  at("progress").max = page.total;
  at("progress").value = page.done;
  at("advice").textContent = page.advice + ".";
  at("locked").textContent = page.locked;
  at("locked").hidden = !page.locked;
  at("undo").disabled = at("bring").disabled = at("take").disabled = at("delete").disabled = !!page.locked;
}

function redraw({ views, ...page }) {
  for (const [number, view] of views) models[number]?.set(view);
  head(page);
}

let going = Promise.resolve();
function go(id, by = 0, stay = false) {
  going = going.then(async () => {
    if (id === about.findings || here?.id?.startsWith("part-7")) tell(WORDS.again);
    const page = JSON.parse(await call("turn", id, by)), first = !here;
    draw(page);
    tell("");
    if (stay) return;
    history.replaceState(null, "", `#${page.id}`);
    if (first) return; // somebody may have begun to read
    window.scrollTo(0, 0);
    (main.querySelector("[data-step] h2") || main.querySelector("h1")).focus({ preventScroll: true });
  });
  return going;
}

function download(name, data) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([data], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

const wide = matchMedia("(min-width: 45rem)"); // there the parts are always in sight
const unfold = () => { at("places").open = wide.matches; };
wide.addEventListener("change", unfold);
unfold();

at("back").onclick = () => go(here.id, -1);
at("next").onclick = () => go(here.id, 1);
at("undo").onclick = async () => tell(await call("undo"));
at("saves").onclick = async ({ target: button }) => {
  const { file, as } = button.dataset;
  if (!file) return;
  button.disabled = true;
  if (file.endsWith(".pdf")) say(WORDS["making-pdf"]);
  try {
    download(as || file, await call("download", file));
    say([]);
  } catch (error) {
    say(error.message);
  }
  button.disabled = false;
};
at("bring").onchange = async () => {
  const file = at("bring").files[0];
  at("bring").value = "";
  if (!file) return;
  const session = file.name.endsWith(".workshop");
  if (session && !confirm(WORDS.replace)) return;
  await take(session ? "restore" : "bring", file.name, new Uint8Array(await file.arrayBuffer()), 0);
};
at("take").onclick = () => take(...chosen, Number(at("row").value));

/** Take in a file; of a table with several rows it is asked which. */
async function take(what, name, data, row) {
  try {
    const { ok, said, rows } = JSON.parse(await call(what, name, data, row));
    say(said);
    chosen = [what, name, data];
    at("rows").hidden = !rows?.length;
    at("row").replaceChildren(...(rows || []).map((one) => new Option(one.label, one.row)));
    if (ok) await go(here?.id || "", 0, true);
  } catch (error) {
    say(error.message);
  }
}
at("delete").onclick = async () => {
  if (!confirm(WORDS["delete-sure"])) return;
  await call("forget");
  if (!about) return location.reload();
  say(WORDS.deleted);
  await go("", 0);
};

try {
  about = JSON.parse(await call("open", { ...WORDS, kept }));
  for (const [number, part] of about.parts.entries()) addLink(part.id, `${number + 1}. ${part.title}`, number + 1);
  addLink(about.findings, WORDS.findings, 0);
  for (const version of await call("copies")) addCopy(version);
  at("yours").hidden = false;
  await go(decodeURIComponent(location.hash.slice(1)));
} catch (error) {
  const unreadable = error.message === WORDS.unreadable; // then it can be taken away and deleted
  at("yours").hidden = !unreadable;
  at("yours").open = unreadable;
  tell(error.message);
}
document.body.dataset.ready = "yes";

function addCopy(version) {
  const words = WORDS["save-before"].replace("{version}", version);
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: words });
  Object.assign(button.dataset, { file: `before ${version}`, as: `session-before-${version}.workshop` });
  at("saves").append(button);
}

function addLink(id, words, part) {
  const link = Object.assign(document.createElement("a"), { href: `#${id}`, textContent: words });
  link.dataset.id = id;
  link.dataset.part = part;
  link.onclick = (event) => {
    event.preventDefault();
    unfold();
    go(id);
  };
  const item = document.createElement("li");
  item.append(link);
  at("parts").append(item);
}

if (keeper) {
  await keeper.register("sw.js");
  await keeper.ready;
  at("offline").hidden = false;
  document.body.dataset.offline = "yes";
  if (!kept) {
    // a browser keeps what it has compiled only for files that the service worker gives: so it is
    // asked for once more, is there already, and the next visit starts in half the time
    if (!keeper.controller) await new Promise((yes) => { keeper.oncontrollerchange = yes; });
    await WebAssembly.compileStreaming(fetch(WASM)).catch((error) => console.warn(error));
  }
}

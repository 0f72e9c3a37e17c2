// Makes the pages follow the room by themselves. Without it everything works by reloading.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const BEAT = 5000; // the server speaks at least so often
const POLL = 3000;

// A code or a key that stands behind the # of the address: it was never sent, and it goes now.
function takeWhatIsBehind() {
  const behind = decodeURIComponent(location.hash.slice(1));
  const code = $("[data-code]");
  const key = $("[data-key]");
  if (code && /^[A-Za-z0-9]{4,12}$/.test(behind)) {
    code.value = behind;
    history.replaceState(null, "", location.pathname);
  } else if (key && /^[\w-]{43}$/.test(behind)) {
    history.replaceState(null, "", location.pathname);
    key.value = behind;
    key.form.submit();
  }
}
takeWhatIsBehind();
addEventListener("hashchange", takeWhatIsBehind);

function say(words) {
  const place = $("[data-live-words]");
  if (place) place.textContent = words;
}

/** Ask the server, and give up after a while: a connection may be dead without saying so. */
async function asked(address, options = {}, wait = 8000) {
  const giveUp = new AbortController();
  const clock = setTimeout(() => giveUp.abort(), wait);
  try {
    const answer = await fetch(address, {
      credentials: "same-origin", signal: giveUp.signal, ...options,
    });
    return { ok: answer.ok, status: answer.status, url: answer.url, text: await answer.text() };
  } finally {
    clearTimeout(clock);
  }
}

const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

// -- what somebody is typing stays when the page around it changes

const drafts = new Map();
const shown = (form) => [...form.elements].filter((e) => e.name && e.type !== "hidden" && e.tagName !== "BUTTON");
/** What a form is about: all that it sends unseen, but for the secrets that each page has anew. */
function draftKey(form) {
  const unseen = [...form.elements].filter((e) => e.type === "hidden" && !["form", "slip"].includes(e.name));
  return [form.getAttribute("action"), form.id, ...unseen.map((e) => e.value)].join("|");
}
const turnable = (e) => e.type === "radio" || e.type === "checkbox";

function isTyped(e) {
  if (turnable(e)) return e.checked !== e.defaultChecked;
  if (e.tagName === "SELECT") return [...e.options].some((o) => o.selected !== o.defaultSelected) && e.selectedIndex > 0;
  return e.value !== e.defaultValue;
}

/** What was sent of a form; who goes on in it before the answer is there has that left. */
function sentOf(form) {
  return { key: draftKey(form), given: new Set(shown(form).map(stateOf)) };
}

const stateOf = (e) => JSON.stringify([e.name, e.value, turnable(e) && e.checked]);

/** Keep what is typed, but for what was sent, also where a newer page has it again. */
function keepDrafts(root, sent) {
  for (const form of root.querySelectorAll("form")) {
    const given = draftKey(form) === sent?.key ? sent.given : new Set();
    const typed = shown(form).filter((e) => isTyped(e) && !given.has(stateOf(e)));
    if (!typed.length) {
      drafts.delete(draftKey(form));
      continue;
    }
    drafts.set(draftKey(form), typed.map((e) => ({
      name: e.name, value: e.value, checked: turnable(e) ? e.checked : undefined,
      words: turnable(e) ? (e.checked ? e.labels[0]?.textContent : "") : e.value,
    })));
  }
}

function giveDrafts(root) {
  for (const form of root.querySelectorAll("form")) {
    if (sending.has(draftKey(form))) enable(form, false);
    for (const one of drafts.get(draftKey(form)) ?? []) {
      const field = shown(form).find((e) => e.name === one.name && (one.checked === undefined || e.value === one.value));
      if (!field) continue;
      if (one.checked === undefined) field.value = one.value;
      else field.checked = one.checked;
    }
  }
  for (const place of root.querySelectorAll("[data-draft]")) {
    const words = (drafts.get(place.dataset.draft) ?? []).map((one) => one.words).filter(Boolean);
    place.hidden = !words.length;
    $("q", place).textContent = words.join(" · ");
  }
}

/** What is on its way, by form: news may draw it anew, and who pressed once more would send it twice. */
const sending = new Map();
/** Forms that were filled in once more and sent while they were on their way, with their button: they follow the answer. */
const follows = new Map();
function enable(form, yes) {
  for (const button of form.querySelectorAll("button")) {
    if (yes) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
  }
}

/** Where the page keeps what is typed on it: of this room and this browser alone, on a phone of this question alone. */
const typedAt = () => `typed ${location.pathname} ${$("main").dataset.mine}${$("main").dataset.of ?? ""}`;
const LEAVES = ["/console/delete", "/console/stop"];
/** Whether what was typed in a form outlasts the page; of ballots only that of the question that the phone is on. */
const outlasts = (key) => !LEAVES.some((action) => key.startsWith(action))
  && (!key.startsWith("/vote|") || $("main").dataset.of.endsWith(key.slice("/vote|".length)));

/** What another page, question or person had typed is gone. */
function forgetTyped(but) {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(`typed ${location.pathname} `) && key !== but) sessionStorage.removeItem(key);
  }
}

function storeTyped() {
  if (!("mine" in $("main").dataset)) return;
  keepDrafts(document);
  try {
    forgetTyped(typedAt());
    sessionStorage.setItem(typedAt(), JSON.stringify([...drafts].filter(([key]) => outlasts(key))));
  } catch { /* no storage: it is lost with the page */ }
}

/** Who comes back to a page, or loads it anew, finds what they typed in its place; on the console folded out. */
function keepOverPages() {
  try {
    if ($("form.joins")) forgetTyped(); // whoever joins here next typed nothing yet
    if (!("mine" in $("main").dataset)) return;
    for (const [key, typed] of JSON.parse(sessionStorage.getItem(typedAt()) ?? "[]")) drafts.set(key, typed);
  } catch { /* as above */ }
  giveDrafts(document);
  for (const form of "stay" in $("main").dataset ? document.querySelectorAll("form") : []) {
    for (let at = drafts.has(draftKey(form)) && form.parentElement; at; at = at.parentElement) if (at.localName === "details") at.open = true;
  }
  storeTyped();
  addEventListener("pagehide", storeTyped);
  document.addEventListener("input", storeTyped); // a phone that needs its memory leaves a page without a word
}
keepOverPages();

/** The form that stands where an older one stood: about the same, on a newer page. */
const sameForm = (form, root) => [...root.querySelectorAll("form")].find((one) => draftKey(one) === draftKey(form));

/** Why something was refused stays with what was typed, until that is sent again. */
function keepProblems(now, next, sent) {
  for (const said of now.querySelectorAll("form > [data-problem]")) {
    const form = said.parentElement;
    if (draftKey(form) !== sent?.key) sameForm(form, next)?.append(said);
  }
}

/** A helper may type what is decided while the next question is asked: it is kept, and folded out when it is back. */
function sayWhatIsKept(now, next, sent) {
  const here = new Set([...next.querySelectorAll("form")].map(draftKey));
  const gone = [...now.querySelectorAll("form")].some((form) => drafts.has(draftKey(form)) && !here.has(draftKey(form)));
  const place = $("[data-typed]", next);
  if (place) place.hidden = sent !== undefined || !gone;
  for (const form of next.querySelectorAll("form[action$='/decide']")) {
    if (drafts.has(draftKey(form))) form.closest("details").open = true;
  }
}

const named = (details) => details.id || $("summary", details)?.textContent;

/** Return what finds on a newer page what has the focus in a part of this one; most buttons have no id. */
function placeOfFocus(part) {
  const one = part.contains(document.activeElement) ? document.activeElement : part;
  const { id, form } = one;
  if (id) return () => document.getElementById(id);
  const at = form ? [...form.elements].indexOf(one) : -1;
  if (form) return (root) => sameForm(form, root)?.elements[at];
  const same = { A: (other) => other.href === one.href, SUMMARY: (other) => named(other.parentElement) === named(one.parentElement) };
  return (root) => [...root.querySelectorAll(one.tagName)].find(same[one.tagName] ?? (() => false));
}

/** Return what gives the focus on a newer page to what has it in a part of this one, with what is selected in it. */
function focusOf(part) {
  const place = placeOfFocus(part);
  const { value, selectionStart, selectionEnd } = part.contains(document.activeElement) ? document.activeElement : part;
  return (root, otherwise) => {
    const found = place(root) ?? otherwise;
    found?.focus({ preventScroll: true });
    if (Number.isInteger(selectionStart) && found?.value === value) found.setSelectionRange(selectionStart, selectionEnd);
  };
}

/** Put a part in the place of an older one; what is open stays open, what has the focus keeps it. */
function renew(part, fresh) {
  const open = new Set([...part.querySelectorAll("details[open]")].map(named));
  for (const one of fresh.querySelectorAll("details")) if (open.has(named(one))) one.open = true;
  if (part.isEqualNode(fresh)) return;
  const had = part.contains(document.activeElement);
  const focus = focusOf(part);
  keepDrafts(part);
  keepProblems(part, fresh);
  part.replaceWith(fresh);
  giveDrafts(fresh);
  fit();
  if (had) focus(fresh);
}

/** Show another state of this page. On the console nothing moves under somebody's hands. */
function turn(page, sent) {
  const now = $("main");
  const next = $("main", page);
  if (!next) throw new Error("no page");
  const stays = "stay" in now.dataset && "stay" in next.dataset;
  keepDrafts(now, sent);
  keepProblems(now, next, sent);
  timer = next.dataset.timer ?? timer;
  document.title = page.title;
  if (!stays) {
    now.replaceWith(next);
    fit();
    if (!sent && next.dataset.of !== now.dataset.of && next.dataset.of?.startsWith(" kept")) drafts.clear();
    giveDrafts(next);
    storeTyped();
    say($("[data-say]", next)?.textContent ?? "");
    scrollTo(0, 0);
    next.focus({ preventScroll: true });
    return;
  }
  const at = scrollY;
  const focus = focusOf(now);
  const open = new Set([...now.querySelectorAll("details[open]")].map(named));
  // what was done is said until something else is done, whatever happens meanwhile
  const done = sent ? null : $(":scope > .kept", now);
  if (done && !$(":scope > .kept", next)) $(".bar", next)?.after(done);
  now.replaceWith(next);
  for (const one of next.querySelectorAll("details")) if (open.has(named(one))) one.open = true;
  giveDrafts(next);
  sayWhatIsKept(now, next, sent);
  storeTyped();
  shrink();
  const text = $(".kept, [data-say]", next)?.textContent ?? "";
  say(text);
  scrollTo(0, at);
  focus(next, next);
}

/**
 * The wall fits the screen: type as large as it can be. A list is left whole as long as it is read from the last row;
 * what then has no room is counted. Where only what has to be seen is left, as a decision with its dissent, type is smaller still.
 */
function fit() {
  const body = document.body;
  if (!body.classList.contains("wall")) return;
  body.style.fontSize = "";
  const columns = document.querySelectorAll(".beside:not(.lobby, .ask) > div");
  const tallies = document.querySelectorAll(".tally:not(.overview)");
  for (const one of columns) one.style.fontSize = "";
  for (const one of tallies) one.style.removeProperty("--dot");
  const made = $(".made");
  $("main").classList.remove("tight");
  const spare = [...document.querySelectorAll("[data-spare]")];
  /** Leave the first of what may be left out, and say how many entries are missing. */
  const keep = (count) => {
    spare.forEach((one, at) => { one.hidden = at >= count; });
    const more = $("[data-more]");
    const missing = [...document.querySelectorAll(":is(.made, .facts) > li, .tally tbody tr")].filter((one) => one.closest("[hidden]"));
    if (more) more.hidden = !missing.length;
    if (more) more.textContent = more.dataset.more.replace("{n}", missing.length);
  };
  keep(spare.length);
  const wide = innerWidth >= 900; // elsewhere one scrolls
  const height = Math.min(innerHeight, innerWidth * 0.5625);
  const least = height * (made ? 0.02 : 0.024); // all that was decided is read along, rather small than not at all
  const set = (size) => { body.style.fontSize = `${size}px`; };
  const fits = () => !wide || document.documentElement.scrollHeight <= innerHeight;
  const few = made && !$(".made > :nth-child(3)"); // else half of the wall stays empty
  const high = height * (few ? 0.056 : 0.038);
  if (wide) set(high);
  let size = fits() ? high : largest(least, high, set, fits);
  if (!fits()) { // the room that is left empty goes to the list
    $("main").classList.add("tight");
    size = largest(least, high, set, fits);
  }
  if (!fits()) {
    let [holds, over] = [0, spare.length];
    while (over - holds > 1) {
      const count = Math.floor((holds + over) / 2);
      keep(count);
      if (fits()) holds = count;
      else over = count;
    }
    keep(holds);
    size = largest(least, high, set, fits);
  }
  if (!fits()) size = largest(least / 2, least, set, fits);
  /** Enlarge something of a part as far as the wall and the part's own lines allow. */
  const enlarge = (part, low, most, to) => {
    to(low);
    const before = broken(part);
    const box = part.closest(".beside > div") ?? part.parentElement;
    const holds = () => fits() && box.scrollWidth <= box.clientWidth && broken(part) <= before;
    to(most);
    if (!holds()) largest(low, most, to, holds);
  };
  // the dots, so that any number of them keeps to a line with its count, and a choice to its own
  for (const one of tallies) {
    const dot = parseFloat(getComputedStyle(one).getPropertyValue("--dot"));
    enlarge(one, Math.min(dot, 0.42), wide ? Math.max(dot, 0.62) : dot, (to) => one.style.setProperty("--dot", `${to}em`));
  }
  if (!wide) return;
  // many facts make the type small: the result beside them is as large as its own column allows
  for (const one of columns) enlarge(one, size, high, (to) => { one.style.fontSize = `${to}px`; });
}

/** Set the largest size at which something holds, and return it. */
function largest(low, high, set, holds) {
  for (let turn = 0; turn < 7; turn += 1) {
    const size = (low + high) / 2;
    set(size);
    if (holds()) low = size;
    else high = size;
  }
  set(low);
  return low;
}

/** How many rows of dots do not stand in one line with their count, and how many lines choices have beyond their first. */
function broken(part) {
  const text = document.createRange();
  const lines = (choice) => {
    text.selectNodeContents(choice);
    return new Set([...text.getClientRects()].map((one) => Math.round(one.top))).size - 1;
  };
  const rows = [...part.querySelectorAll("td:has(i)")].filter((cell) => {
    const [first, ...rest] = [...cell.querySelectorAll("i, .count")].map((e) => e.getBoundingClientRect());
    return rest.some((one) => one.top > (first.top + first.bottom) / 2);
  });
  return [...part.querySelectorAll(".tally:not(.overview) tbody th")].reduce((sum, one) => sum + lines(one), rows.length);
}
fit();
addEventListener("resize", fit);
document.fonts?.ready.then(fit);

/** The console's picture of the wall: as it is on 1280 by 720, made as wide as its place. */
function shrink() {
  const frame = $("[data-picture]");
  if (!frame) return;
  frame.parentElement.hidden = false;
  frame.style.transform = `scale(${frame.parentElement.clientWidth / 1280})`;
}
shrink();
addEventListener("resize", shrink);

// -- whoever presses a button presses the one that they see: nothing is put in its place until it is let go

let held = null;
let letGo = () => {};
function hold() {
  if (held) return;
  const mine = new Promise((go) => {
    letGo = () => {
      if (held === mine) held = null; // else another press holds by now
      go();
    };
  });
  held = mine;
  setTimeout(letGo, 10000); // it may be let go where the page does not hear of it
}
for (const name of ["pointerdown", "keydown"]) addEventListener(name, hold, true);
for (const name of ["click", "pointercancel", "keyup"]) addEventListener(name, () => setTimeout(letGo), true);
// of a mouse the click has come by then; of a finger it comes later, as a task of its own, or never
addEventListener("pointerup", (event) => setTimeout(letGo, event.pointerType === "mouse" ? 0 : 500), true);
addEventListener("blur", () => setTimeout(letGo));

// One look at a time; what comes in meanwhile is looked at afterwards.
let looking = false;
let due = "";
let latest = null;
async function look(whole) {
  if (looking) {
    due = whole ? "whole" : due || "parts";
    return;
  }
  looking = true;
  const before = latest;
  try {
    const answer = await asked(location.pathname, { redirect: "manual" });
    if (!answer.ok) throw new Error(answer.text);
    const page = parsed(answer.text);
    await held;
    if (whole) {
      turn(page);
      catchUp(before);
    } else {
      for (const part of $("main").querySelectorAll("[data-live]")) {
        const fresh = page.getElementById(part.id);
        if (fresh) renew(part, fresh);
      }
    }
  } catch {
    setTimeout(() => look(whole), 2000);
  } finally {
    looking = false;
  }
  if (due) {
    const next = due;
    due = "";
    look(next === "whole");
  }
}

/** A page that was on its way is older than the news that came in meanwhile, or may be. */
function catchUp(before) {
  if (latest !== before) receive(latest);
}

// What the page shows, not what the first news says: it may be newer than the page.
let timer = $("main")?.dataset.timer;
let signal = "";
/** The timer: look again when it says something else, and say aloud what is worth it, once. */
function receiveTimer(news) {
  if (news.timer === undefined) return;
  const turned = timer !== undefined && news.timer !== timer;
  timer = news.timer;
  if (news.signal && news.signal !== signal) say(news.signal);
  signal = news.signal;
  if (!turned) return;
  look(false);
  $("[data-picture]")?.contentWindow.location.reload();
}

/** The console's picture of the wall has no connection of its own. */
function countOnPicture() {
  const wall = $("[data-picture]")?.contentDocument;
  for (const place of wall?.querySelectorAll("[data-counts]") ?? []) {
    place.textContent = $("[data-counts]").textContent;
  }
}
// it may have been on its way while a vote came in
document.addEventListener("load", (event) => { if ("picture" in (event.target.dataset ?? {})) countOnPicture(); }, true);

let here; // who is here, as the console's news sum it up
function receive(news) {
  const now = $("main");
  receiveTimer(news);
  if (news.mark !== now.dataset.mark) {
    look(true);
    return;
  }
  for (const place of now.querySelectorAll("[data-closing]")) place.hidden = !news.closing;
  let changed = here !== undefined && news.here !== here;
  here = news.here;
  for (const place of now.querySelectorAll("[data-counts]")) {
    changed = changed || place.textContent !== news.counts;
    place.textContent = news.counts;
  }
  countOnPicture();
  if (changed && $("[data-live]:not(.timer)", now)) look(false);
}

// -- following: a stream; where there is none, or it died without a word, the page asks by itself

const page = Math.random().toString(36).slice(2, 12);
let source = null;
let lastContact = 0;
let failures = 0;
let opening = 0;

function isLost(yes) {
  const said = $("[data-lost]");
  const back = !said.hidden && !yes;
  said.hidden = !yes;
  for (const place of back ? document.querySelectorAll("[data-problem]") : []) {
    if (place.textContent === $("[data-unsent]").textContent) place.textContent = $("[data-back]").textContent;
  }
}

function alive() {
  lastContact = Date.now();
  isLost(false);
}

/** The session was deleted: nothing of it stays on a page that is still open. */
function isGone() {
  source.close();
  source = null;
  $("main").removeAttribute("data-follow");
  $("main").removeAttribute("data-mine");
  $("main").replaceChildren(...$("[data-gone]").childNodes);
  try { forgetTyped(); } catch { /* no storage */ }
}

function follow() {
  const main = $("main[data-follow]");
  if (!main || !window.EventSource) return;
  source?.close();
  opening = Date.now();
  source = new EventSource(`${main.dataset.follow}?page=${page}`);
  source.onopen = () => { failures = 0; alive(); };
  source.addEventListener("beat", alive);
  source.onmessage = (event) => { alive(); latest = JSON.parse(event.data); receive(latest); };
  source.addEventListener("gone", isGone);
  source.onerror = () => { failures += 1; check(); };
}

let checking = false;
/** Ask once where the room is; say so if nobody answers. */
async function check() {
  const main = $("main[data-follow]");
  if (!main || checking) return;
  checking = true;
  const before = latest;
  try {
    const answer = await asked(`${main.dataset.follow}?once`, {}, 5000);
    if (answer.status === 403) { // taken off the list, or another cookie: the page says how to join
      location.reload();
      return;
    }
    if (!answer.ok) throw new Error(answer.text);
    isLost(false);
    if (latest === before) receive(JSON.parse(answer.text)); // else the stream has told more
  } catch {
    isLost(true);
  } finally {
    checking = false;
  }
}

let last = Date.now();
let polled = 0;
function watch() {
  const now = Date.now();
  const slept = now - last > 4 * POLL;
  last = now;
  if (!$("main[data-follow]") || !source) return;
  const silent = now - Math.max(lastContact, opening) > 2.5 * BEAT;
  const closed = source.readyState === EventSource.CLOSED;
  if (slept || silent || closed) {
    if (slept || now - polled >= POLL - 200) {
      polled = now;
      check();
    }
    const wait = Math.min(30000, 2000 * 2 ** Math.min(failures, 4));
    if (slept || now - opening > (closed ? wait : 2.5 * BEAT)) follow();
  }
}
follow();
setInterval(watch, 1000);

// A phone that slept may have given the connection up.
function woken() {
  if (document.hidden || !source) return;
  check();
  if (source.readyState === EventSource.CLOSED || Date.now() - lastContact > 1.5 * BEAT) follow();
}
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
addEventListener("online", woken);
addEventListener("offline", check); // asks, because on the room's own computer it may still answer
addEventListener("focus", woken);
document.addEventListener("visibilitychange", woken);

// -- forms: sent without leaving the page, so that nothing typed is lost when they cannot be kept

/** Say why something was refused: at its form, which news may have drawn anew, or above a page that has it no more. */
function problem(sent, words) {
  const form = sent.isConnected ? sent : sameForm(sent, document);
  let place = $(":scope > [data-problem]", form ?? $("main"));
  if (!place) {
    place = document.createElement("p");
    place.className = "problem";
    place.dataset.problem = "";
    place.setAttribute("role", "alert");
    if (form) form.append(place);
    else $("main").prepend(place);
  }
  place.textContent = words;
  $("main > .kept")?.remove();
  place.scrollIntoView({ block: "nearest" });
  const first = document.getElementById(form?.dataset.next);
  first?.focus();
  first?.setSelectionRange(first.value.length, first.value.length); // it is corrected, not typed over
}

// Another code typed or pasted over that of a refused ballot is another person's: the rest of that ballot goes.
document.addEventListener("beforeinput", (event) => {
  const { form, value, id, selectionStart, selectionEnd } = event.target;
  if (!form || form.dataset.next !== id || !$("[data-problem]", form)) return;
  if (selectionStart > 0 || selectionEnd < value.length) return;
  for (const one of shown(form)) if (one !== event.target && one.tagName !== "SELECT") one.value = "";
});

// Who types the next ballot before the answer to the last is there may type the same: it is not what was sent.
document.addEventListener("input", (event) => {
  const { form } = event.target;
  if (form) sending.get(draftKey(form))?.given.delete(stateOf(event.target));
});

/** What was sent without an answer may have arrived: sent once more as it is, it counts as the same. */
const unsure = new Map();
const newSlip = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))).replaceAll("+", "-").replaceAll("/", "_").slice(0, 43);
async function send(form, submitter) {
  const data = new URLSearchParams(new FormData(form));
  if (submitter?.name) data.set(submitter.name, submitter.value);
  const before = latest;
  const sent = sentOf(form);
  const all = [sent.key, ...sent.given].join();
  data.set("slip", unsure.get(all) ?? data.get("slip") ?? newSlip());
  unsure.set(all, data.get("slip"));
  sending.set(sent.key, sent);
  enable(form, false);
  const done = $("main > .kept");
  if (done) done.style.visibility = "hidden"; // it was said of what was sent before
  const next = document.getElementById(form.dataset.next);
  if (next && next === document.activeElement) next.select(); // the next one is typed over it
  let kept = false;
  try {
    const answer = await asked(form.action, { method: "POST", body: data }, 15000);
    unsure.delete(all);
    const fresh = parsed(answer.text);
    if (!answer.ok) {
      const code = data.get(next?.name);
      const typed = next && document.getElementById(next.id)?.value;
      problem(form, (code && typed !== code ? `${code}: ` : "") + ($("[data-refused]", fresh)?.textContent.replace(/^\s*▲/, "").trim() || $("[data-unsent]").textContent));
      return;
    }
    const folded = "fold" in form.dataset ? form.closest("details") : null;
    // news may have turned the page while this was sent: what is folded is then another one
    for (const one of folded ? document.querySelectorAll("details") : []) {
      if (named(one) === named(folded)) one.open = false;
    }
    if (new URL(answer.url).pathname !== location.pathname && "keep" in $("main").dataset) {
      await look(true);
      return;
    }
    if (new URL(answer.url).pathname !== location.pathname) {
      location.assign(answer.url);
      return;
    }
    await held;
    turn(fresh, sent);
    kept = true;
    catchUp(before);
    document.getElementById(form.dataset.next)?.focus();
    if ("top" in form.dataset) scrollTo(0, 0);
    else if (folded) [...document.querySelectorAll("details")].find((one) => named(one) === named(folded))?.scrollIntoView({ block: "nearest" });
  } catch {
    problem(form, $("[data-unsent]").textContent);
    if (!sent.given.size) setTimeout(() => unsure.delete(all), 60000); // a button says the same each time
  } finally {
    sending.delete(sent.key);
    for (const one of [form, ...document.querySelectorAll("form")]) if (draftKey(one) === sent.key) enable(one, true);
  }
  const by = follows.get(sent.key);
  const again = follows.delete(sent.key) && kept && sameForm(form, document);
  if (again && shown(again).some(isTyped)) again.requestSubmit([...again.elements].find((e) => e.type === "submit" && e.value === by?.value));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (sending.has(draftKey(form))) {
    event.preventDefault();
    follows.set(draftKey(form), event.submitter);
  } else if (form.matches(".ballot, [data-stay] form:not([data-leave])")) {
    event.preventDefault();
    send(form, event.submitter);
  } else {
    for (const button of form.querySelectorAll("button")) {
      setTimeout(() => { button.disabled = true; }, 0);
      setTimeout(() => { button.disabled = false; }, 4000);
    }
  }
});

// The step that leads on may be a form further down: it is opened, and typing can begin.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-opens]");
  const part = link && document.getElementById(link.dataset.opens);
  if (!part) return;
  event.preventDefault();
  const folded = part.closest("details");
  if (folded) folded.open = true;
  (folded ?? part).scrollIntoView({ block: "start" });
  const first = (folded ? part : part.parentElement).querySelector("input:not([type=hidden]), select, textarea, button");
  first?.focus({ preventScroll: true });
});

// “Nobody” and “I don't know” stand alone: a tick there clears the others, and the other way round.
document.addEventListener("input", (event) => {
  const one = event.target;
  const group = one.closest("fieldset");
  if (!group || !(one.checked || (one.type === "text" && one.value))) return;
  const alone = "alone" in one.dataset;
  for (const other of group.querySelectorAll("input[type=checkbox]")) {
    if (other !== one && (alone || "alone" in other.dataset)) other.checked = false;
  }
  for (const typed of alone ? group.querySelectorAll("input[name=other]") : []) typed.value = "";
});

// What somebody unfolds is seen whole, as far as it fits the window.
document.addEventListener("click", (event) => {
  const folded = event.target.closest("summary")?.parentElement;
  setTimeout(() => {
    if (!folded?.open || folded.getBoundingClientRect().bottom <= innerHeight) return;
    folded.scrollIntoView({ block: folded.offsetHeight > innerHeight ? "start" : "nearest" });
  }, 0);
});

// Where a page may not write to the clipboard (no https), the text is selected and copied the old way.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  const text = button && document.getElementById(button.dataset.copy);
  if (!text) return;
  text.select();
  const done = document.execCommand("copy") && $("[data-copied]", button.parentElement);
  if (!done) return;
  done.hidden = false;
  say(done.textContent);
});

// Makes the pages follow the room by themselves. Without it everything works by reloading.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);

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

async function fetched() {
  const answer = await fetch(location.pathname, { credentials: "same-origin", redirect: "manual" });
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Put a part in the place of an older one; what is open stays open, what has the focus keeps it. */
function renew(part, fresh) {
  if (part.isEqualNode(fresh)) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...part.querySelectorAll("details[open]")].map((one) => one.id);
  part.replaceWith(fresh);
  for (const id of open) if (id) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

// One look at a time; what comes in meanwhile is looked at afterwards.
let looking = false;
let again = false;
async function look(whole) {
  if (looking) {
    again = again || whole;
    return;
  }
  looking = true;
  try {
    const page = await fetched();
    const now = $("main");
    const next = $("main", page);
    if (whole) {
      document.title = page.title;
      now.replaceWith(next);
      say($("[data-say]", next)?.textContent ?? "");
      scrollTo(0, 0);
      next.focus({ preventScroll: true });
    } else {
      for (const part of now.querySelectorAll("[data-live]")) {
        const fresh = page.getElementById(part.id);
        if (fresh) renew(part, fresh);
      }
    }
  } catch {
    setTimeout(() => look(whole), 2000);
  } finally {
    looking = false;
  }
  if (again) {
    again = false;
    look(true);
  }
}

let timer;
let signal = "";
/** The timer: look again when it says something else, and say aloud what is worth it, once. */
function hearTimer(told) {
  if (told.timer === undefined) return;
  const turned = timer !== undefined && told.timer !== timer;
  timer = told.timer;
  if (told.signal && told.signal !== signal) say(told.signal);
  signal = told.signal;
  if (turned) look(false);
}

let source = null;
function follow() {
  const main = $("main[data-follow]");
  if (!main || !window.EventSource) return;
  source = new EventSource(main.dataset.follow);
  const lost = $("[data-lost]");
  source.onopen = () => { lost.hidden = true; };
  source.onerror = () => { lost.hidden = false; };
  source.onmessage = (event) => {
    const told = JSON.parse(event.data);
    const now = $("main");
    hearTimer(told);
    if (told.mark !== now.dataset.mark) {
      look(true);
      return;
    }
    let changed = false;
    for (const place of now.querySelectorAll("[data-counts]")) {
      changed = changed || place.textContent !== told.counts;
      place.textContent = told.counts;
    }
    if (changed && $("[data-live]:not(.timer)", now)) look(false);
  };
}
follow();

// A phone that slept may have given the connection up.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && source && source.readyState === EventSource.CLOSED) follow();
});

document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("button")) {
    setTimeout(() => { button.disabled = true; }, 0);
    setTimeout(() => { button.disabled = false; }, 4000);
  }
});

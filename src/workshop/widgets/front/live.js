// The fields of a step, drawn from a view that Python sends as plain data. Words are set as text,
// never as markup. What stands around the fields, and every button on them as a whole, is drawn by
// ipywidgets.

const REPLY_TIMEOUT_MS = 5000; // ms without an answer after which an answer counts as not saved
const IDLE = 1200; // ms without a key after which typed text is saved
const PROJECTOR = "ws-projector";
const LET_GO = [["pointerup", true], ["pointercancel", true], ["blur", false]]; // of the window, not of a field
let counter = 0;

/** Buttons that ipywidgets draws for a step are spared JupyterLab's shortcuts as well. */
function spareButtons() {
  const done = Symbol.for("workshop-buttons"); // every widget loads a module of its own
  if (document[done]) return;
  document[done] = true;
  document.addEventListener("focusin", ({ target }) => {
    if (target.closest?.(".ws-panel .widget-button")) target.setAttribute("data-lm-suppress-shortcuts", "true");
  });
}

const FOCUSED = new Set(["input", "select", "textarea", "button", "summary", "a"]);

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  // Single keys are shortcuts of JupyterLab (“d d” deletes a cell), unless what has the focus says no.
  if (FOCUSED.has(tag) || "tabindex" in attributes) node.setAttribute("data-lm-suppress-shortcuts", "true");
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== "") node.append(child);
  }
  return node;
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * What a kernel did not take before it ended: whatever screen of a new one has the field gives it again, also
 * after the page was loaded anew.
 */
class Unsent {
  constructor(session) {
    this.place = `workshop-unsent ${session}`;
    try {
      this.kept = new Map(JSON.parse(sessionStorage.getItem(this.place) ?? "[]"));
    } catch { // no storage: it is lost with the page
      this.kept = new Map();
    }
  }

  set(message) {
    this.kept.set(message.key, message);
    this.store();
  }

  delete(message) {
    if (!same(this.kept.get(message.key), message)) return; // it was changed since
    this.kept.delete(message.key);
    this.store();
  }

  store() {
    try {
      sessionStorage.setItem(this.place, JSON.stringify([...this.kept]));
    } catch { /* as above */ }
  }
}

/** Every widget loads a module of its own, and all of a page share what was not sent. */
const unsentOf = (session) => ((globalThis[Symbol.for("workshop.unsent")] ??= {})[session] ??= new Unsent(session));

/** A view without the answers in it: as long as this stays, fields are changed in place. */
function shape(view) {
  const fields = (group) =>
    (group.fields || []).map((f) => [f.key, f.kind, f.ask, f.why, f.good, f.unit, f.choices, f.limits, !!f.basis, f.today, f.voted]);
  return [
    view.title, view.about, view.where, view.folded, view.locked,
    (view.groups || []).map((g) => [g.key, g.title, g.folded, g.text, g.tone, g.pick && g.pick.choices, fields(g), g.buttons]),
  ];
}

class Screen {
  constructor(model, el) {
    this.model = model;
    this.el = el;
    // Every widget loads a module of its own, so a counter would give all of them the same number.
    this.uid = `ws-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
    this.pending = new Map();
    this.controls = new Map(); // by key: how a field shows a value, and what is said of it
    this.failed = new Map(); // by key: what could not be saved although it is right, as on a full disk
    this.drafts = new Map(); // by key: what is typed in a field that adds an entry, and is not added yet
    this.drawn = null;
    el.classList.add("ws", "wk", "wk-cell");
    this.onView = () => this.draw();
    this.onMessage = (message) => this.receive(message);
    model.on("change:view", this.onView);
    model.on("change:disabled", this.onView);
    model.on("msg:custom", this.onMessage);
    // Whoever presses a button presses the one that they see: nothing is put in its place until it is let go.
    this.pressed = this.late = false;
    this.leaves = new Map(); // by key: the line of such a field, and what adds what is typed there
    this.onPress = ({ target }) => {
      const goesOn = Boolean(target.closest?.("a, button, summary"));
      this.moved = performance.now();
      this.pressed ||= el.contains(target) || goesOn;
      for (const [node, addIt] of goesOn ? this.leaves.values() : []) if (!node.contains(target)) addIt();
    };
    this.onLetGo = () => {
      if (!this.pressed) return;
      setTimeout(() => { // the click comes first
        this.pressed = false;
        if (this.late) this.draw();
      });
    };
    addEventListener("pointerdown", this.onPress, true);
    for (const [name, early] of LET_GO) addEventListener(name, this.onLetGo, early);
    this.draw();
    for (const [key, message] of this.locked ? [] : [...this.unsent.kept]) {
      if (!this.controls.has(key)) continue;
      this.unsent.delete(message);
      this.put(key, message.value);
      this.send(message);
    }
  }

  end() {
    this.model.off("change:view", this.onView);
    this.model.off("change:disabled", this.onView);
    this.model.off("msg:custom", this.onMessage);
    removeEventListener("pointerdown", this.onPress, true);
    for (const [name, early] of LET_GO) removeEventListener(name, this.onLetGo, early);
    this.late = false;
    for (const wait of this.pending.values()) clearTimeout(wait.timer);
  }

  get view() {
    return this.model.get("view");
  }

  /** Whether nothing can be changed here: the session cannot be written, or the widget says so. */
  get locked() {
    return Boolean(this.view.locked || this.model.get("disabled"));
  }

  get words() {
    return this.view.words || {};
  }

  get unsent() {
    return unsentOf(this.words.session);
  }

  draw() {
    const view = this.view;
    const locked = this.locked;
    if (this.drawn && view.kind === "step" && this.wasLocked === locked && same(shape(this.drawn), shape(view))) {
      this.refresh(view);
    } else if (this.pressed) {
      this.late = true;
      return;
    } else {
      this.keepFocus(() => {
        this.controls.clear();
        const body = { step: drawStep, bar: drawBar, pack: drawPack, timer: drawTimer, walk: drawWalk }[view.kind](this, view);
        if (!this.live) {
          this.live = make("p", { class: "ws-live", role: "status", "aria-live": "polite" });
          this.body = make("div");
          this.el.replaceChildren(this.body, this.live);
        }
        this.body.replaceChildren(body);
        this.refresh(view);
      });
    }
    if (view.kind === "pack" && this.drawn && this.drawn.state !== view.state) this.say(view.text);
    this.drawn = view;
    this.wasLocked = locked;
    this.late = false;
  }

  refresh(view) {
    for (const group of view.groups || []) {
      for (const field of group.fields || []) {
        const control = this.controls.get(field.key);
        if (control) control.show(field);
      }
      const said = this.body.querySelector(`[data-said="${CSS.escape(group.key)}"]`);
      if (said && said.textContent !== (group.said || "")) said.textContent = group.said || "";
      const pick = group.pick && this.controls.get("pick");
      if (pick) pick.show(group.pick);
    }
    const state = this.body.querySelector(".ws-state");
    if (state) state.textContent = this.words[`state-${view.state}`] || "";
  }

  /** Draw anew, and leave whoever types where they are. */
  keepFocus(draw) {
    const active = this.el.contains(document.activeElement) ? document.activeElement : null;
    const key = active && active.dataset.focus;
    const at = active && "selectionStart" in active ? active.selectionStart : null;
    const typed = active && this.typing && "value" in active ? active.value : null;
    const open = [...this.el.querySelectorAll("details[data-open]")].filter((d) => d.open).map((d) => d.dataset.open);
    this.drawing = true; // a field that is put away has not been left
    draw();
    this.drawing = false;
    for (const name of open) {
      const details = this.el.querySelector(`details[data-open="${CSS.escape(name)}"]`);
      if (details) details.open = true;
    }
    if (!active || document.activeElement === active) return;
    const next = key && this.el.querySelector(`[data-focus="${CSS.escape(key)}"]`);
    if (!next) {
      const heading = this.el.querySelector("[tabindex='-1']");
      if (heading) heading.focus({ preventScroll: true });
      return;
    }
    next.focus({ preventScroll: true });
    if (typed !== null) {
      next.value = typed;
      next.dispatchEvent(new Event("input")); // it is saved from here, and no more from where it was
    }
    if (at !== null) try { next.setSelectionRange(at, at); } catch { /* not a text box */ }
  }

  /** With `left` somebody has gone on already, so the focus stays where it is. */
  send(message, status, left = false) {
    if (message.do === "give") this.failed.delete(message.key);
    const id = ++counter;
    const timer = setTimeout(() => this.give_up(id), REPLY_TIMEOUT_MS);
    this.pending.set(id, { timer, status, message, left, begun: performance.now() });
    if (status) status.tell(this.words.saving, "waiting");
    try {
      this.model.send({ ...message, id });
    } catch {
      this.give_up(id);
    }
    return id;
  }

  give_up(id) {
    const wait = this.pending.get(id);
    if (!wait) return;
    clearTimeout(wait.timer);
    wait.over = true;
    this.keep(wait, this.words["no-answer"]);
    if (wait.status) wait.status.tell(this.words["no-answer"], "problem");
    this.say(this.words["no-answer"]);
  }

  /** The last answer to a field that the kernel has not taken yet. */
  underWay(key) {
    return [...this.pending.values()].findLast((wait) => !wait.over && wait.message.do === "give" && wait.message.key === key);
  }

  /** Keep what could not be saved: it stays to be seen, and is given again with the next chance. */
  keep({ message, status }, problem) {
    if (message.do !== "give") return;
    this.unsent.set(message);
    this.failed.set(message.key, { message, status, problem, before: this.field(message.key)?.value });
    if (!isNew(message.key)) return;
    if (!this.drafts.get(message.key)) this.drafts.set(message.key, message.value);
    this.put(message.key, message.value);
  }

  /** One answer was saved again, so the others can be, too; a slow kernel still comes to those that were given after it. */
  giveAgain(saved) {
    const waits = new Set([...this.pending].filter(([id]) => id > saved).map(([, wait]) => wait.message));
    for (const { message, status } of [...this.failed.values()]) if (!waits.has(message)) this.send(message, status);
  }

  receive(message) {
    const wait = this.pending.get(message.id) || {};
    if (message.id && !wait.timer) return; // told to another view of this widget
    clearTimeout(wait.timer);
    this.pending.delete(message.id);
    if (wait.message) this.unsent.delete(wait.message);
    if (wait.message && this.failed.get(wait.message.key)?.message === wait.message) this.failed.delete(wait.message.key);
    if (message.ok && this.drafts.get(message.key) === wait.message?.value) this.drafts.delete(message.key);
    if (message.failed) this.keep(wait, message.problem);
    if (wait.timer) this.el.dataset.took = String(Math.round(performance.now() - wait.begun));
    if (wait.status) {
      if (!message.ok) wait.status.tell(message.problem, "problem");
      else if (message.saved) wait.status.tell(this.words.saved, "saved");
      else wait.status.tell("", "");
    }
    if ("shown" in message) this.put(message.key, message.shown);
    if (!message.ok) this.say(message.problem);
    else if (message.said) this.say(message.said);
    if (message.focus && !wait.left) {
      setTimeout(() => {
        const group = this.el.querySelector(`[data-group="${CSS.escape(message.focus)}"]`);
        if (group && "open" in group) group.open = true;
        const first = group && group.querySelector("textarea, input:checked, input:not([type=radio]), select");
        if (first) first.focus();
      }, 60);
    }
    if (message.next) this.goOn();
    if (message.saved) this.giveAgain(message.id);
  }

  field(key) {
    return (this.view.groups || []).flatMap((group) => group.fields || []).find((f) => f.key === key);
  }

  /** Show a value that is not what was typed, although no answer has changed. */
  put(key, value) {
    const field = this.field(key);
    if (field) this.controls.get(key)?.show({ ...field, value });
  }

  say(words) {
    if (!this.live || !words) return;
    this.live.textContent = "";
    setTimeout(() => { this.live.textContent = words; }, 30);
  }

  /** Move on to the next step on the page. */
  goOn() {
    const all = [...document.querySelectorAll("[data-step] h2[tabindex]")];
    const here = all.findIndex((h) => this.el.contains(h));
    if (here >= 0 && all[here + 1]) {
      all[here + 1].focus();
      all[here + 1].scrollIntoView({ block: "start" });
    }
  }
}

/** What is said of one field: saved, being saved, or what is wrong with it. */
class Status {
  constructor(id) {
    this.node = make("p", { id, class: "ws-status" });
  }

  tell(words, kind) {
    this.node.textContent = words || "";
    this.node.dataset.kind = words ? kind : "";
  }
}

// -- fields -------------------------------------------------------------------------------------

function drawField(screen, field) {
  const id = `${screen.uid}-${screen.controls.size}`;
  const status = new Status(`${id}-status`);
  const hints = hintsOf(screen, field, id);
  const described = hints && (!screen.view.hints_folded || (field.notes || []).length);
  const voted = field.voted ? make("p", { id: `${id}-voted`, class: "ws-voted" }, field.voted) : null;
  const parts = { id, status, describedby: [voted && voted.id, described && `${id}-hints`, `${id}-status`].filter(Boolean).join(" ") };
  const draw = { choice: drawChoice, many: drawMany, team: drawTeam, teams: drawMany, slider: drawSlider }[field.kind] || drawText;
  const control = draw(screen, field, parts);
  const basis = field.basis ? drawBasis(screen, field, id) : null;
  screen.controls.set(field.key, {
    show(now) {
      const failed = screen.failed.get(field.key);
      if (failed && same(failed.before, now.value)) { // else somebody has answered it elsewhere
        status.tell(failed.problem, "problem");
        control.show({ ...now, value: failed.message.value });
        return;
      }
      if (failed) screen.unsent.delete(failed.message);
      screen.failed.delete(field.key);
      const wait = screen.underWay(field.key);
      if (wait) { // a view from before it was taken, which would take it back
        if (wait.status && wait.status !== status) (wait.status = status).tell(screen.words.saving, "waiting");
        control.show({ ...now, value: wait.message.value, problem: "" });
        return;
      }
      if (now.problem) status.tell(now.problem, "problem");
      else if (status.node.dataset.kind === "problem" || !status.node.textContent) {
        status.tell(now.answered && now.kind !== "slider" ? screen.words.saved : "", "saved");
      }
      control.show(now);
      if (basis) basis.show(now.basis);
    },
  });
  const group = ["choice", "many", "team", "teams"].includes(field.kind);
  const frame = group
    ? make("fieldset", { class: "ws-field", "data-key": field.key, "aria-describedby": parts.describedby },
        make("legend", {}, field.ask), hints, voted, control.node)
    : make("div", { class: "ws-field", "data-key": field.key },
        make("label", { for: id, class: "ws-ask" }, field.ask), hints, voted, control.node);
  frame.append(make("div", { class: "ws-foot" }, status.node, basis && basis.node));
  return frame;
}

function hintsOf(screen, field, id) {
  if (!field.why && !field.good && !(field.notes || []).length) return null;
  const line = (head, words) =>
    words ? make("span", { class: "ws-hint" }, make("b", {}, `${head} `), words) : null;
  const notes = (field.notes || []).map((n) => make("span", { class: "ws-hint" }, n));
  const reasons = [line(screen.words.why, field.why), line(screen.words.good, field.good)];
  if (!screen.view.hints_folded) return make("p", { id: `${id}-hints`, class: "ws-hints" }, reasons, notes);
  return make("div", { class: "ws-hints" },
    notes.length ? make("p", { id: `${id}-hints` }, notes) : null,
    field.why || field.good
      ? make("details", { "data-open": `${field.key}-hints` },
          make("summary", { "data-focus": `${field.key}-hints` }, screen.words.hints,
            make("span", { class: "ws-unseen" }, `: ${field.ask}`)),
          make("p", {}, reasons))
      : null);
}

function give(screen, field, value, status, left = false) {
  screen.send({ do: "give", key: field.key, value }, status, left);
}

/** Whether a field adds an entry to a list. */
const isNew = (key) => key.endsWith("/+");

/** Saves what was typed: on leaving the box, on Enter, and after a pause. */
function onTyped(screen, input, save) {
  let last = null;
  const now = () => {
    clearTimeout(screen.idle);
    screen.typing = false;
    if (input.value !== last || screen.failed.has(input.dataset.focus)) {
      last = input.value;
      save(input.value);
    }
  };
  input.addEventListener("focus", () => { last = input.value; });
  input.addEventListener("input", () => {
    screen.typing = true;
    clearTimeout(screen.idle);
    screen.idle = setTimeout(now, IDLE);
  });
  input.addEventListener("change", now);
  input.addEventListener("blur", now);
  if (input.tagName === "INPUT") {
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") now(); });
  }
}

function drawText(screen, field, { id, status, describedby }) {
  const locked = screen.locked;
  const common = { id, "aria-describedby": describedby, "data-focus": field.key, disabled: !!locked };
  const input = field.kind === "prose"
    ? make("textarea", { ...common, rows: 3 })
    : make("input", { ...common, type: field.kind === "date" ? "date" : "text",
        inputmode: field.kind === "number" ? "decimal" : undefined, autocomplete: "off",
        size: ["number", "days", "date"].includes(field.kind) ? 12 : 40 });
  const adds = isNew(field.key);
  let wrong = false;
  if (!adds) onTyped(screen, input, (value) => give(screen, field, value, status));
  else input.addEventListener("input", () => screen.drafts.set(field.key, input.value));
  const unit = field.unit ? make("span", { class: "ws-unit" }, field.unit) : null;
  const addIt = (left) => {
    if (!input.value.trim() && !wrong) return;
    give(screen, field, input.value, status, left);
    screen.drafts.delete(field.key);
    input.value = "";
  };
  const add = adds
    ? make("button", { type: "button", class: "ws-button", disabled: !!locked, "data-focus": `${field.key}-add`,
        onclick: () => addIt(false) }, screen.words.add)
    : null;
  const node = make("div", { class: "ws-line" }, input, unit, add, drawToday(screen, field, input, status));
  if (adds) { // whoever goes on without pressing Add has still said it; a focus that a page takes is nobody's leaving
    const leave = () => { if (screen.drafts.get(field.key)) addIt(true); };
    screen.leaves.set(field.key, [node, leave]);
    node.addEventListener("keydown", ({ key }) => { if (key === "Tab") screen.moved = performance.now(); });
    node.addEventListener("focusout", ({ relatedTarget }) => {
      const left = performance.now() - (screen.moved ?? -Infinity) < 500;
      if (left && !node.contains(relatedTarget) && !screen.drawing && document.hasFocus()) leave();
    });
  }
  return {
    node,
    show(now) {
      const busy = document.activeElement === input && screen.typing;
      wrong = Boolean(now.problem);
      input.setAttribute("aria-invalid", String(wrong));
      if (adds) input.value ||= screen.drafts.get(field.key) ?? "";
      else if (!busy && !wrong && input.value !== now.value) input.value = now.value;
      if (wrong && !input.value) input.value = now.value ?? "";
    },
  };
}

/** A button that takes today's date, where that is what most people answer. */
function drawToday(screen, field, input, status) {
  if (!field.today) return null;
  return make("button", { type: "button", class: "ws-button", disabled: !!screen.locked, "data-focus": `${field.key}-today`,
    onclick: () => { input.value = field.today.value; give(screen, field, input.value, status); } }, field.today.label);
}

/** Radio buttons; the arrow keys move through them, so what is passed on the way is not saved. */
function drawRadios(screen, field, status, choices, onPick) {
  const name = `${screen.uid}-${field.key}`;
  let timer = null;
  const list = make("div", { class: "ws-choices" }, choices.map((choice) => {
    const input = make("input", { type: "radio", name, value: choice.value, disabled: !!screen.locked,
      "data-focus": `${field.key}=${choice.value}` });
    let byKey = false;
    input.addEventListener("keydown", (event) => { byKey = event.key.startsWith("Arrow"); });
    input.addEventListener("change", () => {
      clearTimeout(timer);
      timer = setTimeout(() => onPick(choice.value), byKey || list.dataset.arrow ? 350 : 0);
    });
    input.addEventListener("click", () => { // pressed again, because it was not saved: nothing changes
      if (screen.failed.get(field.key)?.message.value !== choice.value) return;
      clearTimeout(timer);
      timer = setTimeout(() => onPick(choice.value), 0);
    });
    const notes = (choice.notes || []).map((n) => make("span", { class: "ws-note" }, n));
    const kind = notes.length ? " ws-rich" : choice.value === "" ? " ws-untold" : "";
    return make("label", { class: `ws-choice${kind}` }, input,
      make("span", {}, make("span", { class: "ws-choice-name" }, choice.label), notes));
  }));
  list.addEventListener("keydown", (event) => { list.dataset.arrow = event.key.startsWith("Arrow") ? "yes" : ""; });
  list.addEventListener("pointerdown", () => { list.dataset.arrow = ""; });
  return {
    node: list,
    mark(value) {
      for (const input of list.querySelectorAll("input")) input.checked = input.value === value;
    },
  };
}

function drawChoice(screen, field, { status }) {
  const open = { value: "", label: screen.words.untold, notes: [] };
  if (isNew(field.key)) {
    return {
      node: make("div", { class: "ws-line" }, field.choices.map((choice) =>
        make("button", { type: "button", class: "ws-button", disabled: !!screen.locked,
          "data-focus": `${field.key}=${choice.value}`,
          onclick: () => give(screen, field, choice.value, status) }, choice.label))),
      show() {},
    };
  }
  const radios = drawRadios(screen, field, status, [...field.choices, open], (value) => give(screen, field, value, status));
  return { node: radios.node, show: (now) => radios.mark(now.value) };
}

/** A team: one of the names that are known, or another that is typed. */
function drawTeam(screen, field, { id, status }) {
  const open = { value: "", label: screen.words.untold };
  const radios = drawRadios(screen, field, status, [...field.choices, open], (value) => give(screen, field, value, status));
  const other = drawOther(screen, field, id, (value) => give(screen, field, value, status));
  radios.node.append(other.node);
  return {
    node: radios.node,
    show(now) {
      radios.mark(now.problem ? "" : now.value);
      other.show(now.choices.some((c) => c.value === now.value) && !now.problem ? "" : now.value);
    },
  };
}

function drawOther(screen, field, id, save) {
  const input = make("input", { type: "text", id: `${id}-other`, size: 18, autocomplete: "off",
    "data-focus": `${field.key}-other`, disabled: !!screen.locked });
  onTyped(screen, input, (value) => { if (value.trim()) save(value); });
  return {
    node: make("span", { class: "ws-other" }, make("label", { for: input.id }, screen.words.other), input),
    show(value) {
      if (!(document.activeElement === input && screen.typing) && input.value !== value) input.value = value;
    },
  };
}

function drawMany(screen, field, { id, status }) {
  const chosen = () => [...list.querySelectorAll("input:checked")].map((i) => i.value);
  const teams = () => chosen().filter((value) => value !== field.alone);
  const list = make("div", { class: "ws-choices" }, field.choices.map((choice) =>
    make("label", { class: "ws-choice" },
      make("input", { type: "checkbox", value: choice.value, disabled: !!screen.locked,
        "data-focus": `${field.key}=${choice.value}`,
        onchange: (event) => { // “nobody” is no team: ticking the one unticks the other
          const nobody = event.target.checked && event.target.value === field.alone;
          give(screen, field, nobody ? [field.alone] : event.target.checked ? teams() : chosen(), status);
        } }),
      make("span", {}, choice.label))));
  let other = null;
  if (field.kind === "teams") {
    other = drawOther(screen, field, id, (value) => give(screen, field, [...teams(), value], status));
    list.append(other.node);
  }
  return {
    node: list,
    show(now) {
      const value = Array.isArray(now.value) ? now.value : [];
      for (const input of list.querySelectorAll("input[type=checkbox]")) input.checked = value.includes(input.value);
      if (other) other.show("");
    },
  };
}

function drawSlider(screen, field, { id, describedby }) {
  const [least, most, step] = field.limits;
  const input = make("input", { type: "range", id, min: least, max: most, step, "aria-describedby": describedby,
    "data-focus": field.key });
  const output = make("output", { for: id, class: "ws-output" });
  const words = (value) => (value === "" ? screen.words.untold : [value, field.unit].filter(Boolean).join(" "));
  const tell = (value) => {
    output.textContent = words(value);
    input.setAttribute("aria-valuetext", words(value));
  };
  let sent = 0;
  let timer = null;
  input.addEventListener("input", () => {
    tell(input.value);
    clearTimeout(timer);
    const wait = Math.max(0, 120 - (performance.now() - sent));
    timer = setTimeout(() => {
      sent = performance.now();
      give(screen, field, input.value, null);
    }, wait);
  });
  return {
    node: make("div", { class: "ws-line" }, input, output),
    show(now) {
      if (document.activeElement === input && performance.now() - sent < 400) return;
      input.value = now.value === "" ? least : now.value; // an open one at its low end
      tell(now.value);
    },
  };
}

/** How an answer is known: asked in a line of its own below it. */
function drawBasis(screen, field, id) {
  const status = new Status(`${id}-basis-status`);
  const select = make("select", { id: `${id}-basis`, "data-focus": `${field.key}-basis`, disabled: !!screen.locked,
    "aria-describedby": `${id}-basis-status`,
    onchange: () => screen.send({ do: "basis", key: field.key, value: select.value }, status) },
    make("option", { value: "" }, screen.words["basis-open"]),
    field.basis.choices.map((c) => make("option", { value: c.value }, c.label)));
  return {
    node: make("span", { class: "ws-basis" }, make("label", { for: select.id }, screen.words.basis), select, status.node),
    show(now) {
      if (now && document.activeElement !== select) select.value = now.value;
    },
  };
}

// -- a step ---------------------------------------------------------------------------------------

function drawStep(screen, view) {
  const where = [view.where, view.minutes].filter(Boolean).join(" · ");
  const head = make("div", { class: "ws-head" },
    make("h2", { id: `${screen.uid}-title`, tabindex: "-1" }, view.title),
    make("p", { class: "ws-where" }, where && make("span", {}, where), " ", make("span", { class: "ws-state" })),
    make("p", { class: "ws-about" }, view.about),
    view.locked ? make("p", { class: "ws-status", "data-kind": "problem" }, view.locked) : null);
  const groups = view.groups.map((group) => drawGroup(screen, group));
  const section = make("section", { class: "ws-step", "data-step": view.id, "aria-labelledby": `${screen.uid}-title` });
  if (view.folded) {
    section.append(make("details", { "data-open": view.id },
      make("summary", { "data-focus": `${view.id}-fold` }, view.title), head, groups));
  } else {
    section.append(head, ...groups);
  }
  return section;
}

function drawGroup(screen, group) {
  const node = make("div", { class: `ws-group${group.tone ? ` wk-card wk-boxed wk-${group.tone}` : ""}`, "data-group": group.key });
  if (group.folded) {
    const whole = drawGroup(screen, { ...group, folded: false, title: "" });
    whole.prepend(make("summary", { "data-focus": `${group.key}-fold` }, group.title));
    const details = make("details", { "data-open": group.key, "data-group": group.key, class: "ws-item" }, [...whole.childNodes]);
    return details;
  }
  if (group.title) node.append(make("h3", {}, group.title));
  if (group.pick) {
    const field = { key: "pick", choices: group.pick.choices };
    const radios = drawRadios(screen, field, null, group.pick.choices, (value) => screen.send({ do: "pick", value }));
    screen.controls.set("pick", { show: (now) => radios.mark(now.value) });
    node.append(make("fieldset", { class: "ws-field" }, make("legend", {}, group.pick.ask), radios.node));
  }
  for (const words of group.text || []) node.append(make("p", {}, words));
  if ("said" in group) node.append(make("p", { class: "ws-said", "data-said": group.key, "aria-live": "polite" }, group.said));
  for (const field of group.fields || []) {
    const drawn = drawField(screen, field);
    if (!field.folded) node.append(drawn);
    else node.append(make("details", { "data-open": field.key }, make("summary", { "data-focus": `${field.key}-fold` }, field.ask), drawn));
  }
  if ((group.buttons || []).length) {
    node.append(make("div", { class: "ws-buttons" }, group.buttons.map((b) => drawButton(screen, b))));
  }
  return node;
}

function drawButton(screen, button) {
  const { label, ...message } = button;
  return make("button", { type: "button", class: "ws-button", "data-focus": JSON.stringify(message),
    disabled: !!screen.locked, onclick: () => screen.send(message) }, label);
}

// -- the bar ----------------------------------------------------------------------------------------

function drawBar(screen, view) {
  const words = screen.words;
  const projector = make("button", { type: "button", class: "ws-button", "data-focus": "projector",
    "aria-pressed": String(projecting()), onclick: () => {
      project(!projecting());
      projector.setAttribute("aria-pressed", String(projecting()));
    } }, words.projector);
  const present = make("button", { type: "button", class: "ws-button", "data-focus": "present",
    onclick: () => new Presenter(screen.el, words).begin() }, words.present);
  const who = make("input", { type: "text", id: `${screen.uid}-who`, size: 16, "data-focus": "who", value: view.who,
    autocomplete: "name", maxlength: 80 });
  who.addEventListener("change", () => screen.send({ do: "who", value: who.value }));
  const steps = make("ol", { class: "ws-steps" }, view.steps.map((step) => make("li", { "data-state": step.state },
    make("a", { href: `#${step.id}`, "data-focus": `step-${step.id}`, onclick: (event) => {
      event.preventDefault();
      const heading = document.querySelector(`[data-step="${CSS.escape(step.id)}"] h2`);
      if (heading) { heading.focus(); heading.scrollIntoView({ block: "start" }); }
    } }, step.title), make("span", {}, ` ${step.label} · ${step.minutes}`))));
  const history = make("details", { "data-open": "history", class: "ws-history" },
    make("summary", { "data-focus": "history" }, words.history),
    view.history.length ? make("ol", { tabindex: "0", "aria-label": words.history }, view.history.map((change) => {
      const when = new Date(change.at);
      return make("li", { class: change.undone ? "ws-undone" : undefined },
        make("time", { datetime: change.at }, when.toLocaleString([], { dateStyle: "short", timeStyle: "short" })),
        ` ${change.who}: ${change.what} `,
        change.undone ? make("i", {}, words["was-undone"]) : null,
        change.undo ? make("button", { type: "button", class: "ws-link", "data-focus": `undo-${change.seq}`,
          disabled: !!view.locked, onclick: () => screen.send({ do: "undo", seq: change.seq }) }, words["undo-this"]) : null);
    })) : make("p", {}, words["no-history"]));
  project(projecting());
  if (!screen.drawn) toTop(screen.el);
  return make("section", { class: "ws-bar", "aria-label": words.bar },
    make("div", { class: "ws-line" },
      view.progress ? make("label", { for: `${screen.uid}-progress`, class: "ws-progress" },
        [view.progress, view.left].filter(Boolean).join(" · ")) : null,
      view.progress ? make("progress", { id: `${screen.uid}-progress`, max: view.total, value: view.done }) : null,
      make("span", { class: "ws-grow" }),
      present, projector),
    view.advice ? make("p", { class: "ws-advice" }, `${view.advice}.`) : null,
    view.room ? drawRoom(view.room) : null,
    view.locked ? make("p", { class: "ws-status", "data-kind": "problem" }, view.locked) : null,
    view.problems.map((words_) => make("p", { class: "ws-status", "data-kind": "problem" }, words_)),
    view.steps.length ? make("nav", { "aria-label": words.steps }, steps) : null,
    make("div", { class: "ws-line ws-small" },
      make("label", { for: who.id }, words.who), who,
      make("span", {}, view.place)),
    history);
}

/** How to join the room, while it is open. */
function drawRoom(room) {
  return make("section", { class: "ws-room", "aria-label": room.title },
    make("img", { src: room.qr, alt: room.about }),
    make("div", {},
      make("p", {}, make("b", {}, room.title), ` ${room.joined}`),
      make("p", {}, room.join, " ", make("b", { class: "ws-address" }, room.address)),
      make("p", {}, room.with, " ", make("b", { class: "ws-code" }, room.code)),
      make("p", {}, make("a", { href: room.projector, target: "_blank", rel: "noopener noreferrer",
        "data-focus": "room-projector" }, room.open))));
}

/** “Run All” leaves JupyterLab at the last cell; whoever ran it wants to begin at the first. */
function toTop(el) {
  setTimeout(() => {
    const panel = el.closest(".jp-WindowedPanel-outer, .jp-Notebook");
    if (panel && !panel.contains(document.activeElement?.closest(".ws"))) panel.scrollTo({ top: 0 });
  }, 1500);
}

function projecting() {
  try { return localStorage.getItem(PROJECTOR) === "yes"; } catch { return document.body.classList.contains(PROJECTOR); }
}

function project(on) {
  try { localStorage.setItem(PROJECTOR, on ? "yes" : "no"); } catch { /* private window: this page only */ }
  document.body.classList.toggle(PROJECTOR, on);
}

// -- the head of a walk -------------------------------------------------------------------------------

function drawWalk(screen, view) {
  const words = screen.words;
  const go = (stop) => make("button", { type: "button", class: "ws-link", "data-focus": `go-${stop.id}`,
    "aria-current": stop.id === view.at ? "step" : undefined,
    onclick: () => screen.send({ do: "go", to: stop.id }) }, stop.title);
  const parts = view.parts.flatMap((part) => [
    make("h2", {}, part.title),
    make("ol", {}, part.stops.map((stop) => make("li", {}, go(stop), stop.state ? make("span", { class: "ws-small" }, ` ${stop.state}`) : null))),
  ]);
  if (screen.at && screen.at !== view.at) setTimeout(() => arrive(screen), 0);
  screen.at = view.at;
  return make("section", { class: "ws-walk-head", "aria-label": words.bar },
    make("p", { id: `${screen.uid}-where`, class: "ws-where" }, `${view.where} · ${view.part}`),
    make("progress", { max: 1, value: view.share, "aria-labelledby": `${screen.uid}-where` }),
    make("h1", { tabindex: "-1", "aria-describedby": `${screen.uid}-where` }, view.title),
    [view.locked, ...view.problems].filter(Boolean).map((w) => make("p", { class: "ws-status", "data-kind": "problem" }, w)),
    make("details", { "data-open": "all" }, make("summary", { "data-focus": "all" }, view.all),
      make("nav", { "aria-label": view.all }, parts),
      make("p", { class: "ws-small" }, make("span", {}, view.kept)),
      make("button", { type: "button", class: "ws-button", "data-focus": "undo", disabled: !view.undo || !!view.locked,
        onclick: () => screen.send({ do: "undo" }) }, words.undo)));
}

/** At another stop: its title has the focus, and it stands at the top. */
function arrive(screen) {
  const details = screen.el.querySelector("details");
  if (details) details.open = false;
  screen.el.querySelector("h1")?.focus({ preventScroll: true });
  screen.el.scrollIntoView({ block: "start" });
}

// -- the timer --------------------------------------------------------------------------------------

function drawTimer(screen, view) {
  const words = screen.words;
  if (view.signal && view.signal !== screen.signal) screen.say(view.signal);
  screen.signal = view.signal;
  const set = view.state !== "none";
  const press = (what, block, label, more = {}) => make("button", { type: "button", "data-focus": `${what}-${block}`,
    disabled: !!view.locked, onclick: () => screen.send({ do: "act", what, block }), class: "ws-button", ...more }, label);
  const mark = ["soon", "over"].includes(view.state) ? make("span", { "aria-hidden": "true" }, "▲ ") : null;
  const now = set ? [
    make("p", { class: "ws-line" }, make("b", {}, view.title), make("span", { class: "ws-grow" }),
      view.left ? make("span", { class: "ws-left" }, mark, view.left) : null),
    view.left ? make("progress", { max: 1, value: view.share, "aria-label": words.progress }) : null,
    view.next ? make("p", {}, view.next) : null,
    view.ends ? make("p", { class: "ws-small" }, view.ends) : null,
    ...view.costs.map((cost) => make("p", { class: "ws-small ws-costs" }, make("b", {}, cost.label), " ", cost.words)),
    make("details", { "data-open": "day" }, make("summary", { "data-focus": "day" }, words.day),
      make("ol", { class: "ws-day" }, view.lines.map((line) => make("li", { "data-state": line.state },
        make("span", {}, make("b", {}, line.title), make("span", { class: "ws-small" }, ` ${line.timing}`)),
        make("span", { class: "ws-line" },
          line.begin ? press("block-begun", line.id, words.begin, { "aria-label": `${words.begin}: ${line.title}` }) : null,
          line.leave ? press("block-dropped", line.id, words.leave, { "aria-label": `${words.leave}: ${line.title}` }) : null))))),
  ] : [];
  return make("section", { class: "ws-timer", "data-state": view.state, "aria-label": words.timer }, now, drawTimerForm(screen, view, set));
}

/** The form that sets the timer; what is typed stays while the timer is drawn anew. */
function drawTimerForm(screen, view, set) {
  const words = screen.words;
  const typed = (screen.typed ||= { people: String(view.people), focus: "", goes_on: true });
  const number = (name, label) => {
    const input = make("input", { type: "text", inputmode: "numeric", size: 5, id: `${screen.uid}-${name}`,
      value: typed[name] ?? view[name], "data-focus": name, disabled: !!view.locked });
    input.addEventListener("input", () => { typed[name] = input.value; });
    return [make("label", { for: input.id }, label), input];
  };
  const focus = make("select", { id: `${screen.uid}-focus`, "data-focus": "focus", disabled: !!view.locked,
    onchange: () => { typed.focus = focus.value; } },
  ["", ...view.focuses].map((f) => make("option", { value: f, selected: f === typed.focus }, f ? words[`focus-${f}`] : words["set-focus-none"])));
  const remote = make("input", { type: "checkbox", id: `${screen.uid}-remote`, checked: typed.remote ?? view.remote, "data-focus": "remote",
    disabled: !!view.locked, onchange: () => { typed.remote = remote.checked; } });
  const goesOn = make("input", { type: "checkbox", id: `${screen.uid}-goes-on`, checked: typed.goes_on, "data-focus": "goes-on",
    "aria-describedby": `${screen.uid}-goes-on-about`, disabled: !!view.locked, onchange: () => { typed.goes_on = goesOn.checked; } });
  const about = set && !view.goes_on ? `${words["set-about"]} ${words["set-again-about"]}` : words["set-about"];
  const status = new Status(`${screen.uid}-set-status`);
  return make("details", { "data-open": "set" },
    make("summary", { "data-focus": "set" }, set ? words["set-again"] : words.set),
    make("p", { class: "ws-small" }, about),
    view.goes_on ? [make("p", {}, goesOn, " ", make("label", { for: goesOn.id }, words["set-goes-on"])),
      make("p", { class: "ws-small", id: `${screen.uid}-goes-on-about` }, words["set-goes-on-about"])] : null,
    make("div", { class: "ws-line" }, number("minutes", words["set-minutes"]), number("people", words["set-people"]),
      make("label", { for: focus.id }, words["set-focus"]), focus, remote, make("label", { for: remote.id }, words["set-remote"]),
      make("button", { type: "button", class: "ws-button", "data-focus": "set-button", disabled: !!view.locked,
        onclick: () => screen.send({ do: "set", minutes: view.minutes, ...typed, remote: remote.checked, goes_on: view.goes_on && typed.goes_on }, status) }, words["set-button"])),
    status.node);
}

// -- presenting -------------------------------------------------------------------------------------

const VIEWS = ["answers", "evidence"];
const FIELD = "input, select, textarea, [contenteditable=true]";

/**
 * One section of the notebook at a time in the whole window: its forms, or what follows from them.
 * Nothing is moved or drawn anew, so what somebody types stays as it is; the rest is only hidden.
 */
class Presenter {
  constructor(el, words) {
    this.words = words;
    this.stage = el.closest("main.kit-main") || el.closest(".jp-Notebook");
    this.view = VIEWS[0];
    this.inert = [];
    this.onKey = (event) => this.press(event);
    this.byPointer = false;
    this.onPointer = () => { this.byPointer = true; };
    this.onFullscreen = () => { if (!document.fullscreenElement) this.end(); };
  }

  begin() {
    if (!this.stage || document.querySelector(".ws-stage")) return;
    this.stage.classList.add("ws-stage");
    this.stage.setAttribute("data-lm-suppress-shortcuts", "true");
    this.stage.setAttribute("popover", "manual");
    this.stage.showPopover?.(); // above everything, whatever surrounds the notebook
    for (let at = this.stage; at.parentElement; at = at.parentElement) {
      const beside = [...at.parentElement.children].filter((other) => other !== at && !other.inert);
      this.inert.push(...beside.filter((other) => !["SCRIPT", "STYLE"].includes(other.tagName)));
    }
    for (const one of this.inert) one.inert = true;
    this.stage.append(this.steer());
    addEventListener("keydown", this.onKey, true); // before JupyterLab hears of it
    addEventListener("pointerdown", this.onPointer, true);
    this.show(this.sections()[0]);
    this.next.focus({ preventScroll: true });
    document.documentElement.requestFullscreen?.().then(
      () => document.addEventListener("fullscreenchange", this.onFullscreen),
      () => {}, // the window is enough
    );
  }

  end() {
    removeEventListener("keydown", this.onKey, true);
    removeEventListener("pointerdown", this.onPointer, true);
    document.removeEventListener("fullscreenchange", this.onFullscreen);
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    for (const one of this.inert) one.inert = false;
    for (const cell of this.stage.querySelectorAll("[data-ws-away]")) delete cell.dataset.wsAway;
    this.nav.remove();
    this.stage.hidePopover?.();
    this.stage.removeAttribute("popover");
    this.stage.removeAttribute("data-lm-suppress-shortcuts");
    this.stage.classList.remove("ws-stage");
    this.stage.querySelector("[data-focus=present]")?.focus({ preventScroll: true });
    this.at?.scrollIntoView({ block: "start" });
  }

  /** Which view a cell belongs to: a title to both, the bar and a cell that shows nothing to none. */
  belongs(cell) {
    const shown = cell.querySelector(".jp-OutputArea-output, .jp-RenderedMarkdown");
    if (!shown || cell.querySelector(".ws-bar, .ws-timer")) return [];
    if (cell.matches(".jp-MarkdownCell, .jp-mod-rendered")) return cell.querySelector("h1") ? VIEWS : [];
    if (cell.querySelector("[data-step]")) return cell.querySelector(".ws-exhibit") ? VIEWS : ["answers"];
    const hasOutput = [...cell.querySelectorAll(".jp-OutputArea-output")].some((one) => one.textContent.trim());
    return hasOutput ? ["evidence"] : [];
  }

  cells() {
    return [...this.stage.querySelectorAll(".jp-Cell")];
  }

  sections() {
    return this.cells().filter((cell) => this.belongs(cell).includes(this.view));
  }

  show(section) {
    if (!section) return;
    const typed = section !== this.at && this.at?.contains(document.activeElement);
    // a step that waits folded on its page, with nothing beside it, would be an empty screen
    const folded = section.querySelector(".ws-exhibit") ? null : section.querySelector(".ws-step > details");
    if (folded && section !== this.at) folded.open = true;
    this.at = section;
    for (const cell of this.cells()) cell.toggleAttribute("data-ws-away", cell !== section);
    for (const box of [this.stage, ...this.stage.querySelectorAll(".jp-WindowedPanel-outer")]) box.scrollTop = 0;
    const all = this.sections();
    const here = all.indexOf(section);
    this.back.disabled = here <= 0;
    this.next.disabled = here === all.length - 1;
    for (const view of VIEWS) this[view].setAttribute("aria-pressed", String(view === this.view));
    this.where.textContent = `${here + 1} / ${all.length}`;
    const title = section.querySelector("h1, h2, h3, caption")?.textContent.replace("¶", "") || "";
    this.said.textContent = `${this.words[this.view]}, ${here + 1} / ${all.length}. ${title}`;
    const lost = typed || document.activeElement === document.body || document.activeElement?.disabled;
    if (lost) (this.next.disabled ? this.back : this.next).focus({ preventScroll: true });
  }

  go(by) {
    const all = this.sections();
    this.show(all[Math.max(0, Math.min(all.indexOf(this.at) + by, all.length - 1))]);
  }

  /** The other view of the same place: what follows from a form, or the form before what is shown. */
  turn(view) {
    if (view === this.view) return;
    this.view = view;
    const cells = this.cells();
    const here = cells.indexOf(this.at);
    const all = this.sections();
    const after = all.find((cell) => cells.indexOf(cell) >= here);
    const before = all.findLast((cell) => cells.indexOf(cell) <= here);
    this.show(view === "evidence" ? after || before : before || after);
  }

  press(event) {
    if (!this.stage.isConnected) { this.end(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Tab") this.byPointer = false;
    const focused = event.target.closest?.(FIELD);
    // an answer that was clicked is given: the next arrow turns the page, and never the answer
    const field = this.byPointer && focused?.matches("[type=radio], [type=checkbox]") ? null : focused;
    const paging = !field?.matches("textarea, select, [type=range]");
    const act = {
      Escape: () => this.end(),
      PageDown: paging && (() => this.go(1)),
      PageUp: paging && (() => this.go(-1)),
      ArrowRight: !field && (() => this.go(1)),
      ArrowLeft: !field && (() => this.go(-1)),
      Home: !field && (() => this.go(-Infinity)),
      End: !field && (() => this.go(Infinity)),
      v: !field && (() => this.turn(VIEWS[1 - VIEWS.indexOf(this.view)])),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }

  steer() {
    const button = (name, act, more = {}) => {
      this[name] = make("button", { type: "button", class: "ws-button", onclick: act, ...more }, this.words[name]);
      return this[name];
    };
    this.where = make("span", { class: "ws-where", "aria-hidden": "true" });
    this.said = make("p", { class: "ws-live", role: "status", "aria-live": "polite" });
    this.nav = make("nav", { class: "ws wk wk-cell ws-steer-stage", "aria-label": this.words.present },
      button("back", () => this.go(-1)), button("next", () => this.go(1)), this.where,
      make("span", { class: "ws-grow" }, make("span", { class: "ws-keys" }, this.words.keys)),
      VIEWS.map((view) => button(view, () => this.turn(view))),
      button("leave", () => this.end()), this.said);
    return this.nav;
  }
}

// -- the pack ---------------------------------------------------------------------------------------

function drawPack(screen, view) {
  const select = make("select", { id: `${screen.uid}-paper`, "data-focus": "paper",
    onchange: () => screen.send({ do: "paper", value: select.value }) },
    view.paper.choices.map((c) => make("option", { value: c.value, selected: c.value === view.paper.value }, c.label)));
  const making = view.state === "making";
  return make("section", { class: "ws-step", "data-step": "pack", "aria-labelledby": `${screen.uid}-title` },
    make("h2", { id: `${screen.uid}-title`, tabindex: "-1" }, view.title),
    make("div", { class: "ws-line" },
      make("label", { for: select.id }, view.paper.ask), select),
    view.note ? make("p", { class: "ws-status", "data-kind": "problem" }, view.note) : null,
    making ? make("progress", { max: 1, value: view.share, "aria-label": view.title }) : null,
    make("p", { class: "ws-status", "data-kind": view.state === "failed" ? "problem" : view.state === "made" ? "saved" : "" }, view.text),
    view.files.length ? make("ul", {}, view.files.map((file) => make("li", {}, drawFile(file)))) : null);
}

/** A file of the pack: a link where a server gives it out, else its name and place. */
function drawFile(file) {
  const href = filesAddress(file.href);
  if (!href) return `${file.label}: ${file.href}`;
  return make("a", { href, target: "_blank", rel: "noopener" }, file.label);
}

/** Where the server gives out a file that lies beside the notebook; nothing in VS Code, which has none. */
function filesAddress(path) {
  const data = document.getElementById("jupyter-config-data");
  const app = "voila" in document.body.dataset;
  if (!data && !app) return "";
  let base = document.body.dataset.baseUrl || "/";
  try { base = JSON.parse(data.textContent).baseUrl || base; } catch { /* a page without that */ }
  const parts = path.split("/").map(encodeURIComponent).join("/");
  return app ? `${base}voila/files/${parts}` : `${base}files/${parts}`;
}

export default {
  render({ model, el }) {
    spareButtons();
    const screen = new Screen(model, el);
    return () => screen.end();
  },
};

/* Starts the slides, sets each as large as it fits, and opens the speaker's notes in a window of
   their own. That window holds copies of what is on this page, so it works from a file, too. */
(function () {
  "use strict";
  const LARGEST = 38, SMALLEST = 17;
  const root = document.querySelector(".reveal");
  const words = document.body.dataset;
  const fitted = new WeakSet();

  function spills(body) {
    return body.scrollHeight > body.clientHeight + 1 || body.scrollWidth > body.clientWidth + 1;
  }

  function fit(slide) {
    const body = slide && slide.querySelector(".slide-body");
    if (!body || fitted.has(body) || !body.clientHeight) return;
    fitted.add(body);
    const set = (size) => body.style.setProperty("--slide-type", size + "px");
    let low = SMALLEST, high = LARGEST;
    set(24);
    const pictures = body.querySelectorAll(".wk-figure :is(img, .wk-drawing)");
    for (const picture of pictures) {
      const over = body.scrollHeight - body.clientHeight;
      if (over > 0) picture.style.maxHeight = Math.max(picture.clientHeight - over, 160) + "px";
    }
    if (pictures.length && !spills(body)) return;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      set(middle);
      if (spills(body)) high = middle - 1;
      else low = middle;
    }
    set(low);
    body.classList.toggle("slide-full", spills(body));
  }

  function fitAll() {
    for (const slide of deck.getSlides()) fit(slide);
  }

  const deck = new Reveal(root, {
    width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 6, center: false, hash: true,
    slideNumber: "c/t", transition: "none", backgroundTransition: "none",
    controlsTutorial: false, pdfSeparateFragments: false, viewDistance: 3,
  });

  // -- the speaker's notes ----------------------------------------------------------------------

  let desk = null;
  const began = Date.now();

  function make(tag, text) {
    const made = desk.document.createElement(tag);
    if (text) made.textContent = text;
    return made;
  }

  function titleOf(slide) {
    const title = slide && slide.querySelector("h1, h2");
    return title ? title.textContent : "";
  }

  function inOrder() {
    return deck.getSlides();
  }

  function tell() {
    if (!desk || desk.closed) return;
    const now = deck.getCurrentSlide(), all = inOrder(), page = desk.document;
    const main = page.querySelector("main"), next = all[all.indexOf(now) + 1];
    main.replaceChildren();
    main.append(make("h1", titleOf(now)));
    const notes = now && now.querySelector(".notes");
    if (notes) {
      const copy = make("div");
      copy.lang = notes.lang || document.documentElement.lang;
      for (const node of notes.childNodes) copy.append(page.importNode(node, true));
      main.append(copy);
    }
    page.querySelector(".next").textContent = titleOf(next);
    page.querySelector(".at").textContent = all.indexOf(now) + 1 + " / " + all.length;
    desk.scrollTo(0, 0);
  }

  function tick() {
    if (!desk || desk.closed) return;
    const gone = Math.floor((Date.now() - began) / 60000);
    const time = new Date().toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit", minute: "2-digit",
    });
    desk.document.querySelector(".clock").textContent = time + " · " + gone + "′";
  }

  function openNotes() {
    if (desk && !desk.closed) return desk.focus();
    desk = window.open("", "slide-notes", "width=820,height=760");
    if (!desk) return window.alert(words.blocked);
    const page = desk.document;
    page.title = words.notes;
    page.documentElement.lang = document.documentElement.lang;
    page.head.replaceChildren(page.importNode(document.querySelector("style"), true));
    page.body.className = "wk slide-desk";
    page.body.replaceChildren();
    const bar = make("p"), at = make("span"), clock = make("span"), main = make("main");
    const foot = make("footer"), next = make("span");
    at.className = "at"; clock.className = "clock"; next.className = "next"; bar.className = "bar";
    bar.append(at, clock);
    foot.append(make("b", words.next), next);
    page.body.append(bar, main, foot);
    desk.addEventListener("keydown", (event) => {
      const move = { ArrowRight: "right", ArrowLeft: "left", ArrowDown: "down", ArrowUp: "up",
        PageDown: "next", PageUp: "prev", " ": "next" }[event.key];
      if (move) { event.preventDefault(); deck[move](); }
    });
    tell();
    tick();
  }

  deck.initialize().then(() => {
    root.querySelector(".controls").setAttribute("role", "none"); // no landmark within another
    const first = () => root.classList.toggle("slide-first", deck.isFirstSlide());
    const settle = () => { fit(deck.getCurrentSlide()); first(); tell(); };
    deck.addKeyBinding({ keyCode: 83, key: "S", description: words.notes }, openNotes);
    deck.on("slidechanged", settle);
    deck.on("overviewshown", fitAll);
    if (deck.isPrintView()) fitAll();
    settle();
    window.setInterval(tick, 5000);
    window.addEventListener("pagehide", () => desk && desk.close());
  });
  window.slides = { deck, fit, fitAll, openNotes };
})();

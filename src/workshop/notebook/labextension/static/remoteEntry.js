// A small extension of JupyterLab: it brings the pack's type and colours, and a page of the workshop
// runs when it is opened, without its code in sight. It is a module container written by hand, so that
// nothing has to be built.
"use strict";

(() => {
  const VIEW = "application/vnd.jupyter.widget-view+json";
  let shared = null;

  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = new URL("style.css", document.currentScript.src).href;
  document.head.append(style);

  /** A module of JupyterLab's own. */
  async function load(name) {
    return (await Object.values(shared[name])[0].get())();
  }

  /** The names of the pages that nobody changed, as the server says. */
  function pages() {
    const data = document.getElementById("jupyter-config-data");
    return new Set(JSON.parse(data.textContent || "{}").workshopPages || []);
  }

  /** Return once a kernel waits for work; JupyterLab passes over whoever is quicker than that. */
  function idle(context) {
    return new Promise((resolve) => {
      const look = () => {
        if (context.kernelDisplayStatus !== "idle") return;
        context.statusChanged.disconnect(look);
        context.connectionStatusChanged.disconnect(look);
        resolve();
      };
      context.statusChanged.connect(look);
      context.connectionStatusChanged.connect(look);
      look();
    });
  }

  /** Whether a kernel has run the page already: then its widgets are found again by themselves. */
  async function hasPage(kernel) {
    const asked = { code: "", silent: true, store_history: false, user_expressions: { live: "'page' in globals()" } };
    const reply = await kernel.requestExecute(asked).done;
    return reply.content.user_expressions?.live?.data?.["text/plain"] === "True";
  }

  function showsWidgets(notebook) {
    for (const cell of notebook.model.cells) {
      for (let at = 0; at < (cell.outputs?.length ?? 0); at++) {
        if (VIEW in cell.outputs.get(at).data) return true;
      }
    }
    return false;
  }

  async function begin(panel, actions) {
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.revealed;
    const kernel = panel.sessionContext.session?.kernel;
    if (!kernel) return; // somebody chose to have none
    await idle(panel.sessionContext);
    if (showsWidgets(panel.content) && (await hasPage(kernel))) return;
    await actions.runAll(panel.content, panel.sessionContext);
  }

  const name = "workshop-lab";
  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[name] = {
    init(scope) {
      shared = scope;
    },
    async get() {
      const { INotebookTracker, NotebookActions } = await load("@jupyterlab/notebook");
      const plugin = {
        id: `${name}:pages`,
        autoStart: true,
        requires: [INotebookTracker],
        activate: (app, tracker) => {
          const own = pages();
          // enlarged to 200 %, the list of files would leave half of the window for a page
          if (innerWidth < 800) void app.restored.then(() => app.shell.collapseLeft());
          tracker.widgetAdded.connect((__, panel) => {
            if (!own.has(panel.context.path)) return;
            panel.addClass("workshop-page");
            void begin(panel, NotebookActions);
          });
        },
      };
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();

// One document for paper. The memory of WebAssembly never shrinks, and Typst takes much of it: so it
// has a worker of its own, which ends with the document.
import { later, lay, loading, plain, startPython } from "./python.js";

const TYPST = "/site/typst/_typst.abi3.so"; // an empty file: Python finds it, and gets the module
let words, started;
loading.heard = () => postMessage({ heard: true });

function start(told) {
  ({ words } = told);
  const typst = told.typst || later(words, "typst", "application/wasm").then((reply) => WebAssembly.compileStreaming(reply));
  started = Promise.all([startPython(words, "paper.packed"), typst]);
  started.catch(() => {}); // told when the document is there
}

async function print({ needs, document }) {
  const [[py, typst], ...fonts] = await Promise.all([started, ...needs.map((name) => later(words, name))]);
  postMessage({ loaded: true });
  for (const font of fonts) lay(py, font);
  await py._module.preloadPlugins.find((one) => one.canHandle(TYPST)).handle(typst, TYPST);
  const make = py.runPython(`
    import pickle
    from workshop.documents.paper import blocks_to_pdf
    lambda data: blocks_to_pdf(*pickle.loads(data.to_bytes()))
  `);
  return { pdf: plain(make(document)), typst };
}

onmessage = async ({ data }) => {
  try {
    postMessage(data.words ? start(data) : await print(data));
  } catch (error) {
    console.error(error);
    postMessage({ error: String(error.message) });
  }
};

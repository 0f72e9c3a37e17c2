// One document for paper. The memory of WebAssembly never shrinks, and Typst takes much of it: so it
// has a worker of its own, which ends with the document.
import { later, lay, plain, startPython } from "./python.js";

const TYPST = "/site/typst/_typst.abi3.so"; // an empty file: Python finds it, and gets the module

onmessage = async ({ data: { words, needs, document, typst } }) => {
  try {
    typst ||= later(words, "typst", "application/wasm").then((reply) => WebAssembly.compileStreaming(reply));
    const [py, module, ...fonts] = await Promise.all([startPython(words, "paper.packed"), typst, ...needs.map((name) => later(words, name))]);
    for (const font of fonts) lay(py, font);
    await py._module.preloadPlugins.find((one) => one.canHandle(TYPST)).handle(module, TYPST);
    const print = py.runPython(`
      import pickle
      from workshop.documents.paper import blocks_to_pdf
      lambda data: blocks_to_pdf(*pickle.loads(data.to_bytes()))
    `);
    postMessage({ pdf: plain(print(document)), typst: module });
  } catch (error) {
    console.error(error);
    postMessage({ error: String(error.message) });
  }
};

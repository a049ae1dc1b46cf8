"use strict";
// The page at work: what is scanned is judged, shown and kept.
const page = (() => {
  const at = (id) => document.getElementById(id);
  const ring = envelope.ringOf(FACTS.pack);
  const state = { texts: [], held: scans.nothing(), saved: [], isLit: false };
  let keeping = openStore();

  const plate = () => truck.plateOf(at("plate").value);
  const judge = () =>
    check.checkTruck(state.texts, FACTS.pack, ring, Date.now(), { plate: plate() });

  function show() {
    const found = judge();
    display.showPack(FACTS.pack, state.held, Date.now());
    display.showVerdict(found, state.texts, plate());
    display.showHistory(state.held, state.saved);
    return found;
  }

  // Codes came in, by whatever way.
  async function take(texts) {
    for (const text of texts) {
      const after = truck.withCode(state.texts, text);
      if (truck.isAnother(state.texts, after)) at("plate").value = "";
      state.texts = after;
    }
    if (navigator.vibrate) navigator.vibrate(60);
    show();
    window.scrollTo(0, 0);
    if (truck.isWhole(state.texts)) stopCamera();
    await keepAll();
  }

  // Keeps what is on the screen, with what was found and the plate as seen; one after the other,
  // so that nothing is kept twice.
  function keepAll() {
    const found = judge();
    const [lat_micro, lon_micro] = place.now(Date.now());
    const note = [plate(), ...found.wrong].filter(Boolean).join(" ");
    const rowOf = (text) => ({ text, at_ms: Date.now(), lat_micro, lon_micro, note });
    const rows = state.texts.map(rowOf);
    keeping = keeping.then(() => keepRows(rows));
    return keeping;
  }

  async function keepRows(rows) {
    for (const row of rows) await scans.keep(state.held, row, Boolean(truck.kindOf(row.text)));
    display.showHistory(state.held, state.saved);
  }

  async function startCamera() {
    display.say(null);
    if (!navigator.mediaDevices) return display.say(words.says.noCamera);
    display.showCamera(true, false);
    try {
      await camera.start(at("video"), takeSeen, () =>
        display.showCamera(true, camera.hasTorch()));
    } catch (error) {
      stopCamera();
      const isRefused = error.name === "NotAllowedError";
      display.say(isRefused ? words.says.cameraRefused : words.says.noCamera);
    }
    return undefined;
  }

  // The camera sees the same code many times, and what else hangs on a truck.
  function takeSeen(texts) {
    const isNews = (text) => !state.texts.includes(text)
      && (Boolean(truck.kindOf(text)) || !state.texts.some(truck.kindOf));
    const fresh = texts.filter(isNews);
    if (fresh.length) take(fresh);
  }

  function stopCamera() {
    camera.stop(at("video"));
    state.isLit = false;
    display.showCamera(false, false);
  }

  async function takePicture(file) {
    display.say(words.says.reading);
    await new Promise((resolve) => setTimeout(resolve, 30)); // so that the word is seen
    const texts = await pictures.inFile(file);
    if (texts && texts.length) {
      display.say(null);
      await take(texts);
    } else {
      display.say(texts ? words.says.notFound : words.says.noPicture);
    }
  }

  function nextTruck() {
    state.texts = [];
    at("plate").value = "";
    display.say(null);
    show();
  }

  async function save() {
    await scans.refresh(state.held);
    const link = document.createElement("a");
    const file = new Blob([scans.toFile(state.held)], { type: "application/json" });
    link.href = URL.createObjectURL(file);
    link.download = `scans-${words.time(Date.now()).replace(/\D/g, "")}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    state.saved = [...state.held.rows];
    display.say(words.says.saved);
    show();
  }

  async function clear() {
    if (!confirm(words.says.confirmClear.join("\n"))) return;
    await scans.clear(state.held, state.saved);
    state.saved = [];
    display.say(null);
    show();
  }

  function watchPlace(isWanted) {
    place.stop();
    if (isWanted) place.start(() => display.say(words.says.noPlace));
  }

  function listen() {
    at("scan").onclick = startCamera;
    at("stop").onclick = stopCamera;
    at("torch").onclick = () => camera.shine((state.isLit = !state.isLit));
    at("picture").onchange = async ({ target }) => {
      if (target.files.length) await takePicture(target.files[0]);
      target.value = "";
    };
    at("next").onclick = nextTruck;
    at("plate").oninput = show;
    at("plate").onchange = keepAll;
    at("typing").onsubmit = (event) => {
      event.preventDefault();
      if (at("typed").value) take([at("typed").value]);
      at("typed").value = "";
    };
    at("save").onclick = save;
    at("clear").onclick = clear;
    at("with-place").onchange = ({ target }) => watchPlace(target.checked);
    document.addEventListener("keydown", typeAnywhere);
    document.addEventListener("visibilitychange", () => document.hidden && stopCamera());
    for (const trouble of ["error", "unhandledrejection"]) {
      window.addEventListener(trouble, () => display.say(words.says.broken));
    }
  }

  // A keyboard scanner types wherever the page is touched last.
  function typeAnywhere({ key, target }) {
    if (key.length === 1 && !target.matches("input")) at("typed").focus({ preventScroll: true });
  }

  async function openStore() {
    state.held = await scans.open();
  }

  async function start() {
    listen();
    show();
    await keeping;
    show();
  }

  return { start, take, state, judge };
})();
page.ready = page.start();

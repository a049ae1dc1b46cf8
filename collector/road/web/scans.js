"use strict";
// The scans this phone keeps until they are saved to a file and cleared: in IndexedDB, or, where
// the browser has none, only as long as the page is open.
const scans = (() => {
  const MOST = 5_000;
  const LONGEST = 1_540; // characters of the largest ticket or slip
  const LONGEST_FOREIGN = 300;
  const SAME_MS = 600_000; // the same code within this time is one scan
  const [NAME, STORE] = ["weighhouse-road", "scans"];

  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const nothing = () => ({ db: undefined, rows: [] }); // not opened yet

  // Opens the store. `rows` are [{ key, text, at_ms, lat_micro, lon_micro, note }], oldest first.
  async function open() {
    const held = { db: null, rows: [] };
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () =>
        request.result.createObjectStore(STORE, { keyPath: "key", autoIncrement: true });
      held.db = await asked(request);
    } catch {
      return held;
    }
    await refresh(held);
    return held;
  }

  // Reads again what is stored: the same page may be open twice.
  async function refresh(held) {
    const rows = await inStore(held, "readonly", (store) => asked(store.getAll()));
    if (rows) held.rows = rows;
  }

  const isLasting = (held) => held.db !== null;
  const isFull = (held) => held.rows.length >= MOST;

  // Keeps a scan, or the newer note of one that is held; false where it is not kept.
  async function keep(held, scan, isOurs) {
    if (scan.text.length > (isOurs ? LONGEST : LONGEST_FOREIGN)) return false;
    const isSame = (row) => row.text === scan.text && Math.abs(scan.at_ms - row.at_ms) < SAME_MS;
    const old = held.rows.find(isSame);
    if (old) {
      old.note = scan.note;
      await inStore(held, "readwrite", (store) => asked(store.put(old)));
      return true;
    }
    if (isFull(held)) return false;
    const key = await inStore(held, "readwrite", (store) => asked(store.add(scan)));
    held.rows.push({ ...scan, key: key === null ? lastKey(held) + 1 : key });
    return true;
  }

  const lastKey = (held) => held.rows.reduce((last, row) => Math.max(last, row.key), 0);

  // Forgets those scans.
  async function clear(held, rows) {
    const gone = new Set(rows.map((row) => row.key));
    held.rows = held.rows.filter((row) => !gone.has(row.key));
    await inStore(held, "readwrite", (store) =>
      Promise.all([...gone].map((key) => asked(store.delete(key)))));
  }

  // What is done in the store; null where there is none. One that fails is given up: what is in
  // memory can still be saved.
  async function inStore(held, mode, work) {
    if (!held.db) return null;
    try {
      return await work(held.db.transaction(STORE, mode).objectStore(STORE));
    } catch {
      held.db = null;
      return null;
    }
  }

  // The file `collector road scans` takes.
  function toFile(held) {
    return JSON.stringify({ scans: held.rows.map(({ key, ...scan }) => scan) });
  }

  return { nothing, open, refresh, keep, clear, toFile, isFull, isLasting };
})();

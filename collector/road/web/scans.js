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

  // Opens the store. `rows` are [{ key, text, at_ms, lat_micro, lon_micro, note }], oldest first.
  async function open() {
    let db = null;
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () =>
        request.result.createObjectStore(STORE, { keyPath: "key", autoIncrement: true });
      db = await asked(request);
    } catch {
      return { db, rows: [], next: 1 };
    }
    const rows = await asked(db.transaction(STORE).objectStore(STORE).getAll());
    return { db, rows, next: rows.reduce((most, row) => Math.max(most, row.key), 0) + 1 };
  }

  const isLasting = (held) => held.db !== null;
  const isFull = (held) => held.rows.length >= MOST;

  // Keeps a scan, or the newer note of one that is held; false where it is not kept.
  async function keep(held, scan, isOurs) {
    if (scan.text.length > (isOurs ? LONGEST : LONGEST_FOREIGN)) return false;
    const isSame = (row) => row.text === scan.text && scan.at_ms - row.at_ms < SAME_MS;
    const old = held.rows.find(isSame);
    if (!old && isFull(held)) return false;
    const row = old ? { ...old, note: scan.note } : { ...scan, key: held.next++ };
    if (old) held.rows[held.rows.indexOf(old)] = row;
    else held.rows.push(row);
    await write(held, (store) => store.put(row));
    return true;
  }

  // Forgets the scans up to a key.
  async function clear(held, last) {
    held.rows = held.rows.filter((row) => row.key > last);
    await write(held, (store) => store.delete(IDBKeyRange.upperBound(last)));
  }

  // A store that fails is given up: what is in memory can still be saved.
  async function write(held, change) {
    if (!held.db) return;
    try {
      await asked(change(held.db.transaction(STORE, "readwrite").objectStore(STORE)));
    } catch {
      held.db = null;
    }
  }

  // The file `collector road scans` takes.
  function toFile(held) {
    return JSON.stringify({ scans: held.rows.map(({ key, ...scan }) => scan) });
  }

  return { open, keep, clear, toFile, isFull, isLasting };
})();

"use strict";
// Where the phone is, if its owner lets the page know: the newest place, as long as it is fresh.
const place = (() => {
  const FRESH_MS = 120_000;
  const WANTED = { enableHighAccuracy: true, maximumAge: 30_000, timeout: 60_000 };
  let watch = null;
  let newest = null;

  const isWatching = () => watch !== null;

  function start(onFailure) {
    if (!navigator.geolocation) return onFailure();
    watch = navigator.geolocation.watchPosition(({ coords, timestamp }) => {
      const micro = (degrees) => Math.round(degrees * 1e6);
      newest = { lat: micro(coords.latitude), lon: micro(coords.longitude), at_ms: timestamp };
    }, onFailure, WANTED);
    return undefined;
  }

  function stop() {
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    [watch, newest] = [null, null];
  }

  function now(atMs) {
    const isKnown = newest !== null && atMs - newest.at_ms < FRESH_MS;
    return isKnown ? [newest.lat, newest.lon] : [null, null];
  }

  return { start, stop, now, isWatching };
})();

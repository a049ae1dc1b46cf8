"use strict";
// The phone's back camera: frames are looked at one after the other until somebody stops it.
const camera = (() => {
  const WANTED = {
    audio: false,
    video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
  };
  const PAUSE_MS = 60; // between two frames, for the screen and the battery
  let stream = null;
  let asked = 0; // how often somebody started or stopped it; an answer to an older one is void

  const isOn = () => stream !== null;
  const track = () => stream.getVideoTracks()[0];

  // Ends when it is stopped. Errors: what the browser says where it has no camera or no leave.
  async function start(video, onTexts, onOpen) {
    stop(video);
    const number = asked;
    const mine = await navigator.mediaDevices.getUserMedia(WANTED);
    if (number !== asked) return mine.getTracks().forEach((one) => one.stop());
    stream = mine;
    video.srcObject = mine;
    await video.play();
    onOpen();
    return watch(video, mine, onTexts);
  }

  async function watch(video, mine, onTexts) {
    while (stream === mine) {
      const texts = await pictures.inFrame(video);
      if (texts.length && stream === mine) onTexts(texts);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  function stop(video) {
    asked++;
    if (stream) stream.getTracks().forEach((one) => one.stop());
    stream = null;
    video.srcObject = null;
  }

  function hasTorch() {
    const known = isOn() && track().getCapabilities ? track().getCapabilities() : {};
    return Boolean(known.torch);
  }

  const shine = (isLit) => track().applyConstraints({ advanced: [{ torch: isLit }] });

  return { start, stop, isOn, hasTorch, shine };
})();

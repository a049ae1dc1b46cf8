"use strict";
// Codes in what a camera or a file shows: by the browser's own reader where there is one, else, or
// where that finds nothing, by ours.
const pictures = (() => {
  const FRAME_PIXELS = 1_280; // of the longer side
  const FRAME_MS = 350;
  const FILE_PIXELS = [1_600, 1_000, 2_800];
  const FILE_MS = 4_000;
  const MOST_PIXELS = 120_000_000; // of a picture file
  const canvas = document.createElement("canvas");

  async function browserReader() {
    try {
      const formats = await BarcodeDetector.getSupportedFormats();
      return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
    } catch {
      return null; // most browsers have none
    }
  }
  const reader = browserReader();

  async function byBrowser(source) {
    const detector = await reader;
    if (!detector) return [];
    try {
      return (await detector.detect(source)).map((code) => code.rawValue).filter(Boolean);
    } catch {
      return [];
    }
  }

  function pixelsOf(source, width, height, longest) {
    const scale = Math.min(1, longest / Math.max(width, height));
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    return light.fromPixels(context.getImageData(0, 0, canvas.width, canvas.height));
  }

  async function inFrame(video) {
    const texts = await byBrowser(video);
    if (texts.length || !video.videoWidth) return texts;
    return qr.read(pixelsOf(video, video.videoWidth, video.videoHeight, FRAME_PIXELS), FRAME_MS);
  }

  // The texts in a picture file; null if it is no picture.
  async function inFile(file) {
    let image;
    try {
      image = await createImageBitmap(file);
    } catch {
      return null;
    }
    try {
      if (image.width * image.height > MOST_PIXELS) return null;
      const texts = await byBrowser(image);
      if (texts.length) return texts;
      for (const longest of FILE_PIXELS) {
        const found = qr.read(pixelsOf(image, image.width, image.height, longest), FILE_MS);
        if (found.length) return found;
      }
      return [];
    } finally {
      image.close();
    }
  }

  return { inFrame, inFile };
})();

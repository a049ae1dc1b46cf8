"use strict";
// What the page says, Chinese first; and how it shows numbers and times.
const words = (() => {
  const SHANGHAI_MS = 8 * 3_600_000; // no summer time there

  const TICKET_NO = /^(.)(.{6})(.{2})(.{4})(.{6})(.)$/; // as it is spaced on a ticket's face

  const labels = {
    plate: ["车号", "plate"],
    net_kg: ["净重", "net"],
    product: ["产品", "product"],
    at_ms: ["过磅时间", "weighed at"],
    weighbridge: ["磅房", "weighbridge"],
    enterprise: ["企业", "enterprise"],
    max_net_kg: ["净重上限", "net limit"],
    expires_ms: ["有效期止", "valid until"],
    ticket_no: ["票号", "ticket"],
    record: ["账簿记录", "record"],
  };
  const kinds = { ticket: ["票证", "Ticket"], slip: ["磅单", "Slip"], "": ["其他", "Other code"] };

  const headlines = {
    waiting: ["请扫码", "Scan slip and ticket"],
    good: ["真实有效", "Genuine and in order"],
    half: ["票证真实\n未见磅单", "Ticket genuine, no slip seen"],
    bad: ["有问题", "Something is wrong"],
  };
  const marks = { waiting: "", good: "✓", half: "!", bad: "✗" };

  const says = {
    old: ["数据已超过一周，请换新页面。", "The data is over a week old: get a new page."],
    clock: ["手机时间早于数据时间，请校准手机时间。",
      "The phone's clock is behind the data: set the clock."],
    needSlip: ["有票不等于已过磅，请扫磅单。",
      "A ticket does not show that the load was weighed: scan the slip."],
    needTicket: ["再扫票证，可核对是否同一张。", "Scan the ticket too, to compare the two."],
    noPlate: ["请目视核对车号，或在下面输入。", "Compare the plate with the truck, or type it below."],
    reading: ["正在识别…", "Reading …"],
    notFound: ["图片里没有找到二维码。请靠近、摆平、避开反光再拍。",
      "No code found in the picture. Go closer, hold it flat, avoid reflections."],
    noPicture: ["这不是图片，或太大。请另选一张。", "This is no picture, or too large. Choose another."],
    noCamera: ["这里不能用摄像头。请点“图片”拍照。", "The camera cannot be used here. Take a picture instead."],
    cameraRefused: ["没有摄像头权限。请在浏览器设置里允许，或点“图片”拍照。",
      "The camera is not allowed. Allow it in the browser's settings, or take a picture."],
    full: ["记录已满，新的扫码不再保存。请保存文件后清除。",
      "The store is full and new scans are not kept. Save the file, then clear."],
    volatile: ["本浏览器不能保存记录，关闭页面前请保存文件。",
      "This browser keeps nothing: save the file before you close the page."],
    saved: ["已保存文件，确认收好后可清除。", "Saved. Clear once you have the file safe."],
    confirmClear: ["确认文件已收好，清除这些记录？", "Is the file safe? Clear these scans?"],
    broken: ["页面出错，请重新打开后再扫。", "The page has failed: open it again, then scan."],
    noPlace: ["没有取得位置，记录不带位置。", "The place is not known; scans are kept without it."],
  };

  const time = (ms) => new Date(ms + SHANGHAI_MS).toISOString().slice(0, 16).replace("T", " ");
  const weight = (kg) => `${(kg / 1000).toFixed(2)} 吨 t`;

  function value(name, fact) {
    if (name.endsWith("_ms")) return time(fact);
    if (name === "ticket_no") return fact.replace(TICKET_NO, "$1 $2 $3 $4 $5 $6");
    return name.endsWith("_kg") ? weight(fact) : String(fact);
  }

  return { labels, kinds, headlines, marks, says, time, value };
})();

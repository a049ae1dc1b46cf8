"use strict";
// A ticket or a slip as an inspector meets it: genuine or not, whose, for what, still good? The
// same judgement as `collector verify-slip`, word for word: a test holds the two together.
const check = (() => {
  const PREFIXES = { "WT1:": "ticket", "WS1:": "slip" };
  const MAX_TEXT = 4296; // characters: what the largest QR code holds
  const CHECK_BYTES = 8;
  const HOUR_MS = 3_600_000;
  const OLD_PACK_MS = 7 * 24 * HOUR_MS;

  // { seen, wrong, ok, madeMs, isOld } of the codes of one truck. `plate` as seen, or null.
  function checkTruck(texts, pack, ring, atMs, { plate = null, travelHours = 24 } = {}) {
    const seen = texts.map((text) => look(text, pack, ring, atMs, travelHours));
    const wrong = seen.flatMap((one) => one.wrong);
    const tickets = seen.filter((one) => one.ticket);
    const slips = seen.filter((one) => one.slip);
    for (const slip of slips) for (const ticket of tickets) wrong.push(...compare(slip, ticket));
    const named = seen.map((one) => (one.slip || one.ticket || {}).plate).filter(Boolean);
    if (plate !== null && named.some((one) => one !== plate)) wrong.push("E_PLATE");
    return {
      seen,
      wrong: [...new Set(wrong)],
      ok: !wrong.length && seen.length > 0,
      madeMs: pack.made_ms,
      isOld: isOld(pack, atMs),
    };
  }

  const isOld = (pack, atMs) => atMs - pack.made_ms > OLD_PACK_MS;

  // The prefix and the bytes behind it; null for what is none of this system's codes.
  function readText(text) {
    const bare = text.replace(/^[\r\n\t]+|[\r\n\t]+$/g, "");
    const kind = PREFIXES[bare.slice(0, 4)];
    const message = kind && bare.length <= MAX_TEXT ? base45.decode(bare.slice(4)) : null;
    return message && { kind, message };
  }

  function look(text, pack, ring, atMs, travelHours) {
    const read = readText(text);
    if (!read) return { kind: "", facts: {}, wrong: ["E_UNREAD"] };
    const { kind, message } = read;
    try {
      if (kind === "ticket") return lookAtTicket(message, pack, ring, atMs);
      return lookAtSlip(message, pack, ring, atMs, travelHours);
    } catch (error) {
      if (error instanceof envelope.Refused) return { kind, facts: {}, wrong: ["E_FORGED"] };
      throw error;
    }
  }

  function lookAtTicket(message, pack, ring, atMs) {
    const ticket = papers.openTicket(message, ring);
    const wrong = [];
    if (has(pack.closed, ticket.ticket_no)) wrong.push("E_REVOKED");
    if (atMs > ticket.expires_s * 1000) wrong.push("E_EXPIRED");
    if (atMs < ticket.not_before_s * 1000) wrong.push("E_NOT_YET");
    if (!["active", ""].includes(stateOf(pack, ticket.enterprise))) wrong.push("E_SUSPENDED");
    const facts = {
      ticket_no: ticket.ticket_no,
      enterprise: nameOf(pack.enterprises, ticket.enterprise),
      weighbridge: nameOf(pack.weighbridges, ticket.weighbridge),
      product: nameOf(pack.products, ticket.product),
      max_net_kg: Number(ticket.max_net_kg),
      plate: ticket.plate,
      expires_ms: ticket.expires_s * 1000,
    };
    const content = hashes.sha256(message).slice(0, CHECK_BYTES);
    return { kind: "ticket", facts, wrong, ticket, content };
  }

  function lookAtSlip(message, pack, ring, atMs, travelHours) {
    const slip = papers.openSlip(message, ring);
    const wrong = [];
    const soldMs = Number(slip.at_ms);
    if (has(pack.closed, slip.ticket_no)) wrong.push("E_REVOKED");
    if (atMs - soldMs > travelHours * HOUR_MS) wrong.push("E_EXPIRED");
    if (soldMs - atMs > HOUR_MS) wrong.push("E_NOT_YET");
    const facts = {
      ticket_no: slip.ticket_no,
      weighbridge: nameOf(pack.weighbridges, slip.weighbridge),
      enterprise: ownerOf(pack, slip.weighbridge),
      plate: slip.plate,
      product: nameOf(pack.products, slip.product),
      net_kg: Number(slip.net_kg),
      at_ms: soldMs,
      record: `${slip.epoch}/${slip.seq}`,
    };
    return { kind: "slip", facts, wrong, slip, content: slip.check };
  }

  // A slip beside a ticket that is shown for the same load.
  function compare(slip, ticket) {
    if (slip.slip.ticket_no !== ticket.ticket.ticket_no) return ["E_OTHER_TICKET"];
    return bytes.equal(slip.content, ticket.content) ? [] : ["E_OTHER_CONTENT"];
  }

  const has = (table, name) => Object.prototype.hasOwnProperty.call(table, name);

  function nameOf(table, code) {
    return has(table, code) ? `${code} ${table[code][0]} ${table[code][1]}` : code;
  }

  function ownerOf(pack, weighbridge) {
    if (!has(pack.weighbridges, weighbridge)) return null;
    return nameOf(pack.enterprises, pack.weighbridges[weighbridge][2]);
  }

  function stateOf(pack, enterprise) {
    return has(pack.enterprises, enterprise) ? String(pack.enterprises[enterprise][2]) : "";
  }

  return { checkTruck, readText, isOld };
})();

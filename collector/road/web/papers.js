"use strict";
// What stands in a ticket (CWT claims, RFC 8392) and in a slip, once it is known who signed it.
// Both follow weighbook.cddl; a missing or ill-typed field is refused, an unknown one ignored.
const papers = (() => {
  const PRIVATE_CLAIM = -65537;
  const CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const LARGEST = 2 ** 63; // what a field of a number may hold
  const FAMILIES = [1, 2];

  const isText = (value) => typeof value === "string";
  const isNumber = (value) => cbor.isInteger(value) && value < LARGEST && value > -LARGEST;
  const isTexts = (value) => Array.isArray(value) && value.every(isText);
  const isTime = (value) => cbor.isInteger(value) && value >= 0 && value < 2 ** 40;

  // The keys 1, 2, 3 … in this order; those behind `required` may be missing.
  const LOAD = {
    required: 5,
    fields: [
      ["family", isNumber], ["enterprise", isText], ["weighbridge", isText], ["product", isText],
      ["max_net_kg", isNumber], ["plate", isText], ["buyer", isText], ["destination", isText],
      ["parents", isTexts],
    ],
  };
  const TOTALS = {
    required: 4,
    fields: ["passages", "sales", "net_kg", "refusals"].map((name) => [name, isNumber]),
  };
  const SLIP = {
    required: 11,
    fields: [
      ["weighbridge", isText], ["epoch", isNumber], ["seq", isNumber], ["head", cbor.isBytes],
      ["totals", (value) => value instanceof Map && Boolean(read(TOTALS, value))],
      ["at_ms", isNumber], ["plate", isText], ["product", isText], ["net_kg", isNumber],
      ["ticket_no", isText], ["check", cbor.isBytes],
    ],
  };

  function read(form, map) {
    const found = {};
    form.fields.forEach(([name, isGood], place) => {
      const isAbsent = !map.has(place + 1);
      if (isAbsent && place >= form.required) {
        found[name] = null;
      } else if (isAbsent || !isGood(map.get(place + 1))) {
        envelope.refuse(name);
      } else {
        found[name] = map.get(place + 1);
      }
    });
    return found;
  }

  function openTicket(message, ring) {
    const { payload, signer } = envelope.open(message, "ticket", ring);
    const [expires_s, not_before_s, issued_s] = [4, 5, 6].map((key) => payload.get(key));
    const [number, load] = [payload.get(7), payload.get(PRIVATE_CLAIM)];
    const isWhole = [expires_s, not_before_s, issued_s].every(isTime) && isText(payload.get(1));
    if (!isWhole || !cbor.isBytes(number) || !(load instanceof Map)) envelope.refuse("claims");
    const ticket_no = String.fromCharCode(...number);
    const ticket = { ...read(LOAD, load), expires_s, not_before_s, issued_s, ticket_no };
    if (!FAMILIES.includes(ticket.family) || ticket.max_net_kg <= 0) envelope.refuse("load");
    if (!isTicketNo(ticket_no)) envelope.refuse("number");
    if (!envelope.isValidAt(signer, issued_s)) envelope.refuse("key time");
    return ticket;
  }

  // ISO 7064 MOD 37,36 over the twenty characters of a ticket's number.
  function isTicketNo(text) {
    const values = Array.from(text, (sign) => CHECK_ALPHABET.indexOf(sign));
    if (values.length !== 20 || values.includes(-1)) return false;
    let carry = 36;
    for (const value of values.slice(0, -1)) carry = (((carry + value) % 36 || 36) * 2) % 37;
    return values[19] === (37 - carry) % 36;
  }

  function openSlip(message, ring) {
    const { payload, signer } = envelope.open(message, "slip", ring);
    const slip = read(SLIP, payload);
    if (signer.subject !== slip.weighbridge) envelope.refuse("another weighbridge's key");
    const soldS = Math.floor(Number(slip.at_ms) / 1000);
    if (!envelope.isValidAt(signer, soldS)) envelope.refuse("key time");
    return slip;
  }

  return { openTicket, openSlip };
})();

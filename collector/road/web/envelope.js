"use strict";
// The envelope: COSE_Sign1 (RFC 9052, tag 18), protected header exactly {1: alg, 4: kid, 16: typ},
// nothing in the unprotected one, 64 bytes of signature. `open` gives a payload only if a key of
// the right role signed it; what it throws is a Refused.
const envelope = (() => {
  const TYPES = { ticket: 1, slip: 6 };
  const ROLES = { ticket: "ticket", slip: "agent" };
  const MAX_BYTES = 1024; // of a ticket or a slip
  const MAX_HEADER_BYTES = 64;
  const [ALG, KID, TYP] = [1, 4, 16]; // header labels
  const [EDDSA, ED25519, ES256] = [-8, -19, -7];

  class Refused extends Error {}

  function refuse(why) {
    throw new Refused(why);
  }

  function decode(data) {
    try {
      return cbor.decode(data);
    } catch (error) {
      if (error instanceof cbor.NotCbor) refuse(error.message);
      throw error;
    }
  }

  // The keys of a pack by their kid, ready for use.
  function ringOf(pack) {
    return new Map(pack.keys.map((row) => [row.kid, { ...row, verify: verifierOf(row) }]));
  }

  function verifierOf(row) {
    const fields = cbor.decode(bytes.fromHex(row.cose_key));
    const [x, y] = [fields.get(-2), fields.get(-3)];
    if (row.alg === ES256) return (signature, data) => p256.verify(x, y, signature, data);
    if (row.alg === EDDSA || row.alg === ED25519) {
      return (signature, data) => ed25519.verify(x, signature, data);
    }
    return () => false;
  }

  // { payload, signer } of a message of that kind; the signer is an entry of the pack's keys.
  function open(message, kind, ring) {
    const { protectedBytes, labels, body, signature } = parts(message);
    const signer = ring.get(bytes.toHex(labels.get(KID)));
    if (labels.get(TYP) !== TYPES[kind]) refuse("typ");
    if (!signer) refuse("kid");
    if (!signer.roles.includes(ROLES[kind])) refuse("role");
    if (labels.get(ALG) !== signer.alg) refuse("alg");
    if (!signer.verify(signature, toBeSigned(protectedBytes, body))) refuse("signature");
    const payload = decode(body);
    if (!(payload instanceof Map)) refuse("payload");
    requireIntegerKeys(payload);
    return { payload, signer };
  }

  function parts(message) {
    if (message.length > MAX_BYTES || message[0] !== 0xd2) refuse("size or tag");
    const value = decode(message.subarray(1));
    if (!Array.isArray(value) || value.length !== 4) refuse("parts");
    const [protectedBytes, unprotected, body, signature] = value;
    if (![protectedBytes, body, signature].every(cbor.isBytes)) refuse("parts");
    if (!(unprotected instanceof Map) || unprotected.size) refuse("unprotected");
    if (signature.length !== 64 || protectedBytes.length > MAX_HEADER_BYTES) refuse("parts");
    const labels = decode(protectedBytes);
    if (!(labels instanceof Map) || [...labels.keys()].join() !== [ALG, KID, TYP].join()) {
      refuse("header");
    }
    if (!cbor.isBytes(labels.get(KID)) || labels.get(KID).length !== 8) refuse("kid");
    return { protectedBytes, labels, body, signature };
  }

  // The Sig_structure: an array of "Signature1", the header, nothing external, and the payload.
  function toBeSigned(protectedBytes, body) {
    const start = bytes.join([0x84, 0x6a], bytes.fromAscii("Signature1"));
    return bytes.join(start, byteString(protectedBytes), [0x40], byteString(body));
  }

  function byteString(data) {
    const size = data.length;
    if (size < 24) return bytes.join([0x40 + size], data);
    if (size < 256) return bytes.join([0x58, size], data);
    return bytes.join([0x59, size >> 8, size & 255], data);
  }

  function requireIntegerKeys(value) {
    const items = value instanceof Map ? [...value.values()] : value;
    if (value instanceof Map && ![...value.keys()].every(cbor.isInteger)) refuse("key type");
    for (const item of items) {
      if (item instanceof Map || Array.isArray(item)) requireIntegerKeys(item);
    }
  }

  // Whether a signature made by that key at that time counts.
  function isValidAt(signer, atS) {
    const over = [signer.to_s, signer.revoked_at_s].some((end) => end !== null && atS >= end);
    return signer.from_s <= atS && !over;
  }

  return { open, ringOf, verifierOf, isValidAt, refuse, Refused };
})();

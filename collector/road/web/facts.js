"use strict";
// What was written into this page when it was made: { pack, wrong, qr }. The words for what is
// wrong are those of the command line.
const FACTS = JSON.parse(document.getElementById("facts").textContent);
const QR_TABLES = FACTS.qr;

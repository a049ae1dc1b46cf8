"use strict";
// What stands on the screen: the verdict, the facts, the scans kept. Text is only ever set as text.
const display = (() => {
  const SHOWN = ["plate", "net_kg", "product", "at_ms", "weighbridge", "enterprise", "max_net_kg",
    "expires_ms", "ticket_no", "record"];
  const LARGE = ["plate", "net_kg"];
  const LATEST = 20;
  const LONGEST_SHOWN = 200; // characters of a code that is none of ours
  const at = (id) => document.getElementById(id);

  function element(name, text = "", className = "") {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  // Chinese, with the English small beside or below it.
  function put(target, [zh, en]) {
    const english = element("small", en);
    english.lang = "en";
    target.replaceChildren(zh, " ", english);
    return target;
  }

  const both = ([zh, en]) => `${zh}\n${en}`;

  function showPack(pack, held, nowMs) {
    at("bureau").textContent = pack.bureau.join(" ");
    put(at("as-of"), [`数据截至 ${words.time(pack.made_ms)}`, "data as of then"]);
    const warnings = [];
    if (check.isOld(pack, nowMs)) warnings.push(words.says.old);
    if (nowMs < pack.made_ms - 3_600_000) warnings.push(words.says.clock);
    if (scans.isFull(held)) warnings.push(words.says.full);
    if (!scans.isLasting(held)) warnings.push(words.says.volatile);
    at("warnings").textContent = warnings.map(both).join("\n");
  }

  function showVerdict(found, texts, plate) {
    const verdict = truck.verdictOf(found);
    at("verdict").className = verdict;
    at("mark").textContent = words.marks[verdict];
    put(at("headline"), words.headlines[verdict]);
    at("reasons").replaceChildren(
      ...found.wrong.map((code) => reason(FACTS.wrong[code], code)));
    at("hint").textContent = hints(found, plate).map(both).join("\n");
    const colour = (one) => (one.wrong.length ? "bad" : found.ok ? "good" : "");
    at("codes").replaceChildren(
      ...found.seen.map((one, n) => card(one, texts[n], colour(one))));
  }

  function reason([zh, en], code) {
    return put(element("li"), [zh, `${en} · ${code}`]);
  }

  function hints(found, plate) {
    const slips = found.seen.filter((one) => one.slip);
    const tickets = found.seen.filter((one) => one.ticket);
    const said = [];
    if (tickets.length && !slips.length) said.push(words.says.needSlip);
    if (slips.length && !tickets.length) said.push(words.says.needTicket);
    if (slips.length && plate === null) said.push(words.says.noPlate);
    return said;
  }

  function card(one, text, colour) {
    const made = element("article", "", `code ${colour}`);
    const facts = element("dl");
    for (const name of SHOWN) {
      const fact = one.facts[name];
      if (fact === null || fact === undefined) continue;
      const line = element("div", "", LARGE.includes(name) ? "large" : "");
      line.append(put(element("dt"), words.labels[name]), element("dd", words.value(name, fact)));
      facts.append(line);
    }
    if (!one.kind) facts.append(element("div", text.slice(0, LONGEST_SHOWN)));
    made.append(put(element("h3"), words.kinds[one.kind]), facts);
    return made;
  }

  function say(phrase) {
    at("message").textContent = phrase ? both(phrase) : "";
  }

  function showHistory(held, saved) {
    at("count").textContent = String(held.rows.length);
    at("save").disabled = !held.rows.length;
    at("clear").disabled = !saved.length;
    at("latest").replaceChildren(...held.rows.slice(-LATEST).reverse().map(line));
  }

  function line(row) {
    const made = element("li", `${words.time(row.at_ms)} `);
    const [zh] = words.kinds[truck.kindOf(row.text)];
    const wrong = row.note.includes("E_");
    made.append(`${zh} `, element("span", wrong ? "✗" : "✓", wrong ? "bad" : "good"));
    made.append(` ${row.note}`);
    return made;
  }

  function showCamera(isOn, hasTorch) {
    at("viewfinder").hidden = !isOn;
    at("torch").hidden = !hasTorch;
  }

  return { showPack, showVerdict, showHistory, showCamera, say };
})();

"use strict";

// Everything is put in as text, never as markup: names come from whoever deployed something.
function element(tag, text, kind) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function item(...parts) {
  const made = document.createElement("li");
  for (const part of parts.filter(Boolean)) made.append(part, " ");
  return made;
}

function link(target, text) {
  const made = element("a", text);
  made.href = target;
  return made;
}

function list(items) {
  const made = document.createElement("ol");
  made.append(...items);
  return made;
}

function outcome(status) {
  if (/FAILED|ROLLBACK/.test(status)) return "bad";
  return /_COMPLETE$/.test(status) ? "good" : "busy";
}

// One line for each rotation, made of all that was told of it, the newest first.
const STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"];

function rotations(told) {
  const found = new Map();
  for (const each of told) {
    const key = `${each.secret} ${each.version}`;
    const one = found.get(key) || { time: each.time, secret: each.secret, version: each.version, steps: {}, outcome: "" };
    const [step, how] = each.event.split(" ");
    if (how) one.steps[step] ??= how;
    else one.outcome ||= each.event;
    found.set(key, one);
  }
  return [...found.values()];
}

function step(name, each) {
  const under_way = /Started$/.test(each.outcome);
  const next = STEPS.find((one) => each.steps[one] !== "done");
  const kinds = { done: "good", failed: "bad" };
  return element("span", name, kinds[each.steps[name]] || (under_way && name === next ? "busy" : ""));
}

function steps(each) {
  const made = element("div", "", "steps");
  made.append(...STEPS.map((name) => step(name, each)));
  return made;
}

function ended(event) {
  if (/ailed|Abandoned/.test(event)) return "bad";
  return /Succeeded$/.test(event) ? "good" : "busy";
}

const clock = (moment) => (moment ? moment.slice(11, 19) : "");
const day = (moment) => (moment ? moment.slice(0, 16).replace("T", " ") : "never");

const shown = {
  refusals: (each) =>
    item(
      element("time", clock(each.time), "quiet"),
      element("code", each.action),
      element("span", each.code || String(each.status), "bad"),
      element("span", each.message),
      each.explained && link(`explain/${each.explained}`, each.explained),
    ),
  secrets: (each) =>
    item(
      element("code", each.name),
      each.rotating && element("span", "rotating", "label busy"),
      element("span", each.enabled ? `last ${day(each.last)}, next by ${day(each.next)}` : "not rotated", "quiet"),
      list(
        each.versions.map((version) =>
          item(
            ...version.labels.map((label) => element("span", label, `label ${label === "AWSCURRENT" ? "good" : "quiet"}`)),
            element("code", version.id),
            element("span", day(version.created), "quiet"),
          ),
        ),
      ),
    ),
  rotations: (each) =>
    item(
      element("time", clock(each.time), "quiet"),
      element("code", each.secret),
      each.outcome && element("span", each.outcome, `label ${ended(each.outcome)}`),
      steps(each),
    ),
  databases: (each) =>
    item(
      element("code", each.name),
      each.host
        ? element("span", `${each.host}:${each.port}, version ${each.version}, ${each.connections} logins, ${each.refused} refused`, "quiet")
        : element("span", "has no server here", "quiet"),
    ),
  stacks: (each) =>
    item(
      element("code", each.name),
      element("span", each.status, `label ${outcome(each.status)}`),
      element("span", each.reason, "quiet"),
      list(
        each.resources.map((resource) =>
          item(
            element("code", resource.name),
            element("span", resource.type, "quiet"),
            element("span", resource.status, outcome(resource.status)),
            element("span", resource.reason || resource.id, "quiet"),
          ),
        ),
      ),
    ),
  recent: (each) =>
    item(
      element("time", clock(each.time), "quiet"),
      element("code", each.action),
      element("span", String(each.status), each.code ? "bad" : "quiet"),
      element("span", each.caller.split(":").pop(), "quiet"),
    ),
};

const before = {};

async function show() {
  const told = await (await fetch("status")).json();
  told.rotations = rotations(told.rotations);
  document.getElementById("time").textContent = `${told.time.slice(0, 19).replace("T", " ")} UTC`;
  document.getElementById("calls").textContent = told.calls;
  for (const [name, one] of Object.entries(shown)) {
    const now = JSON.stringify(told[name]);
    // What has not changed stays, and with it what somebody has selected there.
    if (before[name] !== now) document.getElementById(name).replaceChildren(...told[name].map(one));
    before[name] = now;
  }
}

async function live() {
  try {
    await show();
    document.body.dataset.state = "live";
  } catch {
    document.body.dataset.state = "gone";
    document.getElementById("told").textContent = "the local AWS does not answer";
  }
  setTimeout(live, 1000);
}

document.getElementById("clock").addEventListener("submit", async (event) => {
  event.preventDefault();
  const told = document.getElementById("told");
  told.textContent = "moving the clock …";
  const body = JSON.stringify({ advance: Number(event.submitter.dataset.seconds) });
  const answer = await fetch("clock", { method: "POST", body });
  told.textContent = answer.ok ? "" : (await answer.json()).error;
  await show();
});

live();

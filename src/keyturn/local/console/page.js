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
  made.append(...parts.filter(Boolean));
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
  return /_COMPLETE$/.test(status) ? "good" : "quiet";
}

const clock = (moment) => (moment ? moment.slice(11, 19) : "");
const day = (moment) => (moment ? moment.slice(0, 16).replace("T", " ") : "never");

const shown = {
  refusals: (each) =>
    item(
      element("time", clock(each.time), "quiet"),
      element("code", each.action),
      element("span", each.code, "bad"),
      element("span", each.message),
      each.explained && link(`explain/${each.explained}`, each.explained),
    ),
  secrets: (each) =>
    item(
      element("code", each.name),
      each.rotating && element("span", "rotating", "bad"),
      element("span", each.enabled ? `last ${day(each.last)}, next by ${day(each.next)}` : "not rotated", "quiet"),
      list(
        each.versions.map((version) =>
          item(element("code", version.id), element("span", version.labels.join(", ")), element("span", day(version.created), "quiet")),
        ),
      ),
    ),
  rotations: (each) =>
    item(
      element("time", clock(each.time), "quiet"),
      element("code", each.secret),
      element("span", each.event, /ailed|Abandoned/.test(each.event) ? "bad" : ""),
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
      element("span", each.status, outcome(each.status)),
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

async function show() {
  const told = await (await fetch("status")).json();
  document.getElementById("time").textContent = told.time;
  document.getElementById("calls").textContent = told.calls;
  for (const [name, one] of Object.entries(shown)) {
    document.getElementById(name).replaceChildren(...told[name].map(one));
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

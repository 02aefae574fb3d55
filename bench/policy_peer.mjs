// The peer of policy.py. Reads the work as a line of JSON, then ways to measure, a line each; answers each line with one of its own.

import { createInterface } from "node:readline";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const from = (...path) => import(pathToFileURL(join(process.argv[2], ...path)));
const { runSimulation } = await from("dist", "esm", "index.js");
const { authorize } = await from("dist", "esm", "core_engine", "CoreSimulatorEngine.js");
const { AwsRequestImpl } = await from("dist", "esm", "request", "request.js");
const { RequestContextImpl } = await from("dist", "esm", "requestContext.js");
const { DiscoveryContextKeyConstraints } = await from("dist", "esm", "context_keys", "discoveryContextKeyConstraints.js");
const { loadPolicy } = await from("..", "iam-policy", "dist", "esm", "index.js");

const NAMES = { Allowed: "allowed", ImplicitlyDenied: "implicitly_denied", ExplicitlyDenied: "explicitly_denied" };
const none = { identityPolicies: [], serviceControlPolicies: [], resourceControlPolicies: [] };
let work, document, turn = 0;

const simulationParameters = {
  simulationMode: "Strict",
  discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]),
};

function parsed([principal, action, context]) {
  const resource = { resource: work.key, accountId: work.account };
  const request = new AwsRequestImpl(principal, resource, action, new RequestContextImpl(context));
  return authorize({ ...none, request, resourcePolicy: document, simulationParameters, serviceSettings: { s3: {} } }).result;
}

async function plain([principal, action, contextVariables], resourcePolicy) {
  const request = { principal, action, resource: { resource: work.key, accountId: work.account }, contextVariables };
  const found = await runSimulation({ ...none, request, resourcePolicy }, {});
  return found.overallResult ?? found.analysis?.result ?? JSON.stringify(found.errors ?? found);
}

const WAYS = {
  parsed,
  same: (request) => plain(request, work.same),
  unseen: (request) => plain(request, work.unseen[turn++ % work.unseen.length]),
};

async function start(given) {
  work = given;
  document = loadPolicy(work.same, { name: "key policy" });
  const wrong = [];
  for (const way in WAYS)
    for (const request of work.requests) {
      const found = await WAYS[way](request);
      if (NAMES[found] !== request[3]) wrong.push(`${found}, not ${request[3]}, to ${request[1]} by ${request[0]} (${way})`);
    }
  return wrong;
}

async function measure(way) {
  let done = 0, spent = 0;
  const started = process.cpuUsage();
  while (spent < work.seconds) {
    for (const request of work.requests) await WAYS[way](request);
    done += work.requests.length;
    const { user, system } = process.cpuUsage(started);
    spent = (user + system) / 1e6;
  }
  return done / spent;
}

for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  console.log(JSON.stringify(typeof given === "string" ? await measure(given) : await start(given)));
}

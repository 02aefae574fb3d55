// The CDK application whose assembly stands in `cdk.out`. To make it again: npm install aws-cdk-lib constructs; node app.js
const { readFileSync, writeFileSync } = require("node:fs");
const { App, CfnOutput, Duration, RemovalPolicy, Stack } = require("aws-cdk-lib");
const { Key } = require("aws-cdk-lib/aws-kms");
const { Code, Function, Runtime } = require("aws-cdk-lib/aws-lambda");
const { LogGroup, RetentionDays } = require("aws-cdk-lib/aws-logs");
const { ServicePrincipal } = require("aws-cdk-lib/aws-iam");
const { Secret } = require("aws-cdk-lib/aws-secretsmanager");
const { Queue } = require("aws-cdk-lib/aws-sqs");

const app = new App({
  analyticsReporting: false,
  outdir: "cdk.out",
  treeMetadata: false,
});
const stack = new Stack(app, "Greeter", { env: { account: "123456789012", region: "us-east-1" } });
const key = new Key(stack, "Key", { enableKeyRotation: true, removalPolicy: RemovalPolicy.DESTROY });
key.grantEncryptDecrypt(new ServicePrincipal(`logs.${stack.region}.amazonaws.com`));
const logGroup = new LogGroup(stack, "Logs", {
  encryptionKey: key,
  retention: RetentionDays.ONE_MONTH,
  removalPolicy: RemovalPolicy.DESTROY,
});
const word = new Secret(stack, "Word", { secretName: "word", generateSecretString: { passwordLength: 20 } });
const greeter = new Function(stack, "Function", {
  functionName: "greeter",
  runtime: Runtime.PYTHON_3_12,
  handler: "greeter.handler",
  code: Code.fromAsset("../greeter"),
  timeout: Duration.seconds(10),
  environment: { WORD: word.secretArn },
  deadLetterQueue: new Queue(stack, "Lost"),
  logGroup,
});
word.grantRead(greeter);
new CfnOutput(stack, "Name", { value: greeter.functionName });
app.synth();

// What an assembly says of whoever made it is of no use here: feature flags, and where in which folder each construct was made.
rewrite("cdk.out/manifest.json", (manifest) => delete manifest.artifacts["aws-cdk-lib/feature-flag-report"]);
rewrite("cdk.out/Greeter.metadata.json", (metadata) => {
  for (const [path, entries] of Object.entries(metadata)) {
    metadata[path] = entries.filter((entry) => entry.type !== "aws:cdk:creationStack");
  }
});

function rewrite(file, change) {
  const content = JSON.parse(readFileSync(file));
  change(content);
  writeFileSync(file, JSON.stringify(content, null, 2) + "\n");
}

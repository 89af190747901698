// A client that is not pygls: vscode-jsonrpc, as Visual Studio Code has it. JavaScript's strings are UTF-16, so that
// positions need no translation. Usage: node client.js FILE SERVER…; prints what it saw as JSON.
const { spawn } = require("child_process");
const fs = require("fs");
const { pathToFileURL } = require("url");
const rpc = require("vscode-jsonrpc/node");

const [file, command, ...rest] = process.argv.slice(2);
const text = fs.readFileSync(file, "utf8");
const uri = pathToFileURL(file).href;

function offsetAt(place) {
  let start = 0;
  for (let line = 0; line < place.line; line++) {
    start = text.indexOf("\n", start) + 1;
  }
  return start + place.character;
}

function applied(edits) {
  const changes = edits
    .map((edit) => ({ from: offsetAt(edit.range.start), to: offsetAt(edit.range.end), text: edit.newText }))
    .sort((one, other) => other.from - one.from);
  return changes.reduce((now, change) => now.slice(0, change.from) + change.text + now.slice(change.to), text);
}

async function main() {
  const server = spawn(command, rest, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise((resolve) => server.on("exit", resolve));
  const connection = rpc.createMessageConnection(
    new rpc.StreamMessageReader(server.stdout),
    new rpc.StreamMessageWriter(server.stdin),
  );
  const published = new Promise((resolve) => connection.onNotification("textDocument/publishDiagnostics", resolve));
  connection.listen();
  const initialized = await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: null,
    capabilities: { workspace: { workspaceEdit: { documentChanges: true } } },
  });
  await connection.sendNotification("initialized", {});
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "python", version: 7, text },
  });
  const { diagnostics, version } = await published;
  const marked = diagnostics.map((one) => text.slice(offsetAt(one.range.start), offsetAt(one.range.end)));
  const actions = await connection.sendRequest("textDocument/codeAction", {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    context: { diagnostics: [], only: ["source.fixAll.kmigrate"] },
  });
  const change = actions[0].edit.documentChanges[0];
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  console.log(
    JSON.stringify({
      encoding: initialized.capabilities.positionEncoding,
      codes: diagnostics.map((one) => one.code),
      marked,
      versions: [version, change.textDocument.version],
      text: applied(change.edits),
      exit: await exited,
    }),
  );
  process.exit(0);
}

main();

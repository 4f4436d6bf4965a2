// Prints what Khronos' validator finds in each file, a JSON array of its messages a line.
// node validate.cjs FOLDER_OF_node_modules FILE…
const fs = require("node:fs");
const path = require("node:path");

const validator = require(path.join(process.argv[2], "node_modules", "gltf-validator"));

(async () => {
  for (const file of process.argv.slice(3)) {
    const options = { maxIssues: 100, writeTimestamp: false };
    const report = await validator.validateBytes(new Uint8Array(fs.readFileSync(file)), options);
    console.log(JSON.stringify(report.issues.messages));
  }
})();

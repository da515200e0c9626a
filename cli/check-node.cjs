'use strict';
// Sources run by Node's own type stripping: an older Node would only say that it does not know .ts files.
// npm scripts find the Node of the devDependency `node`, unless it was installed with --ignore-scripts.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `probelab needs Node 24 or newer, this is ${process.version}: run "npm ci" without --ignore-scripts, which brings one along, or install Node 24.`,
  );
  process.exit(69);
}

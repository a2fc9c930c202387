// Lists the snapshots of a backend in a process of its own, since some variables are read only when one starts. Prints
// what came of it as JSON.
const [entry = "", location = ""] = process.argv.slice(2);
const { createBackend } = await import(entry);
const backend = await createBackend({ environment: process.env });
const listing = Array.fromAsync(backend.listSnapshots({ location, labels: { "created-by": "k8s-snapshots" } }));
const result = await listing.then(
  (snapshots) => ({ listed: snapshots.length }),
  ({ code, message }) => ({ code, message }),
);
console.log(JSON.stringify(result));
await backend.close?.();

export {};

import { copyTree, LocalBackend, parseLocalConfig } from "../src/index.ts";

/** Begins a snapshot, and stands still when the copy is there but not declared whole: the test kills it then. */
const [snapshots = "", disk = ""] = process.argv.slice(2);
const backend = new LocalBackend(parseLocalConfig({ LOCAL_SNAPSHOT_DIRECTORY: snapshots }), {
  async copyTree(...call) {
    await copyTree(...call);
    process.stdout.write("copied\n");
    process.stdin.resume();
    return new Promise(() => undefined);
  },
});
await backend.createSnapshot({
  disk: { location: "local", id: disk },
  name: "data",
  description: "",
  labels: { owner: "test" },
  idempotencyKey: "key-1",
});

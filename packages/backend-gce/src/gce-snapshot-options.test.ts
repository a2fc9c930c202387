import { expect, test } from "vitest";
import { parseSnapshotOptions, type SnapshotOptionTexts } from "./gce-snapshot-options.ts";

const kmsKey = "projects/p/locations/eu/keyRings/r/cryptoKeys/k";
const nameOf = (option: string): string => `the ${option}`;

test("what is left out is left to Google", () => {
  expect(parseSnapshotOptions({}, nameOf)).toEqual({});
});

test("each option is put as Google wants it", () => {
  const texts = { storageLocation: "europe-west1", snapshotType: "ARCHIVE", guestFlush: "true", kmsKey };
  expect(parseSnapshotOptions(texts, nameOf)).toEqual({
    storageLocations: ["europe-west1"],
    snapshotType: "ARCHIVE",
    guestFlush: true,
    snapshotEncryptionKey: { kmsKeyName: kmsKey },
  });
});

test.each<[SnapshotOptionTexts, string]>([
  [{ storageLocation: "eu,us" }, "the storageLocation must be one region"],
  [{ storageLocation: "Europe" }, "the storageLocation must be one region"],
  [{ snapshotType: "archive" }, "the snapshotType must be STANDARD or ARCHIVE"],
  [{ guestFlush: "yes" }, "the guestFlush must be true or false"],
  [{ kmsKey: "my-key" }, "the kmsKey must be the name of a key: projects/PROJECT/"],
])("%j is refused in one line that names the option", (texts, message) => {
  expect(() => parseSnapshotOptions(texts, nameOf)).toThrow(message);
});

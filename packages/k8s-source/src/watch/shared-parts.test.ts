import { expect, it } from "vitest";
import { projectVolume } from "./project-objects.ts";
import { SharedParts } from "./shared-parts.ts";

it("equal parts of volumes are one object, and what names the disk stays each one's own", () => {
  const parts = new SharedParts();
  const [a, b] = ["a", "b"].map((name) =>
    projectVolume(
      {
        metadata: { name, uid: name, creationTimestamp: "2026-11-28T00:00:00Z", labels: { zone: "z" } },
        spec: {
          accessModes: ["ReadWriteOnce"],
          csi: { driver: "d", volumeHandle: name, volumeAttributes: { x: "y" } },
        },
      },
      parts,
    ),
  );
  expect(a?.metadata.labels).toBe(b?.metadata.labels);
  expect(a?.spec.accessModes).toBe(b?.spec.accessModes);
  expect(a?.spec.csi?.volumeAttributes).toBe(b?.spec.csi?.volumeAttributes);
  expect([a?.spec.csi?.volumeHandle, b?.spec.csi?.volumeHandle]).toEqual(["a", "b"]);
});

it("where everything differs it forgets, and says nothing wrong", () => {
  const parts = new SharedParts();
  const first = { number: 0 };
  expect(parts.of(first)).toBe(first);
  for (let number = 1; number < 5_000; number++) expect(parts.of({ number })).toEqual({ number });
  expect(parts.of({ number: 0 })).toEqual(first);
  expect(parts.of({ number: 0 })).not.toBe(first);
});

import { decideRetention, parseDeltas } from "@k8s-snapshots/retention";
import { expect, it } from "vitest";
import { describeDeletion } from "./describe-deletion.ts";

const hour = 3_600_000;
const rows = [0, 1, 2].map((index) => ({ id: `snap-${index}`, createdAt: (index * hour) / 4 }));
const view = ({ id, createdAt }: { id: string; createdAt: number }) => ({ id, createdAt: new Date(createdAt) });
const why = decideRetention(parseDeltas("PT1H P1D"), rows, view).expired[0]?.reason;

it.each([
  ["expired", why, /^less than PT1H after SNAP-0/],
  ["expired", undefined, /^no schedule in force keeps it$/],
  ["failed", undefined, /^it failed, and will never be usable$/],
  ["room", why, /^a limit is used up, and the next one needs the room: less than PT1H/],
  ["orphaned", why, /^its rule is gone, and wanted it to expire: less than PT1H/],
] as const)("says why a snapshot goes: %s", (reason, stands, text) => {
  expect(describeDeletion({ reason, why: stands }, ({ id }) => id.toUpperCase())).toMatch(text);
});

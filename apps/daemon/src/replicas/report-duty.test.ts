import { alwaysOwner, type Tenant } from "@k8s-snapshots/scheduler";
import { ruleOf } from "@k8s-snapshots/scheduler/testing";
import { expect, it } from "vitest";
import { ReportDuty } from "./report-duty.ts";

const rule = ruleOf("P1D P7D", { disk: { location: "eu-west-1", id: "vol-1" } });

it("of a rule with a disk speaks whoever serves its location; of all else, whoever has that duty", async () => {
  let tenant: Tenant | undefined;
  let released = false;
  let taken = 0;
  const ownership = {
    acquire(_: unknown, asking: Tenant) {
      tenant = asking;
      const release = (): void => {
        released = true;
      };
      return { isHeld: () => true, release };
    },
  };
  const tenureOf = (_: string, location: string) => (location === "eu-west-1" ? "owner" : "none");
  const duty = new ReportDuty(ownership, { tenureOf }, () => taken++);
  const stop = new AbortController();
  const running = duty.run(stop.signal);
  expect(duty.speaksFor(rule)).toBe(true);
  expect(duty.speaksFor({ ...rule, disk: { location: "us-east-1", id: "vol-1" } })).toBe(false);
  expect(duty.speaksFor(undefined)).toBe(false);
  await tenant?.onTenure("owner");
  await tenant?.onTenure("lapsed");
  expect(duty.speaksFor(undefined)).toBe(true);
  expect(taken).toBe(1);
  await tenant?.onTenure("none");
  expect(duty.speaksFor(undefined)).toBe(false);
  stop.abort();
  await running;
  expect(released).toBe(true);
});

it("a daemon that runs alone speaks of everything at once", () => {
  const duty = new ReportDuty(alwaysOwner, { tenureOf: () => "owner" }, () => {});
  void duty.run(new AbortController().signal);
  expect(duty.speaksFor(undefined)).toBe(true);
});

import { expect, it } from "vitest";
import { createMetrics } from "./metrics.ts";

it("the reference lists all metrics as they are served", async () => {
  const metrics = createMetrics();
  const described = metrics.descriptions();
  const rows = described.map(
    ({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels.join(", ")} | ${help} |`,
  );
  const page = [
    "# Metrics",
    "",
    "What `/metrics` serves, beside what all Node programs have (`process_…`, `nodejs_…`). Names are stable. A rule is named by its",
    "object, as `PersistentVolumeClaim/NAMESPACE/NAME`; reasons are those of [reasons.md](reasons.md). This page is written from the",
    "code: `vitest -u` renews it.",
    "",
    "| metric | type | labels | what it is |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  await expect(page).toMatchFileSnapshot("../../../../docs/reference/metrics.md");
  const { text } = await metrics.text();
  const served = [...text.matchAll(/^# TYPE (k8s_snapshots_\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  expect(served.sort()).toEqual(described.map(({ name, type }) => `${name} ${type}`).sort());
});

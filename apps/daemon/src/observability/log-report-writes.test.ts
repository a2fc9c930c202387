import { KubernetesApiError, KubernetesConnectionError } from "@k8s-snapshots/k8s-source";
import { pino } from "pino";
import { expect, it } from "vitest";
import { logReportWrites } from "./log-report-writes.ts";

it("says a refusal once, however many objects have it, and again after it was over", () => {
  const lines: string[] = [];
  const logger = pino(
    { level: "info", formatters: { level: (level) => ({ level }) } },
    { write: (line) => lines.push(line) },
  );
  const { onWritten, onError } = logReportWrites(logger);
  const refuse = (name: string): void => {
    onError(`event ${name}`, new KubernetesApiError(403, "Forbidden", `events ${name} is forbidden`), false);
  };
  refuse("a");
  refuse("b");
  onError("event a", new KubernetesConnectionError("away"), true);
  onWritten("event c");
  onWritten("event d");
  refuse("a");
  const said = lines.map((line) => JSON.parse(line) as { level: string; event: string; msg: string });
  expect(said.map(({ level, event, msg }) => `${level} ${event} ${msg}`)).toEqual([
    "warn report.error event not written",
    "warn report.error event not written: tried again",
    "info report.recovered event written again",
    "warn report.error event not written",
  ]);
});

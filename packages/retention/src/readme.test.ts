import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, example]) => example as string);

it.each([
  ["first", 0, ["b less than PT1H after a, one each PT1H up to P1D", "2 33"]],
  [
    "one with types of its own",
    1,
    [
      "keep 0.tar: the newest",
      "keep 1.tar: nearest to 2025-12-31T00:00:00Z, one each P2D up to P7D",
      "keep 3.tar: nearest to 2025-12-25T00:00:00Z, one each P2D up to P7D",
      "delete 2.tar: 1.tar is nearer to 2025-12-31T00:00:00Z, one each P2D up to P7D",
      "hourly is not an ISO 8601 duration such as PT1H, P1D, P1W or P1M",
    ],
  ],
])("the README's example, the %s, runs", (_, index, lines) => {
  const output = execFileSync(
    process.execPath,
    ["--conditions=@k8s-snapshots/source", "--input-type=module-typescript", "--eval", examples[index] as string],
    { cwd: new URL("..", import.meta.url), encoding: "utf8" },
  );
  const printed = output.trim().split("\n");
  expect(printed).toEqual(lines);
});

it("has no other examples", () => {
  expect(examples).toHaveLength(2);
});

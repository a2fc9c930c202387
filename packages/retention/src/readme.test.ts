import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("the README's example runs", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] as string;
  const output = execFileSync(
    process.execPath,
    ["--conditions=@k8s-snapshots/source", "--input-type=module-typescript", "--eval", example],
    { cwd: new URL("..", import.meta.url), encoding: "utf8" },
  );
  expect(output).toBe("b less than PT1H after a, one each PT1H up to P1D\n2 33\n");
});

import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { captureCommand } from "./captured-command.ts";

const commands = ["list", "explain", "hold", "release", "snapshot", "completion", "coverage", "migrate"];

it.each(commands)("%s shows examples in its help, and is in the guide and in the package's README", async (command) => {
  const { code, output } = await captureCommand([command, "--help"]);
  expect(code).toBe(0);
  expect(output).toMatch(/\nExamples:\n.*k8s-snapshots /);
  const pages = await Promise.all(
    ["../README.md", "../../../docs/commands.md"].map((page) => readFile(new URL(page, import.meta.url), "utf8")),
  );
  expect(pages[0]).toMatch(new RegExp(`\`${command}\\b`));
  expect(pages[1]).toMatch(new RegExp(`\\b${command}\\b`));
});
